"""p-median: open p sites so that the weighted way of all clients to the nearest one is least."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from alloc.location.answer import Answer
from alloc.location.inputs import read_siting
from alloc.location.median.lists import search_listed
from alloc.location.median.reading import open_sites, served
from alloc.location.siting import Limits, check_count
from alloc.solver.progress import CancelToken


def p_median(
    cost: Any,
    weights: Any = None,
    p: int = 1,
    *,
    max_distance: float | None = None,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open ``p`` sites so that ``sum of weight x cost to the nearest open site`` is least.

    Args:
        cost: Clients x sites: an array, a sparse matrix of the admissible pairs, a DataFrame, or `Costs`.
        weights: One a client, 1 where not given; a client of weight 0 must be reached all the same.
        p: How many sites to open; ``required`` ones count, ``existing`` ones do not.
        max_distance: No client goes farther than this ('hybrid' of p-median and p-center); as ``cutoff``.
        existing, required, prohibited: Ids of sites, see `Siting`.
        cutoff: Pairs that cost more are not admissible.
        time_limit_s, gap, seed, cancel: See `Limits`; a stopped run returns its best answer and the gap.

    Raises UsageError (p does not fit), DataError (faults of the input), Infeasible (someone reaches no site,
    or no p sites reach everyone), NoPlanInTime and Cancelled (stopped before there was an answer).
    """
    limits = Limits(time_limit_s, gap, seed)
    rules = [limit for limit in (cutoff, max_distance) if limit is not None]
    siting = read_siting(
        cost,
        weights,
        existing=existing,
        required=required,
        prohibited=prohibited,
        cutoff=min(rules, default=None),
    )
    p = check_count(siting, p)
    found = search_listed(siting, p, None, limits, cancel)
    is_open = open_sites(siting, found.sites)
    site_of, value = served(siting, is_open)
    return siting.answer(
        "p_median",
        is_open,
        site_of,
        value,
        min(found.bound, value),
        limits,
        method=found.method,
        stopped=found.stopped,
    )
