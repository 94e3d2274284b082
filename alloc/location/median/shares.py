"""How p is shared among parts that nothing else links: a bound for every part and number of sites.

The sharing is a multiple-choice knapsack, solved by dynamic programming over the parts. It starts from bounds that
cost nothing and sharpens only those that the best sharing rests on, until that is exact: no product of trees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from alloc.location.median.goal import Goal
from alloc.location.median.incumbent import Incumbent
from alloc.location.median.parts import Part
from alloc.location.median.prices import Pricing
from alloc.location.median.problem import NO_SITES, MedianProblem
from alloc.location.median.tree import Tree
from alloc.location.pairs import Index, Values

_ROOT, _DONE = 1, 2


@dataclass(eq=False)
class Curve:
    """What a part costs by its number of sites q: at least ``lower[q]``, and ``upper[q]`` with ``choice[q]``.

    ``level[q]`` says how well that is known: from prices, from the root of a tree, or as well as it matters.
    Parts that are alike share one curve; choices are by number within the part.
    """

    problem: MedianProblem
    prices: Values
    lower: Values
    upper: Values
    level: Index
    choice: dict[int, Index] = field(default_factory=dict)
    tree: Tree | None = None

    def sharpen(self, q: int, goal: Goal, ceiling: float, left: Callable[[], float]) -> None:
        """One level more about q sites; what costs more than ``ceiling`` need not be known better."""
        known = replace(self.problem, p=q, site=np.arange(self.problem.n_sites))
        incumbent = Incumbent(lambda sites: known.value(_mask(known, sites)))
        if q in self.choice:
            incumbent.offer(self.choice[q], "before")
        if self.tree is None:
            self.tree = Tree(known, self.prices, float(self.lower[q]), left)
        root = self.level[q] < _ROOT
        bound = self.tree.minimise(incumbent, goal, q, ceiling, most_nodes=1 if root else None)
        self.lower[q] = max(self.lower[q], goal.rounded(bound))
        if incumbent.value < self.upper[q]:
            self.upper[q], self.choice[q] = incumbent.value, incumbent.sites
        settled = self.lower[q] >= min(goal.proven(self.upper[q]), ceiling)
        if not root or settled:
            self.level[q] = _DONE
        else:
            self.level[q] = _ROOT


def curves(parts: list[Part], prices: Values) -> list[Curve]:
    """A curve for every part, from prices of the whole; the same one for parts that are alike."""
    made: dict[bytes, Curve] = {}
    result = []
    for part in parts:
        problem, mine = part.problem, prices[part.clients]
        lower = _from_prices(problem, mine)
        key = b"".join(
            array.tobytes()
            for array in (
                problem.pairs.start,
                problem.pairs.site,
                problem.pairs.cost,
                problem.cap,
                problem.fixed_cost,
            )
        )
        curve = made.get(key)
        if curve is None:
            n = problem.n_sites + 1
            curve = Curve(problem, mine, lower, np.full(n, np.inf), np.zeros(n, dtype=np.int64))
            made[key] = curve
        curve.lower = np.maximum(curve.lower, lower)
        result.append(curve)
    return result


def _from_prices(problem: MedianProblem, prices: Values) -> Values:
    """Bound by number of sites: prices, and that many of the smallest net costs."""
    rho = np.sort(Pricing(problem).net_costs(prices))
    lower: Values = prices.sum() + np.concatenate([[0.0], np.cumsum(rho)])
    needy = int(problem.must_reach.any())
    lower[:needy] = np.inf
    return lower


def _mask(problem: MedianProblem, sites: Index) -> np.ndarray:
    chosen = np.zeros(problem.n_sites, dtype=bool)
    chosen[sites] = True
    return chosen


def best_sharing(costs: list[Values], p: int) -> tuple[float, list[int]]:
    """The cheapest numbers of sites, one a part, that add up to p: ``costs[part][q]``; infinite: none."""
    best: list[Values] = [np.concatenate([[0.0], np.full(p, np.inf)])]
    taken: list[Index] = []
    for cost in costs:
        now, take = np.full(p + 1, np.inf), np.zeros(p + 1, dtype=np.int64)
        for q in np.flatnonzero(np.isfinite(cost[: p + 1])):
            value = best[-1][: p + 1 - q] + cost[q]
            better = value < now[q:]
            now[q:][better], take[q:][better] = value[better], q
        best.append(now)
        taken.append(take)
    shares, left = [], p
    if not np.isfinite(best[-1][p]):
        return np.inf, []
    for take in reversed(taken):
        shares.append(int(take[left]))
        left -= shares[-1]
    return float(best[-1][p]), shares[::-1]


def share_out(
    problem: MedianProblem,
    parts: list[Part],
    rest: float,
    prices: Values,
    incumbent: Incumbent,
    goal: Goal,
    left: Callable[[], float],
) -> float:
    """Solve a problem that falls into ``parts`` (``rest``: its other costs); returns what is proven."""
    known = curves(parts, prices)
    part_goals = [_goal(curve, goal, incumbent.value, len(parts)) for curve in known]
    for curve, its in zip(known, part_goals, strict=True):
        curve.lower = np.array([its.rounded(bound) for bound in curve.lower])
    fixed = rest + problem.constant
    while True:
        value, shares = best_sharing([curve.lower for curve in known], problem.p or 0)
        value += fixed
        enough = goal.enough(incumbent.value)
        if value > enough:
            return goal.proven(incumbent.value)
        open_parts = [c for c, curve in enumerate(known) if curve.level[shares[c]] < _DONE]
        if not open_parts or left() <= 0.0:
            return value
        # All roots first; then one tree at a time, the smallest part first, as every result may change the shares.
        at_root = [c for c in open_parts if known[c].level[shares[c]] < _ROOT]
        for c in at_root or [min(open_parts, key=lambda c: known[c].problem.pairs.n_pairs)]:
            curve, q = known[c], shares[c]
            curve.sharpen(q, part_goals[c], enough - (value - curve.lower[q]), left)
        _offer(problem, parts, known, incumbent)


def _goal(curve: Curve, goal: Goal, upper: float, n_parts: int) -> Goal:
    return Goal(curve.problem.step, 0.0, 0.5 * goal.gap * abs(upper) / n_parts)


def _offer(problem: MedianProblem, parts: list[Part], known: list[Curve], incumbent: Incumbent) -> None:
    """The best sharing of what choices are known, as a choice of the whole."""
    value, shares = best_sharing([curve.upper for curve in known], problem.p or 0)
    if not np.isfinite(value):
        return
    chosen = [part.problem.site[curve.choice[q]] for part, curve, q in zip(parts, known, shares, strict=True)]
    incumbent.offer(np.concatenate([problem.settled, *chosen, NO_SITES]), "parts")
