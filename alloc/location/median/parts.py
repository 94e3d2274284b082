"""A problem falls apart where no client of one part can use a site of another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from alloc.location.median.problem import NO_SITES, MedianProblem
from alloc.location.pairs import Index, Pairs


@dataclass(frozen=True, eq=False)
class Part:
    """Some clients and sites of a problem (by number) as a problem of its own, for any number of sites."""

    problem: MedianProblem
    clients: Index
    sites: Index


def split(problem: MedianProblem) -> tuple[list[Part], float]:
    """All parts, largest first, and what the clients cost that have no pairs.

    A site that nobody lists is a part without clients.
    """
    pairs = problem.pairs
    n_clients, n_sites = problem.n_clients, problem.n_sites
    shape = (n_clients + n_sites, n_clients + n_sites)
    links = csr_array(
        (np.ones(pairs.n_pairs, dtype=np.int8), (pairs.client, pairs.site + n_clients)), shape=shape
    )
    _, label = connected_components(links, directed=False)
    of_client, of_site = label[:n_clients], label[n_clients:]
    listed = np.diff(pairs.start) > 0
    alone = ~listed
    parts = []
    by_site, by_client = _grouped(of_site), _grouped(np.where(listed, of_client, -1))
    for name, sites in by_site.items():
        clients = by_client.get(name, NO_SITES)
        parts.append(Part(_of(problem, clients, sites), clients, sites))
    parts.sort(key=lambda part: -part.problem.pairs.n_pairs)
    return parts, float(problem.cap[alone].sum())


def _grouped(label: Index) -> dict[int, Index]:
    order = np.argsort(label, kind="stable")
    names, first = np.unique(label[order], return_index=True)
    return dict(zip(names.tolist(), np.split(order, first[1:]), strict=True))


def _of(problem: MedianProblem, clients: Index, sites: Index) -> MedianProblem:
    pairs = problem.pairs
    mine = np.zeros(problem.n_clients, dtype=bool)
    mine[clients] = True
    listed = mine[pairs.client]
    place = np.full(problem.n_sites, -1, dtype=np.int32)
    place[sites] = np.arange(len(sites))
    start = np.concatenate([[0], np.cumsum(np.diff(pairs.start)[clients])])
    part = Pairs(len(sites), start, place[pairs.site[listed]], pairs.cost[listed], pairs.beyond[clients])
    return replace(
        problem,
        pairs=part,
        base=problem.base[clients],
        fixed_cost=problem.fixed_cost[sites],
        p=None,
        site=problem.site[sites],
        settled=NO_SITES,
        constant=0.0,
    )
