"""Parts that together take more of something than there is: they are asked again at a price for it.

With a price in place of the row that they share, the parts stay apart, and what they come to less the price
of what there is bounds the whole (Lagrangian relaxation: Geoffrion 1974, Math. Prog. Study 2). Of the plans
they answer with, one a part is chosen so that all fit (Dantzig & Wolfe 1960, with whole columns).
"""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from alloc.solver.outcome import SolverOptions, Values
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Resource
from alloc.solver.progress import CancelToken
from alloc.solver.threads import result_of

_MOST_PLANS = 12
"""Of each part, the last ones: all their combinations are looked at."""


@dataclass
class PricedParts:
    """The parts that take of one resource; ``bound`` is proven on the sum of their shares of the goal."""

    parts: list[Part]
    goal: Goal
    resource: Resource
    plans: dict[Part, list[Values]]
    bound: float = -math.inf
    _low: float = 0.0
    _high: float = field(default=math.inf)

    def first_price(self) -> float:
        """At which what they take costs as much as their share of the goal."""
        shares = sum(abs(float(self._cost(part) @ self.plans[part][0])) for part in self.parts)
        return shares / max(self.resource.limit, 1e-9)

    def ask(
        self, price: float, options: SolverOptions, cancel: CancelToken, pool: ThreadPoolExecutor
    ) -> float:
        """New plans and perhaps a better bound; returns the next price to ask at."""
        jobs = [
            pool.submit(part.solve_alone, self._cost(part) + price * self._taken(part), options, cancel)
            for part in self.parts
        ]
        outcomes = [result_of(job, cancel) for job in jobs]
        taken, bound = 0.0, -price * self.resource.limit
        for part, outcome in zip(self.parts, outcomes, strict=True):
            bound += -math.inf if outcome.bound is None else outcome.bound
            values = self.plans[part][-1] if outcome.values is None else outcome.values
            taken += float(self._taken(part) @ values)
            self.plans[part] = [*self.plans[part][-_MOST_PLANS + 1 :], values]
        self.bound = max(self.bound, bound)
        if taken > self.resource.limit:
            self._low = price
        else:
            self._high = price
        if not math.isfinite(self._high):
            return 2.0 * self._low
        return 0.5 * self._high if self._low <= 0.0 else math.sqrt(self._low * self._high)

    def choice(self) -> dict[Part, Values] | None:
        """One plan a part, the best together that takes no more than there is; None where none does."""
        best, chosen = math.inf, None
        listed = [
            [(float(self._cost(part) @ one), float(self._taken(part) @ one), one) for one in self.plans[part]]
            for part in self.parts
        ]
        for some in itertools.product(*listed):
            value = sum(cost for cost, _, _ in some)
            if value < best and sum(taken for _, taken, _ in some) <= self.resource.limit:
                best, chosen = value, some
        if chosen is None:
            return None
        return {part: values for part, (_, _, values) in zip(self.parts, chosen, strict=True)}

    def _cost(self, part: Part) -> Values:
        return self.goal.cost[part.columns]

    def _taken(self, part: Part) -> Values:
        return self.resource.taken[part.columns]
