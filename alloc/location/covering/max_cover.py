"""Maximal covering (MCLP): p sites so that the weight within reach is most."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from alloc.location.answer import Answer
from alloc.location.covering.most_gain import most_gain
from alloc.location.covering.reach import check_radius, nearest_within
from alloc.location.covering.rows import n_open, read_covering
from alloc.location.inputs import read_siting
from alloc.location.median.p_median import check_count
from alloc.location.siting import Limits
from alloc.solver.progress import CancelToken


def max_cover(
    cost: Any,
    weights: Any = None,
    *,
    radius: float,
    p: int,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open ``p`` sites so that the weight of the clients within ``radius`` of one is most.

    Church & ReVelle (1974), "The maximal covering location problem", Papers of the RSA 32.

    Args:
        cost: Clients x sites: an array, a sparse matrix of the admissible pairs, a DataFrame, or `Costs`.
        weights: One a client, 1 where not given.
        radius: Largest cost of a pair that counts as covered (``<=``).
        p: How many sites to open; ``required`` ones count, ``existing`` ones do not (but they cover).
        existing, required, prohibited: Ids of sites, see `Siting`.
        cutoff: Pairs that cost more are not admissible; the smaller of ``cutoff`` and ``radius`` counts.
        time_limit_s, gap, seed, cancel: See `Limits`.

    The objective is the covered weight, and the bound stands above it; ``details`` holds ``covered_weight``
    and ``share`` (of the whole weight). Clients that nothing covers are not in ``assignment``.

    Raises UsageError (p does not fit), DataError (faults of the input).
    """
    limits = Limits(time_limit_s, gap, seed)
    check_radius(radius)
    siting = read_siting(
        cost, weights, existing=existing, required=required, prohibited=prohibited, cutoff=cutoff
    )
    check_count(siting, p)
    pairs = siting.costs.within(min(radius, siting.cutoff))
    covering = read_covering(siting, pairs, np.ones(siting.n_clients, dtype=np.int64), siting.weights)
    free = int(p) - int((siting.required & ~siting.existing).sum())
    choice = most_gain(covering, free, limits, cancel)
    is_open = siting.open_anyway.copy()
    is_open[covering.columns[choice.chosen]] = True
    total = float(siting.weights.sum())
    covered = float(siting.weights[n_open(pairs, is_open) > 0].sum())
    anyway = float(siting.weights[n_open(pairs, siting.open_anyway) > 0].sum())
    return siting.answer(
        "max_cover",
        is_open,
        nearest_within(pairs, is_open),
        covered,
        max(choice.bound + anyway, covered),
        limits,
        method=choice.method,
        stopped=choice.stopped,
        details={"covered_weight": covered, "share": covered / total if total else 1.0},
    )
