"""Whether p columns can meet every row: the question that p-center asks at each radius."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, vstack

from alloc.location.covering.choice import filled, mask_of, mip_options, zero_one_form
from alloc.location.covering.lagrange import THOROUGH, descend
from alloc.location.covering.least_cost import greedy_cover, reduced, without_idle
from alloc.location.covering.proof import bound_below
from alloc.location.covering.rows import Covering
from alloc.location.covering.swaps import Swaps
from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Limits
from alloc.solver.highs import HighsSession
from alloc.solver.progress import CancelToken

_ROUNDING = 1e-9
_LESS_THAN_A_ROW = 0.01
ANY = 1.0
"""Relative gap at which any choice will do."""
PRICE_STEPS = 3000
PRICES_FROM = 100_000
"""From so many pairs on, prices refute before LPs do."""
FEW_STEPS, MANY_STEPS = 500, 4000
"""Swaps that one try may take: a look, and a search."""


@dataclass(frozen=True, eq=False)
class Fit:
    """``chosen`` columns that meet every row, if found; ``refuted`` if no p columns do; else not known.

    No fewer than ``at_least`` columns do.
    """

    chosen: Mask | None = None
    refuted: bool = False
    at_least: int = 0


class Fits:
    """One covering question whose rows all need one column, looked at ever harder."""

    def __init__(self, covering: Covering, p: int) -> None:
        self._covering, self._p = covering, p
        self._cannot = bool((np.diff(covering.matrix.indptr) == 0).any())
        self._small: Covering | None = None
        self._kept: Index = np.arange(covering.n_columns)

    @property
    def columns(self) -> Index:
        """Positions of the sites that are free to open."""
        return self._covering.columns

    def by_greedy(self) -> Fit:
        """Cheap, never refutes (but for a row without columns)."""
        if self._cannot:
            return Fit(refuted=True)
        rough = greedy_cover(self._covering, np.ones(self._covering.n_columns))
        return self._fit(without_idle(self._covering, rough, np.ones(self._covering.n_columns)))

    def by_prices(self, stop: Callable[[], bool]) -> Fit:
        """Refutes where p columns meet fewer rows than there are, at some prices of the rows: nearly as much
        as the LP, and far sooner where that is large.
        """
        if self._cannot:
            return Fit(refuted=True)
        n_rows = self._covering.n_rows
        if not 0 < self._p < self._covering.n_columns or n_rows == 0:
            return Fit()
        equal = replace(self._covering, gain=np.ones(n_rows))
        best, _ = descend(equal, self._p, n_rows - 0.5, PRICE_STEPS, stop, THOROUGH)
        return Fit(refuted=best.bound < n_rows - _LESS_THAN_A_ROW)

    def by_lp(self, limits: Limits, cancel: CancelToken | None) -> Fit:
        """Refutes by the dual values of the LP, made feasible: trusts no tolerance."""
        if self._cannot:
            return Fit(refuted=True)
        small = self._reduced()
        if small.n_rows == 0:
            return self._fit(mask_of(self._covering.n_columns, np.empty(0, dtype=np.int64)))
        n_columns = small.n_columns
        rough = without_idle(small, greedy_cover(small, np.ones(n_columns)), np.ones(n_columns))
        if rough.sum() <= self._p:
            return self._fit(mask_of(self._covering.n_columns, self._kept[rough]))
        form = zero_one_form(
            small.matrix.astype(float).tocsc(),
            np.ones(small.n_rows),
            np.full(small.n_rows, np.inf),
            np.zeros(n_columns, dtype=bool),
        )
        with HighsSession(form) as session:
            outcome = session.minimise(np.ones(n_columns), options=mip_options(limits), cancel=cancel)
        if outcome.row_duals is None:
            return Fit()
        return Fit(refuted=_dual_bound(small, outcome.row_duals) > self._p + _ROUNDING)

    def by_swaps(self, start: Mask, n_steps: int, seed: int, stop: Callable[[], bool]) -> Fit:
        """A choice of p at most, changed until it fits; never refutes (but for a row without columns)."""
        if self._cannot:
            return Fit(refuted=True)
        found = Swaps(self._covering, filled(start, self._p), seed).run(n_steps, stop)
        return Fit() if found is None else Fit(found)

    def by_mip(self, limits: Limits, cancel: CancelToken | None, *, fewest: bool = False) -> Fit:
        """Knows, unless the time is over: "p at most" is a row, so that a search need not look for the fewest
        unless it is asked to.

        Without presolve, which gains nothing where dominance has been used, HiGHS's word that there is no
        choice needs no second run.
        """
        if self._cannot:
            return Fit(refuted=True)
        small = self._reduced()
        n_columns = small.n_columns
        form = zero_one_form(
            vstack([small.matrix.astype(float), csr_array(np.ones((1, n_columns)))]).tocsc(),
            np.append(np.ones(small.n_rows), -np.inf),
            np.append(np.full(small.n_rows, np.inf), float(self._p)),
            np.ones(n_columns, dtype=bool),
        )
        options = mip_options(limits) if fewest else replace(mip_options(limits), gap=ANY)
        with HighsSession(form) as session:
            outcome = session.minimise(np.ones(n_columns), options=options, cancel=cancel, presolve=False)
        if outcome.values is None:
            return Fit(refuted=outcome.status == "infeasible", at_least=_at_least(outcome.bound))
        fit = self._fit(mask_of(self._covering.n_columns, self._kept[outcome.values > 0.5]))
        return replace(fit, at_least=_at_least(outcome.bound))

    def _fit(self, chosen: Mask) -> Fit:
        return Fit(chosen) if chosen.sum() <= self._p else Fit()

    def _reduced(self) -> Covering:
        if self._small is None:
            self._small, self._kept = reduced(self._covering, np.ones(self._covering.n_columns))
        return self._small


def _dual_bound(covering: Covering, price: Values) -> float:
    """``sum of prices`` bounds the number of columns once no column's rows have prices above 1 together."""
    price = np.maximum(price, 0.0)
    most = float((covering.covers @ price).max())
    return float(price.sum()) / max(most, 1.0)


def _at_least(bound: float | None) -> int:
    return 0 if bound is None else max(int(bound_below(bound, 1.0, is_whole=True)), 0)
