"""From a `Siting` to a `MedianProblem`: what is settled is taken out, clients that are alike become one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alloc.errors import Infeasible
from alloc.location.median.problem import NO_SITES, MedianProblem
from alloc.location.pairs import Index, Mask, Pairs, Values
from alloc.location.prefixes import spans
from alloc.location.refusals import reasons_for
from alloc.location.siting import Siting

_TELLING = 8


def median_problem(
    siting: Siting, pairs: Pairs, p: int | None, fixed_cost: Values | None = None
) -> MedianProblem:
    """The problem behind a `Siting`; ``pairs`` are its costs, listed as far as the caller likes.

    ``p`` counts the required sites and not the existing ones. Raises Infeasible, with the clients' names,
    when someone reaches no site that could be open.
    """
    fixed = np.zeros(siting.n_sites) if fixed_cost is None else fixed_cost
    near = _cost_at(siting, np.flatnonzero(siting.open_anyway))
    candidate = ~(siting.open_anyway | siting.prohibited)
    place = np.cumsum(candidate) - 1
    listed = candidate[pairs.site] & (pairs.cost < near[pairs.client]) & (pairs.cost <= siting.cutoff)
    beyond = np.where(pairs.beyond > siting.cutoff, np.inf, pairs.beyond)
    kept = pairs if listed.all() else pairs.keep(listed)
    beyond = np.where(beyond >= near, np.inf, beyond)
    _refuse_unreachable(siting, kept, near, beyond)
    kept = Pairs(int(candidate.sum()), kept.start, place[kept.site].astype(np.int32), kept.cost, beyond)
    kept, near, weights = _merged(kept, near, siting.weights)
    new = siting.required & ~siting.existing
    return MedianProblem(
        pairs=_weighted(kept, weights),
        base=_times(near, weights),
        fixed_cost=fixed[candidate],
        p=None if p is None else p - int(new.sum()),
        site=np.flatnonzero(candidate),
        settled=NO_SITES,
        constant=float(fixed[new].sum()),
    )


def open_sites(siting: Siting, chosen: Index) -> Mask:
    """Chosen sites and those that are open in any case."""
    is_open = siting.open_anyway.copy()
    is_open[chosen] = True
    return is_open


def served(siting: Siting, is_open: Mask) -> tuple[Index, float]:
    """Each client's cheapest open site, and what that costs in all, from the costs as given."""
    sites = np.flatnonzero(is_open)
    costs: Values = siting.costs.to_sites(sites)
    nearest = np.argmin(costs, axis=1)
    cost = costs[np.arange(len(costs)), nearest]
    cost = np.where(cost > siting.cutoff, np.inf, cost)
    if np.isinf(cost).any():
        return sites[nearest], np.inf
    return sites[nearest], float(siting.weights @ cost)


def true_value(siting: Siting, problem: MedianProblem) -> Callable[[Index], float]:
    """What sites (as they stand in the `Siting`) cost beside those that are open anyway, on all pairs."""
    if not problem.pairs.complete:
        fixed = np.zeros(siting.n_sites)
        fixed[problem.site] = problem.fixed_cost

        def measured(sites: Index) -> float:
            far = served(siting, open_sites(siting, sites))[1]
            return far + float(fixed[sites].sum()) + problem.constant

        return measured
    place = np.full(siting.n_sites, -1, dtype=np.int64)
    place[problem.site] = np.arange(problem.n_sites)

    def listed(sites: Index) -> float:
        chosen: Mask = np.zeros(problem.n_sites, dtype=bool)
        chosen[place[sites]] = True
        return problem.value(chosen)

    return listed


def _cost_at(siting: Siting, sites: Index) -> Values:
    """Each client's cost to the nearest of some sites; infinite beyond the cutoff."""
    if not len(sites):
        return np.full(siting.n_clients, np.inf)
    near: Values = siting.costs.to_sites(sites).min(axis=1)
    return np.where(near > siting.cutoff, np.inf, near)


def _refuse_unreachable(siting: Siting, pairs: Pairs, near: Values, beyond: Values) -> None:
    alone = np.flatnonzero((np.diff(pairs.start) == 0) & np.isinf(near) & np.isinf(beyond))
    if not len(alone):
        return
    raise Infeasible(reasons_for("unreached", list(siting.costs.client_ids[alone])))


def _merged(pairs: Pairs, near: Values, weights: Values) -> tuple[Pairs, Values, Values]:
    """Clients whose pairs, costs and base are the same, as one with the sum of their weights."""
    everyone = np.arange(pairs.n_clients)
    # A few of the nearest pairs tell most clients apart.
    count = np.minimum(np.diff(pairs.start), _TELLING)
    pair = spans(pairs.start[:-1], count)
    random = np.random.default_rng(0).random(pairs.n_sites) + 0.5
    mixed = np.bincount(
        np.repeat(everyone, count),
        random[pairs.site[pair]] * (pairs.cost[pair] + 1.0),
        minlength=pairs.n_clients,
    )
    _, first, group = np.unique(mixed, return_index=True, return_inverse=True)
    like = first[group]
    if len(first) == pairs.n_clients:
        return pairs, near, weights
    like = np.where(_same(pairs, near, like), like, everyone)
    stays = like == everyone
    total = np.bincount(like, weights, minlength=pairs.n_clients)[stays]
    start = np.concatenate([[0], np.cumsum(np.diff(pairs.start)[stays])])
    listed = stays[pairs.client]
    kept = Pairs(pairs.n_sites, start, pairs.site[listed], pairs.cost[listed], pairs.beyond[stays])
    return kept, near[stays], total


def _same(pairs: Pairs, near: Values, like: Index) -> Mask:
    """Whether each client's pairs, base and what lies beyond are those of the client it is ``like``."""
    count = np.diff(pairs.start)
    same = (count == count[like]) & (near == near[like]) & (pairs.beyond == pairs.beyond[like])
    other = np.arange(pairs.n_pairs) + (pairs.start[like] - pairs.start[:-1])[pairs.client]
    other = np.where(same[pairs.client], other, 0)
    differs = (pairs.site != pairs.site[other]) | (pairs.cost != pairs.cost[other])
    differing: Mask = np.bincount(pairs.client[differs], minlength=pairs.n_clients) > 0
    alike: Mask = same & ~differing
    return alike


def _weighted(pairs: Pairs, weights: Values) -> Pairs:
    cost = pairs.cost if (weights == 1.0).all() else pairs.cost * weights[pairs.client]
    return Pairs(pairs.n_sites, pairs.start, pairs.site, cost, _times(pairs.beyond, weights))


def _times(cost: Values, weights: Values) -> Values:
    """Infinite costs stay infinite, whatever the weight."""
    finite = np.isfinite(cost)
    return np.where(finite, np.where(finite, cost, 0.0) * weights, np.inf)
