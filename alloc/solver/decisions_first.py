"""Decisions first, flows by cuts, where that pays: where most flows are alike and can be chosen as one.

In a city some thousand flows of places differ in size only. Merged they are a few hundred, and a search that
stalls on the whole closes at once; flows are then shared out again, and what merging left out comes as cuts
(`alloc.solver.two_stage`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from alloc.solver.check import Problem
from alloc.solver.merged import Seen, merge
from alloc.solver.outcome import SolverOptions, Values
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm
from alloc.solver.two_stage import Priced, TwoStage

_PAYS = 0.5
"""Share of the flows that may be left once those alike are one."""
_MORE = 1.5
"""A row that was added stays out of the choice of decisions where it would let so many times more be left."""
_LP_ROUNDS = 150


def merging_pays(problem: Problem, links: NDArray[np.bool_], cost: Values) -> bool:
    """Whether most flows are alike, and no row that was added (a goal held) tells them apart: then a search
    of decisions closes soon.
    """
    by_cuts = _rows_by_cuts(problem.form(), links, cost)
    return by_cuts is not None and not by_cuts[len(links) :].any()


def decisions_first(
    problem: Problem,
    links: NDArray[np.bool_],
    cost: Values,
    options: SolverOptions,
    cancel: CancelToken,
) -> Priced | None:
    """The least cost; None where merging does not pay. ``links`` marks rows that seldom bind: they, and added
    rows that tell flows apart, bind by cuts only.
    """
    stages = merged_stages(problem, links, cost, {})
    if stages is None:
        return None
    try:
        return stages.minimise({}, options, cancel)
    finally:
        stages.close()


def merged_stages(
    problem: Problem, links: NDArray[np.bool_], cost: Values, priced: Mapping[str, Values]
) -> TwoStage | None:
    """The same for more than one question, with what may get a price (see `TwoStage`)."""
    form = problem.form()
    by_cuts = _rows_by_cuts(form, links, cost)
    if by_cuts is None:
        return None
    try:
        return TwoStage(
            form, cost, 0.0, priced, np.ones(len(cost), dtype=bool), by_cuts, lp_rounds=_LP_ROUNDS
        )
    except ValueError:  # flows without a least cost
        return None


def _rows_by_cuts(form: StandardForm, links: NDArray[np.bool_], cost: Values) -> NDArray[np.bool_] | None:
    """Links, and added rows that tell flows apart; None where few flows are alike even without them."""
    by_cuts = np.concatenate([links, np.ones(form.n_rows - len(links), dtype=bool)])
    n_left = _n_left(form, cost, by_cuts)
    if n_left > _PAYS * int((form.integrality == 0).sum()):
        return None
    for row in range(len(links), form.n_rows):
        one_more = by_cuts.copy()
        one_more[row] = False
        by_cuts[row] = _n_left(form, cost, one_more) > _MORE * n_left
    return by_cuts


def _n_left(form: StandardForm, cost: Values, by_cuts: NDArray[np.bool_]) -> int:
    """How many flows are left once those alike are one."""
    decided = form.integrality == 1
    flows = np.flatnonzero(~decided)
    group = np.zeros(len(flows), dtype=np.int64)
    return len(merge(Seen.of(form, np.flatnonzero(~by_cuts), flows, decided, cost, group)).cost)
