"""The cheapest columns whose rows earn enough (partial set covering)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import block_array, csr_array, diags_array

from alloc.errors import SolveError
from alloc.location.covering.choice import (
    Choice,
    at_least_a_little,
    mask_of,
    mip_options,
    why_stopped,
    zero_one_form,
)
from alloc.location.covering.dominance import undominated_columns
from alloc.location.covering.proof import bound_below, scale_for, whole
from alloc.location.covering.rows import Covering, merged
from alloc.location.pairs import Mask, Values
from alloc.location.siting import Limits
from alloc.solver.highs import HighsSession
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm


def cheapest_partial_cover(
    covering: Covering, cost: Values, target: float, limits: Limits, cancel: CancelToken | None = None
) -> Choice:
    """Columns of least cost whose rows earn ``target`` at least; all columns together must earn that.

    HiGHS holds the target within its tolerance only. So it is given a target that is a little lower, and each
    choice that falls short of the true one is cut off: something outside it must be opened, for a part of it
    earns even less.
    """
    small = merged(covering.rows(covering.gain > 0))
    kept = np.flatnonzero(undominated_columns(small, cost))
    small, price = small.only_columns(kept), cost[kept]
    nothing: Mask = np.zeros(len(kept), dtype=bool)
    if target <= small.earned(nothing):
        return Choice(mask_of(covering.n_columns, kept[nothing]), 0.0, "nothing to choose")
    best = _greedy(small, price, target)
    scale = scale_for(price)
    objective = np.concatenate([price * scale, np.zeros(small.n_rows)])
    bound = 0.0
    with HighsSession(_form(small, target)) as session:
        while True:
            outcome = session.minimise(objective, options=mip_options(limits), cancel=cancel)
            if outcome.bound is not None:
                bound = max(bound, bound_below(outcome.bound, scale, whole(price)))
            if outcome.values is None or limits.left() <= 0.0:
                break
            found = outcome.values[: len(kept)] > 0.5
            if small.earned(found) >= target:
                best = found if price[found].sum() <= price[best].sum() else best
                break
            outside = np.where(found, 0.0, 1.0)
            session.add_row(np.concatenate([outside, np.zeros(small.n_rows)]), 1.0, np.inf)
    if outcome.status == "infeasible":
        raise SolveError("HiGHS finds no cover where there is one")
    chosen = mask_of(covering.n_columns, kept[best])
    return Choice(chosen, min(bound, float(price[best].sum())), "one MIP", why_stopped(outcome))


def _form(covering: Covering, target: float) -> StandardForm:
    """Columns: opened or not, then row met or not; one that needs several is met wholly or not."""
    n_rows, n_columns = covering.n_rows, covering.n_columns
    scale = scale_for(covering.gain)
    need = diags_array(covering.need.astype(float))
    met_if_open = block_array([[covering.matrix.astype(float), -need]])
    earns = csr_array(np.concatenate([np.zeros(n_columns), covering.gain * scale])[None, :])
    matrix = block_array([[met_if_open], [earns]]).tocsc()
    lower = np.concatenate([np.zeros(n_rows), [target * scale * (1.0 - 1e-9) - 1e-6]])
    integer = np.concatenate([np.ones(n_columns, dtype=bool), covering.need > 1])
    return zero_one_form(matrix, lower, np.full(n_rows + 1, np.inf), integer)


def _greedy(covering: Covering, cost: Values, target: float) -> Mask:
    """Column after column, each time the one that costs least for what it adds, until the target is met."""
    chosen: Mask = np.zeros(covering.n_columns, dtype=bool)
    price = at_least_a_little(cost)
    while covering.earned(chosen) < target and not chosen.all():
        left = covering.need - covering.counts(chosen)
        worth = np.where(left > 0, covering.gain / np.maximum(left, 1), 0.0)
        added = covering.covers @ worth
        chosen[int(np.argmax(np.where(chosen, -1.0, added / price)))] = True
    return chosen
