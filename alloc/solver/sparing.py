"""A model of many rows that seldom bind: HiGHS is shown those that were broken, and no others.

In a city two rows of three are links of one flow each ("examined only where offered"). The relaxation breaks
few of them, and the search is as good with those few, at a fraction of the size (rows as they are needed:
Dantzig, Fulkerson & Johnson 1954, Oper. Res. 2). A bound without some rows is a bound; a plan counts only
when it keeps all rows.
"""

from __future__ import annotations

import math
from dataclasses import replace
from time import perf_counter as now

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from alloc.solver.highs import HighsSession, Request
from alloc.solver.live import accepted
from alloc.solver.outcome import Outcome, SolverOptions, Status, Values, relative_gap
from alloc.solver.progress import CancelToken, ProgressCallback
from alloc.solver.standard import StandardForm

_BROKEN, _NOTHING = 1e-6, 1e-9
_MOST_ROUNDS = 30
_LEAST_SECONDS, _SECONDS_TO_MEND = 0.1, 10.0
_RELAXED_TIME = 0.3
"""Share of the time limit that the relaxation may take to say which rows a search needs."""


class SparingSession(HighsSession):
    """As `HighsSession`; rows of the form that are marked in ``seldom`` sleep until they are needed."""

    def __init__(self, form: StandardForm, seldom: NDArray[np.bool_]) -> None:
        lower = np.where(seldom, -math.inf, form.row_lower)
        upper = np.where(seldom, math.inf, form.row_upper)
        super().__init__(replace(form, row_lower=lower, row_upper=upper))
        self._problem.row_lower, self._problem.row_upper = form.row_lower.copy(), form.row_upper.copy()
        self._matrix, self._asleep = csr_array(form.A), seldom.copy()
        self._lacked = False
        self._relaxed_at = np.empty(0)

    def set_row_bounds(self, rows: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """See `LiveModel`; rows that sleep go on sleeping."""
        index = np.atleast_1d(np.asarray(rows, dtype=np.int64))
        low, high = np.broadcast_to(lower, index.shape), np.broadcast_to(upper, index.shape)
        awake, self._relaxed_at = ~self._asleep[index], np.empty(0)
        super().set_row_bounds(index[awake], low[awake], high[awake])
        self._problem.row_lower[index], self._problem.row_upper[index] = low, high

    def show(self, rows: NDArray[np.int64]) -> None:
        """Wake some rows, whether they are needed or not."""
        self._wake(rows[self._asleep[rows]])

    def hide(self, rows: NDArray[np.int64]) -> None:
        """Let some rows sleep until they are needed."""
        self._relaxed_at = np.empty(0)
        self._sleep(rows[~self._asleep[rows]])

    def minimise(
        self,
        objective: ArrayLike,
        constant: float = 0.0,
        name: str = "objective",
        *,
        warm_start: ArrayLike | None = None,
        options: SolverOptions | None = None,
        progress: ProgressCallback | None = None,
        cancel: CancelToken | None = None,
        presolve: bool = True,
    ) -> Outcome:
        """See `HighsSession`; again with the rows that an answer lacked, for as long as it is open."""
        options, cancel, began = options or SolverOptions(), cancel or CancelToken(), now()
        rounds: list[Outcome] = []
        while True:
            n_asleep, left = np.count_nonzero(self._asleep), options.time_limit_s - (now() - began)
            outcome = super().minimise(
                objective,
                constant,
                name,
                warm_start=warm_start,
                options=replace(options, time_limit_s=max(left, _LEAST_SECONDS)),
                progress=progress,
                cancel=cancel,
                presolve=presolve,
            )
            rounds.append(outcome)
            is_over = cancel.cancelled or now() - began >= options.time_limit_s
            if outcome.status != "time_limit" or is_over or np.count_nonzero(self._asleep) == n_asleep:
                return _together(rounds)
            warm_start = warm_start if outcome.values is None else outcome.values

    def _solve(self, request: Request, presolve: bool) -> Status:
        if self._is_mip:
            if self._asleep.any() and not np.array_equal(request.cost, self._relaxed_at):
                self._wake_what_the_relaxation_breaks(request, presolve)
            return super()._solve(_rest(request), presolve)
        status = super()._solve(request, presolve)
        for _ in range(_MOST_ROUNDS):
            if status != "optimal" or _is_over(request) or not self._wake(self._broken()):
                break
            status = super()._solve(_rest(request), presolve)
        self._relaxed_at = request.cost if status == "optimal" else np.empty(0)
        return status

    def _wake_what_the_relaxation_breaks(self, request: Request, presolve: bool) -> None:
        seconds = _RELAXED_TIME * request.options.time_limit_s
        relaxed = replace(request, options=replace(request.options, time_limit_s=seconds), progress=None)
        with self.for_now():
            self.set_integer(np.zeros_like(self.integer_columns()))
            self._solve(relaxed, presolve)

    def _read(self, request: Request, status: Status) -> Outcome:
        outcome = super()._read(request, status)
        if outcome.status == "optimal" and outcome.holding != "proven":
            return replace(outcome, status="time_limit")  # closed without some rows, open with them
        return outcome

    def _without_values(self, request: Request) -> Status:
        return "time_limit" if self._lacked else super()._without_values(request)

    def _solution(self, request: Request) -> Values | None:
        values = super()._solution(request)
        self._lacked = self._broken().size > 0
        return self._mended(request) if values is None and self._is_mip and self._lacked else values

    def _mended(self, request: Request) -> Values | None:
        """The best flows around the whole decisions that HiGHS found, with all rows. Those that cost
        something there are awake from now on.
        """
        raw, whole = np.array(self._highs.getSolution().col_value), self.integer_columns()
        held, slept = np.flatnonzero(whole), self._asleep.copy()
        options = replace(request.options, time_limit_s=_SECONDS_TO_MEND)
        quiet = replace(request, start=None, progress=None, token=CancelToken(), options=options, began=now())
        with self.for_now():
            self.hold_whole(held, raw[held])
            self.set_integer(np.zeros_like(whole))
            status = self._solve(quiet, presolve=True)
            values = super()._solution(quiet)
            woken = np.flatnonzero(slept & ~self._asleep)
            if status == "optimal":
                duals = np.array(self._highs.getSolution().row_dual)[woken]
                self._sleep(woken[np.abs(duals) < _NOTHING])
            return values

    def _broken(self) -> NDArray[np.int64]:
        """Rows asleep that the last answer breaks."""
        solution = self._highs.getSolution()
        asleep = np.flatnonzero(self._asleep)
        if not solution.value_valid or not len(asleep):
            return asleep[:0]
        activity = self._matrix[asleep] @ np.array(solution.col_value)
        low, high = self._problem.row_lower[asleep], self._problem.row_upper[asleep]
        return asleep[(activity < low - _BROKEN) | (activity > high + _BROKEN)]

    def _wake(self, rows: NDArray[np.int64]) -> bool:
        self._asleep[rows] = False
        super().set_row_bounds(rows, self._problem.row_lower[rows], self._problem.row_upper[rows])
        return len(rows) > 0

    def _sleep(self, rows: NDArray[np.int64]) -> None:
        for row in rows.tolist():
            accepted(self._highs.changeRowBounds(row, -math.inf, math.inf), "row bounds")
        self._asleep[rows] = True


def _together(rounds: list[Outcome]) -> Outcome:
    """The last answer, with the best bound of all."""
    last = rounds[-1]
    bounds = [one.bound for one in rounds if one.bound is not None]
    bound = max(bounds, default=None)
    if bound is not None and last.objective is not None:
        bound = min(bound, last.objective)
    return replace(
        last,
        bound=bound,
        gap=relative_gap(last.objective, bound),
        seconds=sum(one.seconds for one in rounds),
        nodes=sum(one.nodes for one in rounds),
    )


def _rest(request: Request) -> Request:
    """The same with the time that is left, a little in any case."""
    options = replace(request.options, time_limit_s=request.seconds_left())
    return replace(request, options=options, began=now())


def _is_over(request: Request) -> bool:
    return request.token.cancelled or request.seconds() >= request.options.time_limit_s
