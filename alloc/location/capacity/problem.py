"""Choose sites that hold only so much so that serving all clients, and the sites themselves, cost least."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alloc.location.covering.proof import whole
from alloc.location.pairs import Index, Mask, Pairs, Values
from alloc.location.siting import Siting

CAPACITY_SLACK = 1e-9
"""Share of its capacity by which a site may be overfull: what sums of floats are off."""


@dataclass(frozen=True, eq=False)
class CapacityProblem:
    """``min sum c_ij x_ij + sum f_j y_j``: shares x of every client add up to 1, loads fit open sites.

    Prohibited sites are gone; what exists is open and free. In a single-source problem every share is 0 or 1,
    and pairs of a client and a site too small for it are gone.

    Attributes:
        pairs: What it costs to serve all of a client from a site.
        demand: (n_clients) what a client takes of a site's capacity.
        capacity: (n_sites) never infinite: what is more than the whole demand is cut to it.
        fixed_cost: (n_sites) of opening; 0 for what exists.
        open_anyway: (n_sites) existing or required.
        counted: (n_sites) counts in p: all but what exists.
        p: How many counted sites are open, or None for as many as pay.
        single_source: Whether a client is served by one site.
        site: (n_sites) where each site stands in the `Siting`.
    """

    pairs: Pairs
    demand: Values
    capacity: Values
    fixed_cost: Values
    open_anyway: Mask
    counted: Mask
    p: int | None
    single_source: bool
    site: Index

    @property
    def n_clients(self) -> int:
        """Number of clients."""
        return self.pairs.n_clients

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return self.pairs.n_sites

    @cached_property
    def total_demand(self) -> float:
        """Of all clients."""
        return float(self.demand.sum())

    @cached_property
    def costs_are_whole(self) -> bool:
        """Whether every plan costs a whole number."""
        listed = not np.isfinite(self.pairs.beyond).any()
        return self.single_source and listed and whole(self.pairs.cost) and whole(self.fixed_cost)

    @cached_property
    def least(self) -> float:
        """What every plan costs at least: each client at its cheapest pair, the sites to be opened anyway."""
        has = np.diff(self.pairs.start) > 0
        cheapest = self.pairs.beyond.copy()
        cheapest[has] = np.minimum(cheapest[has], self.pairs.cost[self.pairs.start[:-1][has]])
        return float(cheapest.sum() + self.fixed_cost[self.open_anyway].sum()) * (1.0 - 1e-12)

    def loads(self, share: Values) -> Values:
        """(n_sites) what the sites carry, given each pair's share of its client."""
        taken = share * self.demand[self.pairs.client]
        load: Values = np.bincount(self.pairs.site, taken, minlength=self.n_sites).astype(float)
        return load

    def overfull(self, share: Values) -> Mask:
        """Sites that carry more than they hold."""
        over: Mask = self.loads(share) > self.capacity * (1.0 + CAPACITY_SLACK)
        return over

    def value(self, is_open: Mask, share: Values) -> float:
        """What a plan costs."""
        return float(self.pairs.cost @ share + self.fixed_cost[is_open].sum())


def capacity_problem(
    siting: Siting,
    pairs: Pairs,
    demand: Values,
    capacity: Values,
    fixed_cost: Values,
    p: int | None,
    single_source: bool,
) -> CapacityProblem:
    """The problem behind a `Siting`, whose weights multiply the costs; all arrays are by its positions."""
    usable = siting.open_anyway | ~siting.prohibited
    place = np.cumsum(usable) - 1
    held = np.minimum(capacity, demand.sum())
    listed = usable[pairs.site] & (pairs.cost <= siting.cutoff)
    needs = demand[pairs.client]
    too_small = (needs > 0) & (held[pairs.site] <= 0)
    if single_source:
        too_small |= needs > held[pairs.site] * (1.0 + CAPACITY_SLACK)
    kept = pairs.keep(listed & ~too_small, np.where(pairs.beyond > siting.cutoff, np.inf, pairs.beyond))
    n_sites = int(usable.sum())
    weights = siting.weights
    finite = np.isfinite(kept.beyond)
    beyond = np.where(finite, np.where(finite, kept.beyond, 0.0) * weights, np.inf)
    costs = kept.cost * weights[kept.client]
    return CapacityProblem(
        pairs=Pairs(n_sites, kept.start, place[kept.site].astype(np.int32), costs, beyond),
        demand=demand,
        capacity=held[usable],
        fixed_cost=np.where(siting.existing, 0.0, fixed_cost)[usable],
        open_anyway=siting.open_anyway[usable],
        counted=~siting.existing[usable],
        p=p,
        single_source=single_source,
        site=np.flatnonzero(usable),
    )
