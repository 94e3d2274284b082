"""Costs by coordinates: pairs are made as they are asked for, and no full matrix is ever held."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from alloc.location.costs import Ids
from alloc.location.metrics import Metric
from alloc.location.pairs import Index, Pairs, Values

_BLOCK_CELLS: Final = 2_000_000
_FEW: Final = 16
"""A tree pays where it hands out less than one site in so many; else all are measured, block by block."""


class PointCosts:
    """Clients and sites as points, (n, 2) each: ``x, y``, or longitude and latitude in degrees.

    A pair that costs more than ``cutoff`` is not admissible. Lists are those of the dense matrix with the
    same formula: cheapest first, ties by site number, also where rounding makes ties. `own_weights`,
    `own_states` (ids by state) and `client_column` come with the layers that the points were read from.
    """

    def __init__(
        self,
        clients: Values,
        sites: Values,
        client_ids: Ids,
        site_ids: Ids,
        metric: Metric,
        cutoff: float = np.inf,
        *,
        client_column: Callable[[str], Any] | None = None,
        own_weights: Values | None = None,
        own_states: Mapping[str, tuple[Hashable, ...]] | None = None,
    ) -> None:
        self.clients, self.sites = clients, sites
        self.client_ids, self.site_ids = client_ids, site_ids
        self.metric, self.cutoff = metric, cutoff
        self.client_column = client_column
        self.own_weights, self.own_states = own_weights, own_states or {}
        self._client_points, self._site_points = metric.place(clients), metric.place(sites)
        self._tree: Any = None

    def nearest(self, k: int) -> Pairs:
        """See `Costs`."""
        n_sites = len(self.sites)
        if k >= n_sites:
            return self.within(np.inf)
        found = self._nearest_by_tree(k) if k * _FEW < n_sites else self._nearest_by_blocks(k)
        site, cost = found[0].astype(np.int32), found[1]
        cost[cost > self.cutoff] = np.inf
        listed = np.isfinite(cost[:, :k])
        start = np.concatenate([[0], np.cumsum(listed.sum(axis=1), dtype=np.int64)])
        return Pairs(n_sites, start, site[:, :k][listed], cost[:, :k][listed], cost[:, k].copy())

    def within(self, radius: float) -> Pairs:
        """See `Costs`."""
        radius = min(radius, self.cutoff)
        n_clients, n_sites = len(self.clients), len(self.sites)
        most = self._most_within(radius)
        sparse = int(most.sum()) * _FEW < n_clients * n_sites
        site, cost = np.empty(int(most.sum()), dtype=np.int32), np.empty(int(most.sum()))
        start = np.zeros(n_clients + 1, dtype=np.int64)
        used = 0
        for first, last in self._blocks(n_clients):
            part = self._sparse(first, last, radius) if sparse else self._dense(first, last, radius)
            count, end = part[0], used + len(part[1])
            site[used:end], cost[used:end] = part[1], part[2]
            start[first + 1 : last + 1] = used + np.cumsum(count)
            used = end
        return Pairs(n_sites, start, site[:used], cost[:used], np.full(n_clients, np.inf))

    def to_sites(self, sites: Index) -> Values:
        """See `Costs`."""
        return self.block(np.arange(len(self.clients)), sites)

    def block(self, clients: Index, sites: Index) -> Values:
        """See `Costs`."""
        costs = self.metric.cost(self._client_points[clients, None, :], self._site_points[None, sites, :])
        costs[costs > self.cutoff] = np.inf
        return costs

    def _blocks(self, n_clients: int) -> Iterator[tuple[int, int]]:
        """Ranges of clients whose costs to all sites fit into a block."""
        rows = max(1, _BLOCK_CELLS // max(1, len(self.sites)))
        for first in range(0, n_clients, rows):
            yield first, min(first + rows, n_clients)

    def _block(self, first: int, last: int) -> Values:
        return self.metric.cost(self._client_points[first:last, None, :], self._site_points[None, :, :])

    def _nearest_by_blocks(self, k: int) -> tuple[Index, Values]:
        """The k + 1 nearest sites of every client, (n_clients, k + 1), in order."""
        shape = len(self.clients), k + 1
        site, cost = np.empty(shape, dtype=np.int64), np.empty(shape)
        for first, last in self._blocks(len(self.clients)):
            block = self._block(first, last)
            order = np.argsort(block, axis=1, kind="stable")[:, : k + 1]
            site[first:last], cost[first:last] = order, np.take_along_axis(block, order, axis=1)
        return site, cost

    def _nearest_by_tree(self, k: int) -> tuple[Index, Values]:
        """As `_nearest_by_blocks`; where ties reach beyond what the tree handed out, it is asked for more."""
        shape = len(self.clients), k + 1
        site, cost = np.empty(shape, dtype=np.int64), np.empty(shape)
        left, asked = np.arange(len(self.clients)), k + 2
        while len(left) and asked < len(self.sites):
            apart, near = self._site_tree().query(self._client_points[left], asked, p=self.metric.order)
            costs = self.metric.cost(self._client_points[left, None, :], self._site_points[near])
            order = np.lexsort((near, costs), axis=1)[:, : k + 1]
            site[left] = np.take_along_axis(near, order, axis=1)
            cost[left] = np.take_along_axis(costs, order, axis=1)
            reach = np.array([self.metric.tree_radius(last) for last in cost[left, k]])
            left, asked = left[apart[:, -1] <= reach], asked * 2
        if len(left):
            rest = PointCosts(self.clients[left], self.sites, left.astype(object), self.site_ids, self.metric)
            site[left], cost[left] = rest._nearest_by_blocks(k)
        return site, cost

    def _most_within(self, radius: float) -> Index:
        """At most how many sites each client has within a cost."""
        reach = self.metric.tree_radius(radius)
        if np.isinf(reach):
            return np.full(len(self.clients), len(self.sites), dtype=np.int64)
        count = self._site_tree().query_ball_point(
            self._client_points, reach, p=self.metric.order, return_length=True
        )
        return np.asarray(count, dtype=np.int64)

    def _dense(self, first: int, last: int, radius: float) -> tuple[Index, Index, Values]:
        """Counts, sites and costs of a range of clients, all sites measured."""
        block = self._block(first, last)
        order = np.argsort(block, axis=1, kind="stable")
        cost = np.take_along_axis(block, order, axis=1)
        keep = cost <= radius
        return keep.sum(axis=1), order[keep], cost[keep]

    def _sparse(self, first: int, last: int, radius: float) -> tuple[Index, Index, Values]:
        """As `_dense`, from the tree."""
        from scipy.spatial import cKDTree

        reach, order = self.metric.tree_radius(radius), self.metric.order
        found = cKDTree(self._client_points[first:last]).sparse_distance_matrix(
            self._site_tree(), reach, p=order, output_type="ndarray"
        )
        client, site = found["i"], found["j"]
        cost = self.metric.cost(self._client_points[first + client], self._site_points[site])
        keep = cost <= radius
        client, site, cost = client[keep], site[keep], cost[keep]
        ranked = np.lexsort((site, cost, client))
        return np.bincount(client, minlength=last - first), site[ranked], cost[ranked]

    def _site_tree(self) -> Any:
        if self._tree is None:
            from scipy.spatial import cKDTree

            self._tree = cKDTree(self._site_points)
        return self._tree
