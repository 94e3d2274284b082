"""The cheapest columns that meet every row (weighted set covering, with needs above one)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from alloc.errors import SolveError
from alloc.location.covering.choice import (
    Choice,
    at_least_a_little,
    mask_of,
    mip_options,
    why_stopped,
    zero_one_form,
)
from alloc.location.covering.dominance import undominated_columns, undominated_rows
from alloc.location.covering.proof import bound_below, scale_for, whole
from alloc.location.covering.rows import Covering, merged
from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Limits
from alloc.solver.highs import HighsSession
from alloc.solver.progress import CancelToken

_MOST_ROUNDS = 4
_WORTH_A_ROUND = 0.98


def cheapest_cover(
    covering: Covering, cost: Values, limits: Limits, cancel: CancelToken | None = None
) -> Choice:
    """Columns that meet all rows at least cost; all columns together must meet every row.

    ``cost`` (n_columns) is not negative.
    """
    small, kept = reduced(covering, cost)
    if not small.n_rows:
        return Choice(mask_of(covering.n_columns, np.empty(0, dtype=np.int64)), 0.0, "nothing to choose")
    price = cost[kept]
    best = without_idle(small, greedy_cover(small, price), price)
    scale = scale_for(price)
    n_columns = small.n_columns
    form = zero_one_form(
        small.matrix.astype(float).tocsc(),
        small.need.astype(float),
        np.full(small.n_rows, np.inf),
        np.ones(n_columns, dtype=bool),
    )
    with HighsSession(form) as session:
        outcome = session.minimise(price * scale, options=mip_options(limits), cancel=cancel)
    if outcome.status == "infeasible":
        raise SolveError("HiGHS finds no cover where there is one")
    if outcome.values is not None:
        found = without_idle(small, outcome.values > 0.5, price)
        best = found if price[found].sum() <= price[best].sum() else best
    bound = 0.0 if outcome.bound is None else bound_below(outcome.bound, scale, whole(price))
    bound = min(max(bound, 0.0), float(price[best].sum()))
    chosen = mask_of(covering.n_columns, kept[best])
    return Choice(chosen, bound, "dominance, one MIP", why_stopped(outcome))


def reduced(covering: Covering, cost: Values) -> tuple[Covering, Index]:
    """What dominance leaves, and which of the columns those are."""
    small, kept = merged(covering), np.arange(covering.n_columns)
    for _ in range(_MOST_ROUNDS):
        before = small.matrix.nnz
        small = small.rows(undominated_rows(small))
        columns = np.flatnonzero(undominated_columns(small, cost[kept]))
        small, kept = small.only_columns(columns), kept[columns]
        if small.matrix.nnz > _WORTH_A_ROUND * before:
            break
    return small, kept


def greedy_cover(covering: Covering, cost: Values) -> Mask:
    """Column after column, each time the one that costs least per row still unmet (Chvatal 1979)."""
    covers, matrix = covering.covers, covering.matrix
    left = covering.need.astype(np.int64).copy()
    chosen: Mask = np.zeros(covering.n_columns, dtype=bool)
    useful = np.asarray(covers.sum(axis=1), dtype=float).ravel()
    price = at_least_a_little(cost)
    while (left > 0).any():
        best = int(np.argmax(np.where(chosen, -1.0, useful / price)))
        chosen[best] = True
        rows = covers.indices[covers.indptr[best] : covers.indptr[best + 1]]
        left[rows] -= 1
        met = rows[left[rows] == 0]
        useful -= np.bincount(_entries(matrix, met), minlength=len(useful))
    return chosen


def without_idle(covering: Covering, chosen: Mask, cost: Values) -> Mask:
    """The choice without columns that all rows can do without, the dearest first."""
    covers, chosen = covering.covers, chosen.copy()
    spare = covering.counts(chosen) - covering.need
    order = np.flatnonzero(chosen)
    for column in order[np.argsort(-cost[order], kind="stable")]:
        rows = covers.indices[covers.indptr[column] : covers.indptr[column + 1]]
        if (spare[rows] > 0).all():
            chosen[column] = False
            spare[rows] -= 1
    return chosen


def _entries(matrix: csr_array, rows: Index) -> Index:
    """The columns of some rows, one after another."""
    found: Index = matrix[rows].indices
    return found
