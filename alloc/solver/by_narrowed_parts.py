"""One goal of a large model that the goals before it have narrowed down: little is left to share out.

Alone, each part could take far more of what is shared than the goals held leave it, and its bound is worth
little. So it is proven first what each takes at least, and two plans tell what more would be worth to it: one
that takes no more than it must, one that takes all that is left. At the price at which what they want fits,
the hardest part then has most of the time, on its own; the others are searched meanwhile. Of all plans found
those are joined that fit together best, and each part is searched once more within what its own takes where
they do not fit the rest. The plan before is a start for everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from alloc.solver.allowances import Allowances, share_out
from alloc.solver.by_large_parts import ByLargeParts
from alloc.solver.least_taken import GAP as LEAST_GAP
from alloc.solver.least_taken import find_the_least, is_worth_asking, tell_the_least
from alloc.solver.outcome import Outcome, Values
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Resource
from alloc.solver.standard import StandardForm
from alloc.solver.threads import pool_of, result_of
from alloc.solver.together import best_first
from alloc.solver.worth import Wish, price_at_which_it_fits

LEAST_TIME = 0.3
"""Share of a pass's time limit to prove what a part takes at least of what is shared."""
MUCH_TIME, LITTLE_TIME = 0.2, 0.02
"""The same, for the two plans that tell what more is worth."""
HARDEST_TIME = 0.65
"""Share of what is left of it, for the hardest part alone."""
APART_TIME = 0.25
"""Share of a pass's time limit for another part alone."""
WITHIN_TIME = 0.15
"""The same, for a part within its allowances."""
BESIDE_TIME = 0.25
"""The same, for each of the others beside those."""
_LITTLE = 1e-4
"""Share of what is shared: where no more is left, nobody is asked what more is worth."""


class ByNarrowedParts(ByLargeParts):
    """Needs a plan to begin with."""

    _is_thrifty = False
    _free: Goal
    """The goal asked for within allowances: what is shared out has no price any more."""
    _plans: dict[Part, list[Values]]
    """What was found of each part that takes of what is shared, over its own columns."""

    def run(self, start: Values | None) -> Outcome:
        """See `ByParts.run`. Raises ValueError without a plan."""
        if start is None:
            raise ValueError("parts are narrowed down around a plan")
        self._values, self._asked, self._free = start, self._goal, self._goal
        self._plans = {part: [] for part in self._parts.users}
        self._narrowed_down(start)
        with pool_of(self._options.threads) as pool:
            self._follow(start, pool)
        self._join_together()
        apart = self._search_all()
        self._put_together(apart)
        if self._goes_on():
            self._join_beside_the_hardest(apart)
        self._search_beside()
        if self._goes_on():
            self._search_whole()
        return self._concluded()

    def _narrowed_down(self, start: Values) -> None:
        """What each part takes at least, as rows, while the relaxation finds prices; and what more is worth
        to whom, where one thing is shared: that sets its price.
        """
        users, resources = self._parts.users, self._parts.resources
        for one in resources:
            for part in users:
                part.be_thrifty(one.taken[part.columns], start[part.columns])
        asked = [one for one in resources if is_worth_asking(one, self._parts)]
        form = self._session.problem.form()
        with pool_of(self._options.threads) as pool:
            relaxed = pool.submit(self._prices, form)
            proofs = [pool.submit(self._find_the_least, part, asked) for part in users[::-1]]
            prices = result_of(relaxed, self._cancel)
            for job in proofs:
                result_of(job, self._cancel)
            jobs = [pool.submit(self._wish, part, prices) for part in users[::-1]]
            wishes = [result_of(job, self._cancel) for job in jobs]
        for one in asked:
            tell_the_least(one, self._parts, self._session)
        known = [wish for wish in wishes if wish is not None]
        if prices is not None:
            self._bound = self._proven_by(form, prices)
            if known:
                row, left = resources[0].row, self._left_of(resources[0])
                prices[row] = min(prices[row], -price_at_which_it_fits(known, left))
            self._ask_at(form, prices)
            self._free = self._free_of_charge(prices)

    def _proven_by(self, form: StandardForm, prices: Values) -> float:
        """What the relaxation's own prices prove, before one of them is changed."""
        priced = self._parts.priced(self._goal, prices)
        return priced.constant + sum(self._parts.bounds_at_prices(form, priced, prices).values())

    def _free_of_charge(self, prices: Values) -> Goal:
        return self._parts.priced(self._goal, self._parts.free_of_charge(prices))

    def _find_the_least(self, part: Part, asked: list[Resource]) -> None:
        limits = replace(self._limits(LEAST_TIME), threads=1, gap=LEAST_GAP)
        for one in asked:
            if one.taken[part.columns].any():
                find_the_least(one, part, limits, self._cancel)

    def _left_of(self, resource: Resource) -> float:
        """What there is beside what all take in their thrifty plans."""
        return resource.limit - sum(_least(resource, part) for part in self._parts.users)

    def _wish(self, part: Part, prices: Values | None) -> Wish | None:
        """What a part would do with all that is left, and with nothing of it; the hardest has no wish, but
        what the others leave.
        """
        if len(self._parts.resources) != 1 or part.thrifty is None or prices is None:
            return None
        resource, free = self._parts.resources[0], self._free_of_charge(prices)
        if self._left_of(resource) <= _LITTLE * resource.limit:
            return None
        taken, least = resource.taken[part.columns], _least(resource, part)

        def with_no_more_than(most: float, time_share: float) -> Values | None:
            allowed = [Allowances(resource, {part: most})]
            return self._search_within(part, free, allowed, time_share, None, self._nothing_decided()).values

        if part is self._hardest:
            with_no_more_than(least, MUCH_TIME)  # a plan to join, found by the thread that would wait
            return None
        much = with_no_more_than(least + self._left_of(resource), MUCH_TIME)
        little = with_no_more_than(least, LITTLE_TIME)
        if much is None or little is None:
            return None
        gain = float(free.cost[part.columns] @ (little - much))
        return Wish(part, float(taken @ little), float(taken @ much), gain)

    def _search_all(self) -> dict[Part, Outcome]:
        """Every part as if the others gave way: the hardest first and longest, then what counts most."""
        nothing, values = self._nothing_decided(), self._values
        others = [part for part in self._parts.easy_first if part is not self._hardest]
        if values is not None:
            others.sort(key=lambda part: abs(part.share(self._goal, values)), reverse=True)
        longest = HARDEST_TIME * self._left() / self._options.time_limit_s

        def search(part: Part) -> Outcome:
            share = longest if part is self._hardest else APART_TIME
            return self._search_part(part, self._values, nothing, share)

        found = self._each([self._hardest, *others], search)
        self._remember(found)
        return found

    def _remember(self, found: Mapping[Part, Outcome]) -> None:
        """Plans of parts that take of what is shared."""
        for part, outcome in found.items():
            if part in self._plans and outcome.values is not None:
                self._plans[part].append(outcome.values)

    def _join_together(self) -> dict[Part, Values]:
        """Of what was found of the parts that share, what is best together of all that takes no more than
        there is; in the plan comes the best that the rows between the parts allow too.
        """
        if self._values is None:
            return {}
        known = {part: [self._values[part.columns], *some] for part, some in self._plans.items()}
        choices = best_first(known, self._free, self._parts.resources)
        fitting = (plan for plan in map(self._with, choices) if self._session.problem.feasible(plan))
        plan = next(fitting, None)
        if plan is not None:
            self._join(plan)
        return choices[0] if choices else {}

    def _with(self, chosen: Mapping[Part, Values]) -> Values:
        """The plan known, with other values of some parts. Raises ValueError without a plan."""
        if self._values is None:
            raise ValueError("there is no plan to change")
        plan = self._values.copy()
        for part, values in chosen.items():
            plan[part.columns] = values
        return plan

    def _join_beside_the_hardest(self, apart: dict[Part, Outcome]) -> None:
        """What fits together best of the parts that share: beside the hardest all others at the same time,
        and anew where they do not fit each other.
        """
        if self._values is None:
            return
        chosen = self._join_together()
        allowed = self._shared_out(chosen)
        plan, decided, found = self._values.copy(), self._nothing_decided(), dict[Part, Outcome]()

        def decide(part: Part, outcome: Outcome) -> None:
            found[part] = outcome
            if outcome.values is not None:
                plan[part.columns] = outcome.values
            decided[part.columns] = True

        hardest = chosen.get(self._hardest, apart[self._hardest].values)
        decide(self._hardest, replace(apart[self._hardest], values=hardest))
        beside, known = decided.copy(), plan.copy()

        def fitted(part: Part) -> Outcome:
            if part not in chosen:
                return self._search_part(part, known, beside, BESIDE_TIME, apart[part].values)
            values = chosen[part]
            if part.fits(values, known, beside):
                return replace(apart[part], values=values)
            return self._search_within(part, self._free, allowed, WITHIN_TIME, known, beside, values)

        rest = [part for part in self._parts.easy_first if part is not self._hardest]
        users_last = sorted(rest, key=lambda part: part in chosen)
        fits = self._each(users_last, fitted)
        for part in users_last[::-1]:
            values = fits[part].values
            if values is None or part in chosen or part.fits(values, plan, decided):
                decide(part, fits[part])
            else:
                decide(part, self._search_part(part, plan, decided, BESIDE_TIME, values))
        self._join(plan)
        self._take_up(found)
        self._tell()

    def _shared_out(self, chosen: Mapping[Part, Values]) -> list[Allowances]:
        """To each what its plan takes, and what is over to the hardest."""
        if not chosen:
            return []
        hardest_first = sorted(chosen, key=lambda part: part is not self._hardest)
        return [share_out(one, hardest_first, chosen) for one in self._parts.resources]

    def _search_within(
        self,
        part: Part,
        goal: Goal,
        allowed: list[Allowances],
        time_share: float,
        plan: Values | None,
        decided: NDArray[np.bool_],
        other: Values | None = None,
    ) -> Outcome:
        """The part within its allowances, beside what is decided of the others: no bound on the part.
        ``other`` is one more start.
        """
        known = None if self._values is None else self._values[part.columns]
        starts = [one for one in (known, part.thrifty, other) if one is not None]
        limits = self._limits_of(part, time_share)
        with ExitStack() as rows:
            for one in allowed:
                rows.enter_context(part.at_most(one.resource.taken[part.columns], one.most[part]))
            outcome = part.search(
                goal, self._next_goal, plan, decided, starts, self._is_thrifty, limits, self._cancel
            )
        self._nodes += outcome.nodes
        if outcome.values is not None:
            self._plans[part].append(outcome.values)
        return outcome


def _least(resource: Resource, part: Part) -> float:
    """What a part's thrifty plan takes; nothing without one."""
    return 0.0 if part.thrifty is None else float(resource.taken[part.columns] @ part.thrifty)
