"""The order of the methods: a good choice first, then the bound, then what is left between them."""

from __future__ import annotations

import numpy as np

from alloc.errors import Cancelled, Infeasible, NoPlanInTime
from alloc.location.median.compact import solve_compact
from alloc.location.median.found import Found, reason, stopper
from alloc.location.median.interchange import Interchange, greedy
from alloc.location.median.problem import MedianProblem
from alloc.location.siting import Limits
from alloc.solver.outcome import SolverOptions
from alloc.solver.progress import CancelToken


def search(problem: MedianProblem, limits: Limits, cancel: CancelToken | None) -> Found:
    """Solve a problem with a given p. Raises Infeasible, NoPlanInTime or Cancelled when there is no choice."""
    assert problem.p is not None
    if problem.p in (0, problem.n_sites):
        chosen = np.full(problem.n_sites, problem.p > 0)
        value = problem.value(chosen)
        if np.isinf(value):
            raise Infeasible(["the sites that may be open do not reach every client"])
        return Found(chosen, value, "nothing to choose")
    interchange = Interchange(problem, greedy(problem, problem.p))
    interchange.improve(stopper(limits, cancel))
    left = max(limits.left(), 1e-3)
    options = SolverOptions(time_limit_s=left, gap=limits.gap, threads=1, seed=limits.seed)
    chosen, outcome = solve_compact(problem, options, cancel)
    found = interchange.chosen
    if chosen is not None and problem.value(chosen) < problem.value(found):
        found = chosen
    if np.isinf(problem.value(found)):
        if outcome.status == "infeasible":
            raise Infeasible([f"no {problem.p} sites reach every client"])
        raise Cancelled() if outcome.status == "cancelled" else NoPlanInTime()
    bound = -np.inf if outcome.bound is None else outcome.bound
    return Found(found, bound, "vertex interchange, one MIP", reason(cancel))
