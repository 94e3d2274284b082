"""One goal of a large model: its parts searched at the same time, and taken into the plan one by one.

In a city the whole model is too large to be put together by a search of its own; but little binds across its
parts, so most of them can have what is best for them, and the others what is best beside the rest.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from alloc.solver.by_parts import PARTS_GAP, ByParts
from alloc.solver.outcome import ABSOLUTE_GAP, Outcome, SolverOptions, Values
from alloc.solver.part import Goal, Part
from alloc.solver.priced_parts import PricedParts
from alloc.solver.threads import pool_of, result_of

ALONE_TIME = 0.5
"""Share of a pass's time limit that a part alone may take."""
BOUND_TIME = 0.25
"""The same, where little more than a bound is hoped for."""
ASK_TIME = 0.2
"""The same, for one answer at a price."""
PRICE_TIME = 0.6
"""Share of what is left of a pass's time that prices may take."""
MOST_PRICES = 10


class ByLargeParts(ByParts):
    """The parts at the same time; without a plan to begin with, they are joined as in `ByParts`."""

    _next_goal: Goal | None = None

    def run_before(self, next_goal: Goal | None, start: Values | None) -> Outcome:
        """As ``run``; the goal of the next pass may choose among plans that are as good as may be."""
        self._next_goal = next_goal
        return self.run(start)

    def run(self, start: Values | None) -> Outcome:
        """See `ByParts.run`."""
        self._values = start
        hard_first = self._parts.easy_first[::-1]
        apart = dict(zip(hard_first, self._search_apart(hard_first), strict=True))
        if any(outcome.values is None for outcome in apart.values()):
            return self._whole(self._limits(1.0), start, self._tell_of_whole)  # why there is none
        guess = np.zeros(len(self._goal.cost)) if start is None else start.copy()
        for part, outcome in apart.items():
            guess[part.columns] = outcome.values
        self._bound = self._parts.bound(self._goal)
        self._join(guess)
        if self._goes_on():
            apart = self._pay(guess, apart)
            self._join_one_by_one(apart)
        if self._goes_on():
            self._join_one_by_one(dict(reversed(apart.items())))
        if self._values is None:
            self._join_around_the_hardest(guess)
        for part in sorted(hard_first, key=self._own_gap, reverse=True):
            self._search_beside_the_others(part)
        if self._goes_on():
            self._search_whole()
        return self._concluded()

    def _pay(self, guess: Values, apart: dict[Part, Outcome]) -> dict[Part, Outcome]:
        """Where the parts take too much of something, it has a price; returns plans that fit."""
        resource, hardest = self._parts.short_of(guess), self._parts.easy_first[-1]
        if resource is None or not hardest.decides_first(self._goal):
            return apart
        users = [part for part in apart if resource.taken[part.columns].any()]
        others = self._parts.bound(self._goal) - sum(part.bound_of(self._goal) for part in users)
        priced = PricedParts(users, self._goal, resource, {part: [guess[part.columns]] for part in users})
        price, ends = priced.first_price(), self._left() * (1.0 - PRICE_TIME)
        with pool_of(self._options.threads) as pool:
            for _ in range(MOST_PRICES):
                if not self._goes_on() or self._left() <= ends:
                    break
                limits = self._part_limits(ASK_TIME)
                price = priced.ask(price, limits, self._cancel, pool)
                if others + priced.bound > self._bound:
                    self._bound, self._bound_by = others + priced.bound, "prices"
                choice = priced.choice()
                if choice is not None:
                    for part, values in choice.items():
                        guess[part.columns] = values
                        apart = apart | {part: replace(apart[part], values=values)}
                    self._join(guess)
                    value = sum(part.share(self._goal, guess) for part in apart) + self._goal.constant
                    if value - self._bound <= 0.5 * self._options.gap * abs(value):
                        break
                self._tell()
        return apart

    def _search_apart(self, parts: list[Part]) -> list[Outcome]:
        """All parts as if the others gave way, as many at a time as there are threads; hardest first."""
        with pool_of(self._options.threads) as pool:
            waiting = [
                pool.submit(self._search_part, part, self._values, self._nothing_decided()) for part in parts
            ]
            outcomes = []
            for one in waiting:
                outcomes.append(result_of(one, self._cancel))
                self._tell()
            return outcomes

    def _search_part(self, part: Part, plan: Values | None, decided: NDArray[np.bool_]) -> Outcome:
        limits = self._part_limits(ALONE_TIME if decided.any() else self._alone_time(part))
        outcome = part.search(self._goal, self._next_goal, plan, decided, limits, self._cancel)
        self._nodes += outcome.nodes
        return outcome

    def _alone_time(self, part: Part) -> float:
        """Where decisions do not come first and a plan is there, what is found beside the others counts."""
        return ALONE_TIME if self._values is None or part.decides_first(self._goal) else BOUND_TIME

    def _part_limits(self, time_share: float) -> SolverOptions:
        """Of one part alone; its gap may be small beside what all are known to come to at least."""
        known = 0.0 if self._values is None else abs(self._goal.value(self._values))
        if math.isfinite(self._bound):
            known = min(known, abs(self._bound)) if self._values is not None else abs(self._bound)
        limits = self._limits(time_share, PARTS_GAP)
        room = limits.gap * known / len(self._parts.easy_first)
        return replace(limits, threads=1, gap_abs=max(ABSOLUTE_GAP, room))

    def _join_one_by_one(self, apart: dict[Part, Outcome]) -> None:
        """Each part as it would be alone where that fits those before it, else anew."""
        plan, decided = np.zeros(len(self._goal.cost)), self._nothing_decided()
        for part, alone in apart.items():
            outcome = alone
            if alone.values is None or not part.fits(alone.values, plan, decided):
                outcome = self._search_part(part, plan, decided)
            if outcome.values is None:
                return
            plan[part.columns], decided[part.columns] = outcome.values, True
        helpers = ~decided
        if self._values is not None:
            plan[helpers] = self._values[helpers]
        self._join(plan)

    def _nothing_decided(self) -> NDArray[np.bool_]:
        return np.zeros(len(self._goal.cost), dtype=bool)

    def _own_gap(self, part: Part) -> float:
        values = self._values
        return 0.0 if values is None else part.share(self._goal, values) - part.bound_of(self._goal)

    def _search_beside_the_others(self, part: Part) -> None:
        if self._values is None or not self._goes_on() or self._own_gap(part) <= 0.1 * self._tolerance():
            return
        plan, decided = self._values.copy(), ~self._nothing_decided()
        outcome = self._search_part(part, plan, decided)
        if outcome.values is not None:
            plan[part.columns] = outcome.values
            self._join(plan)
