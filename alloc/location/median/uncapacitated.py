"""Facilities with a fixed cost and room for everyone (uncapacitated facility location)."""

from __future__ import annotations

from alloc.location.answer import Answer
from alloc.location.median.lists import search_listed
from alloc.location.median.reading import open_sites, served
from alloc.location.pairs import Values
from alloc.location.siting import Limits, Siting
from alloc.solver.progress import CancelToken


def uncapacitated(
    siting: Siting,
    fixed_cost: Values,
    limits: Limits,
    *,
    demand: Values,
    p: int | None = None,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open sites so that ``fixed costs + weight x cost to the nearest open site`` are least.

    ``fixed_cost`` (n_sites) is paid for required sites and not for existing ones; ``demand`` (n_clients) is
    what the answer's flows carry; ``p`` is how many sites to open, None: as many as pay. Raises Infeasible,
    NoPlanInTime and Cancelled.
    """
    found = search_listed(siting, p, fixed_cost, limits, cancel)
    is_open = open_sites(siting, found.sites)
    site_of, travel = served(siting, is_open)
    value = travel + float(fixed_cost[is_open & ~siting.existing].sum())
    clients, sites = siting.costs.client_ids, siting.costs.site_ids
    flows = {
        (clients[i], sites[j]): float(amount)
        for i, (j, amount) in enumerate(zip(site_of, demand, strict=True))
        if amount > 0
    }
    return siting.answer(
        "facility_location",
        is_open,
        site_of,
        value,
        min(found.bound, value),
        limits,
        method=found.method,
        stopped=found.stopped,
        flows=flows,
    )
