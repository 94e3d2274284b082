"""Prices that give a good bound, by steps along the subgradient; the problem shrinks on the way.

Held, Wolfe & Crowder 1974; steps after Polyak (towards the incumbent), deflected by the last direction, back
to the best prices and shorter when nothing has improved for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alloc.location.median.goal import Goal
from alloc.location.median.incumbent import Incumbent
from alloc.location.median.interchange import Interchange
from alloc.location.median.narrow import narrow
from alloc.location.median.prices import Priced, Pricing
from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Values

_DEFLECTION = 0.35
_SHORTER = 0.7
_SHORTEST = 1e-3
_PATIENCE = 15
_STEPS_BETWEEN_CUTS = 60
_REACH = 1.5
"""Pairs are looked at up to so many times the price (and the mean price) that a stretch begins with."""
_SMALLEST_RISE = 0.003
"""Share of the gap that a stretch of steps must close for another to follow."""


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where the climb ended: what is left of the problem (None: nothing better exists), prices and bound.

    The bound is that of all choices that are still worth looking for, see `Goal.proven`.
    """

    problem: MedianProblem | None
    prices: Values
    bound: float


def ascend(
    problem: MedianProblem,
    prices: Values,
    incumbent: Incumbent,
    goal: Goal,
    stop: Callable[[], bool],
    *,
    most_steps: int,
) -> Ascent:
    """Climb from ``prices`` until the bound meets the incumbent, or rises no more."""
    climb = _Climb(problem, prices)
    steps, bound = 0, -np.inf
    while True:
        before = climb.best.bound
        climb.walk(_STEPS_BETWEEN_CUTS, incumbent.value, goal.enough(incumbent.value), stop)
        steps += _STEPS_BETWEEN_CUTS
        chosen = np.zeros(climb.problem.n_sites, dtype=bool)
        chosen[climb.best.picked] = True
        improve_and_offer(climb.problem, chosen, incumbent, stop, "Lagrangian, interchange")
        bound = max(bound, climb.best.bound)
        enough = goal.enough(incumbent.value)
        rest = narrow(climb.problem, climb.best_prices, climb.best, enough)
        if rest is None:
            return Ascent(None, climb.best_prices, np.inf)
        done = climb.best.bound - before < _SMALLEST_RISE * (enough - climb.best.bound)
        climb.restrict(rest)
        if done or steps >= most_steps or climb.length < _SHORTEST or stop():
            return Ascent(rest, climb.best_prices, bound)


def improve_and_offer(
    problem: MedianProblem,
    chosen: np.ndarray,
    incumbent: Incumbent,
    stop: Callable[[], bool],
    found_by: str,
) -> None:
    """Improve a choice by interchange, and offer it as incumbent."""
    interchange = Interchange(problem, chosen)
    interchange.improve(stop)
    incumbent.offer(problem.sites(interchange.chosen), found_by)


class _Climb:
    """Prices on their way up; ``best_prices`` and ``best`` are the highest point on the present problem."""

    def __init__(self, problem: MedianProblem, prices: Values) -> None:
        self.length = 1.0
        self._direction: Values = np.zeros(problem.n_clients)
        self.restrict(problem, prices)

    def restrict(self, problem: MedianProblem, prices: Values | None = None) -> None:
        """Go on with what is left of the problem."""
        given = self.best_prices if prices is None else prices
        given = np.minimum(given, problem.cap)
        self.problem, self.pricing = problem, Pricing(problem, _REACH * (given + given.mean()))
        self.best_prices: Values = np.minimum(given, self.pricing.most)
        self.best: Priced = self.pricing.price(self.best_prices)

    def walk(self, n_steps: int, upper: float, enough: float, stop: Callable[[], bool]) -> None:
        """So many steps, fewer if the bound is enough."""
        prices, now, idle = self.best_prices, self.best, 0
        direction = self._direction
        for _ in range(n_steps):
            if now.bound > enough or self.length < _SHORTEST or stop():
                break
            ascent = 1.0 - self.pricing.served_times(prices, now.picked)
            direction = (1.0 - _DEFLECTION) * ascent + _DEFLECTION * direction
            square = float(direction @ direction)
            if square < 1e-12:
                break
            step = self.length * (upper - now.bound) / square
            prices = np.clip(prices + step * direction, 0.0, self.pricing.most)
            now = self.pricing.price(prices)
            idle += 1
            if now.bound > self.best.bound:
                idle = 0 if now.bound > self.best.bound + 1e-6 * abs(self.best.bound) else idle
                self.best, self.best_prices = now, prices
            elif idle >= _PATIENCE:
                self.length *= _SHORTER
                prices, now, idle = self.best_prices, self.best, 0
                direction = np.zeros_like(direction)
        self._direction = direction
