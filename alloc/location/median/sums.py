"""Parts that nothing links, not even a number of sites: each is solved by itself, and all are added up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from alloc.location.median.goal import Goal
from alloc.location.median.incumbent import Incumbent
from alloc.location.median.parts import Part
from alloc.location.median.problem import NO_SITES, MedianProblem
from alloc.location.median.tree import Tree
from alloc.location.pairs import Index, Mask, Values


def add_up(
    problem: MedianProblem,
    parts: list[Part],
    rest: float,
    prices: Values,
    incumbent: Incumbent,
    goal: Goal,
    left: Callable[[], float],
) -> float:
    """Solve a problem without p that falls into ``parts`` (``rest``: other costs); returns what is proven."""
    bound, chosen, complete = rest + problem.constant, [NO_SITES], True
    for part in parts:
        local = replace(part.problem, site=np.arange(part.problem.n_sites))
        best = Incumbent(_value_of(local))
        its = Goal(local.step, 0.0, 0.5 * goal.gap * abs(incumbent.value) / len(parts), goal.unit)
        mine = prices[part.clients]
        tree = Tree(local, mine, float(mine.sum()), left)
        bound += max(its.rounded(tree.minimise(best, its, None)), float(local.least.sum()))
        complete = complete and np.isfinite(best.value)
        chosen.append(part.problem.site[best.sites])
    if complete:
        incumbent.offer(np.concatenate([problem.settled, *chosen]), "parts")
    return bound


def _value_of(problem: MedianProblem) -> Callable[[Index], float]:
    def value(sites: Index) -> float:
        chosen: Mask = np.zeros(problem.n_sites, dtype=bool)
        chosen[sites] = True
        return problem.value(chosen)

    return value
