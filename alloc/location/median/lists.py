"""How many of each client's sites are listed, and longer lists where short ones prove too little."""

from __future__ import annotations

import numpy as np

from alloc.errors import Cancelled, NoPlanInTime
from alloc.location.costs import SparseCosts
from alloc.location.median.found import Found
from alloc.location.median.reading import median_problem, true_value
from alloc.location.median.search import search
from alloc.location.pairs import Pairs, Values
from alloc.location.siting import Limits, Siting
from alloc.solver.progress import CancelToken

_ALL_PAIRS = 4_000_000
_MOST_PAIRS = 12_000_000
_LEAST_LISTED = 40
_TIMES_FAIR_SHARE = 8
_LONGER = 3


def search_listed(
    siting: Siting,
    p: int | None,
    fixed_cost: Values | None,
    limits: Limits,
    cancel: CancelToken | None,
    known: Found | None = None,
) -> Found:
    """Search on all pairs, or of very many on each client's nearest sites.

    ``known`` is a choice to start from. What lies beyond a list is priced at no more than it costs, so the
    bound holds; choices are valued on all pairs. Lists grow until the gap is closed, time is up, or they are
    as long as memory allows.
    """
    count = siting.n_sites
    if siting.n_clients * count > _ALL_PAIRS and not isinstance(siting.costs, SparseCosts):
        fair = _TIMES_FAIR_SHARE * siting.n_sites // max(p or 1, 1)
        count = int(np.clip(fair, _LEAST_LISTED, max(_MOST_PAIRS // siting.n_clients, _LEAST_LISTED)))
    best = known
    while True:
        pairs = _listed(siting, count)
        problem = median_problem(siting, pairs, p, fixed_cost)
        found = search(problem, limits, cancel, true_value(siting, problem), best)
        reached = bool(np.isfinite(found.value))
        if reached and (limits.closed(found.value, found.bound) or problem.pairs.complete):
            return found
        too_long = count * _LONGER * siting.n_clients > _MOST_PAIRS
        if limits.left() <= 0.0 or (cancel is not None and cancel.cancelled) or (reached and too_long):
            if not reached:
                raise Cancelled() if cancel is not None and cancel.cancelled else NoPlanInTime()
            return found
        best, count = found if reached else None, siting.n_sites if too_long else count * _LONGER


def _listed(siting: Siting, count: int) -> Pairs:
    if count >= siting.n_sites:
        return siting.costs.within(siting.cutoff)
    return siting.costs.nearest(count)
