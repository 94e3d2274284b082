"""Plans on the way: from the sites that the relaxation chose to sites and flows that hold."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from alloc.location.capacity.assign import recentred, whole_shares
from alloc.location.capacity.found import Plan, plan_of
from alloc.location.capacity.problem import CapacityProblem
from alloc.location.capacity.relaxation import Priced
from alloc.location.capacity.transport import transport
from alloc.location.pairs import Mask, Values

_MOST_RECENTRED = 10
_SHARE_OF_TIME = 0.5
_FREE_SECONDS = 0.2
_MANY_PAIRS = 200_000
_POOR_PRICES = 6


class Incumbents:
    """The best plan found so far; sets of sites are tried once."""

    def __init__(self, problem: CapacityProblem, stop: Callable[[], bool]) -> None:
        self._problem, self._stop = problem, stop
        self._tried: set[bytes] = set()
        self._began, self._spent, self._asked = time.perf_counter(), 0.0, 0
        self.best: Plan | None = None

    @property
    def value(self) -> float:
        """Cost of the best plan, infinite while there is none."""
        return np.inf if self.best is None else self.best.value

    def from_prices(self, priced: Priced, *, in_any_case: bool = False) -> float:
        """Try the relaxation's choice, and what re-centring makes of it; the best cost so far.

        Skipped while plans have taken more than their share of the time, and with many pairs at first, while
        prices are poor, their sites too, and flows from those slow; unless asked for ``in_any_case``.
        """
        now, self._asked = time.perf_counter(), self._asked + 1
        early = self._asked <= _POOR_PRICES and self._problem.pairs.n_pairs > _MANY_PAIRS
        late = self._spent > _SHARE_OF_TIME * (now - self._began) + _FREE_SECONDS
        if (early or late) and not in_any_case:
            return self.value
        is_open = self._roomy(priced)
        for _ in range(_MOST_RECENTRED):
            share = self.try_sites(is_open)
            if share is None or not self._problem.single_source:
                break
            is_open = recentred(self._problem, is_open, share)
        self._spent += time.perf_counter() - now
        return self.value

    def try_sites(self, is_open: Mask) -> Values | None:
        """Serve everyone from these sites; None where that fails or was tried."""
        key = is_open.tobytes()
        if key in self._tried or self._stop():
            return None
        self._tried.add(key)
        problem = self._problem
        share = (
            whole_shares(problem, is_open, self._stop)
            if problem.single_source
            else transport(problem, is_open)
        )
        if share is not None:
            self.offer(plan_of(problem, is_open, share))
        return share

    def offer(self, plan: Plan | None) -> None:
        """Keep a plan if it is the best."""
        if plan is not None and plan.value < self.value:
            self.best = plan

    def _roomy(self, priced: Priced) -> Mask:
        """The choice; without a given p, more sites until everyone reaches one and there is room for all."""
        problem, is_open = self._problem, priced.is_open.copy()
        if problem.p is not None:
            return is_open
        pairs = problem.pairs
        for site in np.argsort(priced.site_cost, kind="stable"):
            reached = np.bincount(pairs.client, is_open[pairs.site], minlength=problem.n_clients) > 0
            if reached.all() and problem.capacity[is_open].sum() >= problem.total_demand:
                break
            is_open[site] = True
        return is_open
