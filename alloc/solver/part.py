"""One part of a large model: its columns, its copy inside the solver, its bounds on its share of goals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from alloc.solver.check import activity
from alloc.solver.decisions_first import decisions_first, merged_stages, merging_pays
from alloc.solver.follow import flows_around
from alloc.solver.outcome import Outcome, SolverOptions, Values
from alloc.solver.part_search import Marks, PartSearch
from alloc.solver.priced_part import SHARED, PricedPart
from alloc.solver.progress import CancelToken, ProgressCallback
from alloc.solver.sparing import SparingSession

_GIVE_WAY = SolverOptions(time_limit_s=10.0, threads=1)


@dataclass(frozen=True)
class Goal:
    """Name, cost per column of the whole, constant."""

    name: str
    cost: Values
    constant: float

    def value(self, values: Values) -> float:
        """The goal's value at a plan of the whole."""
        return float(self.cost @ values) + self.constant


@dataclass(eq=False)
class Part:
    """One part: its columns in the whole, its own session, and its proven bound on its share of each goal.

    ``coupling`` holds the coefficients that its rows have in the columns of the whole that are not its own,
    ``sides`` the sides of those rows in the whole, ``loose`` the sides when the others are unknown;
    ``others`` are the bounds of all columns of the whole. ``least_taken`` is what it is proven to take at
    least of each resource (by row of the form), ``thrifty`` what takes least among its plans.
    ``shares`` numbers the share of each of its columns, ``marks`` tell more of its columns and rows.
    """

    columns: NDArray[np.int64]
    shares: NDArray[np.int64]
    marks: Marks
    session: SparingSession
    coupling: csr_array
    sides: tuple[Values, Values]
    loose: tuple[Values, Values]
    others: tuple[Values, Values]
    is_large: bool
    bounds: dict[str, float] = field(default_factory=dict)
    thrifty: Values | None = None
    least_taken: dict[int, float] = field(default_factory=dict)

    @property
    def n_integers(self) -> int:
        """How many whole decisions the part has: the easy part is solved first."""
        return int(self.session.problem.integer.sum())

    def share(self, goal: Goal, values: Values) -> float:
        """The part's share of a goal (without the constant) at a plan of the whole."""
        return float(goal.cost[self.columns] @ values[self.columns])

    def bound_of(self, goal: Goal) -> float:
        """The proven bound on the part's share; minus infinity while there is none."""
        return self.bounds.get(goal.name, -math.inf)

    def solve(
        self,
        goal: Goal,
        start: Values | None,
        options: SolverOptions,
        cancel: CancelToken,
        progress: ProgressCallback | None = None,
    ) -> Outcome:
        """The best the part could do if the others gave way, from its columns of a plan of the whole."""
        self._set_sides(self.rows, *self.loose)
        outcome = self._minimise(goal, start, options, cancel, progress)
        self.learn_bound(goal, outcome.bound)
        return outcome

    def search(
        self,
        goal: Goal,
        next_goal: Goal | None,
        plan: Values | None,
        decided: NDArray[np.bool_],
        starts: Sequence[Values],
        thrifty: bool,
        options: SolverOptions,
        cancel: CancelToken,
        known: float = -math.inf,
    ) -> Outcome:
        """As ``solve``, for a part of a large model: among the columns of the others, those that are
        ``decided`` stay as in ``plan``, the rest give way. ``starts`` are values of its own columns, whether
        they fit or not. ``next_goal`` (None: none) may choose among plans, and so may, where it is
        ``thrifty``, what they take of what is shared. ``known`` is proven already to be the least.
        """
        self._set_sides(self.rows, *self._sides_beside(plan, decided))
        cost = goal.cost[self.columns]
        next_cost = None if next_goal is None else next_goal.cost[self.columns]
        choices = self._thrift() if thrifty else None, next_cost
        search = PartSearch(self.session, cost, *choices, self.marks, goal.name, options, cancel, known)
        outcome = search.run(starts)
        if outcome.values is None or self._is_last(decided):
            return outcome
        return replace(outcome, values=self.give_way(goal, outcome.values, cancel))

    def decides_first(self, goal: Goal) -> bool:
        """Whether most of its flows are alike for a goal, so that decisions come first."""
        return merging_pays(self.session.problem, self.marks.links, goal.cost[self.columns])

    def least(self, taken: Values, options: SolverOptions, cancel: CancelToken) -> float:
        """What the part takes at least of what others take of too, proven, if the others gave way; ``taken``
        is per column of its own, and no column takes less than nothing. Asked is for a plan that takes less
        than ``thrifty``, by more than the gap: that there is none is proven sooner than the same least is
        found anew. One that is found is kept as ``thrifty``; nothing is proven where flows are too different
        to be merged.
        """
        self._set_sides(self.rows, *self.loose)
        known = math.inf if self.thrifty is None else float(taken @ self.thrifty)
        less = known - options.gap * known if math.isfinite(known) else math.inf
        with self.at_most(taken, less):
            found = decisions_first(self.session.problem, self.marks.links, taken, options, cancel)
        if found is None or found.status == "error":
            return 0.0
        if found.status == "infeasible":
            return less if math.isfinite(less) else 0.0
        self.be_thrifty(taken, found.values)
        return max(min(found.bound, less), 0.0)

    def be_thrifty(self, taken: Values, *plans: Values | None) -> None:
        """Of plans of its own columns and ``thrifty``, that which takes least and fits, if the others gave
        way.
        """
        self._set_sides(self.rows, *self.loose)
        known = [one for one in (self.thrifty, *plans) if one is not None]
        fits = [one for one in known if self.session.problem.feasible(one)]
        self.thrifty = min(fits, key=lambda one: float(taken @ one), default=None)

    @contextmanager
    def at_most(self, taken: Values, most: float) -> Iterator[None]:
        """With no more than so much of what is shared; ``taken`` is per column of its own."""
        with self.session.for_now():
            self.session.add_limit(taken, most)
            yield

    def at_a_price(self, cost: Values, taken: Values) -> PricedPart:
        """The part on its own, to be asked at several prices for what it takes, if the others gave way."""
        self._set_sides(self.rows, *self.loose)
        stages = merged_stages(self.session.problem, self.marks.links, cost, {SHARED: taken})
        return PricedPart(self.session, cost, taken, stages)

    def give_way(self, goal: Goal, values: Values, cancel: CancelToken) -> Values:
        """Its columns of a plan with the whole decisions kept, and what the goal comes to; of what it shares
        it takes the least: a machine that stands for nobody yet may stand for the others.
        """
        session, cost = self.session, goal.cost[self.columns]
        worth = float(cost @ values)
        with session.for_now():
            session.add_limit(cost, worth + 1e-9 * abs(worth))
            found = flows_around(session, self._thrift(), values, "give way", _GIVE_WAY, cancel).values
            return values if found is None else found

    def follow(self, goal: Goal, plan: Values, options: SolverOptions, cancel: CancelToken) -> Outcome:
        """The best flows around its whole decisions in a plan of the whole, all others as they are there."""
        everything = np.ones(len(plan), dtype=bool)
        self._set_sides(self.rows, *self._sides_beside(plan, everything))
        mine = self.columns
        return flows_around(self.session, goal.cost[mine], plan[mine], goal.name, options, cancel)

    def fits(self, values: Values, plan: Values, decided: NDArray[np.bool_]) -> bool:
        """Whether ``values`` of its columns keep its rows beside what is decided of the others."""
        self._set_sides(self.rows, *self._sides_beside(plan, decided))
        return self.session.problem.feasible(values)

    def _is_last(self, decided: NDArray[np.bool_]) -> bool:
        """Whether all others are decided, so that there is nobody to give way to."""
        return bool(np.delete(decided, self.columns).all())

    def _sides_beside(self, plan: Values | None, decided: NDArray[np.bool_]) -> tuple[Values, Values]:
        if plan is None or not decided.any():
            return self.loose
        low, high = (np.where(decided, plan, bound) for bound in self.others)
        least, most = activity(self.coupling, low, high)
        return self.sides[0] - most, self.sides[1] - least

    def _thrift(self) -> Values:
        """A cost on what it takes of what the parts share, each shared row scaled to its largest
        coefficient.
        """
        shared = np.flatnonzero(np.diff(self.coupling.indptr))
        matrix = csr_array(self.session.problem.matrix)[shared]
        largest = np.maximum(abs(matrix).max(axis=1).toarray().ravel(), 1e-9)
        sign = np.isfinite(self.sides[1][shared]).astype(float) - np.isfinite(self.sides[0][shared])
        cost: Values = matrix.T @ (sign / largest)
        return cost

    def learn_bound(self, goal: Goal, bound: float | None) -> None:
        """Keep what was proven while the others gave way; None for nothing."""
        if bound is not None:
            self.bounds[goal.name] = max(self.bound_of(goal), bound)

    def solve_around(
        self,
        goal: Goal,
        others: Values,
        options: SolverOptions,
        cancel: CancelToken,
        progress: ProgressCallback | None = None,
        *,
        free_shares: Sequence[int] | None = None,
    ) -> Outcome:
        """The best the part can do while all others stay as in ``others``, a plan or guess of the whole; with
        ``free_shares`` the whole decisions of its other shares stay too.
        """
        taken = self.coupling @ others
        self._set_sides(self.rows, self.sides[0] - taken, self.sides[1] - taken)
        if free_shares is None:
            return self._minimise(goal, others, options, cancel, progress)
        held = np.flatnonzero(self.session.integer_columns() & ~np.isin(self.shares, free_shares))
        with self.session.for_now():
            self.session.fix_columns(held, others[self.columns[held]])
            return self._minimise(goal, others, options, cancel, progress)

    @property
    def rows(self) -> NDArray[np.int64]:
        """All its rows."""
        return np.arange(len(self.sides[0]))

    def _set_sides(self, rows: NDArray[np.int64], lower: Values, upper: Values) -> None:
        """Set those rows whose sides are others than now. With the others known, links to them leave no
        choice or do not matter: the search is quick with them. Alone it is without most of them.
        """
        across = np.flatnonzero(self.marks.links & (np.diff(self.coupling.indptr) > 0))
        if self.is_large and lower is self.loose[0]:
            self.session.hide(across)
        else:
            self.session.show(across)
        now = self.session.problem
        changed = rows[(now.row_lower[rows] != lower[rows]) | (now.row_upper[rows] != upper[rows])]
        self.session.set_row_bounds(changed, lower[changed], upper[changed])

    def _minimise(
        self,
        goal: Goal,
        start: Values | None,
        options: SolverOptions,
        cancel: CancelToken,
        progress: ProgressCallback | None = None,
    ) -> Outcome:
        cost, warm = goal.cost[self.columns], None if start is None else start[self.columns]
        return self.session.minimise(
            cost, 0.0, goal.name, warm_start=warm, options=options, cancel=cancel, progress=progress
        )
