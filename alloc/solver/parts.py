"""The parts of a model that share hardly a row, each solved on its own for a bound on its share of a goal.

A part keeps the rows that touch other parts too, with whatever those could at best contribute within the
bounds of their columns; so its optimum is a bound on its share, and the bounds of all parts add up to one on
the whole (bounds by relaxing coupling rows: Geoffrion 1974, Math. Prog. Study 2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from alloc.solver.check import activity
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Values
from alloc.solver.part import Goal, Part
from alloc.solver.part_search import Marks
from alloc.solver.row_prices import least_at_prices
from alloc.solver.sparing import SparingSession
from alloc.solver.standard import StandardForm

_LARGE = 10_000
"""From so many columns on, a part is large: it falls apart into its shares, each a part of its own."""


@dataclass(frozen=True)
class Split:
    """How a model falls apart: ``part_of`` numbers the part of every column, ``share_of`` the finer share in
    which a finished goal is held; both 0, 1, ... or -1 for columns that belong to none (a goal that uses one
    is not split). ``kind_of`` numbers the kind of decision (equipment, imaging, ...) of every column,
    ``topic_of`` the finer topic (a modality, ...) that can be decided anew beside the others.
    ``links`` marks the rows that seldom bind, of which there are many.
    """

    part_of: NDArray[np.int64]
    share_of: NDArray[np.int64]
    kind_of: NDArray[np.int64]
    topic_of: NDArray[np.int64]
    links: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Resource:
    """What several parts take of and none gives back: ``taken @ x <= limit`` over all columns, a row of the
    form.
    """

    row: int
    taken: Values
    limit: float


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
        self._part_of, self._in_order = part_of, parts
        self.easy_first = sorted(parts, key=lambda part: part.n_integers)
        self.resources = _resources(form, session, part_of)
        self._shared = _shared(form, session, part_of)

    @property
    def links(self) -> NDArray[np.bool_]:
        """The rows that seldom bind."""
        return self._split.links

    @property
    def are_large(self) -> bool:
        """Whether the model is so large that its parts are searched on their own, at once."""
        return any(part.is_large for part in self.easy_first)

    @property
    def users(self) -> list[Part]:
        """The parts that take of what is shared."""
        taken = [part for part in self.easy_first for one in self.resources if one.taken[part.columns].any()]
        return list(dict.fromkeys(taken))

    def close(self) -> None:
        """Free the parts' copies of the model."""
        for part in self.easy_first:
            part.session.close()

    def splits(self, goal: Goal) -> bool:
        """Whether there are parts, and every column of the goal belongs to one."""
        return len(self.easy_first) > 1 and not np.any((goal.cost != 0.0) & (self._split.part_of < 0))

    def bounds_at_prices(self, form: StandardForm, goal: Goal, prices: Values) -> dict[Part, float]:
        """What each part comes to at least at a price of every row of the whole model as it stands: bounds
        without a search, which add up to the relaxation's optimum where the prices are its own.
        """
        free, matrix = form.col_lower < form.col_upper, csr_array(form.A)
        touched = csr_array(abs(matrix) @ diags_array(free.astype(float)) @ _member(self._part_of))
        touched.eliminate_zeros()
        strangers = abs(matrix) @ (self._split.part_of < 0).astype(float)
        is_own, by_part = (np.diff(touched.indptr) == 1) & (strangers == 0.0), touched.tocsc()
        is_own[self._shared[0]] = False  # their price is in the goal
        bounds = {}
        for number, part in enumerate(self._in_order):
            rows = by_part.indices[by_part.indptr[number] : by_part.indptr[number + 1]]
            cost = goal.cost[part.columns]
            bounds[part] = least_at_prices(form, rows[is_own[rows]], part.columns, cost, prices)
        return bounds

    def bound(self, goal: Goal) -> float:
        """The proven bound on the whole goal; minus infinity while a part has none."""
        return goal.constant + sum(part.bound_of(goal) for part in self.easy_first)

    def short_of(self, values: Values) -> Resource | None:
        """The resource of which values of all columns take too much; None for none, or more than one."""
        short = [one for one in self.resources if float(one.taken @ values) > one.limit * (1.0 + 1e-9)]
        return short[0] if len(short) == 1 else None

    def free_of_charge(self, prices: Values) -> Values:
        """Prices without those of resources."""
        free = prices.copy()
        free[[one.row for one in self.resources]] = 0.0
        return free

    def priced(self, goal: Goal, prices: Values) -> Goal:
        """The goal with what the parts share at a price each row (of the form), instead of the row itself.
        At every plan that keeps the rows it comes to the goal or less (Geoffrion 1974).
        """
        rows, matrix, lower, upper = self._shared
        price = prices[rows]
        held = (price > 0.0) & np.isfinite(lower) | (price < 0.0) & np.isfinite(upper)
        price = np.where(held, price, 0.0)
        sides = np.where(price > 0.0, np.where(held, lower, 0.0), np.where(held, upper, 0.0))
        constant = goal.constant + float(price @ sides)
        return Goal(f"{goal.name} at a price", goal.cost - matrix.T @ price, constant)

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
            session.add_limit(cost, most)
            for part in self.easy_first:
                if cost[part.columns].any():
                    part.session.add_limit(cost[part.columns], most)

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
    touched = np.diff(csr_array(abs(matrix) @ _member(part_of)).indptr)
    one_way = np.isfinite(now.row_upper[: form.n_rows]) & ~np.isfinite(now.row_lower[: form.n_rows])
    found = []
    for row in np.flatnonzero((touched > 1) & one_way):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        mine, takes = matrix.indices[entries], matrix.data[entries]
        if takes.min() >= 0.0 and now.col_lower[mine].min() >= 0.0 and part_of[mine].min() >= 0:
            taken = np.zeros(form.n_columns)
            taken[mine] = takes
            found.append(Resource(int(row), taken, float(now.row_upper[row])))
    return found


def _shared(
    form: StandardForm, session: HighsSession, part_of: NDArray[np.int64]
) -> tuple[NDArray[np.int64], csr_array, Values, Values]:
    """Rows in which two or more parts have something to decide, and nobody else: numbers, rows, sides."""
    matrix, now = csr_array(form.A), session.problem
    free = now.col_lower < now.col_upper
    touched = csr_array(abs(matrix) @ diags_array(free.astype(float)) @ _member(part_of))
    touched.eliminate_zeros()
    strangers = abs(matrix) @ (part_of < 0).astype(float)
    rows = np.flatnonzero((np.diff(touched.indptr) > 1) & (strangers == 0.0))
    return rows, csr_array(matrix[rows]), now.row_lower[rows].copy(), now.row_upper[rows].copy()


def _member(part_of: NDArray[np.int64]) -> csr_array:
    """Columns x parts."""
    parts = np.unique(part_of[part_of >= 0])
    return csr_array((part_of[:, None] == parts[None, :]).astype(float))


def _cut(
    form: StandardForm, session: HighsSession, split: Split, mine: NDArray[np.bool_], large: bool
) -> Part:
    """The part's columns and the rows that touch them, with what other columns could at best contribute."""
    columns, now = np.flatnonzero(mine), session.problem
    matrix = csr_array(form.A)
    rows = np.flatnonzero(np.diff(matrix[:, columns].indptr))
    coupling = csr_array(matrix[rows] @ diags_array((~mine).astype(float)))
    coupling.eliminate_zeros()
    least, most = activity(coupling, now.col_lower, now.col_upper)
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
        Marks(split.kind_of[columns], split.topic_of[columns], split.links[rows]),
        SparingSession(part, split.links[rows] if large else np.zeros(len(rows), dtype=bool)),
        coupling,
        sides,
        loose,
        (now.col_lower.copy(), now.col_upper.copy()),
        large,
    )
