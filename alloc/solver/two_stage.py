"""Minimises goal + prices over one model, again and again for other prices: decisions first, flows by cuts.

Rounds of Benders' decomposition without callbacks: first with the decisions relaxed, then whole. The cuts
hold for every price, so that the second price is cheaper than the first.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack

from alloc.solver.highs import HighsSession
from alloc.solver.merged import Merged, Seen, merge
from alloc.solver.outcome import ABSOLUTE_GAP, Outcome, SolverOptions, Status, Values
from alloc.solver.progress import CancelToken
from alloc.solver.recourse import Cut, Flows, box_least, split_flows
from alloc.solver.standard import StandardForm

_MOST_ROUNDS = 400
_TINY = 1e-8
_LEAST_GAP = 10 * ABSOLUTE_GAP
"""Each cut is held within 1e-6 only, so that a smaller gap may never close."""
_MASTER_GAP = 0.5
"""Share of the gap asked for that the choice of decisions may leave."""


@dataclass(frozen=True)
class Priced:
    """The answer to one question: a plan (None: none found) and a bound on goal + prices of all plans.

    ``chosen`` are the decisions chosen last, in columns of the whole model, whatever their flows answered.
    """

    status: Status
    values: Values | None
    objective: float | None
    bound: float
    rounds: int
    seconds: float
    chosen: Values | None = None


class TwoStage:
    """One model, its decisions in one session, its flows in others. ``close`` frees them.

    Decisions are the integer columns and those in ``priced`` (one coefficient a column, in the unit of a
    price). ``cost`` and ``constant`` are the goal. ``near`` marks flows that the choice of decisions sees as
    they are, though without the rows ``links``, the many that seldom bind: it then knows most of what the
    cuts would have to tell. The first cuts come from ``lp_rounds`` rounds with the decisions relaxed. Raises
    ValueError where flows have no least cost.
    """

    def __init__(
        self,
        form: StandardForm,
        cost: Values,
        constant: float,
        priced: Mapping[str, Values],
        near: NDArray[np.bool_] | None = None,
        links: NDArray[np.bool_] | None = None,
        *,
        lp_rounds: int = 6,
    ) -> None:
        self._lp_rounds = lp_rounds
        self._cost, self._constant, self._priced = cost, constant, dict(priced)
        mask = form.integrality == 1
        for coefficients in priced.values():
            mask = mask | (coefficients != 0.0)
        self._decided: NDArray[np.int64] = np.flatnonzero(mask)
        self._flows = split_flows(form, cost, mask)
        least = [flows.least for flows in self._flows]
        if not all(math.isfinite(one) for one in least):
            raise ValueError("flows without a least cost")
        seen = mask if near is None else mask | near
        lazy = np.zeros(form.n_rows, dtype=bool) if links is None else links
        self._n, self._m = len(self._decided), 0
        self._ends = form.col_lower[self._decided], form.col_upper[self._decided]
        self._master = HighsSession(self._master_form(form, seen, lazy, least))
        self._whole = self._master.integer_columns()
        self._n_columns = form.n_columns
        self._warm = False

    def close(self) -> None:
        """Free the copies inside the solver."""
        self._master.close()
        for flows in self._flows:
            flows.close()

    def minimise(
        self,
        prices: Mapping[str, float],
        options: SolverOptions,
        cancel: CancelToken,
        most: Mapping[str, float] | None = None,
        *,
        goal_weight: float = 1.0,
    ) -> Priced:
        """The plan of least ``goal_weight`` x goal + prices; ``most`` limits what is priced."""
        began = time.perf_counter()
        limits = [(self._priced[name][self._decided], limit) for name, limit in (most or {}).items()]
        objective = self._objective(prices, goal_weight)
        if not self._warm:
            self._relaxed_rounds(objective, options, cancel, began)
            self._warm = True
        constant = goal_weight * self._constant
        return self._whole_rounds((objective, constant), limits, options, cancel, began)

    def shadow_price(self, name: str, most: float, options: SolverOptions, cancel: CancelToken) -> float:
        """What the relaxation would gain from one more of what is priced, where it takes ``most`` of it."""
        objective, began = self._objective({}, 1.0), time.perf_counter()
        self._relaxed_rounds(objective, options, cancel, began)
        self._warm = True
        row = np.concatenate([self._priced[name][self._decided], np.zeros(len(self._flows) + self._m)])
        with self._master.for_now():
            self._master.set_integer(np.zeros_like(self._whole))
            self._master.add_row(row, -math.inf, most)
            outcome = self._master.minimise(objective, 0.0, "master", options=options, cancel=cancel)
        return 0.0 if outcome.row_duals is None else max(0.0, -float(outcome.row_duals[-1]))

    def _objective(self, prices: Mapping[str, float], goal_weight: float) -> Values:
        total = goal_weight * self._cost[self._decided]
        for name, price in prices.items():
            total += price * self._priced[name][self._decided]
        return np.concatenate([total, np.full(len(self._flows), goal_weight), np.zeros(self._m)])

    def _relaxed_rounds(
        self, objective: Values, options: SolverOptions, cancel: CancelToken, began: float
    ) -> None:
        """Cuts of the relaxation, which the whole rounds start from."""
        self._master.set_integer(np.zeros_like(self._whole))
        try:
            for _ in range(self._lp_rounds):
                left = options.time_limit_s / 2 - (time.perf_counter() - began)
                if left <= 0 or cancel.cancelled:
                    break
                limits = replace(options, time_limit_s=left)
                outcome = self._master.minimise(objective, 0.0, "master", options=limits, cancel=cancel)
                if outcome.values is None or not self._answer(outcome.values, cancel)[2]:
                    break
        finally:
            if self._master.idle:
                self._master.set_integer(self._whole)

    def _whole_rounds(
        self,
        goal: tuple[Values, float],
        limits: list[tuple[Values, float]],
        options: SolverOptions,
        cancel: CancelToken,
        began: float,
    ) -> Priced:
        best, value, bound, rounds = None, math.inf, -math.inf, 0
        chosen: Values | None = None
        status: Status = "time_limit"
        while rounds < _MOST_ROUNDS:
            left = options.time_limit_s - (time.perf_counter() - began)
            if left <= 0 or cancel.cancelled:
                break
            rounds += 1
            asked = replace(
                options,
                time_limit_s=left,
                gap=options.gap * _MASTER_GAP,
                gap_abs=max(options.gap_abs * _MASTER_GAP, ABSOLUTE_GAP),
            )
            outcome = self._choose(goal, limits, asked, cancel)
            if outcome.status == "infeasible":
                status = "infeasible" if best is None else "error"
                break
            bound = bound if outcome.bound is None else max(bound, outcome.bound)
            if outcome.values is None:
                break
            chosen = outcome.values
            plan, costs, cut = self._answer(outcome.values, cancel)
            worth = self._worth(goal, outcome.values, costs)
            if plan is not None and worth < value:
                best, value = plan, worth
            near = max(options.gap * abs(value), options.gap_abs, _LEAST_GAP)
            if best is not None and value - bound <= near:
                status = "optimal"
                break
            if not cut:
                break
        return Priced(
            "cancelled" if cancel.cancelled else status,
            best,
            None if best is None else value,
            min(bound, value),
            rounds,
            time.perf_counter() - began,
            None if chosen is None else self._in_whole(chosen),
        )

    def _in_whole(self, chosen: Values) -> Values:
        """Decisions in the columns of the whole model, without flows."""
        values = np.zeros(self._n_columns)
        values[self._decided] = chosen[: self._n]
        return values

    def _worth(self, goal: tuple[Values, float], chosen: Values, costs: float) -> float:
        """Goal and prices of decisions and the flows that answered them."""
        cost, constant = goal
        flows = float(cost[self._n]) if self._flows else 0.0
        return float(cost[: self._n] @ chosen[: self._n]) + flows * costs + constant

    def _choose(
        self,
        goal: tuple[Values, float],
        limits: list[tuple[Values, float]],
        options: SolverOptions,
        cancel: CancelToken,
    ) -> Outcome:
        """The best decisions by what is known of the flows, and a bound on all plans."""
        with self._master.for_now():
            for coefficients, limit in limits:
                row = np.concatenate([coefficients, np.zeros(len(self._flows) + self._m)])
                self._master.add_row(row, -math.inf, limit)
            return self._master.minimise(*goal, "master", options=options, cancel=cancel)

    def _answer(self, chosen: Values, cancel: CancelToken) -> tuple[Values | None, float, bool]:
        """The flows under the decisions chosen: a whole plan (or None), what they cost, whether cuts came."""
        decisions, thetas = chosen[: self._n], chosen[self._n : self._n + len(self._flows)]
        plan = self._in_whole(chosen)
        total, complete, cut = 0.0, True, False
        for number, flows in enumerate(self._flows):
            answer = flows.answer(decisions, cancel)
            if answer.values is None:
                complete = False
            else:
                plan[flows.columns] = answer.values
                total += answer.cost
            if answer.cut is not None:
                cut = (
                    self._add(number, answer.cut, decisions, thetas[number], lack=answer.values is None)
                    or cut
                )
        return (plan if complete else None), total, cut

    def _add(self, number: int, cut: Cut, decisions: Values, theta: float, *, lack: bool) -> bool:
        """Add a cut where it cuts off what was chosen."""
        worth = cut.constant + float(cut.slope @ decisions)
        if worth - (0.0 if lack else theta) <= 1e-7 * max(1.0, abs(worth)):
            return False
        # HiGHS drops coefficients below 1e-9: what they could come to at best is taken off before.
        tiny = (cut.slope != 0.0) & (np.abs(cut.slope) < _TINY)
        low, high = self._ends
        rest = box_least(cut.slope[tiny], low[tiny], high[tiny])
        row = np.zeros(self._n + len(self._flows) + self._m)
        row[: self._n] = np.where(tiny, 0.0, -cut.slope)
        if not lack:
            row[self._n + number] = 1.0
        self._master.add_row(row, cut.constant + rest, math.inf)
        return True

    def _master_form(
        self, form: StandardForm, seen: NDArray[np.bool_], lazy: NDArray[np.bool_], least: list[float]
    ) -> StandardForm:
        """Decisions, what each group of flows costs at least, and the flows near by (without their cost)."""
        matrix, n_groups = csr_array(form.A), len(self._flows)
        hidden = np.diff(csr_array(matrix[:, np.flatnonzero(~seen)]).indptr) > 0
        rows = np.flatnonzero(~hidden & ~lazy)
        decided = csr_array(matrix[rows][:, self._decided])
        near = self._near(form, rows, seen)
        self._m = near.matrix.shape[1]
        top = hstack([near.sums @ decided, csr_array((near.matrix.shape[0], n_groups)), near.matrix])
        own = csc_array((-near.cost, (near.group, np.arange(self._m))), shape=(n_groups, self._m))
        below = hstack([csr_array((n_groups, self._n)), eye_array(n_groups), own])
        rest = [self._rest(flows, seen) for flows in self._flows]
        kinds = form.integrality.dtype
        return StandardForm(
            A=csc_array(vstack([top, below])),
            row_lower=np.concatenate([near.lower, rest]),
            row_upper=np.concatenate([near.upper, np.full(n_groups, math.inf)]),
            col_lower=np.concatenate([form.col_lower[self._decided], least, near.low]),
            col_upper=np.concatenate([form.col_upper[self._decided], np.full(n_groups, math.inf), near.high]),
            integrality=np.concatenate(
                [form.integrality[self._decided], np.zeros(n_groups + self._m, dtype=kinds)]
            ),
            objectives={},
        )

    def _near(self, form: StandardForm, rows: NDArray[np.int64], seen: NDArray[np.bool_]) -> Merged:
        """The flows near by, those alike as one."""
        group = np.full(form.n_columns, -1, dtype=np.int64)
        for number, flows in enumerate(self._flows):
            group[flows.columns] = number
        near, decided = np.flatnonzero(seen & (group >= 0)), np.zeros(form.n_columns, dtype=bool)
        decided[self._decided] = True
        return merge(Seen.of(form, rows, near, decided, self._cost, group[near]))

    @staticmethod
    def _rest(flows: Flows, seen: NDArray[np.bool_]) -> float:
        """What the flows that are not near by cost at least."""
        far = ~seen[flows.columns]
        return box_least(flows.cost[far], flows.low[far], flows.high[far])
