"""From a `Siting` with capacities to the caller's answer."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np

from alloc.errors import Cancelled, NoPlanInTime
from alloc.location.answer import Answer
from alloc.location.capacity.checks import refuse_hopeless
from alloc.location.capacity.found import Found
from alloc.location.capacity.problem import CapacityProblem, capacity_problem
from alloc.location.capacity.search import search
from alloc.location.pairs import Index, Values
from alloc.location.siting import Limits, Siting
from alloc.location.stopping import reason
from alloc.solver.progress import CancelToken

_MOST_PAIRS = 1_000_000
_LEAST_LISTED = 30


def answer(
    name: str,
    siting: Siting,
    demand: Values,
    capacity: Values,
    fixed_cost: Values,
    p: int | None,
    single_source: bool,
    limits: Limits,
    cancel: CancelToken | None,
) -> Answer:
    """The best plan found; all arrays are by the positions of the `Siting`, whose weights multiply the costs.

    Of very many pairs, each client's cheapest are listed: plans go along these alone, the bound allows for
    the others. Where that proves too little and there is time, more are listed.
    """
    n_listed, bound = max(_LEAST_LISTED, _MOST_PAIRS // siting.n_clients), 0.0
    best: Answer | None = None
    while True:
        is_complete = n_listed >= siting.n_sites
        costs = siting.costs
        listed = costs.within(siting.cutoff) if is_complete else costs.nearest(n_listed)
        problem = capacity_problem(siting, listed, demand, capacity, fixed_cost, p, single_source)
        refuse_hopeless(problem, siting, listed)
        found = search(problem, limits, cancel)
        if found is not None:
            bound = max(bound, found.bound)
            now = told(name, siting, problem, replace(found, bound=bound), limits)
            best = now if best is None or now.objective <= best.objective else best
        is_over = limits.left() <= 0.0 or reason(cancel) == "cancelled"
        if best is not None and (is_complete or is_over or best.holding == "proven"):
            return best
        if is_complete or is_over:
            raise Cancelled() if reason(cancel) == "cancelled" else NoPlanInTime()
        n_listed *= 4


def told(name: str, siting: Siting, problem: CapacityProblem, found: Found, limits: Limits) -> Answer:
    """The answer: a client's site is the one that serves most of it, flows are in units of demand."""
    plan, pairs = found.plan, problem.pairs
    is_open = np.zeros(siting.n_sites, dtype=bool)
    is_open[problem.site[plan.is_open]] = True
    site_of = problem.site[_largest_share(problem, plan.share)]
    used = np.flatnonzero((plan.share > 0) & (problem.demand[pairs.client] > 0))
    client, site = pairs.client[used], problem.site[pairs.site[used]]
    amount = plan.share[used] * problem.demand[client]
    ids = zip(siting.costs.client_ids[client], siting.costs.site_ids[site], strict=True)
    flows: dict[tuple[Hashable, Hashable], float] = dict(zip(ids, amount.tolist(), strict=True))
    return siting.answer(
        name,
        is_open,
        site_of,
        plan.value,
        min(found.bound, plan.value),
        limits,
        method=found.method,
        stopped=found.stopped,
        flows=flows,
    )


def _largest_share(problem: CapacityProblem, share: Values) -> Index:
    """Each client's site with the largest share; the cheaper one where they are equal."""
    pairs = problem.pairs
    order = np.lexsort((np.arange(pairs.n_pairs), -share, pairs.client))
    return pairs.site[order[pairs.start[:-1]]].astype(np.int64)
