"""A large part of a model for one goal: few topics at a time, and with the goal as a limit.

From a plan, the best flows around its whole decisions come first; then one or two topics (a modality, who
reads for whom) are decided anew at a time. Without a plan it goes kind by kind: with only one kind whole
(machines, readers), a part mostly closes at the root, which gives bounds and decisions around which the other
kinds can be chosen (relax-and-fix; Pochet & Wolsey 2006, Production Planning by Mixed Integer Programming,
ch. 3). A bound that is known also turns the goal into a limit: among plans within it, the one that takes
least of what the parts share, or that serves the next goal best, is found sooner than any. Where most
flows are alike, `decisions_first` answers instead of HiGHS on the whole part.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alloc.solver.decisions_first import decisions_first, merging_pays
from alloc.solver.follow import flows_around
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import ABSOLUTE_GAP, Outcome, SolverOptions, Values
from alloc.solver.progress import CancelToken
from alloc.solver.search import Search
from alloc.solver.two_stage import Priced

DECISIONS_TIME = 0.4
AT_ONCE_TIME = 0.1
WITHIN_TIME = 0.25
RELAXED_TIME = 0.2
FLOWS_TIME = 0.25
TOPICS_TIME, TOPIC_TIME = 0.3, 0.15
AROUND_TIME, MISFIT_TIME = 0.35, 0.35
THRIFT_TIME = 0.15
"""Shares of the time limit that one try of each step may take."""
_AGREE = 1e-3
FEW_TOPICS, FEW_TOPICS_TIME = 2, 0.4
"""A part about so few topics is searched at once: from a plan for as long as there is time, else for this
share of it.
"""
RELAXATIONS = 5.0
"""A search at once is worth trying for as long as so many relaxations take."""
NEAR = 4.0
"""From so many tolerances on, a plan is too far from its bound for there to be one within a limit near it."""
CHOICE_GAP = 0.1
"""What only chooses among plans within the limit need not be proven."""


@dataclass(frozen=True)
class Marks:
    """What is known of a part's columns and rows: ``kinds`` and ``topics`` number the kind of decision and
    the finer topic (a modality, ...) of every column, ``links`` marks rows that seldom bind.
    """

    kinds: NDArray[np.int64]
    topics: NDArray[np.int64]
    links: NDArray[np.bool_]


@dataclass
class PartSearch(Search):
    """One search; ``cost``, ``thrift`` (a cost on what is shared with others; None where its price is in the
    cost) and ``next_cost`` (of the goal to come; None where there is none) are per column of the session;
    ``known`` is proven already to be the least.
    """

    session: HighsSession
    cost: Values
    thrift: Values | None
    next_cost: Values | None
    marks: Marks
    name: str
    options: SolverOptions
    cancel: CancelToken
    known: float = -math.inf

    def __post_init__(self) -> None:
        super().__init__(self.options, self.cancel, self.known)
        self._flows_follow = False

    def run(self, starts: Sequence[Values] = ()) -> Outcome:
        """The best plan and the best bound; the rows and bounds of the session are left as they were.
        ``starts`` need not fit: their whole decisions may.
        """
        misfit: Values | None = None
        for start in starts:
            if self.session.problem.feasible(start):
                self._keep(start)
            else:
                misfit = start
            self._follow(start)
        chosen = self._decide_first()
        self._between(misfit, MISFIT_TIME)
        has_plan = self._values is not None
        if self._open():
            first = self._minimise(self._time_at_once(), self._values)
            if first.status == "infeasible" and self._values is None:
                return first
        if not self._open():
            if self.thrift is not None:
                self._within_a_limit(self.thrift, THRIFT_TIME)
            return self._concluded()
        self._between(chosen)
        if self._values is None:
            self._kind_by_kind()
        if not has_plan:
            self._between(misfit)
        self._by_topics()
        self._within_limits()
        if self._open():
            self._minimise(1.0, self._values)
        return self._concluded()

    def _kind_by_kind(self) -> None:
        """With one kind whole, and then held as that decided it, all else."""
        for kind in self._whole_kinds():
            decided = self._relax(np.array([kind])) if self._open() else None
            self._between(decided)
            self._around(kind, decided)

    def _time_at_once(self) -> float:
        """Share of the time for one search of all: one that needs long for its relaxation needs more, and
        one about few topics has no smaller searches worth the name.
        """
        if len(self._topics()) <= FEW_TOPICS:
            return FEW_TOPICS_TIME if self._values is None else 1.0
        began = time.perf_counter()
        self._relax(np.array([], dtype=np.int64))
        needed = RELAXATIONS * (time.perf_counter() - began) / self.options.time_limit_s
        least = AT_ONCE_TIME if self._values is None else 0.0
        return min(max(least, needed), DECISIONS_TIME)

    def _whole_kinds(self) -> list[int]:
        """Kinds with whole decisions, most first; none where there is one only: that is no relaxation."""
        kinds, count = np.unique(self.marks.kinds[self.session.integer_columns()], return_counts=True)
        return kinds[np.argsort(-count, kind="stable")].tolist() if len(kinds) > 1 else []

    def _decide_first(self) -> Values | None:
        """Plan and bound; what was decided last, even where no flows follow. None where it does not pay."""
        if not merging_pays(self.session.problem, self.marks.links, self.cost):
            return None
        found = self._decided(self.cost, DECISIONS_TIME, self.options.gap)
        if found is None:
            return None
        self._prove(found.bound)
        self._keep(self._completed(found.values))
        self._flows_follow = found.values is not None
        return found.chosen

    def _decided(self, cost: Values, time_share: float, gap: float) -> Priced | None:
        options = replace(self._limits(time_share), gap=gap)
        found = decisions_first(self.session.problem, self.marks.links, cost, options, self.cancel)
        return None if found is None or found.status in ("infeasible", "error") else found

    def _completed(self, values: Values | None) -> Values | None:
        """A plan put together of decisions and flows, exactly; None where that cannot be."""
        if values is None or self.session.problem.feasible(values):
            return values
        held = np.flatnonzero(self.session.integer_columns())
        return self._held(held, values, AROUND_TIME)

    def _between(self, chosen: Values | None, time_share: float = AROUND_TIME) -> None:
        """Whole decisions held in which the best plan and those chosen agree (relaxation induced
        neighbourhoods: Danna, Rothberg & Le Pape 2005, Math. Prog. 102).
        """
        if chosen is None or self._values is None or not self._open():
            return
        agree = np.abs(chosen - np.rint(self._values)) <= _AGREE
        held = np.flatnonzero(agree & self.session.integer_columns())
        self._keep(self._held(held, self._values, time_share))

    def _minimise(self, time_share: float, start: Values | None) -> Outcome:
        outcome = self._solve(self.cost, time_share, start)
        self._learn(outcome)
        return outcome

    def _solve(
        self, cost: Values, time_share: float, start: Values | None, gap: float | None = None
    ) -> Outcome:
        limits = replace(self._limits(time_share), gap=self.options.gap if gap is None else gap)
        outcome = self.session.minimise(
            cost, 0.0, self.name, warm_start=start, options=limits, cancel=self.cancel
        )
        self._nodes += outcome.nodes
        return outcome

    def _relax(self, kinds: NDArray[np.int64]) -> Values | None:
        """Only some kinds whole: a bound on all, and how those kinds would be decided."""
        with self.session.for_now():
            self.session.set_integer(self.session.integer_columns() & np.isin(self.marks.kinds, kinds))
            outcome = self._solve(self.cost, RELAXED_TIME, None)
        self._prove(outcome.bound)
        return outcome.values

    def _within_limits(self) -> None:
        """Where the plan is near its bound, and again while it helps: a limit rests on the plan's own
        tolerance, which is wide for a poor plan.
        """
        better = self._value() - self._bound <= NEAR * self._tolerance()
        while better and self._open() and self._left() > 0.0:
            before = self._value()
            for choice in (self.thrift, self.next_cost):
                if choice is not None and self._open() and self._value() == before:
                    self._within_a_limit(choice, WITHIN_TIME)
            better = self._value() < before

    def _within_a_limit(self, choice: Values, time_share: float) -> None:
        """A plan as good as the bound says it might be, or as the best one is; ``choice`` says which."""
        if not math.isfinite(self._bound) or self.cancel.cancelled:
            return
        room = max(self._tolerance(), self.options.gap * abs(self._bound))
        limit = self._bound + max(0.5 * room, ABSOLUTE_GAP)
        with self.session.for_now():
            self.session.add_limit(self.cost, limit)
            values = self._chosen_by(choice, time_share)
        if values is not None:
            self._values = values

    def _chosen_by(self, choice: Values, time_share: float) -> Values | None:
        if self._flows_follow:
            found = self._decided(choice, time_share, CHOICE_GAP)
            return None if found is None else self._completed(found.values)
        start = self._values if not self._open() else None
        return self._solve(choice, time_share, start, CHOICE_GAP).values

    def _around(self, kind: int, decided: Values | None) -> None:
        """One kind held as it was decided, all else chosen anew."""
        if decided is None or not self._open() or self._left() <= 0.0:
            return
        held = np.flatnonzero(self.session.integer_columns() & (self.marks.kinds == kind))
        self._keep(self._held(held, decided, AROUND_TIME))

    def _held(self, held: NDArray[np.int64], values: Values, time_share: float) -> Values | None:
        """The best that is found with some columns as in ``values``."""
        with self.session.for_now():
            self.session.hold_whole(held, values[held])
            return self._solve(self.cost, time_share, self._values).values

    def _follow(self, plan: Values) -> None:
        """The best flows around the whole decisions of a plan, whose own need not fit."""
        limits = self._limits(FLOWS_TIME)
        values = flows_around(self.session, self.cost, plan, self.name, limits, self.cancel).values
        if values is not None and self.session.problem.feasible(values):
            self._keep(values)

    def _topics(self) -> list[int]:
        """Topics with something whole to decide, those with most of it first."""
        topics, count = np.unique(self.marks.topics[self.session.integer_columns()], return_counts=True)
        return topics[np.argsort(-count, kind="stable")].tolist()

    def _by_topics(self) -> None:
        """One topic decided anew, all others as in the best plan; then two (large neighbourhood search: Shaw
        1998, CP-98).
        """
        whole, topics = self.session.integer_columns(), self._topics()
        sizes = [n for n in (1, 2) if n < len(topics)]
        for some in itertools.chain(*(itertools.combinations(topics, n) for n in sizes)):
            is_over = self._left() <= (1.0 - TOPICS_TIME) * self.options.time_limit_s
            if self._values is None or not self._open() or is_over:
                return
            held = np.flatnonzero(whole & ~np.isin(self.marks.topics, some))
            self._keep(self._held(held, self._values, TOPIC_TIME))

    def _learn(self, outcome: Outcome) -> None:
        self._prove(outcome.bound)
        self._keep(outcome.values)

    def _keep(self, values: Values | None) -> None:
        if values is not None and self._worth(values) < self._value():
            self._values = values

    def _worth(self, values: Values) -> float:
        return float(self.cost @ values)
