"""One goal by parts: the parts' own optima, put together; the whole model only where that leaves a gap.

A solver that branches on machines and rosters at once has to close the product of their trees; apart, each
closes quickly.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import (
    ABSOLUTE_GAP,
    Outcome,
    SolverOptions,
    Status,
    Values,
    finite_or_none,
    relative_gap,
)
from alloc.solver.parts import Goal, Part, Parts
from alloc.solver.progress import CancelToken, Progress, ProgressCallback

Minimise = Callable[[SolverOptions, Values | None, ProgressCallback | None], Outcome]

PARTS_TIME = 0.6
LARGE_PARTS_TIME = 0.35
"""Shares of a pass's time limit that one part may take; large ones gain more share by share afterwards."""
PARTS_GAP = 0.5
"""Share of the gap asked for that the parts may leave; the rest is lost in putting them together."""
SHARE_TIME = 0.1
"""Share of a pass's time limit that one or two shares of a part may take."""
TOGETHER_TIME = 0.15
"""Share of a pass's time limit that one try to put the parts together may take."""


class ByParts:
    """One pass over a goal. ``minimise`` solves the whole model for it, given options, start and listener.

    ``progress`` hears of the pass, never of a part: the best plan of the whole, and what is proven for it.
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

    def run(self, start: Values | None) -> Outcome:
        """The best plan and the best bound; 'proven' when they meet within the gap asked for."""
        self._values = start
        guess = np.zeros(len(self._goal.cost)) if start is None else start.copy()
        known = self._goal.constant
        for part in self._parts.easy_first:
            outcome = self._solve_part(part, known)
            if outcome.values is None:
                return self._whole(self._limits(1.0), start, self._tell_of_whole)  # why there is none
            guess[part.columns] = outcome.values
            known += part.share(self._goal, guess)
        self._bound = self._parts.bound(self._goal)
        for step in (
            self._join,
            self._join_where_plans_differ,
            self._join_around_the_hardest,
            self._join_around_the_others,
        ):
            if self._goes_on():
                step(guess)
        self._improve_by_shares()
        if self._goes_on():
            self._search_whole()
        return self._concluded()

    def _solve_part(self, part: Part, known: float) -> Outcome:
        """A part alone; ``known`` is what the parts before it come to, against which its gap may be small."""
        limits = self._limits(LARGE_PARTS_TIME if part.is_large else PARTS_TIME, PARTS_GAP)
        limits = replace(limits, gap_abs=max(ABSOLUTE_GAP, limits.gap * abs(known)))
        outcome = part.solve(
            self._goal, self._values, limits, self._cancel, lambda event: self._tell_of_part(part, event)
        )
        self._nodes += outcome.nodes
        return outcome

    def _join(self, guess: Values) -> None:
        """All parts as they solved alone, where that keeps the rows between them."""
        if self._session.problem.feasible(guess):
            self._better(guess)

    def _join_where_plans_differ(self, guess: Values) -> None:
        """Between the plan known before and the parts' own: whole decisions in which both agree are held."""
        if self._values is not None:
            agree = np.rint(guess) == np.rint(self._values)
            self._join_holding(agree & self._session.integer_columns(), guess)

    def _join_around_the_hardest(self, guess: Values) -> None:
        """The others around the whole decisions of the hardest part."""
        mine = np.zeros(len(guess), dtype=bool)
        mine[self._parts.easy_first[-1].columns] = True
        self._join_holding(mine & self._session.integer_columns(), guess)

    def _join_around_the_others(self, guess: Values) -> None:
        """The hardest part around the others as they solved alone."""
        hardest = self._parts.easy_first[-1]
        limits = self._limits(TOGETHER_TIME, PARTS_GAP)
        outcome = hardest.solve_around(self._goal, guess, limits, self._cancel, lambda _: self._tell())
        self._nodes += outcome.nodes
        if outcome.values is not None:
            guess[hardest.columns] = outcome.values
            self._join(guess)

    def _join_holding(self, held: NDArray[np.bool_], guess: Values) -> None:
        columns = np.flatnonzero(held)
        lower, upper = self._session.column_bounds(columns)
        self._session.fix_columns(columns, np.clip(np.rint(guess[columns]), lower, upper))
        try:
            limits = self._limits(TOGETHER_TIME, 1 - PARTS_GAP)
            outcome = self._whole(limits, self._values, lambda _: self._tell())
        finally:
            if self._session.idle:
                self._session.set_column_bounds(columns, lower, upper)
        if outcome.values is not None:
            self._better(outcome.values)

    def _improve_by_shares(self) -> None:
        """The hardest part's shares in turn, all else as in the plan, for as long as that helps: one by one,
        and two by two where the part is too large for the search of the whole to find more.
        """
        hardest = self._parts.easy_first[-1]
        numbers = np.unique(hardest.shares).tolist()
        sizes = (1, 2) if hardest.is_large else (1,)
        groups = [group for size in sizes for group in combinations(numbers, size) if size < len(numbers)]
        turn, since_better = 0, 0
        while self._values is not None and since_better < len(groups) and self._goes_on():
            before = self._goal.value(self._values)
            self._improve_shares(self._values.copy(), groups[turn % len(groups)])
            gained = before - self._goal.value(self._values)
            since_better = 0 if gained > 0.1 * self._tolerance() else since_better + 1
            turn += 1

    def _improve_shares(self, plan: Values, shares: Sequence[int]) -> None:
        hardest, limits = self._parts.easy_first[-1], self._limits(SHARE_TIME, PARTS_GAP)
        outcome = hardest.solve_around(
            self._goal, plan, limits, self._cancel, lambda _: self._tell(), free_shares=shares
        )
        self._nodes += outcome.nodes
        if outcome.values is not None:
            plan[hardest.columns] = outcome.values
            self._join(plan)

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
            self._better(outcome.values)
        if outcome.bound is not None:
            self._bound = max(self._bound, outcome.bound)

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

    def _better(self, values: Values) -> None:
        if self._values is None or self._goal.value(values) < self._goal.value(self._values):
            self._values = values

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
        )
