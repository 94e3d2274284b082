"""OR-Library (J. E. Beasley, "OR-Library: distributing test problems by electronic mail", JORS 41, 1990)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from alloc.location.costs import MatrixCosts
from alloc.location.files.instance import SitingInstance, numbered
from alloc.location.files.numbers import Numbers, check_cells
from alloc.location.metrics import metric_of
from alloc.location.pairs import Index, Values
from alloc.location.point_costs import PointCosts


def read_orlib_pmed(path: str | Path) -> SitingInstance:
    """p-median on a network: ``n m p``, then m edges ``i j cost``, undirected; costs are shortest paths.

    Every node is a client of weight 1 and a site. Edges stand there several times at different costs: the
    LAST line counts, as in Beasley's own program (the least would make pmed1 5718 instead of 5819).
    """
    numbers = Numbers(path)
    n, m, p = numbers.whole(1), numbers.whole(0), numbers.whole(1)
    check_cells(path, n, n)
    edges = numbers.table(m, 3, least=0.0)
    numbers.end()
    ends = edges[:, :2]
    wrong = np.flatnonzero(((ends < 1) | (ends > n) | (ends != np.floor(ends))).any(axis=1))
    if len(wrong):
        row = int(wrong[0])
        second = 1.0 <= ends[row, 0] <= n and ends[row, 0] == np.floor(ends[row, 0])
        numbers.refuse("no_such_node", 3 + 3 * row + int(second), n=n)
    network = _network(n, ends.astype(np.int64) - 1, edges[:, 2])
    cost: Values = shortest_path(network, method="D", directed=False)
    ids = numbered(n)
    return SitingInstance(Path(path).stem, MatrixCosts(cost, ids, ids.copy()), demand=np.ones(n), p=p)


def read_orlib_cap(path: str | Path) -> SitingInstance:
    """Facilities with capacity: ``m n``; m lines ``capacity fixed_cost``; a client: demand, m costs.

    A cost is that of serving ALL of a client's demand. capa, capb and capc leave the capacity open (a word
    where the number should be); they are refused.
    """
    numbers = Numbers(path)
    m, n = numbers.whole(1), numbers.whole(1)
    check_cells(path, n, m)
    sites = numbers.table(m, 2, least=0.0)
    clients = numbers.table(n, m + 1, least=0.0)
    numbers.end()
    return SitingInstance(
        Path(path).stem,
        MatrixCosts(np.ascontiguousarray(clients[:, 1:]), numbered(n), numbered(m)),
        cost_is="total",
        demand=clients[:, 0].copy(),
        capacity=sites[:, 0].copy(),
        fixed_cost=sites[:, 1].copy(),
    )


def read_orlib_pmedcap(path: str | Path) -> SitingInstance:
    """Capacitated p-median: ``id best``; ``n p Q``; n lines ``id x y demand``; every capacity is Q.

    The cost of a client is its Euclidean distance rounded DOWN, whatever its demand.
    """
    numbers = Numbers(path)
    numbers.one()
    best = numbers.one()
    n, p, capacity = numbers.whole(1), numbers.whole(1), numbers.one(least=0.0)
    rows = numbers.table(n, 4)
    numbers.end()
    numbers.check_not_negative(rows[:, 3], 5 + 3, 4)
    points = np.ascontiguousarray(rows[:, 1:3])
    ids = numbered(n)
    costs = PointCosts(points, points, ids, ids.copy(), metric_of("euclidean", rounded_down=True))
    return SitingInstance(
        Path(path).stem,
        costs,
        cost_is="total",
        demand=rows[:, 3].copy(),
        capacity=np.full(n, capacity),
        p=p,
        known=best,
        points=points,
    )


def _network(n: int, ends: Index, cost: Values) -> csr_array:
    """Undirected edges as a symmetric matrix; of an edge that is there twice the last counts."""
    low, high = ends.min(axis=1), ends.max(axis=1)
    key = low * n + high
    _, backwards = np.unique(key[::-1], return_index=True)
    last = len(key) - 1 - backwards
    low, high, cost = low[last], high[last], cost[last]
    apart = low != high
    low, high, cost = low[apart], high[apart], cost[apart]
    rows, columns = np.concatenate([low, high]), np.concatenate([high, low])
    # What is stored is an edge for csgraph, a stored 0 too.
    return csr_array((np.concatenate([cost, cost]), (rows, columns)), shape=(n, n))
