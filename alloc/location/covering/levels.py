"""The hardest level that can still be met: a search over the values that occur, from both ends.

Answers come from greedy choices and swaps, bounds from relaxations, and MIPs are asked only about what is
left between them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Generic, Protocol, TypeVar

import numpy as np

from alloc.location.covering.fits import FEW_STEPS, MANY_STEPS, Fit
from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Limits
from alloc.location.stopping import stopper
from alloc.solver.progress import CancelToken

PATIENCE = 3
"""So many tries next to the best answer that find nothing end the swaps."""
FINEST = 64
"""Share of what is open below which relaxations and swaps look no closer."""
FIRST_TIME, MOST_TIME = 0.05, 0.5
"""Share of the time left that a MIP may take: after each that has no answer swaps may find one, then the next
may take twice as long.
"""
FIRST_STEP, STEP_CUT = 32, 4
"""The first MIP is asked that share of what is open from the bound; where none has an answer in the longest
time, so much nearer to it.
"""


class Question(Protocol):
    """Whether some of its columns meet one level, looked at ever harder."""

    @property
    def columns(self) -> Index:
        """Which of the search's columns it is about."""

    def by_greedy(self) -> Fit:
        """Cheap."""

    def by_lp(self, limits: Limits, cancel: CancelToken | None) -> Fit:
        """May refute."""

    def by_swaps(self, start: Mask, n_steps: int, seed: int, stop: Callable[[], bool]) -> Fit:
        """May find, changing some choice of its columns."""

    def by_mip(self, limits: Limits, cancel: CancelToken | None) -> Fit:
        """Knows, unless the time is over."""


Asked = TypeVar("Asked", bound=Question)


class LevelSearch(ABC, Generic[Asked]):
    """``chosen`` (a mask) has the value ``value``; no choice has one that is better than ``bound``.

    ``levels`` stand in order, the hardest first: rising where the least is sought, falling where the most is.
    ``anyway`` is part of every choice.
    """

    many_steps = MANY_STEPS
    """Swaps of one search."""

    def __init__(
        self,
        levels: Values,
        chosen: Mask,
        anyway: Mask,
        limits: Limits,
        cancel: CancelToken | None,
        *,
        rising: bool,
    ) -> None:
        self._levels, self._sense = levels, 1.0 if rising else -1.0
        self._anyway, self.chosen, self.value = anyway, chosen, self._worth(chosen)
        self._limits, self._cancel, self._stop = limits, cancel, stopper(limits, cancel)
        self._low = 0  # every level before this one is refuted
        self._n_swapped = 0
        self.method = "greedy"

    @abstractmethod
    def _worth(self, chosen: Mask) -> float:
        """What a choice comes to."""

    @abstractmethod
    def _question(self, level: float) -> Asked:
        """Whether a level can be met."""

    @property
    def bound(self) -> float:
        """What the value is at best."""
        level = float(self._levels[min(self._low, len(self._levels) - 1)])
        return self._sense * min(self._sense * level, self._sense * self.value)

    @property
    def _known(self) -> int:
        """The level of the best answer; past the last one where there is none yet."""
        return int(np.searchsorted(self._sense * self._levels, self._sense * self.value))

    def _closed(self) -> bool:
        known = np.isfinite(self.value) and np.isfinite(self.bound)
        near = known and self._limits.closed(self.value, self.bound)
        return self._stop() or self._low >= self._known or near

    def _seek_answer(self) -> None:
        """Halve the levels; where greedy finds nothing, look at easier ones."""
        low, high = self._low, self._known
        while low < high and not self._closed():
            level = (low + high) // 2
            fit = self._try(lambda question: question.by_greedy(), level)
            low, high = (low, min(level, self._known)) if fit.chosen is not None else (level + 1, high)

    def _seek_bound(self, look: Callable[[Asked], Fit], method: str, high: int) -> None:
        """Halve the levels before ``high``; where nothing is refuted, seek an answer and go on before it."""
        while high - self._low > (self._known - self._low) // FINEST and not self._closed():
            self.method = f"greedy, swaps, {method}"
            level = (self._low + high) // 2
            if not self._try(look, level).refuted:
                high = level
                self._swap_at(level, FEW_STEPS)

    def _by_lp(self, question: Asked) -> Fit:
        return question.by_lp(self._limits, self._cancel)

    def _seek_by_swaps(self, n_steps: int, nearer: int = 2) -> None:
        """Ever nearer to the best answer, until nothing better is found next to it."""
        failed = 0
        while failed < PATIENCE and not self._closed():
            open_levels = self._known - self._low
            level = self._known - max(open_levels // nearer, 1)
            if self._swap_at(level, n_steps).chosen is not None:
                failed = 0
            elif nearer < min(open_levels, FINEST):
                nearer *= 2
            else:
                failed += 1

    def _seek_by_mip(self) -> None:
        """From the bound on: the farther from the answer, the sooner a MIP refutes."""
        step, share = max((self._known - self._low) // FIRST_STEP, 1), FIRST_TIME
        if not self._closed():
            self.method += ", MIP"
        while not self._closed():
            level = max(min(self._low + step, self._known) - 1, self._low)
            seconds = self._limits.seconds() + share * self._limits.left()
            limits = replace(self._limits, time_limit_s=seconds)
            fit = self._try(partial(self._by_mip, limits), level)
            if fit.refuted:
                step *= 2
            elif fit.chosen is not None:
                step = max(min(step, (self._known - self._low) // FIRST_STEP), 1)
            elif share == 1.0:
                return
            else:
                self._seek_by_swaps(self.many_steps, FINEST // 4)
                step = step if share < MOST_TIME else max(step // STEP_CUT, 1)
                share = min(2.0 * share, MOST_TIME if step > 1 else 1.0)

    def _by_mip(self, limits: Limits, question: Asked) -> Fit:
        return question.by_mip(limits, self._cancel)

    def _swap_at(self, level: int, n_steps: int) -> Fit:
        self._n_swapped += 1
        seed = self._limits.seed + self._n_swapped

        def look(question: Asked) -> Fit:
            return question.by_swaps(self.chosen[question.columns], n_steps, seed, self._stop)

        return self._try(look, level)

    def _try(self, look: Callable[[Asked], Fit], level: int) -> Fit:
        question = self._question(float(self._levels[level]))
        fit = look(question)
        if fit.refuted:
            self._low = max(self._low, level + 1)
        elif fit.chosen is not None:
            self._take(question.columns[fit.chosen])
        return fit

    def _take(self, columns: Index) -> None:
        chosen = self._anyway.copy()
        chosen[columns] = True
        value = self._worth(chosen)
        if self._sense * value < self._sense * self.value:
            self.chosen, self.value = chosen, value
