"""Parts that together take more of something than there is: they are asked again at a price for it.

With a price in place of the row that they share, the parts stay apart, and what they come to less the price
of what there is bounds the whole (Lagrangian relaxation: Geoffrion 1974, Math. Prog. Study 2). Of the plans
they answer with, one a part is chosen so that all fit (Dantzig & Wolfe 1960, with whole columns).
"""

from __future__ import annotations

import math
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock

from alloc.solver.outcome import Outcome, SolverOptions, Values
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Resource
from alloc.solver.priced_part import PricedPart
from alloc.solver.progress import CancelToken
from alloc.solver.threads import result_of
from alloc.solver.together import best_together

_LESS = 0.7
"""Of one price, the next one that is tried."""
_MOST_PLANS = 12
"""Of each part, the last ones are kept."""


@dataclass
class PricedParts:
    """The parts that take of one resource; ``bound`` is proven on the sum of their shares of the goal."""

    parts: list[Part]
    goal: Goal
    resource: Resource
    plans: dict[Part, list[Values]]
    bound: float = -math.inf
    _low: float = 0.0
    _high: float = math.inf
    _priced: dict[tuple[Part, int], PricedPart] = field(default_factory=dict)
    _locks: dict[Part, Lock] = field(default_factory=lambda: defaultdict(Lock))

    def first_price(self) -> float:
        """A little less than that at which what they take costs as much as their share of the goal."""
        shares = sum(abs(float(self._cost(part) @ self.plans[part][-1])) for part in self.parts)
        return _LESS * shares / max(self.resource.limit, 1e-9)

    def ask(
        self, prices: list[float], options: SolverOptions, cancel: CancelToken, pool: ThreadPoolExecutor
    ) -> None:
        """New plans and perhaps a better bound, at several prices at once."""
        jobs = [
            [pool.submit(self._ask_one, part, number, price, options, cancel) for part in self.parts]
            for number, price in enumerate(prices)
        ]
        for price, some in zip(prices, jobs, strict=True):
            self._learn(price, [result_of(job, cancel) for job in some])

    def ask_and_fill(
        self, price: float, options: SolverOptions, cancel: CancelToken, pool: ThreadPoolExecutor
    ) -> None:
        """At one price, the hardest part last; at the same time the best of that with all that the others'
        answers leave, so that plans fit whatever the price was.
        """
        hardest = max(self.parts, key=lambda part: part.n_integers)
        first = sorted(self.parts, key=lambda part: part is hardest)
        jobs = {part: pool.submit(self._ask_one, part, 0, price, options, cancel) for part in first}

        def fill() -> Outcome:
            answers = {part: job.result().values for part, job in jobs.items() if part is not hardest}
            others = sum(float(self._taken(one) @ x) for one, x in answers.items() if x is not None)
            return self._ask_one(hardest, 1, price, options, cancel, self.resource.limit - others)

        filled = pool.submit(fill)
        self._learn(price, [result_of(jobs[part], cancel) for part in self.parts])
        values = result_of(filled, cancel).values
        if values is not None:
            self.plans[hardest].append(values)

    def close(self) -> None:
        """Free what the solver holds."""
        for priced in self._priced.values():
            priced.close()

    def _learn(self, price: float, outcomes: list[Outcome]) -> None:
        taken, bound = 0.0, -price * self.resource.limit
        for part, outcome in zip(self.parts, outcomes, strict=True):
            bound += -math.inf if outcome.bound is None else outcome.bound
            values = self.plans[part][-1] if outcome.values is None else outcome.values
            taken += float(self._taken(part) @ values)
            self.plans[part] = [*self.plans[part][-_MOST_PLANS + 1 :], values]
        self.bound = max(self.bound, bound)
        if taken > self.resource.limit:
            self._low = max(self._low, price)
        else:
            self._high = min(self._high, price)

    def next_prices(self, n: int) -> list[float]:
        """Between a price at which too much was taken and one at which it was not."""
        if not math.isfinite(self._high):
            return [self._low * 2.0 ** (number + 1) for number in range(n)]
        if self._low <= 0.0:
            return [self._high * _LESS ** (number + 1) for number in range(n)]
        return [self._low * (self._high / self._low) ** ((number + 1) / (n + 1)) for number in range(n)]

    def _ask_one(
        self,
        part: Part,
        number: int,
        price: float,
        options: SolverOptions,
        cancel: CancelToken,
        most: float = math.inf,
    ) -> Outcome:
        """Each price has its own copy of the part, as far as the part decides first."""
        with self._locks[part]:
            if (part, number) not in self._priced:
                self._priced[part, number] = part.at_a_price(self._cost(part), self._taken(part))
        outcome = self._priced[part, number].ask(price, options, cancel, self._locks[part], most)
        if outcome.values is None:
            return outcome
        with self._locks[part]:
            return replace(outcome, values=part.give_way(self.goal, outcome.values, cancel))

    def choice(self) -> dict[Part, Values] | None:
        """One plan a part, the best together that takes no more than there is; None where none does."""
        return best_together(self.plans, self.goal, [self.resource])

    def _cost(self, part: Part) -> Values:
        return self.goal.cost[part.columns]

    def _taken(self, part: Part) -> Values:
        return self.resource.taken[part.columns]
