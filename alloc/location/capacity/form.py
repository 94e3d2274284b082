"""A capacitated problem as one MIP."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array

from alloc.location.capacity.problem import CapacityProblem
from alloc.location.pairs import Index, Values
from alloc.solver.standard import StandardForm


def capacity_form(problem: CapacityProblem) -> StandardForm:
    """Columns: every site open or not, every pair's share, every dummy's share (a client's unlisted sites).

    Rows: a client is served once; a site's load fits (divided by its largest coefficient); open sites hold
    the whole demand; p of them. Without the strong links ``x <= y``: `links` makes them.
    """
    pairs, n_sites, n_clients = problem.pairs, problem.n_sites, problem.n_clients
    n_pairs, dummies = pairs.n_pairs, dummy_clients(problem)
    n_columns = n_sites + n_pairs + len(dummies)
    pair, site = np.arange(n_pairs), np.arange(n_sites)
    load, held = _load_rows(problem)
    row = [pairs.client, dummies, n_clients + pairs.site, n_clients + site]
    column = [n_sites + pair, n_sites + n_pairs + np.arange(len(dummies)), n_sites + pair, site]
    entry = [np.ones(n_pairs), np.ones(len(dummies)), load, -held]
    lower = [np.ones(n_clients), np.full(n_sites, -np.inf)]
    upper = [np.ones(n_clients), np.zeros(n_sites)]
    n_rows = n_clients + n_sites
    if problem.total_demand > 0:
        row, column = [*row, np.full(n_sites, n_rows)], [*column, site]
        entry = [*entry, problem.capacity / problem.total_demand]
        lower, upper = [*lower, np.ones(1)], [*upper, np.full(1, np.inf)]
        n_rows += 1
    if problem.p is not None:
        row, column = [*row, np.full(n_sites, n_rows)], [*column, site]
        entry = [*entry, problem.counted.astype(float)]
        lower, upper = [*lower, np.full(1, float(problem.p))], [*upper, np.full(1, float(problem.p))]
        n_rows += 1
    cells = (np.concatenate(entry), (np.concatenate(row), np.concatenate(column)))
    cost = np.concatenate([problem.fixed_cost, pairs.cost, pairs.beyond[dummies]])
    integer = np.arange(n_columns) < (n_sites + n_pairs if problem.single_source else n_sites)
    col_lower = np.zeros(n_columns)
    col_lower[:n_sites] = problem.open_anyway
    return StandardForm(
        A=coo_array(cells, shape=(n_rows, n_columns)).tocsc(),
        row_lower=np.concatenate(lower),
        row_upper=np.concatenate(upper),
        col_lower=col_lower,
        col_upper=np.ones(n_columns),
        integrality=integer.astype(np.uint8),
        objectives={"cost": (cost, 0.0)},
    )


def dummy_clients(problem: CapacityProblem) -> Index:
    """Clients that may go to a site that is not listed."""
    return np.flatnonzero(np.isfinite(problem.pairs.beyond))


def links(problem: CapacityProblem, pair: Index, n_columns: int) -> csr_array:
    """The rows ``x - y`` (at most 0) of some pairs."""
    n = len(pair)
    column = np.stack([problem.pairs.site[pair], problem.n_sites + pair], axis=1).ravel()
    start = np.arange(n + 1) * 2
    return csr_array((np.tile([-1.0, 1.0], n), column, start), shape=(n, n_columns))


def _load_rows(problem: CapacityProblem) -> tuple[Values, Values]:
    """Coefficients of the pairs and of the sites in the capacity rows, none above 1."""
    pairs = problem.pairs
    need = problem.demand[pairs.client]
    largest = problem.capacity.copy()
    np.maximum.at(largest, pairs.site, need)
    largest[largest <= 0] = 1.0
    return need / largest[pairs.site], problem.capacity / largest
