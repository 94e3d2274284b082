"""Numbers of clients and sites as the caller gives them, checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from alloc.errors import DataError, Fault, UsageError
from alloc.location.pairs import Values


def per_client(name: str, given: Any, n_clients: int) -> Values:
    """One number a client, 1 where None; a single number is not meant. Raises as `per_site`."""
    if given is None:
        return np.ones(n_clients)
    return _checked(name, _floats(name, given), n_clients, "clients", finite=True)


def per_site(name: str, given: Any, n_sites: int, *, finite: bool = False) -> Values:
    """One number a site, or one for all. Raises UsageError (shape), DataError (NaN, negative, infinite)."""
    array = _floats(name, given)
    if array.ndim == 0:
        array = np.full(n_sites, float(array))
    return _checked(name, array, n_sites, "sites", finite=finite)


def _floats(name: str, given: Any) -> Values:
    try:
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise UsageError(f"{name} must be numbers") from None


def _checked(name: str, array: Values, n: int, what: str, *, finite: bool) -> Values:
    if array.shape != (n,):
        raise UsageError(f"{name}: {array.shape} numbers for {n} {what}")
    wrong = np.isnan(array) | (array < 0) | (np.isinf(array) if finite else False)
    if wrong.any():
        where = int(np.flatnonzero(wrong)[0])
        raise DataError([Fault(rule=f"location.{name}", row=where + 1, field=name, value=str(array[where]))])
    return array
