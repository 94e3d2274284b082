"""A first answer to p-center: again and again the nearest site of the client that is worst off."""

from __future__ import annotations

import numpy as np

from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Siting


def farthest_first(siting: Siting, weights: Values, n_free: int) -> Mask:
    """Open sites, ``n_free`` of them free ones at most (Gonzalez 1985, "Clustering to minimize the maximum
    intercluster distance", for clients and sites that may differ).
    """
    is_open = siting.open_anyway.copy()
    nearest = _nearest_free(siting)
    worst = worst_off(siting, weights, is_open)
    for _ in range(n_free):
        client = int(np.argmax(worst))
        site = int(nearest[client])
        if worst[client] == 0.0 or site < 0 or is_open[site]:
            break
        is_open[site] = True
        worst = np.minimum(worst, weighted(costs_to(siting, np.array([site]))[:, 0], weights))
    return is_open


def costs_to(siting: Siting, sites: Index) -> Values:
    """Costs of all clients to some sites; infinite beyond the cutoff."""
    cost = siting.costs.to_sites(sites)
    return np.where(cost <= siting.cutoff, cost, np.inf)


def weighted(cost: Values, weights: Values) -> Values:
    """Costs times weights; what is not admissible stays infinite, whatever the weight."""
    finite = np.isfinite(cost)
    return np.where(finite, np.where(finite, cost, 0.0) * weights, np.inf)


def worst_off(siting: Siting, weights: Values, is_open: Mask) -> Values:
    """Weighted cost of each client to its nearest open site; infinite where none is admissible."""
    sites = np.flatnonzero(is_open)
    if not len(sites):
        return np.full(siting.n_clients, np.inf)
    return weighted(costs_to(siting, sites).min(axis=1), weights)


def _nearest_free(siting: Siting) -> Index:
    """Each client's nearest site that is free to open; -1 where there is none."""
    free = ~(siting.open_anyway | siting.prohibited)
    pairs = siting.costs.nearest(min(siting.n_sites, 1 + int((~free).sum())))
    site, cost = pairs.nearest_open(free)
    return np.where(cost <= siting.cutoff, site, -1)
