"""How far sites are from each other, made as it is asked for: no full matrix is held."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from alloc.location.pairs import Index, Values
from alloc.location.siting import Siting

_CELLS = 500_000


class Apartness:
    """Distances of ``sites`` (positions in a `Siting` whose clients are its sites), numbered as they stand
    there.

    The smaller one of both directions, the cutoff at most, times the weights of both; infinite where there is
    none.
    """

    def __init__(self, siting: Siting, sites: Index) -> None:
        self._siting, self._sites = siting, sites
        self._weight = siting.weights[sites]

    def __len__(self) -> int:
        return len(self._sites)

    def to(self, some: Index, others: Index | None = None) -> Values:
        """From some of them to others (all, where not given), (len(some), len(others))."""
        others = np.arange(len(self)) if others is None else others
        costs, here, there = self._siting.costs, self._sites[some], self._sites[others]
        distance = np.minimum(costs.block(here, there), costs.block(there, here).T)
        np.minimum(distance, self._siting.cutoff, out=distance)
        known = np.isfinite(distance)
        distance[known] *= np.outer(self._weight[some], self._weight[others])[known]
        return distance

    def among(self, some: Index) -> Values:
        """Of each pair of some of them, once."""
        return self.to(some, some)[np.triu_indices(len(some), 1)]

    def widest(self, some: Index) -> float:
        """Of the farthest pair of some of them; 0 for fewer than two."""
        widest = 0.0
        for part in self._blocks(some):
            between = self.to(part, some)
            between[part[:, None] == some[None, :]] = 0.0
            widest = max(widest, float(between.max(initial=0.0)))
        return widest

    def closer(self, level: float) -> csr_array:
        """Pairs, both ways, whose distance is smaller than ``level``; nothing with itself."""
        if (self._weight == 1.0).all() and level <= self._siting.cutoff:
            pairs = self._siting.costs.within(level)
            near = pairs.keep((pairs.cost < level) & (pairs.client != pairs.site)).matrix()
            near = near[self._sites][:, self._sites]
            if _is_symmetric(near):
                return near
        return self._closer_by_blocks(level)

    def _closer_by_blocks(self, level: float) -> csr_array:
        """As `closer`, whatever the weights and both directions are."""
        n = len(self)
        count, site, distance = [np.zeros(1, dtype=np.int64)], [np.empty(0, dtype=np.int32)], [np.empty(0)]
        for part in self._blocks(np.arange(n)):
            between = self.to(part)
            between[np.arange(len(part)), part] = np.inf
            close = between < level
            count.append(close.sum(axis=1))
            site.append(np.nonzero(close)[1].astype(np.int32))
            distance.append(between[close])
        start = np.cumsum(np.concatenate(count))
        return csr_array((np.concatenate(distance), np.concatenate(site), start), shape=(n, n))

    def _blocks(self, some: Index) -> list[Index]:
        rows = max(1, _CELLS // max(1, len(some)))
        return [some[first : first + rows] for first in range(0, len(some), rows)]


def _is_symmetric(matrix: csr_array) -> bool:
    """What is stored, not what it stands for: a stored 0 is a distance."""
    matrix.sort_indices()
    turned = csr_array(matrix.T)
    turned.sort_indices()
    return all(
        np.array_equal(mine, other)
        for mine, other in (
            (matrix.indptr, turned.indptr),
            (matrix.indices, turned.indices),
            (matrix.data, turned.data),
        )
    )
