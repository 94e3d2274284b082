"""A plan by position as the caller's answer."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from alloc.location.answer import Answer
from alloc.location.capacity.found import Found
from alloc.location.capacity.problem import CapacityProblem
from alloc.location.pairs import Index, Values
from alloc.location.siting import Limits, Siting


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
