"""One pass over a goal of a model in parts: best plan so far, what is proven, time left, who listens."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import (
    ABSOLUTE_GAP,
    Outcome,
    SolverOptions,
    Status,
    Values,
    Way,
    finite_or_none,
    relative_gap,
)
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Parts
from alloc.solver.progress import CancelToken, Progress, ProgressCallback

Minimise = Callable[[SolverOptions, Values | None, ProgressCallback | None], Outcome]


class OnePass:
    """What every way to run a pass has in common. ``minimise`` solves the whole model for the goal, given
    options, start and listener. ``progress`` hears of the pass, never of a part.
    """

    def __init__(
        self,
        session: HighsSession,
        minimise: Minimise,
        parts: Parts,
        goal: Goal,
        options: SolverOptions,
        cancel: CancelToken,
        progress: ProgressCallback | None = None,
    ) -> None:
        self._progress = progress
        self._session, self._whole, self._parts, self._goal = session, minimise, parts, goal
        self._options, self._cancel = options, cancel
        self._began = time.perf_counter()
        self._values: Values | None = None
        self._bound = -math.inf
        self._nodes = 0
        self._found_by: Way = "before"
        self._bound_by: Way = "parts"

    def _search_whole(self) -> None:
        kept = self._session.n_added_rows
        self._parts.bound_rows(self._session, self._goal)
        try:
            outcome = self._whole(self._limits(1.0), self._values, self._tell_of_whole)
        finally:
            if self._session.idle:
                self._session.drop_added_rows(kept)
        self._nodes += outcome.nodes
        if outcome.values is not None:
            self._better(outcome.values, "whole")
        if outcome.bound is not None and outcome.bound > self._bound:
            self._bound, self._bound_by = outcome.bound, "whole"

    def _tell_of_part(self, part: Part, event: Progress) -> None:
        others = [one.bound_of(self._goal) for one in self._parts.easy_first if one is not part]
        mine = -math.inf if event.bound is None else event.bound
        self._tell(bound=self._goal.constant + sum(others) + mine)

    def _tell_of_whole(self, event: Progress) -> None:
        self._tell(event.incumbent, -math.inf if event.bound is None else event.bound)

    def _tell(self, incumbent: float | None = None, bound: float = -math.inf) -> None:
        """Tell of the pass; no better than what it has is not told."""
        if self._progress is None:
            return
        held = None if self._values is None else self._goal.value(self._values)
        best = min((value for value in (held, incumbent) if value is not None), default=None)
        proven = finite_or_none(max(self._bound, bound))
        seconds = time.perf_counter() - self._began
        self._progress(
            Progress(self._goal.name, "searching", best, proven, relative_gap(best, proven), seconds)
        )

    def _better(self, values: Values, found_by: Way) -> None:
        if self._values is None or self._goal.value(values) < self._goal.value(self._values):
            self._values, self._found_by = values, found_by

    def _goes_on(self) -> bool:
        return self._open() and self._left() > 0.0 and not self._cancel.cancelled

    def _open(self) -> bool:
        return self._values is None or self._goal.value(self._values) - self._bound > self._tolerance()

    def _tolerance(self) -> float:
        """The gap asked for, in the goal's own unit."""
        value = 0.0 if self._values is None else self._goal.value(self._values)
        return max(self._options.gap * abs(value), ABSOLUTE_GAP)

    def _left(self) -> float:
        return self._options.time_limit_s - (time.perf_counter() - self._began)

    def _limits(self, time_share: float, of_gap: float = 1.0) -> SolverOptions:
        seconds = max(0.1, min(self._left(), time_share * self._options.time_limit_s))
        return replace(self._options, time_limit_s=seconds, gap=of_gap * self._options.gap)

    def _concluded(self) -> Outcome:
        seconds = time.perf_counter() - self._began
        bound = self._bound if math.isfinite(self._bound) else None
        status: Status = "cancelled" if self._cancel.cancelled else "time_limit"
        if self._values is None:
            return Outcome(status, "nothing", None, bound, None, seconds, self._nodes, None)
        value, closed = self._goal.value(self._values), not self._open()
        return Outcome(
            "optimal" if closed else status,
            "proven" if closed else "incumbent",
            value,
            bound if bound is None else min(bound, value),
            relative_gap(value, bound),
            seconds,
            self._nodes,
            self._values,
            found_by=self._found_by,
            bound_by=self._bound_by,
        )
