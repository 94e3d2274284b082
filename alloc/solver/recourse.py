"""A model whose whole decisions are few and whose flows are many: flows answer with cuts, for any price.

The flows (continuous columns) are a linear program once the whole decisions are made. What they cost, as a
function of the decisions, is convex; a dual solution is a cut below it (Benders 1962, Num. Math. 4). Flows
that share no row answer apart, each with cuts of its own. No cut depends on what the decisions cost: when
only their prices change, as in a decomposition by prices, all cuts stay.

Every cut is computed anew on the raw arrays by weak duality, so it holds whatever the tolerances of the
solver that gave the dual solution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, csr_array, hstack
from scipy.sparse.csgraph import connected_components

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm

_MOST_GROUPS = 8
"""Groups of flows that answer apart; the smallest are put together."""
_NOTHING = 1e-9
_LP_OPTIONS = SolverOptions(time_limit_s=60.0, threads=1)


@dataclass(frozen=True)
class Cut:
    """``constant + slope @ decisions`` is never above what a group of flows costs (or lacks)."""

    constant: float
    slope: Values


@dataclass(frozen=True)
class Answer:
    """What a group of flows answers to decisions: its columns' values and cost, or why there are none."""

    values: Values | None
    cost: float
    cut: Cut | None


@dataclass(eq=False)
class Flows:
    """Flows that share no row with any others.

    ``lower <= own @ flows + decided @ decisions <= upper``; ``columns`` numbers them in the whole model,
    ``cost`` is of theirs alone, ``low`` and ``high`` their bounds.
    """

    columns: NDArray[np.int64]
    own: csc_array
    decided: csr_array
    lower: Values
    upper: Values
    low: Values
    high: Values
    cost: Values
    _session: HighsSession | None = field(default=None, repr=False)
    _elastic: HighsSession | None = field(default=None, repr=False)

    @property
    def least(self) -> float:
        """What they cost at least by their bounds alone; may be minus infinity."""
        return box_least(self.cost, self.low, self.high)

    def answer(self, decisions: Values, cancel: CancelToken) -> Answer:
        """The cheapest flows under the decisions and the cut there; without any, a cut on what they lack."""
        if self._session is None:
            self._session = HighsSession(self._form(self.own, self.low, self.high))
        outcome = self._solved(self._session, self.cost, decisions, cancel)
        if outcome.status == "optimal" and outcome.row_duals is not None and outcome.values is not None:
            cut = self._cut(outcome.row_duals, self.cost, self.own, self.low, self.high)
            return Answer(outcome.values, float(self.cost @ outcome.values), cut)
        if outcome.status == "infeasible":
            return Answer(None, math.inf, self._cut_on_lack(decisions, cancel))
        return Answer(None, math.inf, None)

    def close(self) -> None:
        """Free the copies inside the solver."""
        for session in (self._session, self._elastic):
            if session is not None:
                session.close()
        self._session = self._elastic = None

    def _solved(self, session: HighsSession, cost: Values, decisions: Values, cancel: CancelToken) -> Outcome:
        taken = self.decided @ decisions
        now, rows = session.problem, np.arange(len(self.lower))
        low, high = self.lower - taken, self.upper - taken
        changed = rows[(now.row_lower != low) | (now.row_upper != high)]
        session.set_row_bounds(changed, low[changed], high[changed])
        return session.minimise(cost, 0.0, "flows", options=_LP_OPTIONS, cancel=cancel)

    def _form(self, matrix: csc_array, low: Values, high: Values) -> StandardForm:
        return StandardForm(
            A=matrix,
            row_lower=self.lower.copy(),
            row_upper=self.upper.copy(),
            col_lower=low,
            col_upper=high,
            integrality=np.zeros(matrix.shape[1], dtype=np.uint8),
            objectives={},
        )

    def _cut_on_lack(self, decisions: Values, cancel: CancelToken) -> Cut | None:
        """The rows may be missed at a price of one a unit: what that comes to must be nothing."""
        n = len(self.lower)
        unit = csc_array((np.ones(n), np.arange(n), np.arange(n + 1)), shape=(n, n))
        matrix = csc_array(hstack([self.own, unit, -unit]))
        low = np.concatenate([self.low, np.zeros(2 * n)])
        high = np.concatenate([self.high, np.full(2 * n, math.inf)])
        cost = np.concatenate([np.zeros(len(self.cost)), np.ones(2 * n)])
        if self._elastic is None:
            self._elastic = HighsSession(self._form(matrix, low, high))
        outcome = self._solved(self._elastic, cost, decisions, cancel)
        if outcome.row_duals is None:
            return None
        return self._cut(np.clip(outcome.row_duals, -1.0, 1.0), cost, matrix, low, high)

    def _cut(self, duals: Values, cost: Values, matrix: csc_array, low: Values, high: Values) -> Cut | None:
        """Weak duality: for any duals, sides minus decisions, and each flow at its better bound."""
        y, constant = proven_by(duals, cost, matrix, (self.lower, self.upper), (low, high))
        slope = -(self.decided.T @ y)
        return Cut(constant, slope) if math.isfinite(constant) else None


def proven_by(
    duals: Values,
    cost: Values,
    matrix: csc_array | csr_array,
    sides: tuple[Values, Values],
    bounds: tuple[Values, Values],
) -> tuple[Values, float]:
    """What duals of the rows of ``sides[0] <= matrix @ x <= sides[1]`` prove of the least cost within the
    bounds of the columns, and the duals that can be used: those of a side that is there (weak duality, so it
    holds for any duals). May be minus infinity.
    """
    lower, upper = sides
    y = duals.copy()
    y[(y > 0) & ~np.isfinite(lower)] = 0.0
    y[(y < 0) & ~np.isfinite(upper)] = 0.0
    y[np.abs(y) < _NOTHING] = 0.0
    at_sides = np.where(y > 0, lower, np.where(y < 0, upper, 0.0))
    low, high = bounds
    reduced = cost - matrix.T @ y
    reduced[(np.abs(reduced) < _NOTHING) & ~np.isfinite(high)] = 0.0
    return y, float(y @ at_sides) + box_least(reduced, low, high)


def box_least(cost: Values, low: Values, high: Values) -> float:
    """The least of a linear cost within bounds; may be minus infinity."""
    used = cost != 0.0
    ends = np.where(cost[used] > 0, low[used], high[used])
    return float(cost[used] @ ends)


def split_flows(form: StandardForm, cost: Values, decided: NDArray[np.bool_]) -> list[Flows]:
    """The flows of a model in groups that share no row; ``decided`` marks the columns that are no flows."""
    matrix = csr_array(form.A)
    flows = np.flatnonzero(~decided)
    part = csr_array(matrix[:, flows])
    rows = np.flatnonzero(np.diff(part.indptr) > 0)
    group = _groups(csr_array(part[rows]))
    found = []
    for number in range(int(group.max(initial=-1)) + 1):
        mine = np.flatnonzero(group == number)
        touched = rows[np.diff(csr_array(matrix[rows][:, flows[mine]]).indptr) > 0]
        columns = flows[mine]
        found.append(
            Flows(
                columns=columns,
                own=csc_array(matrix[touched][:, columns]),
                decided=csr_array(matrix[touched][:, np.flatnonzero(decided)]),
                lower=form.row_lower[touched],
                upper=form.row_upper[touched],
                low=form.col_lower[columns],
                high=form.col_upper[columns],
                cost=cost[columns],
            )
        )
    return found


def _groups(matrix: csr_array) -> NDArray[np.int64]:
    """The group of every column: connected by rows; the largest stand alone, the rest are one."""
    n_rows, n = matrix.shape
    entries = matrix.tocoo()
    links = coo_array(
        (np.ones(len(entries.row)), (entries.row, n_rows + entries.col)), shape=(n_rows + n, n_rows + n)
    )
    _, label = connected_components(links, directed=False)
    label = label[n_rows:]
    sizes = np.bincount(label)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    found: NDArray[np.int64] = np.minimum(rank[label], _MOST_GROUPS - 1)
    return found
