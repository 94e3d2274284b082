"""The linear program of Benders' method inside HiGHS: which sites, and what every client will cost.

It speaks to highspy directly and in the caller's thread: thousands of small re-solves from the last basis
take milliseconds each, and a session's threads, callbacks and checks would cost more than the solves. It may:
what HiGHS says only decides where to look next. Bounds come from `prices` (the duals, priced again on the raw
costs), choices are valued on the raw costs. Only that no solution exists is taken from HiGHS, asked twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from highspy import Highs, HighsBasis, HighsModelStatus, HighsStatus, kHighsInf

from alloc.errors import SolveError
from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Index, Mask, Values
from alloc.location.prefixes import count_below, spans

_MEAN_COST = 64.0
_NO_LIMIT = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Point:
    """A solution of the master: share of every site, cost it reckons for every client, value, prices."""

    y: Values
    theta: Values
    value: float
    prices: Values


class NumbersRefusedError(SolveError):
    """HiGHS does not take a model of such numbers: costs too many powers of ten apart."""


class Master:
    """``min sum theta_i + sum f_j y_j`` over ``sum y = p``, ``0 <= y <= 1`` and the cuts so far.

    A cut at distance D says ``theta_i + sum over c_ij < D of (D - c_ij) y_j >= D``; a cover row says that a
    client without a cap has a listed site.
    """

    def __init__(self, problem: MedianProblem, upper: float) -> None:
        self.problem = problem
        self._client: Index = np.flatnonzero(np.diff(problem.pairs.start) > 0)
        self._column = np.full(problem.n_clients, -1, dtype=np.int64)
        self._column[self._client] = problem.n_sites + np.arange(len(self._client))
        mean = max(upper - problem.constant, 0.0) / max(len(self._client), 1)
        mean = mean if np.isfinite(mean) and mean > 0.0 else float(problem.pairs.cost.mean() or 1.0)
        self._scale = 2.0 ** np.round(np.log2(_MEAN_COST / mean))
        self._row_client: list[Index] = []
        self._row_side: list[Values] = []
        self._row_is_cut: list[Mask] = []
        self._highs = self._empty()

    def _empty(self) -> Highs:
        highs = Highs()  # type: ignore[no-untyped-call]
        highs.silent()
        highs.setOptionValue("presolve", "off")
        highs.setOptionValue("solver", "simplex")
        highs.setOptionValue("parallel", "off")
        n_sites, n = self.problem.n_sites, len(self._client)
        highs.addVars(n_sites, np.zeros(n_sites), np.ones(n_sites))
        highs.addVars(n, self.problem.least[self._client] * self._scale, np.full(n, kHighsInf))
        cost = np.concatenate([self.problem.fixed_cost * self._scale, np.ones(n)])
        highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        sites = np.arange(n_sites, dtype=np.int32)
        p = self.problem.p
        low, high = (-kHighsInf, kHighsInf) if p is None else (float(p), float(p))
        highs.addRow(low, high, n_sites, sites, np.ones(n_sites))
        return highs

    @property
    def n_rows(self) -> int:
        """Number of cuts and cover rows."""
        return sum(len(rows) for rows in self._row_client)

    def add_cuts(self, clients: Index, distance: Values) -> None:
        """One cut each for some clients that have pairs."""
        pairs = self.problem.pairs
        count = count_below(pairs, clients, distance)
        pair = spans(pairs.start[clients], count)
        side = distance * self._scale
        saving = np.repeat(side, count) - pairs.cost[pair] * self._scale
        start = np.concatenate([[0], np.cumsum(count + 1)])
        place = np.arange(len(pair)) + np.repeat(np.arange(len(clients)), count) + 1
        column, entry = np.empty(start[-1], dtype=np.int32), np.empty(start[-1])
        column[place], entry[place] = pairs.site[pair], saving
        column[start[:-1]], entry[start[:-1]] = self._column[clients], 1.0
        self._add(clients, side, start, column, entry, is_cut=True)

    def add_covers(self, clients: Index) -> None:
        """One cover row each for some clients."""
        pairs = self.problem.pairs
        count = pairs.start[clients + 1] - pairs.start[clients]
        pair = spans(pairs.start[clients], count)
        start = np.concatenate([[0], np.cumsum(count)])
        column = pairs.site[pair].astype(np.int32)
        self._add(clients, np.ones(len(clients)), start, column, np.ones(len(pair)), is_cut=False)

    def _add(
        self, clients: Index, side: Values, start: Index, column: np.ndarray, entry: Values, *, is_cut: bool
    ) -> None:
        if not len(clients):
            return
        no_top = np.full(len(clients), kHighsInf)
        begin = start[:-1].astype(np.int32)
        added = self._highs.addRows(len(clients), side, no_top, len(column), begin, column, entry)
        if added == HighsStatus.kError:
            raise NumbersRefusedError("HiGHS does not take the numbers of a cut")
        self._row_client.append(clients)
        self._row_side.append(side if not is_cut else side / self._scale)
        self._row_is_cut.append(np.full(len(clients), is_cut))

    def set_count(self, p: int) -> None:
        """Choose that many sites from now on."""
        self._highs.changeRowBounds(0, float(p), float(p))

    def fix(self, into: Mask, out: Mask) -> None:
        """Sites that are chosen and sites that are not; the others are free."""
        sites = np.arange(self.problem.n_sites, dtype=np.int32)
        self._highs.changeColsBounds(len(sites), sites, into.astype(float), (~out).astype(float))

    def solve(self, seconds: float) -> Point | None:
        """The optimum, from the last basis; None when there is none. Raises TimeoutError when time is up."""
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.01))
        self._highs.run()
        status = self._highs.getModelStatus()
        if status not in (HighsModelStatus.kOptimal, HighsModelStatus.kTimeLimit):
            self._highs.clearSolver()  # said from a worn basis, it is asked again from none
            self._highs.run()
            status = self._highs.getModelStatus()
            if status == HighsModelStatus.kInfeasible:
                return None
        if status == HighsModelStatus.kTimeLimit:
            raise TimeoutError
        if status != HighsModelStatus.kOptimal:
            raise NumbersRefusedError(f"HiGHS stopped with {self._highs.modelStatusToString(status)}")
        solution = self._highs.getSolution()
        values = np.array(solution.col_value)
        theta = self.problem.cap.copy()
        theta[self._client] = values[self.problem.n_sites :] / self._scale
        y = np.clip(values[: self.problem.n_sites], 0.0, 1.0)
        value = float(theta.sum() + self.problem.fixed_cost @ y) + self.problem.constant
        return Point(y, theta, value, self._prices(np.array(solution.row_dual[1:])))

    def _prices(self, dual: Values) -> Values:
        """What the duals of a client's rows say that it pays; its least cost where they say nothing.

        By Jensen's inequality the bound at these prices is no worse than the dual value of the rows.
        """
        n = self.problem.n_clients
        paid: Values = np.zeros(n)
        share: Values = np.zeros(n)
        if self._row_client:
            client, is_cut = np.concatenate(self._row_client), np.concatenate(self._row_is_cut)
            side = np.concatenate(self._row_side)
            dual = np.maximum(dual, 0.0)
            worth = np.where(is_cut, dual * side, dual / self._scale)
            paid += np.bincount(client, worth, minlength=n)
            share += np.bincount(client[is_cut], dual[is_cut], minlength=n)
        prices: Values = paid + np.maximum(1.0 - share, 0.0) * self.problem.least
        return np.clip(prices, 0.0, self.problem.cap)

    def probe(self, site: int, value: float, iterations: int) -> float:
        """Value with a site fixed, after some simplex iterations from the last optimum; infinite: nothing.

        The site is free again afterwards, the basis as it was left. Use `remember` and `recall` around it.
        """
        highs = self._highs
        highs.changeColBounds(site, value, value)
        highs.setOptionValue("simplex_iteration_limit", iterations)
        highs.run()
        nothing = highs.getModelStatus() == HighsModelStatus.kInfeasible
        reached = highs.getInfo().objective_function_value / self._scale
        highs.changeColBounds(site, 0.0, 1.0)
        highs.setOptionValue("simplex_iteration_limit", _NO_LIMIT)
        constant = self.problem.constant + float(self.problem.cap[self._column < 0].sum())
        return np.inf if nothing else float(reached) + constant

    def remember(self) -> HighsBasis:
        """The present basis."""
        return self._highs.getBasis()

    def recall(self, basis: HighsBasis) -> None:
        """Back to a basis of the present rows."""
        self._highs.setBasis(basis)

    def purge(self) -> None:
        """Drop the rows that the last optimum does not need."""
        solution = self._highs.getSolution()
        slack = np.array(solution.row_dual[1:]) <= 0.0
        over = np.array(solution.row_value[1:]) - np.array(self._highs.getLp().row_lower_[1:])
        drop = slack & (over > 1e-6)
        rows = (np.flatnonzero(drop) + 1).astype(np.int32)
        if not len(rows):
            return
        self._highs.deleteRows(len(rows), rows)
        keep = ~drop
        self._row_client = [np.concatenate(self._row_client)[keep]]
        self._row_side = [np.concatenate(self._row_side)[keep]]
        self._row_is_cut = [np.concatenate(self._row_is_cut)[keep]]
