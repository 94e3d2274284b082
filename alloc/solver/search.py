"""A search for the least of one goal, whatever its steps: the best plan, what is proven, the time left."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from dataclasses import replace

from alloc.solver.outcome import ABSOLUTE_GAP, Outcome, SolverOptions, Status, Values, Way, relative_gap
from alloc.solver.progress import CancelToken


class Search(ABC):
    """What all searches have in common; ``bound`` is proven already to be the least."""

    _found_by: Way = "whole"
    _bound_by: Way = "whole"

    def __init__(self, options: SolverOptions, cancel: CancelToken, bound: float = -math.inf) -> None:
        self._options, self._cancel = options, cancel
        self._began = time.perf_counter()
        self._values: Values | None = None
        self._bound = bound
        self._nodes = 0

    @abstractmethod
    def _worth(self, values: Values) -> float:
        """What a plan comes to, in the goal's own unit."""

    def _value(self) -> float:
        """Of the best plan; infinity without one."""
        return math.inf if self._values is None else self._worth(self._values)

    def _prove(self, bound: float | None) -> bool:
        """Keep a bound that is better than what is known; whether it is."""
        if bound is None or bound <= self._bound:
            return False
        self._bound = bound
        return True

    def _tolerance(self) -> float:
        """The gap asked for, in the goal's own unit."""
        value = 0.0 if self._values is None else abs(self._value())
        return max(self._options.gap * value, self._options.gap_abs, ABSOLUTE_GAP)

    def _closed(self) -> bool:
        return self._value() - self._bound <= self._tolerance()

    def _open(self) -> bool:
        """Whether there is anything left to do, and nobody who stops it."""
        return not self._cancel.cancelled and not self._closed()

    def _left(self) -> float:
        return self._options.time_limit_s - (time.perf_counter() - self._began)

    def _limits(self, time_share: float, of_gap: float = 1.0) -> SolverOptions:
        """A share of the time limit, as far as so much is left, and of the gap."""
        seconds = max(0.1, min(self._left(), time_share * self._options.time_limit_s))
        return replace(self._options, time_limit_s=seconds, gap=of_gap * self._options.gap)

    def _concluded(self) -> Outcome:
        seconds = time.perf_counter() - self._began
        stopped: Status = "cancelled" if self._cancel.cancelled else "time_limit"
        value, closed = self._value(), self._closed()
        bound = min(self._bound, value) if math.isfinite(self._bound) else None
        if self._values is None:
            return Outcome(stopped, "nothing", None, bound, None, seconds, self._nodes, None)
        return Outcome(
            "optimal" if closed else stopped,
            "proven" if closed else "incumbent",
            value,
            bound,
            relative_gap(value, bound),
            seconds,
            self._nodes,
            self._values,
            found_by=self._found_by,
            bound_by=self._bound_by,
        )
