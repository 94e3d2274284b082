"""Bounds on a capacitated problem from any prices of serving the clients, and what the bounds settle.

"Client i is served once" is relaxed at a price l_i, "the open sites hold the demand" at a price w >= 0:

    L(l, w) = sum l_i + w D + min over the choices of sites of sum of (f_j + v_j - w u_j),
    v_j = min sum_i (c_ij - l_i) x_ij, sum_i d_i x_ij <= u_j, 0 <= x <= 1,

one knapsack a site. L bounds every plan whatever the prices are, so it needs no trust in the tolerances of
an LP; at the best prices it is the LP with strong links, and above it where the knapsacks take whole clients
only. Capacities are those with the slack that plans are given.
Cornuejols, Sridharan & Thizy (1991), "A comparison of heuristics and relaxations for the capacitated plant
location problem", EJOR 50; Holmberg, Ronnqvist & Yuan (1999), EJOR 113.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alloc.location.capacity.knapsack import Knapsacks, Packed, split_knapsacks
from alloc.location.capacity.problem import CAPACITY_SLACK, CapacityProblem
from alloc.location.pairs import Mask, Values

_ROUNDING = 1e-13
_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Priced:
    """A bound and where it comes from.

    Attributes:
        price: (n_clients) of serving a client.
        bound: What every plan costs at least.
        site_cost: (n_sites) what a site adds to the bound if it is open, f_j + v_j - w u_j.
        is_open: (n_sites) the cheapest choice; its sites hold the demand unless none that is allowed does.
        packed: What the knapsacks take, of open and shut sites alike.
    """

    price: Values
    bound: float
    site_cost: Values
    is_open: Mask
    packed: Packed


class Relaxation:
    """The relaxation of one problem, for many prices."""

    def __init__(self, problem: CapacityProblem, knapsacks: Knapsacks = split_knapsacks) -> None:
        self.problem, self._knapsacks = problem, knapsacks
        self._capacity = problem.capacity * (1.0 + CAPACITY_SLACK)
        self._free = np.flatnonzero(~problem.open_anyway)
        taken = int((problem.open_anyway & problem.counted).sum())
        self._n_free = None if problem.p is None else problem.p - taken

    def priced(self, price: Values) -> Priced:
        """The bound at these prices (clipped: a client that may go elsewhere is not worth more than that)."""
        problem = self.problem
        price = np.minimum(price, problem.pairs.beyond)
        packed = self._knapsacks(problem, price)
        site_cost = problem.fixed_cost - packed.worth
        is_open, room, chosen = self._choice(site_cost)
        site_cost = site_cost - room * self._capacity
        held = room * problem.total_demand
        size = float(np.abs(price).sum() + np.abs(site_cost).sum() + packed.worth.sum()) + held
        bound = float(price.sum()) + held + chosen - _ROUNDING * size
        return Priced(price, bound, site_cost, is_open, packed)

    def _choice(self, site_cost: Values) -> tuple[Mask, float, float]:
        """The cheapest sites that hold the demand: a mask, the price of room, and the relaxed cost."""
        problem = self.problem
        is_open, cost = self._cheapest(site_cost, 0.0)
        if self._capacity[is_open].sum() >= problem.total_demand:
            return is_open, 0.0, cost
        low, high = 0.0, float(np.abs(site_cost).max()) / max(problem.total_demand, 1e-300)
        for _ in range(_HALVINGS):
            is_open, cost = self._cheapest(site_cost, high)
            if self._capacity[is_open].sum() >= problem.total_demand:
                break
            low, high = high, 4.0 * high + 1e-12
        best = is_open, high, cost
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            is_open, cost = self._cheapest(site_cost, middle)
            if self._capacity[is_open].sum() >= problem.total_demand:
                high, best = middle, (is_open, middle, cost)
            else:
                low = middle
        return best

    def _cheapest(self, site_cost: Values, room: float) -> tuple[Mask, float]:
        """The cheapest choice where a unit of capacity earns ``room``."""
        cost = site_cost - room * self._capacity
        is_open = self.problem.open_anyway.copy()
        free = cost[self._free]
        if self._n_free is None:
            is_open[self._free] = free < 0
        elif self._n_free > 0:
            is_open[self._free[np.argpartition(free, self._n_free - 1)[: self._n_free]]] = True
        return is_open, float(cost[is_open].sum())

    def extra_cost(self, now: Priced) -> tuple[Values, Values]:
        """(n_sites) by how much the bound rises at least if a site must be open, and if it must be shut."""
        cost = now.site_cost
        to_open, to_shut = np.maximum(cost, 0.0), np.maximum(-cost, 0.0)
        if self._n_free is not None:
            ranked = np.concatenate([[-np.inf], np.sort(cost[self._free]), [np.inf]])
            last_in, first_out = ranked[self._n_free], ranked[self._n_free + 1]
            to_open = np.full(len(cost), np.inf) if self._n_free == 0 else np.maximum(cost - last_in, 0.0)
            to_shut = np.maximum(first_out - cost, 0.0)
        fixed = self.problem.open_anyway
        return np.where(fixed, 0.0, to_open), np.where(fixed, np.inf, to_shut)


def settled(relaxation: Relaxation, now: Priced, best: float) -> tuple[Mask, Mask, Mask]:
    """Sites that no plan cheaper than ``best`` opens, sites that each opens, pairs that none uses wholly."""
    problem = relaxation.problem
    to_open, to_shut = relaxation.extra_cost(now)
    extra = now.packed.extra_cost(problem, now.price)
    room = best - now.bound
    return to_open >= room, to_shut >= room, to_open[problem.pairs.site] + extra >= room
