"""A capacitated problem as one MIP."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, vstack

from alloc.location.capacity.problem import CapacityProblem
from alloc.location.pairs import Index
from alloc.solver.standard import StandardForm


def capacity_form(problem: CapacityProblem) -> StandardForm:
    """Columns: every site open or not, every pair's share, every dummy's share (a client's unlisted sites).

    Rows: a client is served once; a site's load fits (divided by its largest coefficient); open sites hold
    the whole demand; p of them. Without the strong links ``x <= y``: `links` makes them.
    """
    pairs, n_sites, dummies = problem.pairs, problem.n_sites, dummy_clients(problem)
    n_columns = n_sites + pairs.n_pairs + len(dummies)
    sums = np.zeros((2, n_columns))
    sums[0, :n_sites] = problem.capacity / max(problem.total_demand, 1e-300)
    sums[1, :n_sites] = problem.counted
    low = np.array([float(problem.total_demand > 0), 0.0 if problem.p is None else problem.p])
    high = np.array([np.inf, np.inf if problem.p is None else problem.p])
    integer = np.arange(n_columns) < (n_sites + pairs.n_pairs if problem.single_source else n_sites)
    col_lower = np.zeros(n_columns)
    col_lower[:n_sites] = problem.open_anyway
    cost = np.concatenate([problem.fixed_cost, pairs.cost, pairs.beyond[dummies]])
    once = np.ones(problem.n_clients)
    return StandardForm(
        A=vstack([_served_rows(problem, dummies), _load_rows(problem, n_columns), csr_array(sums)]).tocsc(),
        row_lower=np.concatenate([once, np.full(n_sites, -np.inf), low]),
        row_upper=np.concatenate([once, np.zeros(n_sites), high]),
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


def _served_rows(problem: CapacityProblem, dummies: Index) -> csr_array:
    """A row a client: its pairs and its dummy."""
    n_pairs, n_sites = problem.pairs.n_pairs, problem.n_sites
    row = np.concatenate([problem.pairs.client, dummies])
    column = n_sites + np.arange(n_pairs + len(dummies))
    shape = problem.n_clients, n_sites + n_pairs + len(dummies)
    return csr_array((np.ones(len(row)), (row, column)), shape=shape)


def _load_rows(problem: CapacityProblem, n_columns: int) -> csr_array:
    """A row a site: its load less what it holds if open; no coefficient is above 1."""
    pairs, n_sites = problem.pairs, problem.n_sites
    need = problem.demand[pairs.client]
    largest = problem.capacity.copy()
    np.maximum.at(largest, pairs.site, need)
    largest[largest <= 0] = 1.0
    entry = np.concatenate([need / largest[pairs.site], -problem.capacity / largest])
    row = np.concatenate([pairs.site, np.arange(n_sites)])
    column = np.concatenate([n_sites + np.arange(pairs.n_pairs), np.arange(n_sites)])
    return csr_array((entry, (row, column)), shape=(n_sites, n_columns))
