"""p-dispersion: p sites as far from each other as can be."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from alloc.location.answer import Answer
from alloc.location.covering.apartness import Apartness
from alloc.location.covering.spread import SpreadSearch
from alloc.location.inputs import read_siting
from alloc.location.pairs import Index, Values
from alloc.location.refusals import usage
from alloc.location.siting import Limits, Siting, check_count
from alloc.location.stopping import reason
from alloc.solver.progress import CancelToken


def p_dispersion(
    cost: Any,
    p: int = 2,
    *,
    weights: Any = None,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open ``p`` sites so that the smallest distance between two open ones is largest (max-min).

    Kuby (1987), "Programming models for facility dispersion", Geographical Analysis 19; the method is that of
    `spread.py`. With weights the distance of two sites counts times both (the weighted instances of Pisinger
    2006, "Upper bounds and exact algorithms for p-dispersion problems", Computers & Operations Research 33).

    Args:
        cost: Sites x sites, square: an array, a sparse matrix, a DataFrame with the same ids both ways, or
            `Costs`. The distance of two sites is the smaller one of both directions; the diagonal does not
            matter. Two sites whose pair is missing count as infinitely far apart.
        p: How many sites to open; ``required`` ones count, ``existing`` ones do not, but their distances do.
        weights: One a site (as `read_siting` takes them for clients); 1 each where not given.
        existing, required, prohibited: Ids of sites, see `Siting`.
        cutoff: Sites that are farther apart are far enough: their distance counts as the cutoff, and so does
            that of a pair that is missing.
        time_limit_s, gap, seed, cancel: See `Limits`; a stopped run returns its best answer and the gap.

    The objective is the smallest (weighted) distance, the bound stands above it, and ``assignment`` is empty.

    Raises UsageError (cost not square, p does not fit, fewer than two open sites, or p sites between which
    there is no distance at all) and DataError (faults of the input).
    """
    limits = Limits(time_limit_s, gap, seed)
    siting = read_siting(
        cost, weights, existing=existing, required=required, prohibited=prohibited, cutoff=cutoff
    )
    _check_square(siting)
    check_count(siting, p)
    if p + int(siting.existing.sum()) < 2:
        raise usage("two_sites")
    free = np.flatnonzero(~(siting.open_anyway | siting.prohibited))
    search = SpreadSearch(
        Apartness(siting, free),
        *_from_open(siting, free),
        int(p) - int((siting.required & ~siting.existing).sum()),
        limits,
        cancel,
    )
    search.run()
    if np.isinf(search.value):
        raise usage("no_distances")
    is_open = siting.open_anyway.copy()
    is_open[free[search.chosen]] = True
    return siting.answer(
        "p_dispersion",
        is_open,
        np.full(siting.n_clients, -1, dtype=np.int64),
        search.value,
        search.bound,
        limits,
        method=search.method,
        stopped=reason(cancel),
    )


def _check_square(siting: Siting) -> None:
    rows, columns = siting.costs.client_ids, siting.costs.site_ids
    if len(rows) != len(columns):
        raise usage("square", rows=len(rows), columns=len(columns))
    if list(rows) != list(columns):
        raise usage("same_ids")


def _from_open(siting: Siting, free: Index) -> tuple[Values, float]:
    """Distances of free sites to the nearest one that is open anyway, and the smallest one among those."""
    anyway, n_free = np.flatnonzero(siting.open_anyway), len(free)
    apart = Apartness(siting, np.concatenate([free, anyway]))
    opened = np.arange(n_free, len(apart))
    to_free = apart.to(opened)[:, :n_free]
    return to_free.min(axis=0, initial=np.inf), float(apart.among(opened).min(initial=np.inf))
