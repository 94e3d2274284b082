"""Many flows alike as few: what a choice of decisions needs to know of them, and no more.

Flows to one facility from places with the same choice of facilities differ in size only. The rows that are
such a place's own (where its need ends) are added up, each with its size as its weight, and flows that are
then alike become one column. Plans of the merged model and of the one before come to the same: a merged flow
is shared out in proportion to the sizes. Where bounds differ it is a relaxation, whose bound is a bound all
the same (aggregation: Rogers, Plante, Wong & Evans 1991, Oper. Res. 39).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from alloc.solver.outcome import Values
from alloc.solver.standard import StandardForm

_MOST_OF_A_PLACE = 30
"""A row of more flows than this is no place's own."""
Kind = tuple[object, ...]


@dataclass(frozen=True)
class Merged:
    """``sums`` (new rows x old rows) says which rows were added up; ``matrix`` (new rows x merged flows),
    sides, bounds and costs are of what is left. ``group`` is the group of flows that a merged one belongs to.
    """

    sums: csr_array
    matrix: csc_array
    lower: Values
    upper: Values
    low: Values
    high: Values
    cost: Values
    group: NDArray[np.int64]


@dataclass(frozen=True)
class Seen:
    """What is to be merged: rows x flows, the rows' sides, the flows' bounds, costs and groups. ``decided``
    marks the rows that decisions stand in too.
    """

    matrix: csr_array
    decided: NDArray[np.bool_]
    lower: Values
    upper: Values
    low: Values
    high: Values
    cost: Values
    group: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        form: StandardForm,
        rows: NDArray[np.int64],
        flows: NDArray[np.int64],
        decided: NDArray[np.bool_],
        cost: Values,
        group: NDArray[np.int64],
    ) -> Self:
        """Some rows and flows of a model; ``decided`` and ``cost`` are of all its columns, ``group`` of the
        flows.
        """
        matrix = csr_array(csr_array(form.A)[rows])
        decisions = csr_array(matrix[:, np.flatnonzero(decided)])
        return cls(
            matrix=csr_array(matrix[:, flows]),
            decided=np.diff(decisions.indptr) > 0,
            lower=form.row_lower[rows],
            upper=form.row_upper[rows],
            low=form.col_lower[flows],
            high=form.col_upper[flows],
            cost=cost[flows],
            group=group,
        )


def merge(seen: Seen) -> Merged:
    """The flows and rows of ``seen``, those alike as one."""
    columns = csc_array(seen.matrix)
    home = _homes(seen)
    weight = _weights(seen, columns, home)
    size, kind = _kinds(seen, columns, home, weight)
    new_row, sums = _sums(seen, home, weight, kind)
    return _put_together(seen, columns, home, size, kind, new_row, sums)


def _homes(seen: Seen) -> NDArray[np.int64]:
    """The one row that is a flow's place's own; -1 for flows without."""
    length = np.diff(seen.matrix.indptr)
    small = ~seen.decided & (length > 0) & (length <= _MOST_OF_A_PLACE)
    rows = np.repeat(np.arange(len(length)), length)
    times = np.bincount(seen.matrix.indices, weights=small[rows], minlength=seen.matrix.shape[1])
    crossed = np.bincount(rows, weights=times[seen.matrix.indices] > 1, minlength=len(length)) > 0
    own = small & ~crossed
    home = np.full(seen.matrix.shape[1], -1, dtype=np.int64)
    mine = own[rows]
    home[seen.matrix.indices[mine]] = rows[mine]
    return home


def _weights(seen: Seen, columns: csc_array, home: NDArray[np.int64]) -> Values:
    """The size of every place: the largest coefficient of its flows in the rows that places share."""
    weight = np.zeros(seen.matrix.shape[0])
    least = np.zeros(seen.matrix.shape[0])
    for flow in np.flatnonzero(home >= 0):
        rows, values = _column(columns, int(flow))
        shared = np.abs(values[rows != home[flow]]).max(initial=0.0)
        weight[home[flow]] = max(weight[home[flow]], shared)
        least[home[flow]] = max(least[home[flow]], abs(seen.cost[flow]))
    weight = np.where(weight > 0.0, weight, least)
    return np.where(weight > 0.0, weight, 1.0)


def _kinds(
    seen: Seen, columns: csc_array, home: NDArray[np.int64], weight: Values
) -> tuple[Values, list[Kind]]:
    """The size of each flow, and what it is beside its size; flows of one kind in one sum become one."""
    n = seen.matrix.shape[1]
    size, kinds = np.ones(n), list[Kind](("own", flow) for flow in range(n))
    for flow in np.flatnonzero(home >= 0):
        rows, values = _column(columns, int(flow))
        at_home = rows == home[flow]
        scale = float(weight[home[flow]] * values[at_home][0])
        if scale <= 0.0:
            continue
        size[flow] = scale
        shared = tuple(
            (int(row), f"{value / scale:.9g}")
            for row, value in sorted(zip(rows[~at_home], values[~at_home], strict=True))
        )
        kinds[flow] = (int(seen.group[flow]), f"{seen.cost[flow] / scale:.9g}", shared)
    return size, kinds


def _sums(
    seen: Seen, home: NDArray[np.int64], weight: Values, kind: list[Kind]
) -> tuple[NDArray[np.int64], csr_array]:
    """The new row of every old one; places with the same kinds of flows are one row."""
    n_rows = seen.matrix.shape[0]
    own = np.zeros(n_rows, dtype=bool)
    own[home[home >= 0]] = True
    same: dict[Kind, int] = {}
    new_row, entry = np.empty(n_rows, dtype=np.int64), np.ones(n_rows)
    for row in range(n_rows):
        key: Kind = ("row", row)
        if own[row]:
            flows = seen.matrix.indices[seen.matrix.indptr[row] : seen.matrix.indptr[row + 1]]
            ends = math.isfinite(seen.lower[row]), math.isfinite(seen.upper[row])
            key = (frozenset(kind[flow] for flow in flows), len(flows), *ends)
            entry[row] = weight[row]
        new_row[row] = same.setdefault(key, len(same))
    sums = csr_array((entry, (new_row, np.arange(n_rows))), shape=(len(same), n_rows))
    return new_row, sums


def _put_together(
    seen: Seen,
    columns: csc_array,
    home: NDArray[np.int64],
    size: Values,
    kind: list[Kind],
    new_row: NDArray[np.int64],
    sums: csr_array,
) -> Merged:
    members: dict[Kind, list[int]] = defaultdict(list)
    for flow, one in enumerate(kind):
        members[(int(new_row[home[flow]]) if home[flow] >= 0 else -1, one)].append(flow)
    first = np.array([flows[0] for flows in members.values()], dtype=np.int64)
    number = np.empty(len(kind), dtype=np.int64)
    for k, flows in enumerate(members.values()):
        number[flows] = k
    matrix = csc_array(sums @ columns[:, first])
    matrix = csc_array(matrix / size[first][None, :]) if len(first) else matrix
    return Merged(
        sums=sums,
        matrix=matrix,
        lower=_side(sums, seen.lower),
        upper=_side(sums, seen.upper),
        low=_added(number, size * seen.low, len(first)),
        high=_added(number, size * seen.high, len(first)),
        cost=seen.cost[first] / size[first],
        group=seen.group[first],
    )


def _side(sums: csr_array, side: Values) -> Values:
    """Sides added up; a sum has an end where its rows have."""
    finite = np.isfinite(side)
    total: Values = sums @ np.where(finite, side, 0.0)
    endless = np.asarray(sums @ (~finite).astype(float)) > 0
    total[endless] = math.copysign(math.inf, side[~finite][0]) if (~finite).any() else 0.0
    return total


def _added(number: NDArray[np.int64], values: Values, n: int) -> Values:
    total: Values = np.zeros(n)
    np.add.at(total, number, values)
    return total


def _column(columns: csc_array, flow: int) -> tuple[NDArray[np.int64], Values]:
    part = slice(columns.indptr[flow], columns.indptr[flow + 1])
    return columns.indices[part], columns.data[part]
