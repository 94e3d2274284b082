"""One goal of a large model that the goals before it have narrowed down: little is left to share out.

Alone, each part could take far more of what is shared than the goals held leave it, and its bound is
worth little. So it is proven first what each takes at least: a part is then left little more than what it
has, and its bound alone is worth more. The plan before is a start for everything: first its flows are chosen
anew, then each part within what the others need.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from alloc.solver.by_large_parts import ByLargeParts
from alloc.solver.least_taken import GAP as LEAST_GAP
from alloc.solver.least_taken import tell_the_least
from alloc.solver.outcome import Outcome, Values
from alloc.solver.part import Goal, Part
from alloc.solver.threads import pool_of, result_of

LEAST_TIME = 0.2
"""Share of a pass's time limit to prove what a part takes at least of what is shared."""
FOLLOW_TIME = 0.1
"""The same, for the flows around the decisions of the plan before."""
APART_TIME = 0.3
"""The same, for a part alone."""
JOIN_TIME, LEAST_JOIN_TIME = 0.4, 0.04
"""The same, for all parts as they are joined, each by what it can gain; and for one of them in any case."""


class ByNarrowedParts(ByLargeParts):
    """Needs a plan to begin with."""

    _is_thrifty = False

    def run(self, start: Values | None) -> Outcome:
        """See `ByParts.run`. Raises ValueError without a plan."""
        if start is None:
            raise ValueError("parts are narrowed down around a plan")
        self._values, self._asked = start, self._goal
        form = self._session.problem.form()
        with pool_of(self._options.threads) as pool:
            price, narrow = pool.submit(self._at_a_price, form), pool.submit(self._narrow, start)
            self._asked = result_of(price, self._cancel)
            result_of(narrow, self._cancel)
        apart = self._search_apart(APART_TIME)
        self._put_together(apart)
        if self._goes_on():
            self._join_one_by_one({part: apart[part] for part in self._most_to_gain_first()})
        self._search_beside()
        if self._goes_on():
            self._search_whole()
        return self._concluded()

    def _narrow(self, plan: Values) -> None:
        """What parts take at least, and the best flows, while the relaxation finds the prices."""
        limits = replace(self._limits(LEAST_TIME), threads=1, gap=LEAST_GAP)
        n_threads = max(1, (self._options.threads or os.cpu_count() or 1) - 1)
        tell_the_least(self._parts, self._session, limits, self._cancel, n_threads)
        self._follow(plan)

    def _follow(self, plan: Values) -> None:
        """The best flows of each part around its whole decisions in a plan."""
        limits = replace(self._limits(FOLLOW_TIME), threads=1)
        self._take_up(
            self._each(
                self._parts.easy_first, lambda part: part.follow(self._goal, plan, limits, self._cancel)
            )
        )

    def _most_to_gain_first(self) -> list[Part]:
        """Those that share something before the others, the hardest last of them: it is searched longest."""
        users = sorted(self._parts.users, key=lambda part: (part is self._hardest, -self._own_gap(part)))
        return [*users, *(part for part in self._parts.easy_first if part not in users)]

    def _reserved(self) -> tuple[Values, NDArray[np.bool_]]:
        """Those that share something are left what they take at least."""
        nothing, decided = super()._reserved()
        plan = nothing if self._values is None else self._values.copy()
        for part in self._parts.users:
            decided[part.columns] = True
            if part.thrifty is not None:
                plan[part.columns] = part.thrifty
        return plan, decided

    def _goal_beside(self, part: Part, decided: NDArray[np.bool_]) -> Goal:
        """What is shared has a price as long as another part is not decided."""
        others = [one for one in self._parts.easy_first if one is not part]
        return self._goal if all(decided[one.columns].all() for one in others) else self._asked

    def _time_beside(self, part: Part) -> float:
        """By what it can gain, of what all can."""
        gaps = [max(self._own_gap(one), 0.0) for one in self._parts.easy_first]
        own = max(self._own_gap(part), 0.0) / max(sum(gaps), 1e-9)
        return max(LEAST_JOIN_TIME, JOIN_TIME * own)
