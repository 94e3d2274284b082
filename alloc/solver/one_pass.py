"""One pass over a goal of a model in parts: the search of the whole model, and who listens."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values, Way, finite_or_none, relative_gap
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Parts
from alloc.solver.progress import CancelToken, Progress, ProgressCallback
from alloc.solver.search import Search

Minimise = Callable[[SolverOptions, Values | None, ProgressCallback | None], Outcome]


class OnePass(Search):
    """What every way to run a pass has in common. ``minimise`` solves the whole model for the goal, given
    options, start and listener. ``progress`` hears of the pass, never of a part.
    """

    _found_by: Way = "before"
    _bound_by: Way = "parts"

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
        super().__init__(options, cancel)
        self._progress = progress
        self._session, self._whole, self._parts, self._goal = session, minimise, parts, goal

    def _worth(self, values: Values) -> float:
        return self._goal.value(values)

    def _search_whole(self) -> None:
        with self._session.for_now():
            self._parts.bound_rows(self._session, self._goal)
            outcome = self._whole(self._limits(1.0), self._values, self._tell_of_whole)
        self._nodes += outcome.nodes
        if outcome.values is not None:
            self._better(outcome.values, "whole")
        if self._prove(outcome.bound):
            self._bound_by = "whole"

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
        if self._worth(values) < self._value():
            self._values, self._found_by = values, found_by

    def _goes_on(self) -> bool:
        return self._open() and self._left() > 0.0
