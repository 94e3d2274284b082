"""p-median: open p sites so that the weighted way of all clients to the nearest one is least."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from alloc.errors import UsageError
from alloc.location.answer import Answer
from alloc.location.inputs import read_siting
from alloc.location.median.problem import median_problem
from alloc.location.median.search import search
from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Limits, Siting
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

    Raises UsageError (p does not fit), DataError (faults of the input), Infeasible (someone reaches no site, or
    no p sites reach everyone), NoPlanInTime and Cancelled (stopped before there was an answer).
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
    check_count(siting, p)
    problem = median_problem(siting, siting.costs.within(siting.cutoff), p)
    found = search(problem, limits, cancel)
    is_open = open_sites(siting, problem.site[found.chosen])
    site_of, value = served(siting, is_open)
    return siting.answer(
        "p_median", is_open, site_of, value, found.bound, limits, method=found.method, stopped=found.stopped
    )


def check_count(siting: Siting, p: int) -> None:
    """Raises UsageError for a p that the states of the sites do not allow."""
    least = int((siting.required & ~siting.existing).sum())
    most = int((~siting.existing & ~siting.prohibited).sum())
    if p != int(p) or p < 0 or (p == 0 and not siting.existing.any()):
        raise UsageError(f"p must be a whole number from 1 up, not {p}")
    if p < least:
        raise UsageError(f"p = {p} is less than the {least} sites that are required")
    if p > most:
        raise UsageError(f"p = {p}, but only {most} sites may be opened")


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
    return sites[nearest], float(siting.weights @ cost)
