"""Who is within reach of what: small questions that the covering functions share."""

from __future__ import annotations

import numpy as np

from alloc.errors import Infeasible
from alloc.location.pairs import Index, Mask, Pairs
from alloc.location.read_options import check_number
from alloc.location.refusals import reasons_for
from alloc.location.siting import Siting

_NAMED = 20


def check_radius(radius: float, name: str = "radius") -> None:
    """Raises UsageError for a radius that is not a number from 0 up."""
    check_number(radius, name)


def reaching(siting: Siting, pairs: Pairs) -> Index:
    """How many sites that are open or may be opened each client has among its pairs."""
    usable = ~siting.prohibited | siting.open_anyway
    found: Index = np.bincount(pairs.client[usable[pairs.site]], minlength=pairs.n_clients).astype(np.int64)
    return found


def nearest_within(pairs: Pairs, is_open: Mask) -> Index:
    """Each client's nearest open site among its pairs, -1 where there is none."""
    site, _ = pairs.nearest_open(is_open)
    return site


def refuse_clients(siting: Siting, clients: Index, why: str, **params: object) -> None:
    """Raises Infeasible, with the clients' names (the first 20), if there are any; see `reasons_for`."""
    if len(clients):
        raise Infeasible(reasons_for(why, list(siting.costs.client_ids[clients]), **params))
