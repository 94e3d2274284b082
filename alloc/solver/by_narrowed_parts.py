"""One goal of a large model that the goals before it have narrowed down: little is left to share out.

Alone, each part could take far more of what is shared than the goals held leave it, and its bound is
worth little. So it is proven first what each takes at least: a part is then left little more than what it
has, and its bound alone is worth more. What is left is shared out by what the parts would take at its price;
each then has its own allowance and is searched within it, at the same time as the others. The plan before is
a start for everything: first its flows are chosen anew.
"""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import replace

from alloc.solver.allowances import Allowances, share_out
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
APART_TIME = 0.25
"""The same, for a part alone."""
WITHIN_TIME = 0.35
"""The same, for a part within its allowance."""
BESIDE_TIME = 0.2
"""The same, for each of the others beside those."""


class ByNarrowedParts(ByLargeParts):
    """Needs a plan to begin with."""

    _is_thrifty = False
    _free: Goal
    """The goal asked for within allowances: what is shared out has no price any more."""

    def run(self, start: Values | None) -> Outcome:
        """See `ByParts.run`. Raises ValueError without a plan."""
        if start is None:
            raise ValueError("parts are narrowed down around a plan")
        self._values, self._asked, self._free = start, self._goal, self._goal
        form = self._session.problem.form()
        with pool_of(self._options.threads) as pool:
            prices_found = pool.submit(self._prices, form)
            self._tell_the_least(start, pool)
            self._follow(start)
            prices = result_of(prices_found, self._cancel)
        if prices is not None:
            self._asked = self._parts.priced(self._goal, prices)
            self._free = self._parts.priced(self._goal, self._parts.free_of_charge(prices))
        apart = self._search_apart(APART_TIME)
        self._put_together(apart)
        if self._goes_on():
            self._join_within_allowances(apart)
        self._search_beside()
        if self._goes_on():
            self._search_whole()
        return self._concluded()

    def _tell_the_least(self, plan: Values, pool: Executor) -> None:
        """What parts take at least, while the relaxation finds the prices."""
        limits = replace(self._limits(LEAST_TIME), threads=1, gap=LEAST_GAP)
        tell_the_least(self._parts, self._session, plan, limits, self._cancel, pool)

    def _follow(self, plan: Values) -> None:
        """The best flows of each part around its whole decisions in a plan."""
        limits = replace(self._limits(FOLLOW_TIME), threads=1)
        self._take_up(
            self._each(
                self._parts.easy_first, lambda part: part.follow(self._goal, plan, limits, self._cancel)
            )
        )

    def _join_within_allowances(self, apart: dict[Part, Outcome]) -> None:
        """Those that take of what is shared, each within its allowance; then the others beside them."""
        if self._values is None:
            return
        plan, decided = self._values.copy(), self._nothing_decided()
        users = sorted(self._parts.users, key=self._own_gap, reverse=True)
        allowances = [share_out(one, users, self._wanted(apart)) for one in self._parts.resources]
        found = self._each(users, lambda part: self._search_within(part, allowances, apart[part]))
        others = [part for part in self._parts.easy_first if part not in users]
        for part, outcome in found.items():
            _put(plan, part, outcome)
            decided[part.columns] = True
        for part in others:
            found[part] = self._search_part(part, plan, decided, BESIDE_TIME, apart[part].values)
            _put(plan, part, found[part])
            decided[part.columns] = True
        self._join(plan)
        self._take_up(found)
        self._tell()

    def _wanted(self, apart: dict[Part, Outcome]) -> dict[Part, Values]:
        """What parts would have at the price of what is shared; what they have where nothing was found."""
        known = self._values
        wanted = {}
        for part, alone in apart.items():
            if alone.values is not None:
                wanted[part] = alone.values
            elif known is not None:
                wanted[part] = known[part.columns]
        return wanted

    def _search_within(self, part: Part, allowances: list[Allowances], alone: Outcome) -> Outcome:
        """The part within its allowances, the others undecided; none of it bounds the part."""
        known = [None if self._values is None else self._values[part.columns], part.thrifty, alone.values]
        starts = [one for one in known if one is not None]
        limits, nothing = self._part_limits(WITHIN_TIME), self._nothing_decided()
        with ExitStack() as held:
            for one in allowances:
                held.enter_context(part.at_most(one.resource.taken[part.columns], one.most[part]))
            outcome = part.search(
                self._free, self._next_goal, None, nothing, starts, self._is_thrifty, limits, self._cancel
            )
        self._nodes += outcome.nodes
        return outcome


def _put(plan: Values, part: Part, outcome: Outcome) -> None:
    if outcome.values is not None:
        plan[part.columns] = outcome.values
