"""One goal by parts: plans of the parts around each other, bounds of the parts, and the whole where they do
not meet.

A solver that branches on machines and rosters at once has to close the product of their trees; apart, each
closes quickly. The steps: improve the known plan part by part; bound each part, as closely as the gap needs;
and only where plan and bounds stay apart, search the whole model from there, with the parts' bounds as rows.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import ABSOLUTE_GAP, Outcome, SolverOptions, Status, Values, relative_gap
from alloc.solver.parts import Goal, Part, Parts
from alloc.solver.progress import CancelToken

_log = logging.getLogger("alloc.solver")
Minimise = Callable[[SolverOptions, Values | None], Outcome]

UNION_TIME = 0.2
PART_TIME = 0.1
PART_ROUNDS = 2
HELD_GOALS = 3
"""Once so many goals are held, parts have little left to trade: they are then solved apart first."""
COARSE_TIME = 0.2
PART_BOUND_TIME = 0.2
BOUND_TIME = 0.9
"""Shares of a pass's time limit: to improve a union or a part, to bound them, and until when they are
bounded.
"""


class ByParts:
    """One pass over a goal. ``minimise`` solves the whole model for it, with given options and start."""

    def __init__(
        self,
        session: HighsSession,
        minimise: Minimise,
        parts: Parts,
        goal: Goal,
        options: SolverOptions,
        cancel: CancelToken,
    ) -> None:
        self._session, self._whole, self._parts, self._goal = session, minimise, parts, goal
        self._options, self._cancel = options, cancel
        self._began = time.perf_counter()
        self._values: Values | None = None
        self._bound = -math.inf

    def run(self, start: Values | None) -> Outcome:
        """The best plan and the best bound; 'proven' when they meet within the gap asked for."""
        self._values = start
        if start is None:
            first = self._first_plan()
            if first is not None:
                return first
        apart_first = self._parts.n_held >= HELD_GOALS
        steps = (self._improve_unions, self._improve_parts, self._bound_coarse, self._bound_apart)
        if apart_first:
            steps = (self._improve_parts, self._bound_apart, self._improve_unions, self._bound_coarse)
        for step in (*steps, self._bound_unions):
            if self._open() and not self._cancel.cancelled:
                step()
                self._bound = max(self._bound, self._parts.bound(self._goal))
        if self._open() and self._left() > 0.0:
            self._search_whole()
        return self._concluded()

    def _first_plan(self) -> Outcome | None:
        """Without a plan to start from: the parts' own optima, put together; or the whole model's outcome."""
        guess, size = np.zeros(len(self._goal.cost)), abs(self._goal.constant)
        for union in self._parts.easy_first:
            part = self._parts.unions[union]
            near = replace(
                self._limits(0.25, self._options.gap / 4),
                gap_abs=max(ABSOLUTE_GAP, self._options.gap / 4 * size),
            )
            outcome = part.bound(self._goal, None, near, self._cancel, only_coarse=False)
            if outcome.values is None:
                return self._whole(self._limits(1.0), None)
            guess[part.columns] = outcome.values
            size += abs(outcome.objective or 0.0)
        self._bound = self._parts.bound(self._goal)
        integer = self._session.integer_columns()
        held = [integer]
        for union in reversed(self._parts.easy_first):
            mine = np.zeros_like(integer)
            mine[self._parts.unions[union].columns] = True
            held.append(integer & mine)
        for mask in held:
            if not self._open() or self._cancel.cancelled:
                return None
            self._keep(self._around(mask, guess))
        if self._values is None:
            return self._whole(self._limits(1.0), None)
        return None

    def _around(self, held: np.ndarray, guess: Values) -> Outcome:
        columns = np.flatnonzero(held)
        lower, upper = self._session.column_bounds(columns)
        self._session.fix_columns(columns, np.clip(np.round(guess[columns]), lower, upper))
        try:
            return self._whole(self._limits(0.2, self._options.gap / 4), self._values)
        finally:
            if self._session.idle:
                self._session.set_column_bounds(columns, lower, upper)

    def _improve_unions(self) -> None:
        """Each union of parts around the others, as they are in the best plan so far."""
        for union in self._parts.easy_first:
            self._improve_part(self._parts.unions[union], UNION_TIME)

    def _improve_parts(self) -> None:
        """Each part around all others, in rounds while that helps."""
        members = [part for union in self._parts.easy_first for part in self._parts.members[union]]
        for _ in range(PART_ROUNDS):
            before = math.inf if self._values is None else self._goal.value(self._values)
            for part in members:
                self._improve_part(part, PART_TIME)
            if self._values is None or before - self._goal.value(self._values) <= 0.1 * self._tolerance():
                return

    def _improve_part(self, part: Part, time_share: float) -> None:
        if self._values is None or self._cancel.cancelled or self._left() <= 0.0 or not self._open():
            return
        outcome = part.improve(self._goal, self._values, self._part_limits(time_share, 0.2), self._cancel)
        if outcome.values is not None:
            better = self._values.copy()
            better[part.columns] = outcome.values
            if self._goal.value(better) < self._goal.value(self._values):
                self._values = better

    def _bound_coarse(self) -> None:
        """Unions with their coarse decisions whole only."""
        for union in self._parts.easy_first:
            if self._parts.unions[union].has_coarse and self._wants(union):
                self._bound_part(union, self._parts.unions[union], COARSE_TIME, only_coarse=True)

    def _bound_apart(self) -> None:
        """The parts of each union on their own, with what the others leave them of shared limits."""
        for union in self._parts.easy_first:
            members = self._parts.members[union]
            if len(members) > 1 and self._wants(union):
                self._parts.share_limits(union, self._part_limits(0.03, 0.5), self._cancel)
            for part in sorted(members, key=lambda one: one.n_integers):
                if self._wants(union):
                    self._bound_part(union, part, PART_BOUND_TIME, only_coarse=False)

    def _bound_unions(self) -> None:
        """Unions with all their decisions, in the time that is left for bounds."""
        for union in self._parts.easy_first:
            if self._wants(union):
                left = BOUND_TIME - self._elapsed() / self._options.time_limit_s
                self._bound_part(union, self._parts.unions[union], left, only_coarse=False)

    def _bound_part(self, union: int, part: Part, time_share: float, *, only_coarse: bool) -> None:
        of_gap = self._allowed(union) / self._tolerance() if self._values is not None else 0.1
        if part is not self._parts.unions[union]:
            of_gap /= len(self._parts.members[union])
        part.bound(
            self._goal,
            self._values,
            self._part_limits(time_share, of_gap),
            self._cancel,
            only_coarse=only_coarse,
        )

    def _wants(self, union: int) -> bool:
        """Whether the gap still needs a better bound of the union, and there is time."""
        return not self._cancel.cancelled and self._left() > 0.0 and self._slack(union) > self._allowed(union)

    def _slack(self, union: int) -> float:
        """How far a union's share in the plan is from its bound."""
        bound = self._parts.bound_of(union, self._goal)
        part = self._parts.unions[union]
        return math.inf if self._values is None else part.share(self._goal, self._values) - bound

    def _allowed(self, union: int) -> float:
        """How much of the gap a union may keep: what those before it have left, nearly all for the last."""
        order = self._parts.easy_first
        used = sum(max(0.0, self._slack(other)) for other in order[: order.index(union)])
        left = max(self._tolerance() - used, 0.0) if math.isfinite(used) else 0.0
        return max(left * (0.98 if union == order[-1] else 0.25), ABSOLUTE_GAP)

    def _tolerance(self) -> float:
        """The gap asked for, in the goal's own unit."""
        value = 0.0 if self._values is None else self._goal.value(self._values)
        return max(self._options.gap * abs(value), ABSOLUTE_GAP)

    def _search_whole(self) -> None:
        kept = self._session.n_added_rows
        self._parts.bound_rows(self._session, self._goal)
        try:
            outcome = self._whole(self._limits(1.0), self._values)
        finally:
            if self._session.idle:
                self._session.drop_added_rows(kept)
        self._keep(outcome)
        if outcome.bound is not None:
            self._bound = max(self._bound, outcome.bound)

    def _keep(self, outcome: Outcome) -> None:
        values = outcome.values
        if values is not None and (
            self._values is None or self._goal.value(values) < self._goal.value(self._values)
        ):
            self._values = values

    def _open(self) -> bool:
        if self._values is None or not math.isfinite(self._bound):
            return True
        return self._goal.value(self._values) - self._bound > self._tolerance()

    def _elapsed(self) -> float:
        return time.perf_counter() - self._began

    def _left(self) -> float:
        return self._options.time_limit_s - self._elapsed()

    def _limits(self, share: float, gap: float | None = None) -> SolverOptions:
        seconds = max(0.1, min(self._left(), share * self._options.time_limit_s))
        return replace(self._options, time_limit_s=seconds, gap=self._options.gap if gap is None else gap)

    def _part_limits(self, share: float, of_gap: float) -> SolverOptions:
        """Limits of a part: the gap is absolute, because the part may be small beside the whole."""
        allowed = max(of_gap * self._tolerance(), ABSOLUTE_GAP)
        return replace(self._limits(share, 0.0), gap_abs=allowed, threads=1)

    def _concluded(self) -> Outcome:
        seconds, bound = self._elapsed(), self._bound if math.isfinite(self._bound) else None
        status: Status = "cancelled" if self._cancel.cancelled else "time_limit"
        if self._values is None:
            return Outcome(status, "nothing", None, bound, None, seconds, 0, None)
        value = self._goal.value(self._values)
        closed = not self._open()
        return Outcome(
            "optimal" if closed else status,
            "proven" if closed else "incumbent",
            value,
            bound,
            relative_gap(value, bound),
            seconds,
            0,
            self._values,
        )
