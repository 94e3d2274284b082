"""What the caller hands in, checked and turned into a `Siting`: every fault at once, each with its ids."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_array, issparse

from alloc.errors import DataError, Fault, UsageError
from alloc.location.costs import Costs, Ids, MatrixCosts, SparseCosts
from alloc.location.pairs import Mask, Values
from alloc.location.siting import Siting


def read_siting(
    cost: Any,
    weights: Any = None,
    *,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
) -> Siting:
    """Whatever the caller has, as a `Siting`. Raises DataError with all faults, UsageError for nonsense."""
    costs = read_costs(cost)
    mask = {
        "existing": _mask(costs.site_ids, existing),
        "required": _mask(costs.site_ids, required),
        "prohibited": _mask(costs.site_ids, prohibited),
    }
    return Siting(costs, _weights(costs, weights), cutoff=np.inf if cutoff is None else float(cutoff), **mask)


def read_costs(cost: Any) -> Costs:
    """An array (clients x sites), a sparse matrix of the admissible pairs, a DataFrame, or `Costs`."""
    if hasattr(cost, "to_sites"):
        return cost  # type: ignore[no-any-return]
    if issparse(cost):
        matrix = csr_array(cost, dtype=float)
        return SparseCosts(matrix, _numbers(matrix.shape[0]), _numbers(matrix.shape[1]))
    clients, sites = getattr(cost, "index", None), getattr(cost, "columns", None)
    dense: Values = np.asarray(cost, dtype=float)
    if dense.ndim != 2:
        raise UsageError(f"cost must have two dimensions, clients x sites, not {dense.ndim}")
    if np.isnan(dense).any() or (dense < 0).any():
        raise DataError([Fault(rule="location.cost", value=str(dense[np.isnan(dense) | (dense < 0)][0]))])
    return MatrixCosts(
        dense,
        _numbers(dense.shape[0]) if clients is None else np.array(list(clients), dtype=object),
        _numbers(dense.shape[1]) if sites is None else np.array(list(sites), dtype=object),
    )


def _numbers(n: int) -> Ids:
    return np.array(range(n), dtype=object)


def _weights(costs: Costs, weights: Any) -> Values:
    n = len(costs.client_ids)
    given: Values = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    if given.shape != (n,):
        raise UsageError(f"{given.shape} weights for {n} clients")
    if not np.isfinite(given).all() or (given < 0).any():
        raise DataError([Fault(rule="location.weight")])
    return given


def _mask(site_ids: Ids, chosen: Iterable[Hashable]) -> Mask:
    wanted: Sequence[Hashable] = list(chosen)
    place = {site: number for number, site in enumerate(site_ids)}
    unknown = [site for site in wanted if site not in place]
    if unknown:
        raise UsageError(f"no such site: {unknown[0]}")
    mask: Mask = np.zeros(len(site_ids), dtype=bool)
    mask[[place[site] for site in wanted]] = True
    return mask
