"""A capacitated problem by one MIP: strong links by rounds of the LP first, then the search.

Links ``x <= y`` are what makes the bound strong, and few of them bind: those that the LP's answer breaks are
added until none is. What HiGHS calls feasible within its tolerance is looked at exactly; a choice of sites or
of clients for a site that does not hold is forbidden, and the search goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from alloc.location.answer import Status
from alloc.location.capacity.form import capacity_form, links
from alloc.location.capacity.found import Plan, plan_of
from alloc.location.capacity.problem import CapacityProblem
from alloc.location.capacity.transport import cleaned, transport
from alloc.location.covering.choice import mip_options, why_stopped
from alloc.location.covering.proof import bound_below
from alloc.location.pairs import Values
from alloc.location.siting import Limits
from alloc.solver.highs import HighsSession
from alloc.solver.progress import CancelToken

_BROKEN = 1e-6
_MOST_ROUNDS = 60
_ALL_LINKS = 4000
_SIZE = 1000.0
"""What plans should cost about for HiGHS, whose tolerances are absolute."""
_SMALLEST = 1e-200
_LARGEST = 1e12
"""Scaled costs above this are cut to it, which only lowers the bound: HiGHS takes 1e20 for infinite."""


@dataclass(frozen=True, eq=False)
class Searched:
    """A plan (None: not found), a bound, whether it is proven that there is no plan, and why it ended."""

    plan: Plan | None
    bound: float
    infeasible: bool
    stopped: Status


def solve_mip(
    problem: CapacityProblem, limits: Limits, cancel: CancelToken | None, size: float = np.inf
) -> Searched:
    """The best plan, as far as the time goes; ``size`` is what plans cost about, if that is known."""
    form = capacity_form(problem)
    cost, _ = form.objectives["cost"]
    largest = float(cost.max(initial=0.0))
    scale = _SIZE / max(size if 0.0 < size < np.inf else largest or _SIZE, _SMALLEST)
    scaled = np.minimum(cost * scale, _LARGEST)
    integer = form.integrality == 1
    with HighsSession(form) as session:
        session.set_integer(np.zeros_like(integer))
        bound = _link(problem, session, scaled, limits, cancel)
        session.set_integer(integer)
        return _search(problem, session, scaled, scale, bound, limits, cancel)


def _link(
    problem: CapacityProblem,
    session: HighsSession,
    cost: Values,
    limits: Limits,
    cancel: CancelToken | None,
) -> float:
    """Add the links that the LP needs; the LP's optimum (scaled), or minus infinity."""
    pairs, n_sites, n_columns = problem.pairs, problem.n_sites, len(cost)
    linked = np.zeros(pairs.n_pairs, dtype=bool)
    if pairs.n_pairs <= _ALL_LINKS:
        linked[:] = True
        session.add_rows(links(problem, np.arange(pairs.n_pairs), n_columns), -np.inf, 0.0)
    bound = -np.inf
    for _ in range(_MOST_ROUNDS):
        outcome = session.minimise(cost, options=mip_options(limits), cancel=cancel)
        if outcome.values is None or outcome.status != "optimal":
            break
        bound = outcome.objective if outcome.objective is not None else bound
        share, is_open = outcome.values[n_sites : n_sites + pairs.n_pairs], outcome.values[:n_sites]
        broken = np.flatnonzero((share > is_open[pairs.site] + _BROKEN) & ~linked)
        if not len(broken):
            break
        linked[broken] = True
        session.add_rows(links(problem, broken, n_columns), -np.inf, 0.0)
    return bound


def _search(
    problem: CapacityProblem,
    session: HighsSession,
    cost: Values,
    scale: float,
    bound: float,
    limits: Limits,
    cancel: CancelToken | None,
) -> Searched:
    """Solve, look at the answer exactly, forbid it if it does not hold, and again."""
    read = _whole_plan if problem.single_source else _split_plan
    while True:
        outcome = session.minimise(cost, options=mip_options(limits), cancel=cancel)
        if outcome.bound is not None:
            bound = max(bound, outcome.bound)
        if outcome.status == "infeasible":
            return Searched(None, np.inf, infeasible=True, stopped="optimal")
        stopped = why_stopped(outcome)
        proven = bound_below(bound, scale, problem.costs_are_whole)
        if outcome.values is None:
            return Searched(None, proven, infeasible=False, stopped=stopped)
        plan, forbidden = read(problem, outcome.values)
        if plan is not None or forbidden is None or outcome.status != "optimal":
            return Searched(plan, proven, infeasible=False, stopped=stopped)
        session.add_rows(*forbidden)


_Forbidden = tuple[csr_array, Values, Values]


def _split_plan(problem: CapacityProblem, values: Values) -> tuple[Plan | None, _Forbidden | None]:
    """The cheapest flows from the sites that HiGHS opened; if they cannot hold it, one more must open."""
    is_open = values[: problem.n_sites] > 0.5
    share = transport(problem, is_open)
    if share is not None:
        return plan_of(problem, is_open, share), None
    if np.isfinite(problem.pairs.beyond).any():
        return None, None  # they may, along pairs that are not listed
    shut = np.flatnonzero(~is_open)
    row = csr_array((np.ones(len(shut)), shut, [0, len(shut)]), shape=(1, len(values)))
    return None, (row, np.ones(1), np.full(1, np.inf))


def _whole_plan(problem: CapacityProblem, values: Values) -> tuple[Plan | None, _Forbidden | None]:
    """HiGHS's assignment; if a site is overfull, those clients cannot all be there."""
    n_sites, pairs = problem.n_sites, problem.pairs
    is_open = values[:n_sites] > 0.5
    share = np.rint(values[n_sites : n_sites + pairs.n_pairs])
    over = np.flatnonzero(problem.overfull(share))
    if not len(over):
        usable = np.flatnonzero(is_open[pairs.site])
        clean = cleaned(problem, share, usable)
        return (None if clean is None else plan_of(problem, is_open, clean)), None
    there = [np.flatnonzero((pairs.site == site) & (share > 0)) for site in over]
    column, count = n_sites + np.concatenate(there), np.array([len(some) for some in there])
    start = np.concatenate([[0], np.cumsum(count)])
    rows = csr_array((np.ones(len(column)), column, start), shape=(len(over), len(values)))
    return None, (rows, np.full(len(over), -np.inf), count - 1.0)
