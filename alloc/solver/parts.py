"""The parts of a model that share hardly a row: each is solved on its own, for a bound or around a given
plan.

`loose`: rows that touch another part are lifted, so the part's optimum is a bound on its share of a goal, and
the bounds of the parts add up to one on the whole (bounds by relaxing coupling rows: Geoffrion 1974, Math.
Prog. Study 2). `given`: the other parts stay as they are in a known plan, so that whatever the part finds is
a plan of the whole.

A part may name coarse decisions (how many machines, before where): with only those whole, it closes quickly,
its bound is valid, and often it is already the bound of the part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags_array

from alloc.solver.form import StandardForm
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values
from alloc.solver.progress import CancelToken

_LARGEST_COEFFICIENT = 1e3


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
    """How a model falls into parts.

    ``part_of``: the part 0, 1, ... of every column, or -1 for columns that belong to none (a goal that uses
    one is not split). ``union_of``: the union 0, 1, ... of every part; unions hang together less than the
    parts inside one. ``coarse``: integer columns that a union may be solved with alone, for a first bound.
    ``shared``: rows, such as a budget, that stay a limit on each part when the others are taken at the least
    they use.
    """

    part_of: NDArray[np.int64]
    union_of: NDArray[np.int64]
    coarse: NDArray[np.bool_]
    shared: NDArray[np.bool_]


@dataclass(eq=False)
class Part:
    """One part: its columns in the whole, its own session, and its proven bound on its share of each goal.

    ``cross``: its rows that touch other parts, by number in its own session; ``coupling``: their coefficients
    in the columns of the whole that are not its own; ``sides``: their sides in the whole; ``loose``: their
    sides when the other parts are unknown. ``shared``: which of them are limits that parts share, by row of
    the whole.
    """

    columns: NDArray[np.int64]
    coarse: NDArray[np.bool_]
    session: HighsSession
    cross: NDArray[np.int64]
    coupling: Any
    sides: tuple[Values, Values]
    loose: tuple[Values, Values]
    shared: dict[int, int]
    bounds: dict[str, float] = field(default_factory=dict)

    @property
    def n_integers(self) -> int:
        """How many whole decisions the part has: the easy part is solved first."""
        return int(self.session.problem.integer.sum())

    def share(self, goal: Goal, values: Values) -> float:
        """The part's share of a goal (without the constant) at a plan of the whole."""
        return float(goal.cost[self.columns] @ values[self.columns])

    def improve(self, goal: Goal, values: Values, options: SolverOptions, cancel: CancelToken) -> Outcome:
        """The best the part can do while all others stay as in ``values``."""
        others = self.coupling @ values
        self.session.set_row_bounds(self.cross, self.sides[0] - others, self.sides[1] - others)
        return self._minimise(goal, values[self.columns], options, cancel)

    def bound(
        self,
        goal: Goal,
        start: Values | None,
        options: SolverOptions,
        cancel: CancelToken,
        *,
        only_coarse: bool,
    ) -> Outcome:
        """The part without its cross rows, with its coarse decisions whole only, or all of them."""
        self.session.set_row_bounds(self.cross, *self.loose)
        whole = self.session.integer_columns()
        if only_coarse:
            self.session.set_integer(whole & self.coarse)
        try:
            warm = None if start is None else start[self.columns]
            outcome = self._minimise(goal, warm, options, cancel)
        finally:
            if self.session.idle:
                self.session.set_integer(whole)
        known = self.bounds.get(goal.name, -math.inf)
        self.bounds[goal.name] = max(known, -math.inf if outcome.bound is None else outcome.bound)
        return outcome

    @property
    def has_coarse(self) -> bool:
        """Whether some of its whole decisions are coarse, and some are not."""
        whole = self.session.problem.integer
        return bool(np.any(whole & self.coarse) and np.any(whole & ~self.coarse))

    def _minimise(
        self, goal: Goal, start: Values | None, options: SolverOptions, cancel: CancelToken
    ) -> Outcome:
        cost = goal.cost[self.columns]
        return self.session.minimise(cost, 0.0, goal.name, warm_start=start, options=options, cancel=cancel)

    def least_use(self, row: int, sign: float, options: SolverOptions, cancel: CancelToken) -> float:
        """A bound on how little of a shared row the part can use (``sign`` -1: how much, negated)."""
        line = self.session.problem.matrix[[self.cross[self.shared[row]]], :].toarray().ravel()
        self.session.set_row_bounds(self.cross, *self.loose)
        outcome = self.session.minimise(sign * line, 0.0, "use", options=options, cancel=cancel)
        return -math.inf if outcome.bound is None else outcome.bound


class Parts:
    """The parts of one session's model, and their unions, as the model stands now (held columns and lifted
    rows included). A union of one part is that part.
    """

    def __init__(self, form: StandardForm, session: HighsSession, split: Split) -> None:
        self._split = split
        self.n_held = 0
        numbers = range(len(split.union_of))
        self.parts = [_cut(form, session, split, split.part_of == n) for n in numbers]
        self.unions: dict[int, Part] = {}
        self.members: dict[int, list[Part]] = {}
        for union in sorted(set(split.union_of.tolist())):
            inside = [n for n in numbers if split.union_of[n] == union]
            self.members[union] = [self.parts[n] for n in inside]
            alone = len(inside) == 1
            mask = np.isin(split.part_of, inside)
            self.unions[union] = self.parts[inside[0]] if alone else _cut(form, session, split, mask)
        self.easy_first = sorted(self.unions, key=lambda union: self.unions[union].n_integers)

    def close(self) -> None:
        """Free the parts' copies of the model."""
        for part in {*self.parts, *self.unions.values()}:
            part.session.close()

    def splits(self, goal: Goal) -> bool:
        """Whether every column of the goal belongs to a part."""
        return len(self.unions) > 1 and not np.any((goal.cost != 0.0) & (self._split.part_of < 0))

    def bound(self, goal: Goal) -> float:
        """The proven bound on the whole goal; minus infinity while a part has none."""
        return goal.constant + sum(self.bound_of(union, goal) for union in self.unions)

    def bound_of(self, union: int, goal: Goal) -> float:
        """The proven bound on a union's share: its own, or that of its parts together."""
        apart = sum(part.bounds.get(goal.name, -math.inf) for part in self.members[union])
        return max(self.unions[union].bounds.get(goal.name, -math.inf), apart)

    def share_limits(self, union: int, options: SolverOptions, cancel: CancelToken) -> None:
        """Leave each part of a union what the others cannot help using of the shared limits."""
        members = self.members[union]
        for row in sorted({row for part in members for row in part.shared}):
            users = [part for part in members if row in part.shared]
            if len(users) != sum(row in part.shared for part in self.parts):
                continue  # a part of another union uses it too: too far apart to be worth it
            for side, sign in ((1, 1.0), (0, -1.0)):
                at = users[0].shared[row]
                if not math.isfinite(users[0].sides[side][at]):
                    continue
                least = {part: part.least_use(row, sign, options, cancel) for part in users}
                for part in users:
                    others = sum(use for other, use in least.items() if other is not part)
                    limit = part.sides[side][part.shared[row]] - sign * others
                    part.loose[side][part.shared[row]] = limit + sign * 1e-6 * max(1.0, abs(limit))

    def hold(self, session: HighsSession, goal: Goal, values: Values, room: float) -> None:
        """Hold a finished goal at what each part has of it, in the part and in the whole; ``room`` is shared
        out, half evenly and half by size. Part by part, so that later goals cannot trade unmet examinations
        against unmet care, and the parts stay apart.
        """
        self.n_held += 1
        shares = [part.share(goal, values) for part in self.parts]
        size = sum(abs(share) for share in shares) or 1.0
        for n, (part, share) in enumerate(zip(self.parts, shares, strict=True)):
            most = share + room * (0.5 / len(shares) + 0.5 * abs(share) / size)
            whole = np.zeros(len(goal.cost))
            whole[part.columns] = goal.cost[part.columns]
            if np.any(whole):
                whole *= (scale := row_scale(whole))
                session.add_row(whole, -math.inf, most * scale)
                for holder in {part, self.unions[int(self._split.union_of[n])]}:
                    holder.session.add_row(whole[holder.columns], -math.inf, most * scale)

    def bound_rows(self, session: HighsSession, goal: Goal) -> None:
        """Tell the whole model what the parts have proven."""
        for union, part in self.unions.items():
            bound = self.bound_of(union, goal)
            cost = np.zeros(len(goal.cost))
            cost[part.columns] = goal.cost[part.columns]
            if math.isfinite(bound) and np.any(cost):
                session.add_row(cost, bound - 1e-6 * max(1.0, abs(bound)), math.inf)


def _cut(form: StandardForm, session: HighsSession, split: Split, mine: NDArray[np.bool_]) -> Part:
    """The part's columns, the rows that touch them, and what those rows touch besides."""
    columns = np.flatnonzero(mine)
    now, matrix = session.problem, form.A.tocsr()
    pattern = matrix != 0
    touches_me = np.asarray(pattern @ mine.astype(float)).ravel() > 0
    touches_others = np.asarray(pattern @ (~mine).astype(float)).ravel() > 0
    binding = np.isfinite(now.row_lower) | np.isfinite(now.row_upper)
    rows = np.flatnonzero(touches_me & binding)
    cross = np.flatnonzero(touches_others[rows])
    elsewhere = matrix[rows[cross]] @ diags_array((~mine).astype(float))
    part = StandardForm(
        A=matrix[rows][:, columns].tocsc(),
        row_lower=now.row_lower[rows],
        row_upper=now.row_upper[rows],
        col_lower=now.col_lower[columns],
        col_upper=now.col_upper[columns],
        integrality=now.integer[columns].astype(form.integrality.dtype),
        objectives={},
    )
    sides = now.row_lower[rows[cross]].copy(), now.row_upper[rows[cross]].copy()
    free = np.full(len(cross), math.inf)
    shared = {int(rows[row]): at for at, row in enumerate(cross) if split.shared[rows[row]]}
    return Part(
        columns,
        split.coarse[columns],
        HighsSession(part),
        cross,
        elsewhere,
        sides,
        (-free, free.copy()),
        shared,
    )


def row_scale(cost: Values) -> float:
    """A power of two (exact in binary) that brings the largest coefficient into 1..1000.

    HiGHS's tolerances are absolute: a row of coefficients near 1e-6 would hold nothing.
    """
    largest = float(np.abs(cost).max(initial=0.0))
    if largest == 0 or 1 <= largest <= _LARGEST_COEFFICIENT:
        return 1.0
    wanted = 1.0 if largest < 1 else _LARGEST_COEFFICIENT
    power = math.log2(wanted / largest)
    return float(2.0 ** (math.ceil(power) if largest < 1 else math.floor(power)))
