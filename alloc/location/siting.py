"""A siting question as the methods see it: positions instead of ids, checked numbers, states of sites."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alloc.location.answer import Answer, Status
from alloc.location.costs import Costs
from alloc.location.pairs import Index, Mask, Values
from alloc.location.read_options import check_number, check_whole
from alloc.location.refusals import usage

ROUNDING = 1e-9
"""Relative: closer than this, a bound and an objective are the same but for rounding."""
_SEEDS = 2**31  # as many as HiGHS knows


@dataclass(frozen=True, eq=False)
class Limits:
    """How long to search and how close: seconds, relative gap, seed of random choices."""

    time_limit_s: float = 60.0
    gap: float = 1e-6
    seed: int = 0
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        """Plain numbers, as HiGHS takes no others. Raises UsageError for what is no number."""
        check_number(self.time_limit_s, "time_limit_s")
        check_number(self.gap, "gap", finite=True)
        check_whole(self.seed, "seed", least=0)
        object.__setattr__(self, "time_limit_s", float(self.time_limit_s))
        object.__setattr__(self, "gap", float(self.gap))
        object.__setattr__(self, "seed", int(self.seed) % _SEEDS)

    def seconds(self) -> float:
        """Spent so far."""
        return time.perf_counter() - self.began

    def left(self) -> float:
        """Seconds left, 0 at least."""
        return max(self.time_limit_s - self.seconds(), 0.0)

    def closed(self, objective: float, bound: float) -> bool:
        """Whether the bound meets the objective within the gap asked for; no objective is below 0.

        Nothing here is absolute: costs may be in any unit.
        """
        return abs(objective - max(bound, 0.0)) <= max(self.gap, ROUNDING) * abs(objective)


@dataclass(frozen=True, eq=False)
class Siting:
    """Costs, weights and states, by position.

    ``weights`` (n_clients) are not negative. Of the sites, ``existing`` are open today and stay open, free of
    charge and not counted in p; ``required`` must be opened and count; ``prohibited`` stay shut. ``cutoff``:
    no client goes farther (infinite: no such rule).
    """

    costs: Costs
    weights: Values
    existing: Mask
    required: Mask
    prohibited: Mask
    cutoff: float = np.inf

    @property
    def n_clients(self) -> int:
        """Number of clients."""
        return len(self.costs.client_ids)

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return len(self.costs.site_ids)

    @property
    def open_anyway(self) -> Mask:
        """Sites that are open in every answer."""
        return self.existing | self.required

    def answer(
        self,
        problem: str,
        is_open: Mask,
        site_of: Index,
        objective: float,
        bound: float,
        limits: Limits,
        *,
        method: str,
        stopped: Status = "time_limit",
        flows: dict[tuple[Hashable, Hashable], float] | None = None,
        details: dict[str, Any] | None = None,
    ) -> Answer:
        """Positions as the caller's ids; ``site_of`` is -1 for a client that nothing serves.

        'optimal' where the gap is closed, else ``stopped``.
        """
        clients, sites = self.costs.client_ids, self.costs.site_ids
        served = np.flatnonzero(site_of >= 0)
        bound = max(bound, 0.0)
        closed = limits.closed(objective, bound)
        return Answer(
            problem=problem,
            sites=tuple(sites[np.flatnonzero(is_open)]),
            assignment=dict(zip(clients[served], sites[site_of[served]], strict=True)),
            objective=float(objective),
            bound=float(bound),
            gap=_gap(float(objective), float(bound)),
            seconds=limits.seconds(),
            status="optimal" if closed else stopped,
            method=method,
            flows=flows or {},
            details=details or {},
        )


def _gap(objective: float, bound: float) -> float:
    """Relative to the objective; 1 where that is 0 and the bound is not."""
    difference = abs(objective - bound)
    if difference <= ROUNDING * abs(objective):
        return 0.0
    return difference / abs(objective) if objective else 1.0


def check_count(siting: Siting, p: int) -> int:
    """``p`` as an int. Raises UsageError for one that the states of the sites do not allow."""
    least = int((siting.required & ~siting.existing).sum())
    most = int((~siting.existing & (~siting.prohibited | siting.required)).sum())
    check_whole(p, "p", least=0 if siting.existing.any() else 1)
    if p < least:
        raise usage("p_below_required", p=p, n=least)
    if p > most:
        raise usage("p_above_sites", p=p, n=most)
    return int(p)
