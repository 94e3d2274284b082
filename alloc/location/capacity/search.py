"""The order of the methods: prices and plans, what they settle, then one MIP for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from alloc.errors import Infeasible
from alloc.location.answer import Status
from alloc.location.capacity.core import solve_core, solve_whole_core
from alloc.location.capacity.found import Found
from alloc.location.capacity.incumbents import Incumbents
from alloc.location.capacity.knapsack import WholeKnapsacks
from alloc.location.capacity.lagrange import ascend
from alloc.location.capacity.mip import solve_mip
from alloc.location.capacity.popmusic import improved
from alloc.location.capacity.problem import CapacityProblem
from alloc.location.capacity.relaxation import Priced, Relaxation, settled
from alloc.location.capacity.rest import Rest, rest_of
from alloc.location.refusals import Reason
from alloc.location.siting import Limits
from alloc.location.stopping import reason, stopper
from alloc.solver.progress import CancelToken

_STEPS = 600
_WHOLE_STEPS = 300
_SHARE_OF_TIME = 0.3
_LARGE = 12_000
_VERY_LARGE = 200_000
_CORE_CLIENTS = 4000
_MOST_FOR_MIP = 500_000
_SHARE_OF_PARTS = 0.4
_METHOD = "Lagrangian bound"


def search(problem: CapacityProblem, limits: Limits, cancel: CancelToken | None) -> Found | None:
    """The best plan along the listed pairs; None: none was found. Raises Infeasible where there is none."""
    stop = stopper(limits, cancel)
    incumbents = Incumbents(problem, stop)
    bounds = relaxations(problem, limits, incumbents, stop)
    bound = max([problem.least, *(priced.bound for _, priced in bounds)])
    if problem.costs_are_whole:
        bound = float(np.ceil(bound - 1e-6))
    best = incumbents.best
    if best is not None and (limits.closed(best.value, bound) or bound >= best.value):
        return Found(best, bound, _METHOD)
    rest = what_is_left(problem, bounds, incumbents.value)
    if rest.problem.pairs.n_pairs > _LARGE:
        better_plans(incumbents, bounds[0], limits, cancel)
        best = incumbents.best
        if best is not None and limits.closed(best.value, bound):
            return Found(best, bound, f"{_METHOD}, parts and core")
        rest = what_is_left(problem, bounds, incumbents.value)
        if best is not None and rest.problem.pairs.n_pairs > _MOST_FOR_MIP:
            return Found(best, bound, f"{_METHOD}, part by part", reason(cancel))
    searched = solve_mip(rest.problem, limits, cancel, incumbents.value)
    if searched.plan is not None:
        incumbents.offer(rest.in_whole(searched.plan))
    best = incumbents.best
    if best is None and searched.infeasible:
        raise Infeasible([Reason("no_whole" if problem.single_source else "no_split")])
    if best is None:
        return None
    bound = max(bound, min(searched.bound, best.value))
    return Found(best, bound, f"{_METHOD} and fixing, one MIP", _why(searched.stopped, cancel))


Bounds = list[tuple[Relaxation, Priced]]


def better_plans(
    incumbents: Incumbents, bound: tuple[Relaxation, Priced], limits: Limits, cancel: CancelToken | None
) -> None:
    """Where the whole is too large for a MIP: part by part, then the core, in shares of the time left."""
    relaxation, problem = bound[0], bound[0].problem
    best = incumbents.best
    if best is not None and problem.pairs.n_pairs > _VERY_LARGE:
        share = 1.0 if problem.n_clients > _CORE_CLIENTS else _SHARE_OF_PARTS
        until = limits.seconds() + share * limits.left()
        some = replace(limits, time_limit_s=until)
        incumbents.offer(improved(problem, best, search, some, stopper(some, cancel), cancel))
    if problem.n_clients > _CORE_CLIENTS:
        return
    plan = solve_core(*bound, incumbents.best, limits, cancel)
    if plan is not None:
        incumbents.try_sites(plan.is_open)
    best = incumbents.best
    if best is not None and relaxation.problem.single_source:
        incumbents.offer(solve_whole_core(*bound, best, limits, cancel))


def relaxations(
    problem: CapacityProblem, limits: Limits, incumbents: Incumbents, stop: Callable[[], bool]
) -> Bounds:
    """Good prices, and the plans they led to."""
    ends = limits.seconds() + _SHARE_OF_TIME * limits.left()

    def late() -> bool:
        return stop() or limits.seconds() > ends

    relaxation = Relaxation(problem)
    priced = ascend(relaxation, incumbents.from_prices, _STEPS, late)
    incumbents.from_prices(priced, in_any_case=True)
    found = [(relaxation, priced)]
    if problem.single_source and WholeKnapsacks.pays(problem):
        whole = Relaxation(problem, WholeKnapsacks(problem))
        better = ascend(whole, incumbents.from_prices, _WHOLE_STEPS, late, priced.price)
        incumbents.from_prices(better, in_any_case=True)
        found.append((whole, better))
    return found


def what_is_left(problem: CapacityProblem, bounds: Bounds, best: float) -> Rest:
    """The problem without what no plan cheaper than ``best`` has."""
    target = best - 1.0 + 1e-6 if problem.costs_are_whole else best
    shut, opened = np.zeros(problem.n_sites, dtype=bool), np.zeros(problem.n_sites, dtype=bool)
    without = np.zeros(problem.pairs.n_pairs, dtype=bool)
    for relaxation, priced in bounds:
        out, stays, unused = settled(relaxation, priced, target)
        shut, opened = shut | out, opened | stays
        if problem.single_source:
            without |= unused
    return rest_of(problem, shut, opened, without)


def _why(stopped: Status, cancel: CancelToken | None) -> Status:
    return reason(cancel) if stopped == "optimal" else stopped
