"""What every client pays for being served: a bound for any prices, and what it says about each site.

Relaxing "every client is served" with prices lambda leaves one sum a site (Cornuejols, Fisher & Nemhauser
1977): ``L(lambda) = sum_i lambda_i + sum of the p smallest rho_j``, where ``lambda_i <= cap_i`` and
``rho_j = f_j - sum_i max(lambda_i - c_ij, 0)``; without p, the sum of those that are negative. It holds for
any prices, whatever method they come from, so that no solver's tolerance enters the bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Index, Mask, Values
from alloc.location.prefixes import spans


@dataclass(frozen=True, eq=False)
class Priced:
    """A bound and the reduced costs behind it.

    ``bound`` is what every choice costs at least, given the sites fixed in and out; ``rho`` (n_sites) the net
    cost of a site; ``picked`` the free sites that the bound takes; ``out_from`` and ``in_from`` the net costs
    between which a free site must lie to be exchanged for another: choosing an unpicked site adds
    ``rho - out_from``, leaving out a picked one ``in_from - rho``.
    """

    bound: float
    rho: Values
    picked: Index
    out_from: float
    in_from: float


class Pricing:
    """A problem's pairs, site by site, to price again and again.

    ``most`` (n_clients) is what prices must not exceed: the caps, or where that is less the ``reach`` up to
    which pairs were looked at.
    """

    def __init__(self, problem: MedianProblem, reach: Values | None = None) -> None:
        self.problem = problem
        pairs, self.most = problem.pairs, problem.cap
        if reach is not None:
            pairs = pairs.keep(pairs.cost < reach[pairs.client])
            cut_short = np.diff(pairs.start) < np.diff(problem.pairs.start)
            self.most = np.where(cut_short, np.minimum(problem.cap, reach), problem.cap)
        order, self.begin = pairs.by_site
        self.client = pairs.client[order].astype(np.int64)
        self.cost = pairs.cost[order]
        self._listed = np.flatnonzero(np.diff(self.begin) > 0)
        self._first = self.begin[self._listed]

    def net_costs(self, prices: Values) -> Values:
        """(n_sites) rho."""
        saved = prices[self.client]
        saved -= self.cost
        np.maximum(saved, 0.0, out=saved)
        rho = self.problem.fixed_cost.copy()
        if len(self._listed):
            rho[self._listed] -= np.add.reduceat(saved, self._first)
        return rho

    def price(self, prices: Values, into: Mask | None = None, out: Mask | None = None) -> Priced:
        """The bound at ``prices`` (not above ``most``), where some sites are fixed in and others out."""
        rho = self.net_costs(prices)
        total = float(prices.sum()) + self.problem.constant
        p, free = self.problem.p, rho
        if into is not None and out is not None:
            free = np.where(into | out, np.inf, rho)
            total += float(rho[into].sum())
            p = None if p is None else p - int(into.sum())
        if p is None:
            picked = np.flatnonzero(free < 0.0)
            return Priced(total + float(free[picked].sum()), rho, picked, 0.0, 0.0)
        picked, out_from, in_from = smallest(free, p)
        return Priced(total + float(free[picked].sum()), rho, picked, out_from, in_from)

    def served_times(self, prices: Values, sites: Index) -> Values:
        """(n_clients) by how many of some sites each client would be served at these prices."""
        pair = spans(self.begin[sites], self.begin[sites + 1] - self.begin[sites])
        client = self.client[pair]
        served = client[self.cost[pair] < prices[client]]
        return np.bincount(served, minlength=self.problem.n_clients).astype(float)


def smallest(rho: Values, count: int) -> tuple[Index, float, float]:
    """The ``count`` smallest, the largest of them and the smallest of the others (infinite: none)."""
    n = len(rho)
    if count <= 0:
        return np.empty(0, dtype=np.int64), -np.inf, float(rho.min(initial=np.inf))
    if count >= n:
        return np.arange(n), float(rho.max()) if count == n else np.inf, np.inf
    order = np.argpartition(rho, [count - 1, count])
    return order[:count], float(rho[order[count - 1]]), float(rho[order[count]])
