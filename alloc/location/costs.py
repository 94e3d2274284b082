"""What it costs to serve a client from a site: a dense matrix, sparse pairs, or coordinates without either.

A cost is per unit of the client's weight, finite and not negative; a pair that is not admissible costs
infinity.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from alloc.location.pairs import Index, Pairs, Values

Ids = NDArray[np.object_]


class Costs(Protocol):
    """What every source of costs offers; ids are the user's, numbers are positions."""

    client_ids: Ids
    site_ids: Ids

    def nearest(self, k: int) -> Pairs:
        """Each client's ``k`` cheapest admissible sites (all, where it has no more)."""
        ...

    def within(self, radius: float) -> Pairs:
        """All admissible pairs that cost ``radius`` at most; those are then all there is (``beyond`` is
        infinite).
        """
        ...

    def to_sites(self, sites: Index) -> Values:
        """Costs of all clients to some sites, (n_clients, len(sites)); infinite where not admissible."""
        ...

    def block(self, clients: Index, sites: Index) -> Values:
        """Costs of some clients to some sites, (len(clients), len(sites)); infinite where not admissible."""
        ...


class MatrixCosts:
    """A dense matrix, clients x sites, with infinity where a pair is not admissible."""

    def __init__(self, matrix: Values, client_ids: Ids, site_ids: Ids) -> None:
        self.matrix, self.client_ids, self.site_ids = matrix, client_ids, site_ids

    def nearest(self, k: int) -> Pairs:
        """See `Costs`."""
        n_sites = self.matrix.shape[1]
        if k >= n_sites:
            return self.within(np.inf)
        part = np.argpartition(self.matrix, k, axis=1)[:, : k + 1]
        cost = np.take_along_axis(self.matrix, part, axis=1)
        order = np.lexsort((part, cost), axis=1)
        site = np.take_along_axis(part, order, axis=1)
        cost = np.take_along_axis(cost, order, axis=1)
        return _first(k, n_sites, site, cost)

    def within(self, radius: float) -> Pairs:
        """See `Costs`."""
        n_clients, n_sites = self.matrix.shape
        order = np.argsort(self.matrix, axis=1, kind="stable").astype(np.int32)
        cost = np.take_along_axis(self.matrix, order, axis=1)
        keep = (cost <= radius) & np.isfinite(cost)
        start = np.zeros(n_clients + 1, dtype=np.int64)
        np.cumsum(keep.sum(axis=1), out=start[1:])
        return Pairs(n_sites, start, order[keep], cost[keep], np.full(n_clients, np.inf))

    def to_sites(self, sites: Index) -> Values:
        """See `Costs`."""
        return np.ascontiguousarray(self.matrix[:, sites])

    def block(self, clients: Index, sites: Index) -> Values:
        """See `Costs`."""
        return self.matrix[np.ix_(clients, sites)]


class SparseCosts:
    """A sparse matrix, clients x sites: what is stored is admissible, a stored 0 costs nothing."""

    def __init__(self, matrix: csr_array, client_ids: Ids, site_ids: Ids) -> None:
        self.client_ids, self.site_ids = client_ids, site_ids
        n_clients, n_sites = matrix.shape
        client = np.repeat(np.arange(n_clients), np.diff(matrix.indptr))
        order = np.lexsort((matrix.indices, matrix.data, client))
        order = order[np.isfinite(matrix.data[order])]
        start = np.zeros(n_clients + 1, dtype=np.int64)
        np.cumsum(np.bincount(client[order], minlength=n_clients), out=start[1:])
        site, cost = matrix.indices[order].astype(np.int32), matrix.data[order].astype(float)
        self._pairs = Pairs(n_sites, start, site, cost, np.full(n_clients, np.inf))

    def nearest(self, k: int) -> Pairs:
        """See `Costs`."""
        pairs = self._pairs
        rank = np.arange(pairs.n_pairs) - np.repeat(pairs.start[:-1], np.diff(pairs.start))
        count = np.diff(pairs.start)
        last = np.minimum(pairs.start[:-1] + k, max(pairs.n_pairs - 1, 0))
        beyond = np.where(count > k, pairs.cost[last] if pairs.n_pairs else np.inf, np.inf)
        return pairs.keep(rank < k, beyond)

    def within(self, radius: float) -> Pairs:
        """See `Costs`."""
        return self._pairs.keep(self._pairs.cost <= radius)

    def to_sites(self, sites: Index) -> Values:
        """See `Costs`."""
        place = np.full(self._pairs.n_sites, -1, dtype=np.int64)
        place[sites] = np.arange(len(sites))
        costs = np.full((self._pairs.n_clients, len(sites)), np.inf)
        mine = np.flatnonzero(place[self._pairs.site] >= 0)
        costs[self._pairs.client[mine], place[self._pairs.site[mine]]] = self._pairs.cost[mine]
        return costs

    def block(self, clients: Index, sites: Index) -> Values:
        """See `Costs`."""
        costs, row = np.empty((len(clients), len(sites))), np.empty(self._pairs.n_sites)
        for number, client in enumerate(clients):
            mine = slice(self._pairs.start[client], self._pairs.start[client + 1])
            row.fill(np.inf)
            row[self._pairs.site[mine]] = self._pairs.cost[mine]
            costs[number] = row[sites]
        return costs


def _first(k: int, n_sites: int, site: Index, cost: Values) -> Pairs:
    """The first ``k`` of each client's k + 1 cheapest sites, both (n_clients, k + 1) in order."""
    listed = np.isfinite(cost[:, :k])
    start = np.zeros(len(cost) + 1, dtype=np.int64)
    np.cumsum(listed.sum(axis=1), out=start[1:])
    return Pairs(n_sites, start, site[:, :k][listed].astype(np.int32), cost[:, :k][listed], cost[:, k].copy())
