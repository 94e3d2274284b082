"""Client-to-site pairs, each client's nearest site first: what every fast method works on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Values = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of clients and sites, client by client, cheapest first (ties by site number).

    ``start`` (n_clients + 1) says where each client's pairs begin; ``site`` (int32) and ``cost`` hold them.
    ``beyond`` (n_clients): what any admissible site costs at least that is not listed for the client;
    infinite where all are listed. Costs are those of one unit of the client's weight.
    """

    n_sites: int
    start: Index
    site: NDArray[np.int32]
    cost: Values
    beyond: Values

    @property
    def n_clients(self) -> int:
        """Number of clients."""
        return len(self.start) - 1

    @property
    def n_pairs(self) -> int:
        """Number of listed pairs."""
        return len(self.site)

    @property
    def complete(self) -> bool:
        """Whether every admissible pair is listed."""
        return bool(np.isinf(self.beyond).all())

    @cached_property
    def client(self) -> NDArray[np.int32]:
        """The client of every pair."""
        return np.repeat(np.arange(self.n_clients, dtype=np.int32), np.diff(self.start))

    @cached_property
    def by_site(self) -> tuple[Index, Index]:
        """Pairs grouped by site: ``order[start[j]:start[j + 1]]`` numbers the pairs of site j."""
        order = np.argsort(self.site, kind="stable")
        start = np.zeros(self.n_sites + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.site, minlength=self.n_sites), out=start[1:])
        return order, start

    def keep(self, mask: Mask, beyond: Values | None = None) -> Pairs:
        """Those pairs where ``mask`` (n_pairs) holds; ``beyond`` replaces the bound on what is not listed."""
        count = np.bincount(self.client[mask], minlength=self.n_clients)
        start = np.zeros(self.n_clients + 1, dtype=np.int64)
        np.cumsum(count, out=start[1:])
        left = self.beyond if beyond is None else beyond
        return Pairs(self.n_sites, start, self.site[mask], self.cost[mask], left)

    def nearest_open(self, is_open: Mask) -> tuple[Index, Values]:
        """Each client's cheapest listed open site (-1: none) and its cost (infinite)."""
        usable = np.flatnonzero(is_open[self.site])
        clients, first = np.unique(self.client[usable], return_index=True)
        site, cost = np.full(self.n_clients, -1, dtype=np.int64), np.full(self.n_clients, np.inf)
        site[clients], cost[clients] = self.site[usable[first]], self.cost[usable[first]]
        return site, cost

    def matrix(self) -> csr_array:
        """As a sparse matrix, clients x sites (a cost of 0 is stored as such)."""
        return csr_array((self.cost, self.site, self.start), shape=(self.n_clients, self.n_sites))


def sorted_pairs(n_sites: int, client: Index, site: Index, cost: Values, n_clients: int) -> Pairs:
    """Pairs in any order, sorted; they are taken to be all that is admissible."""
    order = np.lexsort((site, cost, client))
    start = np.zeros(n_clients + 1, dtype=np.int64)
    np.cumsum(np.bincount(client, minlength=n_clients), out=start[1:])
    return Pairs(n_sites, start, site[order].astype(np.int32), cost[order], np.full(n_clients, np.inf))
