"""Costs as callers hand them in: an array, nested lists, a sparse matrix, a DataFrame, or `Costs`."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, issparse

from alloc.location.costs import Costs, Ids, MatrixCosts, SparseCosts
from alloc.location.read_numbers import Place, as_floats, check_bounds, check_ids, ids_of
from alloc.location.refusals import FaultList, usage

_NAME = "cost"


def read_costs(cost: Any, faults: FaultList | None = None) -> Costs:
    """Clients x sites. In a dense matrix infinity, in a sparse one what is not stored, is not admissible.

    Ids are those of a DataFrame's index and columns, else numbers from 0. Faults (NaN, negative or no
    numbers, ids that stand there twice) go to ``faults``, or are raised as DataError. Raises UsageError for
    what is no matrix.
    """
    found = FaultList() if faults is None else faults
    costs: Costs
    if all(hasattr(cost, name) for name in ("nearest", "within", "to_sites")):
        costs = cost
    elif issparse(cost):
        costs = _sparse(cost, found)
    else:
        costs = _dense(cost, found)
    if not len(costs.client_ids) or not len(costs.site_ids):
        raise usage("empty", clients=len(costs.client_ids), sites=len(costs.site_ids))
    if faults is None:
        found.raise_any()
    return costs


def _dense(cost: Any, faults: FaultList) -> Costs:
    # A DataFrame is known by its attributes, so that pandas need not be there.
    clients, sites = getattr(cost, "index", None), getattr(cost, "columns", None)
    framed = clients is not None and sites is not None and not callable(clients)
    client_ids = ids_of(clients) if framed else None
    site_ids = ids_of(sites) if framed else None
    values = as_floats(cost, 2, _NAME, _place(client_ids, site_ids), faults)
    client_ids = numbers(values.shape[0]) if client_ids is None else client_ids
    site_ids = numbers(values.shape[1]) if site_ids is None else site_ids
    check_ids(client_ids, "client", _NAME, faults)
    check_ids(site_ids, "site", _NAME, faults)
    check_bounds(values, _NAME, _place(client_ids, site_ids), faults, infinite=True)
    return MatrixCosts(values, client_ids, site_ids)


def _sparse(cost: Any, faults: FaultList) -> Costs:
    if cost.ndim != 2:
        raise usage("dimensions_2", name=_NAME, n=cost.ndim)
    if cost.format in ("bsr", "dia"):
        # These do not say which zeros are stored: a free pair and one that is not admissible look alike.
        raise usage("sparse_format", format=cost.format)
    matrix = coo_array(cost)
    if matrix.data.dtype.kind not in "fiu":
        raise usage("sparse_type", kind=matrix.data.dtype)
    row, column = (part.astype(np.int64) for part in matrix.coords)
    values = matrix.data.astype(float)

    place = Place("pair", lambda at: f"{row[at[0]]} - {column[at[0]]}")
    check_bounds(values, _NAME, place, faults, infinite=True)
    key, count = np.unique(row * matrix.shape[1] + column, return_counts=True)
    twice = key[count > 1]
    # scipy would add them up in silence.
    pairs = ({"value": f"{one // matrix.shape[1]} - {one % matrix.shape[1]}"} for one in twice)
    faults.add_all("pair_twice", _NAME, pairs, len(twice))
    sorted_by_row = csr_array((values, (row, column)), shape=matrix.shape)
    return SparseCosts(sorted_by_row, numbers(matrix.shape[0]), numbers(matrix.shape[1]))


def numbers(n: int) -> Ids:
    """Ids where there are none: numbers from 0."""
    return ids_of(range(n))


def _place(client_ids: Ids | None, site_ids: Ids | None) -> Place:
    def name_of(at: tuple[int, ...]) -> str:
        client = at[0] if client_ids is None else client_ids[at[0]]
        site = at[1] if site_ids is None else site_ids[at[1]]
        return f"{client} - {site}"

    return Place("pair", name_of)
