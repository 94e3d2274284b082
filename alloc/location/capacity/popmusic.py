"""A good plan made better part by part: some neighbouring sites and all their clients, solved as a problem.

Taillard & Voss (2002), "POPMUSIC: partial optimization metaheuristic under special intensification
conditions".
Whoever is also served from outside the part stays where he is, and takes his room with him.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from alloc.location.capacity.found import Found, Plan, plan_of
from alloc.location.capacity.problem import CapacityProblem
from alloc.location.pairs import Index, Mask, Pairs
from alloc.location.siting import Limits
from alloc.solver.progress import CancelToken

_OPEN_SITES = 9
_SHUT_SITES = 15
_SECONDS_A_PART = 8.0
_GAP = 1e-3
_SMALLEST_GAIN = 1e-6

Search = Callable[[CapacityProblem, Limits, CancelToken | None], Found | None]


@dataclass(frozen=True, eq=False)
class Part:
    """A smaller problem; ``pair`` and ``site`` number its pairs and sites in the whole one."""

    problem: CapacityProblem
    pair: Index
    site: Index


def part_of(problem: CapacityProblem, plan: Plan, centre: int) -> Part | None:
    """An open site, open sites near its clients, shut sites that may replace them, and all their clients.

    None where that is nobody or everything.
    """
    pairs = problem.pairs
    near = pairs.site[_pairs_of(problem, _clients_of(problem, plan, centre))]
    reached = np.bincount(near, minlength=problem.n_sites)
    reached[centre] = problem.n_clients + 1
    ranked = np.argsort(-reached, kind="stable")
    ranked = ranked[reached[ranked] > 0]
    is_open = plan.is_open[ranked]
    sites: Mask = np.zeros(problem.n_sites, dtype=bool)
    sites[ranked[is_open][:_OPEN_SITES]] = True
    sites[ranked[~is_open][:_SHUT_SITES]] = True
    inside = np.bincount(pairs.client, plan.share * ~sites[pairs.site], minlength=problem.n_clients) == 0
    if not inside.any() or (inside.all() and sites.all()):
        return None
    listed = inside[pairs.client] & sites[pairs.site]
    return _cut_out(problem, plan, sites, inside, listed)


def _cut_out(problem: CapacityProblem, plan: Plan, sites: Mask, inside: Mask, listed: Mask) -> Part:
    pairs = problem.pairs
    others = problem.loads(np.where(inside[pairs.client], 0.0, plan.share))
    place, row = np.cumsum(sites) - 1, np.cumsum(inside) - 1
    count = np.bincount(row[pairs.client[listed]], minlength=int(inside.sum()))
    start = np.concatenate([[0], np.cumsum(count)])
    n_clients = int(inside.sum())
    some = Pairs(
        int(sites.sum()),
        start,
        place[pairs.site[listed]].astype(np.int32),
        pairs.cost[listed],
        np.full(n_clients, np.inf),
    )
    smaller = CapacityProblem(
        pairs=some,
        demand=problem.demand[inside],
        capacity=np.maximum(problem.capacity - others, 0.0)[sites],
        fixed_cost=problem.fixed_cost[sites],
        open_anyway=(problem.open_anyway | (plan.is_open & (others > 0)))[sites],
        counted=problem.counted[sites],
        p=None if problem.p is None else int((plan.is_open & problem.counted & sites).sum()),
        single_source=problem.single_source,
        site=np.flatnonzero(sites),
    )
    return Part(smaller, np.flatnonzero(listed), np.flatnonzero(sites))


def put_back(problem: CapacityProblem, plan: Plan, part: Part, better: Plan) -> Plan | None:
    """The whole plan with a part's plan in it; None where sums of floats overfill a site."""
    is_open, share = plan.is_open.copy(), plan.share.copy()
    is_open[part.site] = better.is_open
    clients = np.zeros(problem.n_clients, dtype=bool)
    clients[problem.pairs.client[part.pair]] = True
    share[clients[problem.pairs.client]] = 0.0
    share[part.pair] = better.share
    return None if problem.overfull(share).any() else plan_of(problem, is_open, share)


def improved(
    problem: CapacityProblem,
    plan: Plan,
    search: Search,
    limits: Limits,
    stop: Callable[[], bool],
    cancel: CancelToken | None,
) -> Plan:
    """Part after part, until a round over all open sites helps nowhere or it is time to stop."""
    waiting = np.flatnonzero(plan.is_open)
    while len(waiting) and not stop():
        centre = int(waiting[0])
        part = part_of(problem, plan, centre)
        if part is None:
            waiting = waiting[1:]
            continue
        until = limits.seconds() + min(_SECONDS_A_PART, limits.left())
        gap = max(limits.gap, _GAP)
        found = search(part.problem, replace(limits, time_limit_s=until, gap=gap), cancel)
        better = None if found is None else put_back(problem, plan, part, found.plan)
        if better is not None and better.value < plan.value * (1.0 - _SMALLEST_GAIN):
            plan = better
            near = part.site[plan.is_open[part.site]]
            waiting = np.concatenate([np.setdiff1d(waiting, part.site), near])
        else:
            waiting = waiting[1:]
        waiting = waiting[plan.is_open[waiting]]
    return plan


def _clients_of(problem: CapacityProblem, plan: Plan, site: int) -> Mask:
    pairs = problem.pairs
    mine: Mask = np.zeros(problem.n_clients, dtype=bool)
    mine[pairs.client[(pairs.site == site) & (plan.share > 0)]] = True
    return mine


def _pairs_of(problem: CapacityProblem, clients: Mask) -> Index:
    """The first pairs of some clients: those of sites near by."""
    pairs = problem.pairs
    rank = np.arange(pairs.n_pairs) - pairs.start[pairs.client]
    return np.flatnonzero(clients[pairs.client] & (rank < _OPEN_SITES + _SHUT_SITES))
