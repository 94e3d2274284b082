"""One goal by parts: the parts' own optima, put together; the whole model only where that leaves a gap.

A solver that branches on machines and rosters at once has to close the product of their trees; apart, each
closes quickly.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from alloc.solver.one_pass import OnePass
from alloc.solver.outcome import ABSOLUTE_GAP, Outcome, Values
from alloc.solver.part import Part

PARTS_TIME = 0.6
"""Share of a pass's time limit that one part may take."""
PARTS_GAP = 0.5
"""Share of the gap asked for that the parts may leave; the rest is lost in putting them together."""
SHARE_TIME = 0.1
"""Share of a pass's time limit that one share of a part may take."""
TOGETHER_TIME = 0.15
"""Share of a pass's time limit that one try to put the parts together may take."""


class ByParts(OnePass):
    """The parts one after another, the easy ones first; then several ways to put them together."""

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
        limits = self._limits(PARTS_TIME, PARTS_GAP)
        limits = replace(limits, gap_abs=max(ABSOLUTE_GAP, limits.gap * abs(known)))
        outcome = part.solve(
            self._goal, self._values, limits, self._cancel, lambda event: self._tell_of_part(part, event)
        )
        self._nodes += outcome.nodes
        return outcome

    def _join(self, guess: Values) -> None:
        """All parts as they solved alone, where that keeps the rows between them."""
        if self._session.problem.feasible(guess):
            self._better(guess, "parts")

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
        with self._session.for_now():
            self._session.hold_whole(columns, guess[columns])
            limits = self._limits(TOGETHER_TIME, 1 - PARTS_GAP)
            outcome = self._whole(limits, self._values, lambda _: self._tell())
        if outcome.values is not None:
            self._better(outcome.values, "together")

    def _improve_by_shares(self) -> None:
        """The hardest part's shares in turn, all else as in the plan, for as long as that helps."""
        shares = np.unique(self._parts.easy_first[-1].shares).tolist()
        turn, since_better = 0, 0
        while len(shares) > 1 and self._values is not None and since_better < len(shares) and self._goes_on():
            before = self._goal.value(self._values)
            self._improve_share(self._values.copy(), shares[turn % len(shares)])
            gained = before - self._goal.value(self._values)
            since_better = 0 if gained > 0.1 * self._tolerance() else since_better + 1
            turn += 1

    def _improve_share(self, plan: Values, share: int) -> None:
        hardest, limits = self._parts.easy_first[-1], self._limits(SHARE_TIME, PARTS_GAP)
        outcome = hardest.solve_around(
            self._goal, plan, limits, self._cancel, lambda _: self._tell(), free_shares=[share]
        )
        self._nodes += outcome.nodes
        if outcome.values is not None:
            plan[hardest.columns] = outcome.values
            self._join(plan)
