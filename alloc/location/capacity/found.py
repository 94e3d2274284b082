"""A plan for a capacitated problem, and what a search for one hands back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alloc.location.answer import Status
from alloc.location.capacity.problem import CapacityProblem
from alloc.location.pairs import Mask, Values


@dataclass(frozen=True, eq=False)
class Plan:
    """Open sites, each pair's share of its client, and what that costs; loads and shares are checked."""

    is_open: Mask
    share: Values
    value: float


@dataclass(frozen=True, eq=False)
class Found:
    """The best plan, what nothing can be better than, and how that was found out."""

    plan: Plan
    bound: float
    method: str
    stopped: Status = "time_limit"


def plan_of(problem: CapacityProblem, is_open: Mask, share: Values) -> Plan:
    """A plan with its cost; without a given p, sites that carry nothing are shut again."""
    if problem.p is None:
        used = np.bincount(problem.pairs.site[share > 0], minlength=problem.n_sites) > 0
        is_open = problem.open_anyway | (is_open & used)
    return Plan(is_open, share, problem.value(is_open, share))
