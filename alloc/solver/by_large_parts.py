"""One goal of a large model: its parts searched at the same time, and taken into the plan one by one.

In a city the whole model is too large to be put together by a search of its own; but little binds across its
parts, so most of them can have what is best for them, and the others what is best beside the rest.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from alloc.solver.by_parts import PARTS_GAP, ByParts
from alloc.solver.outcome import ABSOLUTE_GAP, Outcome, SolverOptions, Values
from alloc.solver.part import Goal, Part
from alloc.solver.priced_parts import PricedParts
from alloc.solver.row_prices import row_prices
from alloc.solver.standard import StandardForm
from alloc.solver.threads import pool_of, result_of

RELAXED_TIME = 0.3
"""Share of a pass's time limit that the relaxation of the whole may take."""
ALONE_TIME = 0.5
"""Share of a pass's time limit that a part alone may take, or beside the others."""
ASK_TIME = 0.4
"""The same, for one answer at a price."""
JOIN_TIME = 0.2
"""The share that answers at a price leave for putting the parts together."""
FOLLOW_TIME = 0.1
"""Share of a pass's time limit for the flows around the decisions of the plan before."""
PRICE_TIME = 0.3
"""Share of what is left of a pass's time that prices may take."""
MOST_PRICES, MOST_AT_ONCE = 10, 4


class ByLargeParts(ByParts):
    """The parts at the same time; without a plan to begin with, they are joined as in `ByParts`."""

    _next_goal: Goal | None = None
    _asked: Goal
    """The goal that parts alone are asked for: with what they share at a price."""
    _is_thrifty = True
    """Whether what parts take of what they share may choose among their plans."""

    def run_before(self, next_goal: Goal | None, start: Values | None) -> Outcome:
        """As ``run``; the goal of the next pass may choose among plans that are as good as may be."""
        self._next_goal = next_goal
        return self.run(start)

    def run(self, start: Values | None) -> Outcome:
        """See `ByParts.run`."""
        self._values, self._asked = start, self._goal
        form = self._session.problem.form()
        with pool_of(self._options.threads) as pool:
            relaxed = pool.submit(self._prices, form)
            if start is not None:
                self._follow(start, pool)
            prices = result_of(relaxed, self._cancel)
        if prices is not None:
            self._ask_at(form, prices)
        apart = self._search_apart(ALONE_TIME)
        if any(outcome.values is None for outcome in apart.values()):
            return self._whole(self._limits(1.0), start, self._tell_of_whole)  # why there is none
        guess = self._put_together(apart)
        if self._goes_on():
            apart = self._pay(guess, apart)
        hard_first = self._parts.easy_first[::-1]
        for order in (hard_first, hard_first[::-1]):
            if self._goes_on():
                self._join_one_by_one({part: apart[part] for part in order})
        if self._values is None:
            self._join_around_the_hardest(guess)
        self._search_beside()
        if self._goes_on():
            self._search_whole()
        return self._concluded()

    @property
    def _hardest(self) -> Part:
        return self._parts.easy_first[-1]

    def _follow(self, plan: Values, pool: ThreadPoolExecutor) -> None:
        """The best flows of each part around its whole decisions in a plan."""
        limits = replace(self._limits(FOLLOW_TIME), threads=1)
        jobs = {
            part: pool.submit(part.follow, self._goal, plan, limits, self._cancel)
            for part in self._parts.easy_first
        }
        self._take_up({part: result_of(job, self._cancel) for part, job in jobs.items()})
        self._tell()

    def _prices(self, form: StandardForm) -> Values | None:
        """Of the rows of the whole model, by its relaxation; None where time is short."""
        links = self._parts.links
        seldom = np.concatenate([links, np.zeros(form.n_rows - len(links), dtype=bool)])
        prices = row_prices(form, seldom, self._goal.cost, self._limits(RELAXED_TIME), self._cancel)
        if prices is not None:
            self._bound_by = "prices"
        return prices

    def _ask_at(self, form: StandardForm, prices: Values) -> None:
        """Ask parts for the goal with what they share at a price; the prices themselves prove something."""
        self._asked = self._parts.priced(self._goal, prices)
        for part, bound in self._parts.bounds_at_prices(form, self._asked, prices).items():
            part.learn_bound(self._asked, bound)
        self._bound = max(self._bound, self._parts.bound(self._asked))

    def _pay(self, guess: Values, apart: dict[Part, Outcome]) -> dict[Part, Outcome]:
        """Where the parts take too much of something, it has a price; returns plans that fit."""
        resource = self._parts.short_of(guess)
        if resource is None:
            return apart
        users = [part for part in apart if resource.taken[part.columns].any()]
        others = self._parts.bound(self._asked) - sum(part.bound_of(self._asked) for part in users)
        known = [guess] if self._values is None else [self._values, guess]
        plans = {part: [plan[part.columns] for plan in known] for part in users}
        priced = PricedParts(users, self._asked, resource, plans)
        try:
            for _ in self._asks(priced):
                if others + priced.bound > self._bound:
                    self._bound, self._bound_by = others + priced.bound, "prices"
                choice = priced.choice()
                if choice is not None:
                    guess, apart = self._taken_up(choice, guess, apart)
                    value = sum(part.share(self._goal, guess) for part in apart) + self._goal.constant
                    if value - self._bound <= 0.5 * self._options.gap * abs(value):
                        break
                self._tell()
        finally:
            priced.close()
        return apart

    def _taken_up(
        self, choice: dict[Part, Values], guess: Values, apart: dict[Part, Outcome]
    ) -> tuple[Values, dict[Part, Outcome]]:
        """All parts with the plans chosen, whether that fits or not."""
        guess = guess.copy()
        for part, values in choice.items():
            guess[part.columns] = values
            apart = apart | {part: replace(apart[part], values=values)}
        self._join(guess)
        return guess, apart

    def _asks(self, priced: PricedParts) -> Iterator[None]:
        """Prices one after another, as many at a time as there are threads, while there is time for them."""
        n = min(self._options.threads or os.cpu_count() or 1, MOST_AT_ONCE)
        ends = self._left() * (1.0 - PRICE_TIME)
        with pool_of(self._options.threads) as pool:
            if self._goes_on():
                priced.ask_and_fill(priced.first_price(), self._ask_limits(), self._cancel, pool)
                yield
            for _ in range(MOST_PRICES):
                if not self._goes_on() or self._left() <= ends:
                    return
                priced.ask(priced.next_prices(n), self._ask_limits(), self._cancel, pool)
                yield

    def _ask_limits(self) -> SolverOptions:
        """Of one answer at a price: however slow the machine, time is left to put the parts together."""
        left = self._left() / self._options.time_limit_s
        return self._part_limits(max(0.0, min(ASK_TIME, left - JOIN_TIME)))

    def _search_apart(self, time_share: float) -> dict[Part, Outcome]:
        """All parts as if the others gave way, the largest first: no thread should wait for it at the end."""
        parts = sorted(self._parts.easy_first, key=lambda part: -len(part.columns))
        nothing = self._nothing_decided()
        return self._each(parts, lambda part: self._search_part(part, self._values, nothing, time_share))

    def _each(self, parts: list[Part], search: Callable[[Part], Outcome]) -> dict[Part, Outcome]:
        """What each part answers, as many at a time as there are threads."""
        with pool_of(self._options.threads) as pool:
            waiting = [pool.submit(search, part) for part in parts]
            found = [result_of(one, self._cancel) for one in waiting]
        return dict(zip(parts, found, strict=True))

    def _put_together(self, apart: dict[Part, Outcome]) -> Values:
        """All parts as they are apart, whether that fits or not; and what they prove together."""
        guess = np.zeros(len(self._goal.cost)) if self._values is None else self._values.copy()
        for part, outcome in apart.items():
            if outcome.values is not None:
                guess[part.columns] = outcome.values
        self._bound = max(self._bound, self._parts.bound(self._asked))
        self._join(guess)
        self._tell()
        return guess

    def _search_part(
        self,
        part: Part,
        plan: Values | None,
        decided: NDArray[np.bool_],
        time_share: float,
        other: Values | None = None,
    ) -> Outcome:
        goal = self._goal_beside(part, decided)
        limits, thrifty = self._limits_of(part, time_share), self._is_thrifty
        known = None if self._values is None else self._values[part.columns]
        starts = [one for one in (known, part.thrifty, other) if one is not None]
        proven = -math.inf if decided.any() else part.bound_of(goal)
        outcome = part.search(
            goal, self._next_goal, plan, decided, starts, thrifty, limits, self._cancel, proven
        )
        self._nodes += outcome.nodes
        if not decided.any():
            part.learn_bound(goal, outcome.bound)
        return outcome

    def _goal_beside(self, part: Part, decided: NDArray[np.bool_]) -> Goal:
        """What is shared has a price only where nothing is decided of the others."""
        return self._goal if decided.any() else self._asked

    def _part_limits(self, time_share: float) -> SolverOptions:
        """Of one part alone; its gap may be small beside what all are known to come to at least."""
        known = 0.0 if self._values is None else abs(self._goal.value(self._values))
        if math.isfinite(self._bound):
            known = min(known, abs(self._bound)) if self._values is not None else abs(self._bound)
        limits = self._limits(time_share, PARTS_GAP)
        room = limits.gap * known / len(self._parts.easy_first)
        return replace(limits, threads=1, gap_abs=max(ABSOLUTE_GAP, room))

    def _limits_of(self, part: Part, time_share: float) -> SolverOptions:
        """As `_part_limits`, for a part whose share of the goal is known: with prices on what it takes, what
        it is asked for comes to anything, and a share of that is no measure of a gap.
        """
        limits = self._part_limits(time_share)
        if self._values is None:
            return limits
        room = limits.gap * abs(part.share(self._goal, self._values))
        return replace(limits, gap=0.0, gap_abs=max(limits.gap_abs, room))

    def _join_one_by_one(self, apart: dict[Part, Outcome]) -> None:
        """Each part as it would be alone where that fits those before it, else anew."""
        plan, decided = np.zeros(len(self._goal.cost)), self._nothing_decided()
        for part, alone in apart.items():
            outcome = alone
            decided[part.columns] = False
            if alone.values is None or not part.fits(alone.values, plan, decided):
                outcome = self._search_part(part, plan, decided, ALONE_TIME, alone.values)
            if outcome.values is None:
                return
            plan[part.columns], decided[part.columns] = outcome.values, True
        helpers = ~decided
        if self._values is not None:
            plan[helpers] = self._values[helpers]
        self._join(plan)
        self._tell()

    def _nothing_decided(self) -> NDArray[np.bool_]:
        return np.zeros(len(self._goal.cost), dtype=bool)

    def _own_gap(self, part: Part) -> float:
        values = self._values
        return 0.0 if values is None else part.share(self._asked, values) - part.bound_of(self._asked)

    def _search_beside(self) -> None:
        """Each part beside the others as they are, all at the same time."""
        if self._values is None or not self._goes_on():
            return
        plan, everything = self._values, ~self._nothing_decided()
        parts = sorted(self._parts.easy_first, key=self._own_gap, reverse=True)
        parts = [part for part in parts if self._own_gap(part) > 0.1 * self._tolerance()]
        self._take_up(self._each(parts, lambda part: self._search_part(part, plan, everything, ALONE_TIME)))

    def _take_up(self, found: dict[Part, Outcome]) -> None:
        """What parts found beside the same plan: together where that fits, else what gains most first."""
        if self._values is None:
            return
        plan, together = self._values, self._values.copy()
        new = {part: outcome.values for part, outcome in found.items() if outcome.values is not None}
        gained = {
            part: part.share(self._goal, plan) - float(self._goal.cost[part.columns] @ values)
            for part, values in new.items()
        }
        better = [part for part in sorted(gained, key=lambda part: -gained[part]) if gained[part] > 0.0]
        for part in better:
            together[part.columns] = new[part]
        self._join(together)
        for part in better:
            one_more = self._values.copy()
            one_more[part.columns] = new[part]
            self._join(one_more)
