"""Maximal covering with many rows and few columns: the rows leave the model, cuts stand for them.

Cordeau, Furini & Ljubic (2019), "Benders decomposition for very large scale partial set covering and
maximal covering location problems", EJOR 275. For a group of rows and any point y, with the rows split into
those that y covers (``sum of y >= 1``) and the rest: ``theta <= gain of the covered + sum over the rest of
gain x sum of y``. Groups are rows that share their first column, which are neighbours. HiGHS has no lazy
constraints, so the integer master is solved in rounds, and cuts are kept. For rows that need one column.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

import numpy as np
from scipy.sparse import csr_array, hstack

from alloc.location.covering.choice import mip_options, zero_one_form
from alloc.location.covering.proof import bound_above, scale_for
from alloc.location.covering.rows import Covering
from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Limits
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome
from alloc.solver.progress import CancelToken

_MOST_ROUNDS = 200
_TOUCHED = 1.0 - 1e-9
_VIOLATED = 1e-7
_ENOUGH = 1e-7


class CutMaster:
    """Columns y and a theta for each group of rows, inside HiGHS; cuts are added as they are found."""

    def __init__(self, covering: Covering, p: int) -> None:
        self._covering, self._p = covering, p
        _, self._group = np.unique(covering.matrix.indices[covering.matrix.indptr[:-1]], return_inverse=True)
        self._total: Values = np.bincount(self._group, covering.gain).astype(float)
        self._scale = scale_for(self._total)
        n, n_groups = covering.n_columns, len(self._total)
        count = np.concatenate([np.ones(n), np.zeros(n_groups)])
        integer = np.concatenate([np.ones(n, dtype=bool), np.zeros(n_groups, dtype=bool)])
        form = zero_one_form(
            csr_array(count[None, :]).tocsc(), np.array([-np.inf]), np.array([float(p)]), integer
        )
        form.col_upper[n:] = self._total * self._scale
        self._integer = integer
        self._cost = np.concatenate([np.zeros(n), -np.ones(n_groups)])
        self._session = HighsSession(form)
        self._outside: list[Mask] = []
        self._cut_of: list[Index] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def prices(self, limits: Limits, cancel: CancelToken | None, stop: Callable[[], bool]) -> Values | None:
        """Prices of the rows out of the LP's dual values, for `lagrange.priced`; None when stopped."""
        self._session.set_integer(np.zeros_like(self._integer))
        outcome = None
        for _ in range(_MOST_ROUNDS):
            if stop():
                return None
            outcome = self._session.minimise(self._cost, options=mip_options(limits), cancel=cancel)
            if outcome.values is None or outcome.row_duals is None:
                return None
            if not self._cut(outcome.values, _ENOUGH * float(-self._cost @ outcome.values)):
                break
        self._session.set_integer(self._integer)
        return None if outcome is None else self._row_prices(outcome)

    def shut(self, columns: Index) -> None:
        """Columns that are not to be opened any more."""
        self._session.set_column_bounds(columns, 0.0, 0.0)

    def choose(
        self,
        limits: Limits,
        cancel: CancelToken | None,
        take: Callable[[Mask], None],
        closed: Callable[[float], bool],
    ) -> Outcome | None:
        """Rounds of the integer master; each choice is handed to ``take``, each bound to ``closed``."""
        outcome = None
        n = self._covering.n_columns
        for _ in range(_MOST_ROUNDS):
            outcome = self._session.minimise(self._cost, options=mip_options(limits), cancel=cancel)
            if outcome.values is not None:
                take(outcome.values[:n] > 0.5)
            bound = np.inf if outcome.bound is None else -outcome.bound
            if closed(bound_above(bound, self._scale, self._covering.gain)):
                break
            if outcome.status != "optimal" or outcome.values is None or not self._cut(outcome.values, 0.0):
                break
        return outcome

    def _cut(self, values: Values, slack: float) -> bool:
        """Add the cuts that are violated at these values; False if they are by less than ``slack`` in all."""
        covering = self._covering
        n = covering.n_columns
        y, theta = values[:n], values[n:]
        outside: Mask = (covering.matrix @ y) < _TOUCHED
        n_groups = len(self._total)
        weight = np.where(outside, covering.gain, 0.0) * self._scale
        rows = np.arange(covering.n_rows)
        grouped = csr_array((weight, (self._group, rows)), shape=(n_groups, covering.n_rows))
        slope = csr_array(grouped @ covering.matrix)
        constant = np.bincount(self._group, np.where(outside, 0.0, covering.gain)) * self._scale
        excess = theta - (constant + slope @ y)
        cut = np.flatnonzero(excess > _VIOLATED * np.maximum(1.0, theta))
        if not len(cut) or float(excess[cut].sum()) <= slack:
            return False
        ones = csr_array((np.ones(len(cut)), (np.arange(len(cut)), cut)), shape=(len(cut), n_groups))
        self._session.add_rows(csr_array(hstack([-slope[cut], ones])), -np.inf, constant[cut])
        self._outside.append(outside)
        self._cut_of.append(cut)
        return True

    def _row_prices(self, outcome: Outcome) -> Values:
        """A row's price is its gain, as far as the cuts with it outside carry the LP's bound."""
        duals = np.zeros(0) if outcome.row_duals is None else np.abs(outcome.row_duals)
        carried = np.zeros(self._covering.n_rows)
        first = 1
        for outside, cut in zip(self._outside, self._cut_of, strict=True):
            dual = np.zeros(len(self._total))
            last = min(first + len(cut), len(duals))  # the last round's cuts may have come after this LP
            dual[cut[: last - first]] = duals[first:last]
            carried += np.where(outside, dual[self._group], 0.0)
            first = last
        return self._covering.gain * carried
