"""What is left of a problem as one MIP for HiGHS: who goes where, no farther than a chosen site."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array

from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Mask
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm


def assignment_form(problem: MedianProblem) -> StandardForm:
    """Columns: every site chosen or not, every pair used or not, every client with a cap at its cap.

    One row a client (served once), one a pair (only from a chosen site), one that counts the sites.
    """
    pairs, n_sites = problem.pairs, problem.n_sites
    n_clients, n_pairs = problem.n_clients, pairs.n_pairs
    has_cap = np.flatnonzero(np.isfinite(problem.cap))
    pair = np.arange(n_pairs)
    row = [pairs.client, has_cap, n_clients + pair, n_clients + pair]
    column = [n_sites + pair, n_sites + n_pairs + np.arange(len(has_cap)), n_sites + pair, pairs.site]
    sign = [np.ones(n_pairs), np.ones(len(has_cap)), np.ones(n_pairs), -np.ones(n_pairs)]
    n_rows = n_clients + n_pairs
    lower = np.concatenate([np.ones(n_clients), np.full(n_pairs, -np.inf)])
    upper = np.concatenate([np.ones(n_clients), np.zeros(n_pairs)])
    if problem.p is not None:
        row, column = [*row, np.full(n_sites, n_rows)], [*column, np.arange(n_sites)]
        sign = [*sign, np.ones(n_sites)]
        lower, upper = np.append(lower, problem.p), np.append(upper, problem.p)
        n_rows += 1
    n_columns = n_sites + n_pairs + len(has_cap)
    cells = (np.concatenate(sign), (np.concatenate(row), np.concatenate(column)))
    cost = np.concatenate([problem.fixed_cost, pairs.cost, problem.cap[has_cap]])
    return StandardForm(
        A=coo_array(cells, shape=(n_rows, n_columns)).tocsc(),
        row_lower=lower,
        row_upper=upper,
        col_lower=np.zeros(n_columns),
        col_upper=np.ones(n_columns),
        integrality=(np.arange(n_columns) < n_sites).astype(np.uint8),
        objectives={"cost": (cost, problem.constant)},
    )


def solve_compact(
    problem: MedianProblem, options: SolverOptions, cancel: CancelToken | None
) -> tuple[Mask | None, Outcome]:
    """The best choice of sites by one MIP; None where it found none."""
    form = assignment_form(problem)
    cost, constant = form.objectives["cost"]
    with HighsSession(form) as session:
        outcome = session.minimise(cost, constant, "p_median", options=options, cancel=cancel)
    if outcome.values is None:
        return None, outcome
    return outcome.values[: problem.n_sites] > 0.5, outcome
