"""Choose sites so that the clients' way to the nearest open one, and the sites themselves, cost least."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alloc.errors import Infeasible
from alloc.location.pairs import Index, Mask, Pairs, Values
from alloc.location.siting import Siting


@dataclass(frozen=True, eq=False)
class MedianProblem:
    """``min sum_i min(base_i, cost of i's cheapest chosen site) + sum of the chosen sites' fixed costs``.

    What is settled is out of it: sites that are open in every answer are the clients' ``base``, prohibited
    ones are gone, and pairs that cost no less than the base are not listed. Costs are those of a whole
    client (weight times cost), clients with the same pairs are one.

    Attributes:
        pairs: Costs of clients (merged) and candidate sites, see `Pairs`; a pair not listed costs ``cap`` at
            least, and where it is not admissible the client cannot use it.
        base: (n_clients) what a client costs if nothing near is chosen; infinite: it needs a chosen site.
        fixed_cost: (n_sites) of choosing a site.
        p: How many to choose, or None for as many as pay.
        site: (n_sites) where each candidate stands in the `Siting`.
        constant: What the sites that are open in any case cost.
    """

    pairs: Pairs
    base: Values
    fixed_cost: Values
    p: int | None
    site: Index
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
    def must_reach(self) -> Index:
        """Clients that need one of their listed sites to be chosen: those without a cap."""
        return np.flatnonzero(np.isinf(self.cap))

    def value(self, chosen: Mask) -> float:
        """Cost of a choice on the listed pairs: never above the true one; infinite if someone reaches none."""
        _, cost = self.pairs.nearest_open(chosen)
        return float(np.minimum(cost, self.cap).sum() + self.fixed_cost[chosen].sum() + self.constant)


def median_problem(
    siting: Siting, pairs: Pairs, p: int | None, fixed_cost: Values | None = None
) -> MedianProblem:
    """The problem behind a `Siting`; ``pairs`` are its costs, listed as far as the caller likes.

    ``p`` counts the required sites and not the existing ones. Raises Infeasible, with the clients' names, when
    someone reaches no site that could be open.
    """
    fixed = np.zeros(siting.n_sites) if fixed_cost is None else fixed_cost
    anyway = np.flatnonzero(siting.open_anyway)
    near = _cost_at(siting, anyway)
    candidate = ~(siting.open_anyway | siting.prohibited)
    place = np.cumsum(candidate) - 1
    listed = candidate[pairs.site] & (pairs.cost < near[pairs.client]) & (pairs.cost <= siting.cutoff)
    beyond = np.where(pairs.beyond > siting.cutoff, np.inf, pairs.beyond)
    kept = pairs.keep(listed, np.where(beyond >= near, np.inf, beyond))
    _refuse_unreachable(siting, kept, near)
    kept = Pairs(int(candidate.sum()), kept.start, place[kept.site].astype(np.int32), kept.cost, kept.beyond)
    kept, near, weights = _merged(kept, near, siting.weights)
    return MedianProblem(
        pairs=_weighted(kept, weights),
        base=_times(near, weights),
        fixed_cost=fixed[candidate],
        p=None if p is None else p - int((siting.required & ~siting.existing).sum()),
        site=np.flatnonzero(candidate),
        constant=float(fixed[siting.required & ~siting.existing].sum()),
    )


def _cost_at(siting: Siting, sites: Index) -> Values:
    """Each client's cost to the nearest of some sites; infinite beyond the cutoff."""
    if not len(sites):
        return np.full(siting.n_clients, np.inf)
    near: Values = siting.costs.to_sites(sites).min(axis=1)
    return np.where(near > siting.cutoff, np.inf, near)


def _refuse_unreachable(siting: Siting, pairs: Pairs, near: Values) -> None:
    alone = np.flatnonzero((np.diff(pairs.start) == 0) & np.isinf(near) & np.isinf(pairs.beyond))
    if len(alone):
        names = [f"client {siting.costs.client_ids[i]} reaches no site that may be open" for i in alone[:20]]
        if len(alone) > len(names):
            names.append(f"and {len(alone) - len(names)} more clients")
        raise Infeasible(names)


def _merged(pairs: Pairs, near: Values, weights: Values) -> tuple[Pairs, Values, Values]:
    """Clients whose pairs, costs and base are the same, as one with the sum of their weights."""
    random = np.random.default_rng(0).random((2, pairs.n_sites)) + 0.5
    key = [
        np.bincount(pairs.client, random[0][pairs.site] * (pairs.cost + 1.0), minlength=pairs.n_clients),
        np.bincount(pairs.client, random[1][pairs.site], minlength=pairs.n_clients),
        near,
        pairs.beyond,
    ]
    _, first, group = np.unique(np.column_stack(key), axis=0, return_index=True, return_inverse=True)
    group = np.asarray(group).ravel()
    like = first[group]
    same = (np.diff(pairs.start) == np.diff(pairs.start)[like]) & _same_rows(pairs, like)
    like = np.where(same, like, np.arange(pairs.n_clients))
    stays = like == np.arange(pairs.n_clients)
    if stays.all():
        return pairs, near, weights
    total = np.bincount(like, weights, minlength=pairs.n_clients)[stays]
    count = np.diff(pairs.start)[stays]
    start = np.concatenate([[0], np.cumsum(count)])
    listed = stays[pairs.client]
    kept = Pairs(pairs.n_sites, start, pairs.site[listed], pairs.cost[listed], pairs.beyond[stays])
    return kept, near[stays], total


def _same_rows(pairs: Pairs, like: Index) -> Mask:
    """Whether each client's pairs are those of the client it is ``like``, which has as many or is itself."""
    offset = pairs.start[like] - pairs.start[:-1]
    short = np.diff(pairs.start) > np.diff(pairs.start)[like]
    other = np.arange(pairs.n_pairs) + offset[pairs.client]
    other = np.where(short[pairs.client], 0, other)
    differs = (pairs.site != pairs.site[other]) | (pairs.cost != pairs.cost[other])
    return np.bincount(pairs.client[differs], minlength=pairs.n_clients) == 0


def _weighted(pairs: Pairs, weights: Values) -> Pairs:
    cost = pairs.cost * weights[pairs.client]
    return Pairs(pairs.n_sites, pairs.start, pairs.site, cost, _times(pairs.beyond, weights))


def _times(cost: Values, weights: Values) -> Values:
    """Infinite costs stay infinite, whatever the weight."""
    finite = np.isfinite(cost)
    return np.where(finite, np.where(finite, cost, 0.0) * weights, np.inf)
