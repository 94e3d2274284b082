"""On which site to branch: what earlier branchings on it brought, and probing where little is known of that.

Reliability branching (Achterberg, Koch & Martin 2005).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alloc.location.median.master import Master, Point
from alloc.location.pairs import Index, Values

_RELIABLE = 4
_MOST_PROBES = 8
_MOST_CANDIDATES = 30
_ITERATIONS = 60
_LEAST = 1e-6


class Branching:
    """Remembers what leaving out (row 0) and choosing (row 1) a site did to the bound, per unit of share."""

    def __init__(self, master: Master, n_sites: int) -> None:
        self._master = master
        self._rise: Values = np.zeros((2, n_sites))
        self._times: Values = np.zeros((2, n_sites))

    def choose(self, sites: Index, point: Point, enough: float, left: Callable[[], float]) -> int:
        """One of the sites with a fractional share at ``point``, the master's last optimum."""
        share = point.y[sites]
        order = sites[np.argsort(-self._score(sites, share), kind="stable")][:_MOST_CANDIDATES]
        gap = max(enough - point.value, _LEAST)
        best, best_score, probes = int(order[0]), -1.0, 0
        basis = self._master.remember()
        for site in order:
            j = int(site)
            if self._times[:, j].min() < _RELIABLE and probes < _MOST_PROBES and left() > 0.0:
                probes += 1
                score = self._probe(j, point, gap)
                self._master.recall(basis)
            else:
                score = float(self._score(np.array([j]), point.y[[j]])[0])
            if score > best_score:
                best, best_score = j, score
            if score == np.inf:
                break
        return best

    def _score(self, sites: Index, share: Values) -> Values:
        """Product of the rises to be expected on both sides."""
        known = self._times[:, sites]
        mean = self._rise.sum(axis=1) / np.maximum(self._times.sum(axis=1), 1.0)
        mean = np.where(self._times.sum(axis=1) > 0, mean, 1.0)
        rise = np.where(known > 0, self._rise[:, sites] / np.maximum(known, 1.0), mean[:, None])
        product: Values = np.maximum(rise[0] * share, _LEAST) * np.maximum(rise[1] * (1.0 - share), _LEAST)
        return product

    def _probe(self, site: int, point: Point, gap: float) -> float:
        """Product of the rises of both sides; infinite where one of them closes the gap."""
        product, closed = 1.0, False
        for side, share in ((0, point.y[site]), (1, 1.0 - point.y[site])):
            rise = max(self._master.probe(site, float(side), _ITERATIONS) - point.value, 0.0)
            if np.isfinite(rise):
                self._rise[side, site] += rise / max(share, 1e-3)
                self._times[side, site] += 1.0
            closed = closed or rise > gap
            product *= max(min(rise, gap), _LEAST)
        return np.inf if closed else product
