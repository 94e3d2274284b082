"""The parts of a model that share hardly a row, each solved on its own for a bound on its share of a goal.

A part keeps the rows that touch other parts too, with whatever those could at best contribute within the
bounds of their columns; so its optimum is a bound on its share, and the bounds of all parts add up to one on
the whole (bounds by relaxing coupling rows: Geoffrion 1974, Math. Prog. Study 2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from alloc.solver.decisions_first import decisions_first, merging_pays
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values, relative_gap
from alloc.solver.part_search import PartSearch
from alloc.solver.progress import CancelToken, ProgressCallback
from alloc.solver.scale import row_scale
from alloc.solver.standard import StandardForm

_LARGE = 10_000
"""From so many columns on, a part is large: it falls apart into its shares, each a part of its own."""


@dataclass(frozen=True)
class Goal:
    """Name, cost per column of the whole, constant."""

    name: str
    cost: Values
    constant: float

    def value(self, values: Values) -> float:
        """The goal's value at a plan of the whole."""
        return float(self.cost @ values) + self.constant


@dataclass(frozen=True)
class Split:
    """How a model falls apart: ``part_of`` numbers the part of every column, ``share_of`` the finer share in
    which a finished goal is held; both 0, 1, ... or -1 for columns that belong to none (a goal that uses one
    is not split). ``kind_of`` numbers the kind of decision (equipment, imaging, ...) of every column.
    ``links`` marks the rows that seldom bind, of which there are many.
    """

    part_of: NDArray[np.int64]
    share_of: NDArray[np.int64]
    kind_of: NDArray[np.int64]
    links: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Resource:
    """What several parts take of and none gives back: ``taken @ x <= limit`` over all columns."""

    taken: Values
    limit: float


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
        least, most = _activity(self.coupling, low, high)
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


class Parts:
    """The parts of one session's model as it stands now (held columns and lifted rows included), those with
    fewer whole decisions first.
    """

    def __init__(self, form: StandardForm, session: HighsSession, split: Split) -> None:
        self._split = split
        part_of, large = _apart(split)
        parts = [
            _cut(form, session, split, part_of == number, large)
            for number in np.unique(part_of)
            if number >= 0
        ]
        self.easy_first = sorted(parts, key=lambda part: part.n_integers)
        self._resources = _resources(form, session, part_of)

    @property
    def are_large(self) -> bool:
        """Whether the model is so large that its parts are searched on their own, at once."""
        return any(part.is_large for part in self.easy_first)

    def close(self) -> None:
        """Free the parts' copies of the model."""
        for part in self.easy_first:
            part.session.close()

    def splits(self, goal: Goal) -> bool:
        """Whether there are parts, and every column of the goal belongs to one."""
        return len(self.easy_first) > 1 and not np.any((goal.cost != 0.0) & (self._split.part_of < 0))

    def bound(self, goal: Goal) -> float:
        """The proven bound on the whole goal; minus infinity while a part has none."""
        return goal.constant + sum(part.bound_of(goal) for part in self.easy_first)

    def short_of(self, values: Values) -> Resource | None:
        """The resource of which values of all columns take too much; None for none, or more than one."""
        short = [one for one in self._resources if float(one.taken @ values) > one.limit * (1.0 + 1e-9)]
        return short[0] if len(short) == 1 else None

    def hold(self, session: HighsSession, goal: Goal, values: Values, room: float) -> None:
        """Hold a finished goal at what each share has of it, in the parts and in the whole; ``room`` is
        shared out, half evenly and half by size. Share by share, so that later goals cannot trade unmet
        examinations against unmet care, and the parts stay apart.
        """
        numbers = range(int(self._split.share_of.max()) + 1)
        costs = [np.where(self._split.share_of == number, goal.cost, 0.0) for number in numbers]
        costs = [cost for cost in costs if cost.any()]
        sizes = [abs(float(cost @ values)) for cost in costs]
        total = sum(sizes) or 1.0
        for cost, size in zip(costs, sizes, strict=True):
            most = float(cost @ values) + room * (0.5 / len(costs) + 0.5 * size / total)
            scale = row_scale(cost)
            session.add_row(cost * scale, -math.inf, most * scale)
            for part in self.easy_first:
                if cost[part.columns].any():
                    part.session.add_row(cost[part.columns] * scale, -math.inf, most * scale)

    def bound_rows(self, session: HighsSession, goal: Goal) -> None:
        """Tell the whole model what the parts have proven."""
        for part in self.easy_first:
            bound, cost = part.bound_of(goal), np.zeros(len(goal.cost))
            cost[part.columns] = goal.cost[part.columns]
            if math.isfinite(bound) and cost.any():
                session.add_row(cost, bound - 1e-6 * max(1.0, abs(bound)), math.inf)


def _apart(split: Split) -> tuple[NDArray[np.int64], bool]:
    """The part of every column, large ones by share; and whether there is a large one."""
    sizes = np.bincount(split.part_of[split.part_of >= 0])
    large = np.flatnonzero(sizes > _LARGE)
    n_parts = len(sizes)
    by_share = np.isin(split.part_of, large) & (split.share_of >= 0)
    return np.where(by_share, n_parts + split.share_of, split.part_of), len(large) > 0


def _resources(form: StandardForm, session: HighsSession, part_of: NDArray[np.int64]) -> list[Resource]:
    """Rows of what two or more parts take of: an upper side only, and nothing that is below 0."""
    matrix, now = csr_array(form.A), session.problem
    parts = np.unique(part_of[part_of >= 0])
    member = csr_array((part_of[:, None] == parts[None, :]).astype(float))
    touched = np.diff(csr_array(abs(matrix) @ member).indptr)
    one_way = np.isfinite(now.row_upper[: form.n_rows]) & ~np.isfinite(now.row_lower[: form.n_rows])
    found = []
    for row in np.flatnonzero((touched > 1) & one_way):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        mine, takes = matrix.indices[entries], matrix.data[entries]
        if takes.min() >= 0.0 and now.col_lower[mine].min() >= 0.0 and part_of[mine].min() >= 0:
            taken = np.zeros(form.n_columns)
            taken[mine] = takes
            found.append(Resource(taken, float(now.row_upper[row])))
    return found


def _cut(
    form: StandardForm, session: HighsSession, split: Split, mine: NDArray[np.bool_], large: bool
) -> Part:
    """The part's columns and the rows that touch them, with what other columns could at best contribute."""
    columns, now = np.flatnonzero(mine), session.problem
    matrix = csr_array(form.A)
    rows = np.flatnonzero(np.diff(matrix[:, columns].indptr))
    coupling = csr_array(matrix[rows] @ diags_array((~mine).astype(float)))
    coupling.eliminate_zeros()
    least, most = _activity(coupling, now.col_lower, now.col_upper)
    sides = now.row_lower[rows].copy(), now.row_upper[rows].copy()
    loose = sides[0] - most, sides[1] - least
    part = StandardForm(
        A=matrix[rows][:, columns].tocsc(),
        row_lower=loose[0],
        row_upper=loose[1],
        col_lower=now.col_lower[columns],
        col_upper=now.col_upper[columns],
        integrality=now.integer[columns].astype(form.integrality.dtype),
        objectives={},
    )
    return Part(
        columns,
        split.share_of[columns],
        split.kind_of[columns],
        split.links[rows],
        HighsSession(part),
        coupling,
        sides,
        loose,
        (now.col_lower.copy(), now.col_upper.copy()),
        large,
    )


def _activity(matrix: csr_array, lower: Values, upper: Values) -> tuple[Values, Values]:
    """The least and the most that each row of a matrix can come to within the bounds of its columns."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    at_lower, at_upper = matrix.data * lower[matrix.indices], matrix.data * upper[matrix.indices]
    least = np.bincount(row, np.minimum(at_lower, at_upper), matrix.shape[0])
    most = np.bincount(row, np.maximum(at_lower, at_upper), matrix.shape[0])
    return least.astype(float), most.astype(float)
