"""Location set covering (LSCP): the fewest or cheapest sites so that clients are within reach."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from alloc.errors import Infeasible
from alloc.location.answer import Answer
from alloc.location.covering.choice import Choice
from alloc.location.covering.fewest import fewest_cover
from alloc.location.covering.least_cost import cheapest_cover
from alloc.location.covering.partial import cheapest_partial_cover
from alloc.location.covering.reach import check_radius, nearest_within, reaching, refuse_clients
from alloc.location.covering.rows import Covering, n_open, read_covering
from alloc.location.inputs import read_siting, site_numbers
from alloc.location.pairs import Index, Pairs, Values
from alloc.location.read_options import check_number, check_whole
from alloc.location.refusals import Reason, usage
from alloc.location.siting import Limits, Siting
from alloc.solver.progress import CancelToken

SHARE_SLACK = 1e-12


def set_cover(
    cost: Any,
    weights: Any = None,
    *,
    radius: float,
    fixed_cost: Any = None,
    backup: int = 1,
    share: float = 1.0,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open the fewest sites (or the cheapest) so that every client has one within ``radius``.

    Toregas et al. (1971), "The location of emergency service facilities", Operations Research 19.

    Args:
        cost: Clients x sites: an array, a sparse matrix of the admissible pairs, a DataFrame, or `Costs`.
        weights: One a client, 1 where not given; they matter for ``share`` below 1 only.
        radius: Largest cost of a pair that counts as covered (``<=``).
        fixed_cost: One a site, not negative; 1 each where not given. What existing sites cost is not counted.
        backup: How many open sites each client must have within reach (of different sites).
        share: Cover clients of at least this share of the whole weight; at 1 every client, also of weight 0.
        existing, required, prohibited: Ids of sites, see `Siting`.
        cutoff: Pairs that cost more are not admissible; the smaller of ``cutoff`` and ``radius`` counts.
        time_limit_s, gap, seed, cancel: See `Limits`.

    The objective is the number (or the cost) of the sites that are opened, existing ones not counted;
    ``details`` holds ``covered_weight`` and ``share``.

    Raises UsageError, DataError (faults of the input), Infeasible (a client that too few sites reach,
    named; or by how much the coverable weight is short).
    """
    limits = Limits(time_limit_s, gap, seed)
    check_radius(radius)
    check_whole(backup, "backup")
    check_number(share, "share", most=1.0)
    if share == 0.0:
        raise usage("share", value=share)
    siting = read_siting(
        cost, weights, existing=existing, required=required, prohibited=prohibited, cutoff=cutoff
    )
    pairs = siting.costs.within(min(radius, siting.cutoff))
    price = _prices(siting, fixed_cost)
    need = np.full(siting.n_clients, int(backup), dtype=np.int64)
    target = _target(siting, pairs, need, share)
    covering = read_covering(siting, pairs, need, siting.weights)
    if target is None:
        choice = _cheapest(covering, price[covering.columns], limits, cancel)
    else:
        missing = target - float(siting.weights[n_open(pairs, siting.open_anyway) >= need].sum())
        choice = cheapest_partial_cover(covering, price[covering.columns], missing, limits, cancel)
    is_open = siting.open_anyway.copy()
    is_open[covering.columns[choice.chosen]] = True
    anyway = float(price[siting.required & ~siting.existing].sum())
    met = n_open(pairs, is_open) >= need
    covered = float(siting.weights[met].sum())
    total = float(siting.weights.sum())
    return siting.answer(
        "set_cover",
        is_open,
        nearest_within(pairs, is_open),
        float(price[is_open & ~siting.existing].sum()),
        choice.bound + anyway,
        limits,
        method=choice.method,
        stopped=choice.stopped,
        details={"covered_weight": covered, "share": covered / total if total else 1.0},
    )


def _prices(siting: Siting, fixed_cost: Any) -> Values:
    if fixed_cost is None:
        return np.ones(siting.n_sites)
    return site_numbers(siting, fixed_cost, "fixed_cost")


def _cheapest(covering: Covering, price: Values, limits: Limits, cancel: CancelToken | None) -> Choice:
    """Where all sites cost the same and one a client is enough, the fewest."""
    unit = float(price.max(initial=0.0))
    if unit == 0.0 or (price < unit).any() or (covering.need > 1).any():
        return cheapest_cover(covering, price, limits, cancel)
    choice = fewest_cover(covering, limits, cancel)
    return replace(choice, bound=unit * choice.bound)


def _target(siting: Siting, pairs: Pairs, need: Index, share: float) -> float | None:
    """The weight to cover; None where everyone must be. Raises Infeasible where that cannot be."""
    n_reaching = reaching(siting, pairs)
    if share == 1.0:
        refuse_clients(siting, np.flatnonzero(n_reaching == 0), "none_within")
        short = np.flatnonzero(n_reaching < need)
        refuse_clients(siting, short, "too_few_within", need=int(need.max(initial=1)))
        return None
    total = float(siting.weights.sum())
    coverable = float(siting.weights[n_reaching >= need].sum())
    target = (share - SHARE_SLACK) * total
    if coverable < target:
        told = {"coverable": coverable, "total": total, "short": share * total - coverable, "share": share}
        raise Infeasible([Reason("share_short", {name: f"{value:g}" for name, value in told.items()})])
    return target
