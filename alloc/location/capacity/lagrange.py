"""Prices with a high bound, by subgradient steps.

Polyak's step towards the best plan known, directions deflected by the one before (0.35 / 0.65), back to the
best prices on a stall.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alloc.location.capacity.problem import CapacityProblem
from alloc.location.capacity.relaxation import Priced, Relaxation
from alloc.location.pairs import Values

_PATIENCE = 12
_STEP_CUT = 0.6
_MEMORY = 0.35
_SMALLEST_STEP = 1e-3
_PROGRESS = 1e-6
_CLOSE = 1e-9
_AIM_ABOVE = 0.05


def ascend(
    relaxation: Relaxation,
    best_plan: Callable[[Priced], float],
    n_steps: int,
    stop: Callable[[], bool],
    start: Values | None = None,
) -> Priced:
    """Prices with a high bound, by subgradient steps (Polyak, deflected).

    ``best_plan`` is shown the prices at the end of each stall and tells the cost of the best plan so far
    (infinite: none yet).
    """
    problem = relaxation.problem
    now = best = relaxation.priced(first_prices(problem) if start is None else start)
    target, theta, stalled = np.inf, 1.0, 0
    direction = np.zeros(problem.n_clients)
    for _ in range(n_steps):
        if theta < _SMALLEST_STEP or stop() or target <= best.bound + _CLOSE * abs(best.bound):
            break
        served = now.packed.served(problem, now.is_open)
        direction = _MEMORY * direction + (1 - _MEMORY) * (1.0 - served)
        length = float(direction @ direction)
        if length == 0.0:
            break
        aim = target if np.isfinite(target) else best.bound + max(_AIM_ABOVE * abs(best.bound), 1e-9)
        now = relaxation.priced(now.price + theta * (aim - now.bound) / length * direction)
        if now.bound > best.bound + _PROGRESS * abs(best.bound):
            best, stalled = now, 0
            continue
        stalled += 1
        if stalled == _PATIENCE:
            target = best_plan(now)
            theta, stalled, now, direction = theta * _STEP_CUT, 0, best, np.zeros(problem.n_clients)
    return best


def first_prices(problem: CapacityProblem) -> Values:
    """Each client's second cheapest listed cost."""
    pairs = problem.pairs
    second = np.minimum(pairs.start[:-1] + 1, np.maximum(pairs.start[1:] - 1, 0))
    has = np.diff(pairs.start) > 0
    price = np.zeros(problem.n_clients)
    price[has] = pairs.cost[second[has]]
    return np.where(has, price, np.where(np.isfinite(pairs.beyond), pairs.beyond, 0.0))
