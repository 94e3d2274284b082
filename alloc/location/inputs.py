"""What the caller hands in, checked and turned into a `Siting`: every fault at once, each with its ids."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Final

import numpy as np

from alloc.errors import Infeasible
from alloc.location.costs import Costs
from alloc.location.pairs import Mask, Values
from alloc.location.read_costs import read_costs
from alloc.location.read_numbers import read_numbers
from alloc.location.read_options import check_number
from alloc.location.read_states import read_states
from alloc.location.refusals import FaultList, reasons_for, usage
from alloc.location.siting import Siting

_CELLS: Final = 4_000_000


def read_siting(
    cost: Any,
    weights: Any = None,
    *,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
) -> Siting:
    """Whatever the caller has, as a `Siting`.

    Args:
        cost: See `read_costs`; or `points.between`, whose layers may bring weights and states of sites.
        weights: One a client: a number for all, an array, a Series or dict by client id, or the name of a
            column of the clients' layer; 1 each where not given.
        existing, required, prohibited: Ids of sites.
        cutoff: Pairs that cost more are not admissible.

    Raises DataError with all faults, UsageError for what makes no sense.
    """
    faults = FaultList()
    costs = read_costs(cost, faults)
    of_layer: dict[str, tuple[Hashable, ...]] = getattr(costs, "own_states", {})
    given = {"existing": existing, "required": required, "prohibited": prohibited}
    chosen = {state: _both(of_layer.get(state, ()), ids) for state, ids in given.items()}
    masks = read_states(costs.site_ids, chosen, faults)
    weight = _weights(costs, weights, faults)
    faults.raise_any()
    return Siting(costs, weight, cutoff=_cutoff(cutoff), **masks)


def site_numbers(siting: Siting, given: Any, name: str, *, infinite: bool = False) -> Values:
    """One number a site (capacity, fixed cost): see `read_numbers`. Raises DataError, UsageError."""
    faults = FaultList()
    values = read_numbers(siting.costs.site_ids, "site", given, name, faults, infinite=infinite)
    faults.raise_any()
    return values


def client_numbers(siting: Siting, given: Any, name: str) -> Values:
    """One number a client (demand): see `read_numbers`. Raises DataError, UsageError."""
    faults = FaultList()
    values = read_numbers(siting.costs.client_ids, "client", given, name, faults)
    faults.raise_any()
    return values


def require_reachable(siting: Siting) -> None:
    """Raise Infeasible, with the clients' ids, where no site that is or may be open serves a client.

    Also a client of weight 0 must be served: that is what the problems say that call this.
    """
    reached: Mask = np.zeros(siting.n_clients, dtype=bool)
    usable = ~siting.prohibited | siting.open_anyway
    near = siting.costs.nearest(1)
    fine = usable[near.site] & (near.cost <= siting.cutoff)
    reached[near.client[fine]] = True
    sites = np.flatnonzero(usable)
    step = max(1, _CELLS // siting.n_clients)
    for first in range(0, len(sites), step):
        if reached.all():
            return
        block = siting.costs.to_sites(sites[first : first + step])
        reached |= (np.isfinite(block) & (block <= siting.cutoff)).any(axis=1)
    if not reached.all():
        raise Infeasible(reasons_for("unreached", list(siting.costs.client_ids[~reached])))


def _weights(costs: Costs, weights: Any, faults: FaultList) -> Values:
    own = getattr(costs, "own_weights", None)
    if isinstance(weights, str):
        column = getattr(costs, "client_column", None)
        if column is None:
            raise usage("no_layer", name="weights", value=weights)
        weights = column(weights)
    elif weights is None:
        weights = 1.0 if own is None else own
    return read_numbers(costs.client_ids, "client", weights, "weights", faults)


def _both(of_layer: tuple[Hashable, ...], given: Any) -> Any:
    """The ids of the layer, then those of the caller that it does not name already."""
    if not of_layer or isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        return given
    return [*of_layer, *(one for one in given if one not in of_layer)]


def _cutoff(given: float | None) -> float:
    if given is None:
        return np.inf
    check_number(given, "cutoff")
    return float(given)
