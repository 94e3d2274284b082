"""Whether some choice reaches everyone at all, where the search for a cheap one found none that does."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, vstack

from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Mask
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions, Status
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm


def covering_choice(
    problem: MedianProblem, seconds: float, cancel: CancelToken | None
) -> tuple[Mask | None, Status]:
    """A choice that reaches all clients, filled up to p sites; None and why, where none was found."""
    pairs, n_sites = problem.pairs, problem.n_sites
    needy = np.flatnonzero(problem.must_reach)
    rows = pairs.matrix()[needy]
    rows.data[:] = 1.0
    matrix = vstack([rows, csr_array((0, n_sites))]).tocsc()
    form = StandardForm(
        A=matrix,
        row_lower=np.ones(len(needy)),
        row_upper=np.full(len(needy), np.inf),
        col_lower=np.zeros(n_sites),
        col_upper=np.ones(n_sites),
        integrality=np.ones(n_sites, dtype=np.uint8),
        objectives={},
    )
    options = SolverOptions(time_limit_s=seconds, gap=0.0, threads=1)
    with HighsSession(form) as session:
        outcome = session.minimise(np.ones(n_sites), name="covering", options=options, cancel=cancel)
    if outcome.values is None:
        return None, outcome.status
    chosen: Mask = outcome.values > 0.5
    count = int(chosen.sum())
    if problem.p is not None and count > problem.p:
        least = int(np.ceil((outcome.bound or 0.0) - 1e-6))
        return None, "infeasible" if least > problem.p else outcome.status
    if problem.p is not None:
        chosen[np.flatnonzero(~chosen)[: problem.p - count]] = True
    return chosen, outcome.status
