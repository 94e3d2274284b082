"""Facilities with a fixed cost, with or without capacity."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from alloc.location.answer import Answer
from alloc.location.capacity.answered import answer
from alloc.location.inputs import client_numbers, read_siting, site_numbers
from alloc.location.median.uncapacitated import uncapacitated
from alloc.location.refusals import usage
from alloc.location.siting import Limits, check_count
from alloc.solver.progress import CancelToken


def facility_location(
    cost: Any,
    demand: Any = None,
    *,
    capacity: Any = None,
    fixed_cost: Any = 0.0,
    cost_is: Literal["total", "per_unit"] = "total",
    single_source: bool = False,
    p: int | None = None,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open sites and serve all demand from them so that ``fixed costs + costs of service`` are least.

    Args:
        cost: Clients x sites: an array, a sparse matrix of the admissible pairs, a DataFrame, or `Costs`.
        demand: One a client: what it takes of a site's capacity. Not given: the weights of the clients'
            layer, or 1.
        capacity: One a site, or one for all; infinite or None: no such limit.
        fixed_cost: One a site, or one for all; not paid for ``existing`` sites, paid for ``required`` ones.
        cost_is: "total": a cost is for all of a client's demand; "per_unit": for a unit of it.
        single_source: Each client is served by one site; else its demand may be split.
        p: How many sites to open, existing ones not counted; None: as many as pay.
        existing, required, prohibited: Ids of sites, see `Siting`.
        cutoff: Pairs that cost more (in the unit of ``cost``) are not admissible.
        time_limit_s, gap, seed, cancel: See `Limits`; a stopped run returns its best answer and the gap.

    The answer's ``flows`` are in units of demand; its ``assignment`` is each client's largest flow.

    Raises UsageError, DataError (faults of the input), Infeasible (someone reaches no site or fits into none,
    or capacity is short), NoPlanInTime and Cancelled (stopped before there was an answer).
    """
    limits = Limits(time_limit_s, gap, seed)
    if cost_is not in ("total", "per_unit"):
        raise usage("cost_is", value=cost_is)
    states = {"existing": existing, "required": required, "prohibited": prohibited}
    siting = read_siting(cost, **states, cutoff=cutoff)
    need = siting.weights if demand is None else client_numbers(siting, demand, "demand")
    siting = replace(siting, weights=need if cost_is == "per_unit" else np.ones(siting.n_clients))
    held = site_numbers(siting, np.inf if capacity is None else capacity, "capacity", infinite=True)
    fixed = site_numbers(siting, fixed_cost, "fixed_cost")
    if p is not None:
        p = check_count(siting, p)
    usable = siting.open_anyway | ~siting.prohibited
    if held[usable].min(initial=np.inf) >= need.sum():  # whoever is open can serve everyone
        return uncapacitated(siting, fixed, limits, demand=need, p=p, cancel=cancel)
    return answer("facility_location", siting, need, held, fixed, p, single_source, limits, cancel)
