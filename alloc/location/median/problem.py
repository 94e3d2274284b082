"""Choose sites so that the clients' way to the nearest chosen one, and the sites themselves, cost least."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alloc.location.pairs import Index, Mask, Pairs, Values

NO_SITES: Index = np.empty(0, dtype=np.int64)
_LARGEST_WHOLE = 2.0**50


@dataclass(frozen=True, eq=False)
class MedianProblem:
    """``min sum_i min(base_i, cost of i's cheapest chosen site) + sum of the chosen sites' fixed costs``.

    What is settled is out of it: sites that are open in every answer are the clients' ``base``, prohibited
    ones are gone, and pairs that cost no less than the base are not listed. Costs are those of a whole
    client (weight times cost), clients with the same pairs are one.

    Attributes:
        pairs: Costs of clients (merged) and candidate sites, see `Pairs`.
        base: (n_clients) what a client costs if nothing near is chosen; infinite: it needs a chosen site.
        fixed_cost: (n_sites) of choosing a site.
        p: How many to choose, or None for as many as pay.
        site: (n_sites) where each candidate stands in the `Siting`.
        settled: Where sites stand that were found to belong to every better answer; they are in the base.
        constant: What all that is settled costs.
    """

    pairs: Pairs
    base: Values
    fixed_cost: Values
    p: int | None
    site: Index
    settled: Index
    constant: float = 0.0

    @property
    def n_clients(self) -> int:
        """Number of clients, merged."""
        return self.pairs.n_clients

    @property
    def n_sites(self) -> int:
        """Number of candidate sites."""
        return self.pairs.n_sites

    @cached_property
    def cap(self) -> Values:
        """(n_clients) what a client costs at least if no listed site is chosen; may be infinite."""
        return np.minimum(self.base, self.pairs.beyond)

    @cached_property
    def must_reach(self) -> Mask:
        """(n_clients) who needs one of its listed sites to be chosen: those without a cap."""
        return np.isinf(self.cap)

    @cached_property
    def least(self) -> Values:
        """(n_clients) what a client costs at least, whatever is chosen."""
        least = self.cap.copy()
        has = np.flatnonzero(np.diff(self.pairs.start) > 0)
        least[has] = np.minimum(least[has], self.pairs.cost[self.pairs.start[has]])
        return least

    @cached_property
    def step(self) -> float:
        """The values of all choices are multiples of this; 0 where that is not known."""
        finite = self.cap[np.isfinite(self.cap)]
        numbers = np.concatenate([self.pairs.cost, finite, self.fixed_cost, [self.constant]])
        if np.abs(numbers).max() > _LARGEST_WHOLE / max(self.n_clients, 1) or (numbers % 1.0).any():
            return 0.0
        return float(np.gcd.reduce(numbers.astype(np.int64)))

    def value(self, chosen: Mask) -> float:
        """Cost of a choice on the listed pairs: never above the true one; infinite if one reaches none."""
        _, cost = self.pairs.nearest_open(chosen)
        return float(np.minimum(cost, self.cap).sum() + self.fixed_cost[chosen].sum() + self.constant)

    def sites(self, chosen: Mask) -> Index:
        """Where the sites of a choice stand in the `Siting`, the settled ones included."""
        return np.concatenate([self.settled, self.site[chosen]])
