"""The p columns whose rows earn most (maximal covering)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import block_array, csr_array, diags_array

from alloc.errors import SolveError
from alloc.location.covering.choice import Choice, mask_of, mip_options, why_stopped, zero_one_form
from alloc.location.covering.dominance import undominated_columns
from alloc.location.covering.proof import bound_above, scale_for, whole
from alloc.location.covering.rows import Covering, merged
from alloc.location.pairs import Mask
from alloc.location.siting import Limits
from alloc.solver.highs import HighsSession
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm


def most_gain(covering: Covering, p: int, limits: Limits, cancel: CancelToken | None = None) -> Choice:
    """The best ``p`` columns; the bound is what no ``p`` columns can earn more than."""
    small = merged(covering.rows(covering.gain > 0))
    kept = np.flatnonzero(undominated_columns(small))
    small = small.only_columns(kept)
    if p == 0 or not small.n_rows or len(kept) <= p:
        best = np.full(len(kept), len(kept) <= p)
        return Choice(_filled(covering, kept[best], p), small.earned(best), "nothing to choose")
    best = _greedy(small, p)
    scale = scale_for(small.gain)
    objective = np.concatenate([np.zeros(len(kept)), -small.gain * scale])
    with HighsSession(_form(small, p)) as session:
        outcome = session.minimise(objective, options=mip_options(limits), cancel=cancel)
    if outcome.status == "infeasible":
        raise SolveError("HiGHS finds no choice where there is one")
    if outcome.values is not None:
        found = outcome.values[: len(kept)] > 0.5
        best = found if small.earned(found) >= small.earned(best) else best
    bound = float(small.gain.sum())
    if outcome.bound is not None:
        bound = min(bound, bound_above(-outcome.bound, scale, whole(small.gain)))
    bound = max(bound, small.earned(best))
    return Choice(_filled(covering, kept[best], p), bound, "dominance, one MIP", why_stopped(outcome))


def _form(covering: Covering, p: int) -> StandardForm:
    """Columns: opened or not, then row met or not; one that needs several is met wholly or not."""
    n_rows, n_columns = covering.n_rows, covering.n_columns
    count = csr_array(np.concatenate([np.ones(n_columns), np.zeros(n_rows)])[None, :])
    met_if_open = block_array([[covering.matrix.astype(float), -diags_array(covering.need.astype(float))]])
    matrix = block_array([[met_if_open], [count]]).tocsc()
    lower = np.concatenate([np.zeros(n_rows), [-np.inf]])
    upper = np.concatenate([np.full(n_rows, np.inf), [float(p)]])
    integer = np.concatenate([np.ones(n_columns, dtype=bool), covering.need > 1])
    return zero_one_form(matrix, lower, upper, integer)


def _greedy(covering: Covering, p: int) -> Mask:
    """Column after column, each time the one that adds most."""
    chosen: Mask = np.zeros(covering.n_columns, dtype=bool)
    for _ in range(p):
        left = covering.need - covering.counts(chosen)
        worth = np.where(left > 0, covering.gain / np.maximum(left, 1), 0.0)
        chosen[int(np.argmax(np.where(chosen, -1.0, covering.covers @ worth)))] = True
    return chosen


def _filled(covering: Covering, columns: np.ndarray, p: int) -> Mask:
    """A mask of exactly p of all columns: where fewer suffice, the first others are added."""
    chosen = mask_of(covering.n_columns, columns)
    others = np.flatnonzero(~chosen)[: p - int(chosen.sum())]
    chosen[others] = True
    return chosen
