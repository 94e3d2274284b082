"""p-center: p sites so that the client that is worst off has the shortest way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from alloc.errors import Cancelled, NoPlanInTime
from alloc.location.answer import Answer
from alloc.location.covering.farthest import costs_to, worst_off
from alloc.location.covering.radii import RadiusSearch
from alloc.location.inputs import read_siting
from alloc.location.pairs import Mask
from alloc.location.siting import Limits, Siting, check_count
from alloc.location.stopping import reason
from alloc.solver.progress import CancelToken


def p_center(
    cost: Any,
    weights: Any = None,
    p: int = 1,
    *,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open ``p`` sites so that the largest cost of a client to its nearest open one is least.

    Hakimi (1964), Operations Research 12; the method is that of `radii.py`.

    Args:
        cost: Clients x sites: an array, a sparse matrix of the admissible pairs, a DataFrame, or `Costs`.
        weights: Where given, the largest ``weight x cost`` is least (the vertex-weighted p-center). People
            are no such weights as a rule: leave them out, and every client counts the same. One of weight 0
            must be reached all the same, however far.
        p: How many sites to open; ``required`` ones count, ``existing`` ones do not (but they serve).
        existing, required, prohibited: Ids of sites, see `Siting`.
        cutoff: Pairs that cost more are not admissible.
        time_limit_s, gap, seed, cancel: See `Limits`; a stopped run returns its best answer and the gap.

    Raises UsageError (p does not fit), DataError (faults of the input), Infeasible (someone reaches no site,
    or no p sites reach everyone), NoPlanInTime and Cancelled (stopped before there was an answer).
    """
    limits = Limits(time_limit_s, gap, seed)
    siting = read_siting(
        cost, weights, existing=existing, required=required, prohibited=prohibited, cutoff=cutoff
    )
    check_count(siting, p)
    n_free = int(p) - int((siting.required & ~siting.existing).sum())
    search = RadiusSearch(siting, siting.weights, n_free, limits, cancel)
    search.run()
    if np.isinf(search.value):
        raise Cancelled() if reason(cancel) == "cancelled" else NoPlanInTime()
    is_open = _filled_up(siting, search.chosen, n_free)
    sites = np.flatnonzero(is_open)
    site_of = sites[np.argmin(costs_to(siting, sites), axis=1)]
    return siting.answer(
        "p_center",
        is_open,
        site_of,
        float(worst_off(siting, siting.weights, is_open).max(initial=0.0)),
        search.bound,
        limits,
        method=search.method,
        stopped=reason(cancel),
    )


def _filled_up(siting: Siting, is_open: Mask, n_free: int) -> Mask:
    """With exactly ``n_free`` free sites: where fewer suffice, the first others are opened too."""
    free = ~(siting.open_anyway | siting.prohibited)
    left = n_free - int((is_open & free).sum())
    filled = is_open.copy()
    filled[np.flatnonzero(free & ~is_open)[:left]] = True
    return filled
