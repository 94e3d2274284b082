"""p-median whose sites hold only so much."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from alloc.location.answer import Answer
from alloc.location.capacity.answered import answer
from alloc.location.inputs import client_numbers, read_siting, site_numbers
from alloc.location.siting import Limits, check_count
from alloc.solver.progress import CancelToken


def capacitated_p_median(
    cost: Any,
    weights: Any = None,
    p: int = 1,
    *,
    capacity: Any,
    demand: Any = None,
    single_source: bool = True,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open ``p`` sites so that ``sum of weight x cost`` is least and no site takes more than it holds.

    Args:
        cost: Clients x sites: an array, a sparse matrix of the admissible pairs, a DataFrame, or `Costs`.
        weights: What multiplies a client's cost, 1 where not given.
        p: How many sites to open; ``required`` ones count, ``existing`` ones do not.
        capacity: One a site, or one for all; infinite: no limit.
        demand: What a client takes of a capacity: its weight where not given. (The instances of OR-Library
            and of Lorena & Senne have a demand that does not multiply the cost: give ``demand`` alone.)
        single_source: Each client is served by one site; else it may be split.
        existing, required, prohibited: Ids of sites, see `Siting`.
        cutoff: Pairs that cost more are not admissible.
        time_limit_s, gap, seed, cancel: See `Limits`; a stopped run returns its best answer and the gap.

    The answer's ``flows`` are in units of demand. Raises as `facility_location`.
    """
    limits = Limits(time_limit_s, gap, seed)
    states = {"existing": existing, "required": required, "prohibited": prohibited}
    siting = read_siting(cost, weights, **states, cutoff=cutoff)
    need = siting.weights if demand is None else client_numbers(siting, demand, "demand")
    held = site_numbers(siting, capacity, "capacity", infinite=True)
    p = check_count(siting, p)
    return answer(
        "capacitated_p_median", siting, need, held, np.zeros(siting.n_sites), p, single_source, limits, cancel
    )
