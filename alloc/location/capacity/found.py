"""A plan for a capacitated problem, and what a search for one hands back."""

from __future__ import annotations

from dataclasses import dataclass

from alloc.location.answer import Status
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
