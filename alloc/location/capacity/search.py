"""The order of the methods for a problem with capacities."""

from __future__ import annotations

from alloc.errors import Cancelled, Infeasible, NoPlanInTime
from alloc.location.capacity.found import Found
from alloc.location.capacity.mip import solve_mip
from alloc.location.capacity.problem import CapacityProblem
from alloc.location.siting import Limits
from alloc.solver.progress import CancelToken


def search(problem: CapacityProblem, limits: Limits, cancel: CancelToken | None) -> Found:
    """The best plan. Raises Infeasible, NoPlanInTime or Cancelled when there is none."""
    searched = solve_mip(problem, limits, cancel)
    if searched.plan is None:
        raise _without_plan(problem, searched.infeasible, cancel)
    return Found(searched.plan, max(searched.bound, problem.least), "one MIP", searched.stopped)


def _without_plan(problem: CapacityProblem, infeasible: bool, cancel: CancelToken | None) -> Exception:
    if infeasible:
        sites = "sites" if problem.p is None else f"{problem.p} sites"
        how = "each client whole at one site" if problem.single_source else "clients split among sites"
        return Infeasible([f"no {sites} within reach hold the demand, {how}"])
    return Cancelled() if cancel is not None and cancel.cancelled else NoPlanInTime()
