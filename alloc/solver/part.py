"""One part of a large model: its columns, its copy inside the solver, its bounds on its share of goals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from alloc.solver.decisions_first import decisions_first, merging_pays
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values, relative_gap
from alloc.solver.part_search import PartSearch
from alloc.solver.progress import CancelToken, ProgressCallback


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
    ``others`` are the bounds of all columns of the whole.
    ``shares`` and ``kinds`` number the share and the kind of decision of each of its columns, ``links`` marks
    its rows that seldom bind.
    """

    columns: NDArray[np.int64]
    shares: NDArray[np.int64]
    kinds: NDArray[np.int64]
    links: NDArray[np.bool_]
    session: HighsSession
    coupling: csr_array
    sides: tuple[Values, Values]
    loose: tuple[Values, Values]
    others: tuple[Values, Values]
    is_large: bool
    bounds: dict[str, float] = field(default_factory=dict)

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
        self.learn_bound(goal, outcome)
        return outcome

    def search(
        self,
        goal: Goal,
        next_goal: Goal | None,
        plan: Values | None,
        decided: NDArray[np.bool_],
        options: SolverOptions,
        cancel: CancelToken,
    ) -> Outcome:
        """As ``solve``, for a part of a large model: among the columns of the others, those that are
        ``decided`` stay as in ``plan``, the rest give way. ``next_goal`` (None: none) may choose among plans.
        """
        self._set_sides(self.rows, *self._sides_beside(plan, decided))
        cost, start = goal.cost[self.columns], None if plan is None else plan[self.columns]
        next_cost = None if next_goal is None else next_goal.cost[self.columns]
        choices = self._thrift(), next_cost
        marks = self.kinds, self.links
        search = PartSearch(self.session, cost, *choices, *marks, goal.name, options, cancel)
        outcome = search.run(start)
        if not decided.any():
            self.learn_bound(goal, outcome)
        return outcome

    def decides_first(self, goal: Goal) -> bool:
        """Whether most of its flows are alike for a goal, so that decisions come first."""
        return merging_pays(self.session.problem, self.links, goal.cost[self.columns])

    def solve_alone(self, cost: Values, options: SolverOptions, cancel: CancelToken) -> Outcome:
        """The least of a cost on its columns if the others gave way; decisions first where that pays."""
        self._set_sides(self.rows, *self.loose)
        problem = self.session.problem
        found = decisions_first(problem, self.links, cost, options, cancel)
        if found is None or (found.values is not None and not problem.feasible(found.values)):
            return self.session.minimise(cost, 0.0, "priced", options=options, cancel=cancel)
        return Outcome(
            status=found.status,
            holding="nothing" if found.values is None else "incumbent",
            objective=found.objective,
            bound=found.bound if math.isfinite(found.bound) else None,
            gap=relative_gap(found.objective, found.bound),
            seconds=found.seconds,
            nodes=0,
            values=found.values,
        )

    def fits(self, values: Values, plan: Values, decided: NDArray[np.bool_]) -> bool:
        """Whether ``values`` of its columns keep its rows beside what is decided of the others."""
        self._set_sides(self.rows, *self._sides_beside(plan, decided))
        return self.session.problem.feasible(values)

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

    def learn_bound(self, goal: Goal, outcome: Outcome) -> None:
        """Keep the bound of a solve in which the others gave way."""
        if outcome.bound is not None:
            self.bounds[goal.name] = max(self.bound_of(goal), outcome.bound)

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
        lower, upper = self.session.column_bounds(held)
        self.session.fix_columns(held, others[self.columns[held]])
        try:
            return self._minimise(goal, others, options, cancel, progress)
        finally:
            if self.session.idle:
                self.session.set_column_bounds(held, lower, upper)

    @property
    def rows(self) -> NDArray[np.int64]:
        """All its rows."""
        return np.arange(len(self.sides[0]))

    def _set_sides(self, rows: NDArray[np.int64], lower: Values, upper: Values) -> None:
        """Set those rows whose sides are others than now."""
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


def activity(matrix: csr_array, lower: Values, upper: Values) -> tuple[Values, Values]:
    """The least and the most that each row of a matrix can come to within the bounds of its columns."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    at_lower, at_upper = matrix.data * lower[matrix.indices], matrix.data * upper[matrix.indices]
    least = np.bincount(row, np.minimum(at_lower, at_upper), matrix.shape[0])
    most = np.bincount(row, np.maximum(at_lower, at_upper), matrix.shape[0])
    return least.astype(float), most.astype(float)
