"""How p is shared among parts that nothing else links: a bound for every part and number of sites.

The sharing is a multiple-choice knapsack, solved by dynamic programming over the parts. It starts from bounds
that cost nothing and sharpens only those that the best sharing rests on, until that is exact: no product of
trees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from alloc.location.median.goal import Goal
from alloc.location.median.incumbent import Incumbent
from alloc.location.median.interchange import greedy
from alloc.location.median.parts import Part
from alloc.location.median.prices import Pricing
from alloc.location.median.problem import NO_SITES, MedianProblem
from alloc.location.median.shake import shake
from alloc.location.median.tree import Tree
from alloc.location.pairs import Index, Values

_ROOT, _DONE = 1, 2
_SITES_A_SHAKE = 4


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
    effort: dict[int, float] = field(default_factory=dict)
    n_searches: int = 0
    tree: Tree | None = None

    def sharpen(self, q: int, goal: Goal, ceiling: float, rise: float, left: Callable[[], float]) -> None:
        """One level more about q sites, or a ``rise`` of their bound; ``ceiling`` is enough in any case."""
        known = replace(self.problem, p=q, site=np.arange(self.problem.n_sites))
        incumbent = Incumbent(lambda sites: known.value(_mask(known, sites)))
        if q in self.choice:
            incumbent.offer(self.choice[q], "before")
        if self.tree is None:
            self.tree = Tree(known, self.prices, float(self.lower[q]), left)
        if self.level[q] < _ROOT:
            bound = self.tree.minimise(incumbent, goal, q, ceiling, most_nodes=1)
            # Prices that are best for q are good for numbers near to it.
            self.raise_to(_from_prices(self.problem, self.tree.prices), goal)
            self._search(known, incumbent, left)
        else:
            bound = self._raise(self.tree, q, incumbent, goal, min(ceiling, self.lower[q] + rise))
            self._search(known, incumbent, left)
        self.lower[q] = max(self.lower[q], goal.rounded(bound))
        if incumbent.value < self.upper[q]:
            self.upper[q], self.choice[q] = incumbent.value, incumbent.sites
        settled = self.lower[q] >= min(goal.proven(self.upper[q]), ceiling)
        self.level[q] = _DONE if settled else _ROOT

    def raise_to(self, lower: Values, goal: Goal) -> None:
        """Take another bound by number of sites where it is better."""
        self.lower = np.maximum(self.lower, [goal.rounded(bound) for bound in lower])

    def _raise(self, tree: Tree, q: int, incumbent: Incumbent, goal: Goal, ceiling: float) -> float:
        """A little more than is known: the last steps cost most, and another sharing may need none."""
        before = tree.n_nodes
        bound = tree.minimise(incumbent, goal, q, ceiling)
        self.effort[q] = float(tree.n_nodes - before) * self.problem.pairs.n_pairs
        return bound

    def between(self, q: int) -> int:
        """Half way from q to the nearest number whose root is known: it may show that q is too dear."""
        rooted = np.flatnonzero(self.level >= _ROOT)
        if not len(rooted):
            return q
        nearest = int(rooted[np.argmin(np.abs(rooted - q))])
        return q if abs(q - nearest) <= 1 else nearest + int((q - nearest) / 2)

    def next_effort(self, q: int) -> float:
        """How much work the next step about q sites may be: each is a multiple of the last."""
        return self.effort.get(q, 0.0) + float(self.problem.pairs.n_pairs)

    def _search(self, known: MedianProblem, incumbent: Incumbent, left: Callable[[], float]) -> None:
        """A better choice, unless the root's is already the best there can be."""
        if known.step and incumbent.value <= self.lower[known.p or 0]:
            return
        chosen = _mask(known, incumbent.sites) if len(incumbent.sites) else greedy(known, known.p)
        self.n_searches += 1
        best, _ = shake(
            known, chosen, known.n_sites // _SITES_A_SHAKE, self.n_searches, lambda: left() <= 0.0
        )
        incumbent.offer(np.flatnonzero(best), "interchange")


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
    """Bound by number of sites: prices, and that many of the smallest net costs.

    Prices found before sites were settled may be above what a client costs by now; such prove nothing.
    """
    prices = np.minimum(prices, problem.cap)
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
    share: Values,
    incumbent: Incumbent,
    goal: Goal,
    left: Callable[[], float],
) -> float:
    """Solve a problem that falls into ``parts`` (``rest``: its other costs); returns what is proven.

    ``share`` (n_sites) is a solution of the master, which says where to begin.
    """
    known = curves(parts, prices)
    part_goals = [_goal(curve, goal, incumbent.value, len(parts)) for curve in known]
    for curve, its in zip(known, part_goals, strict=True):
        curve.raise_to(curve.lower, its)
    fixed = rest + problem.constant
    for part, curve, its in zip(parts, known, part_goals, strict=True):
        q = round(float(share[part.sites].sum()))
        if left() > 0.0 and curve.level[q] < _ROOT and np.isfinite(curve.lower[q]):
            curve.sharpen(q, its, np.inf, np.inf, left)
    slope = Pricing(problem).price(np.minimum(prices, problem.cap)).out_from
    while True:
        enough = goal.enough(incumbent.value)
        worth = _worth([curve.lower for curve in known], problem.p or 0, slope, enough - fixed)
        value, shares = best_sharing(worth, problem.p or 0)
        value += fixed
        if value > enough:
            return goal.proven(incumbent.value)
        open_parts = [c for c, curve in enumerate(known) if curve.level[shares[c]] < _DONE]
        if not open_parts or left() <= 0.0:
            return value
        # All roots first; then one tree at a time, the cheapest, as every result may change the shares.
        at_root = [c for c in open_parts if known[c].level[shares[c]] < _ROOT]
        for c in at_root:
            known[c].sharpen(known[c].between(shares[c]), part_goals[c], np.inf, np.inf, left)
        if not at_root:
            c = min(open_parts, key=lambda c: known[c].next_effort(shares[c]))
            curve, q = known[c], shares[c]
            rise = max(enough - value, 0.5 * goal.step) / len(open_parts)
            curve.sharpen(q, part_goals[c], enough - (value - curve.lower[q]), rise, left)
        _offer(problem, parts, known, incumbent)


def _worth(costs: list[Values], p: int, slope: float, enough: float) -> list[Values]:
    """The same costs, infinite where a number of sites cannot be part of a sharing that is worth it.

    ``slope`` is what one more site costs about (a Lagrange multiplier of their number: any will do).
    """
    if not np.isfinite(slope):
        return costs
    net = [cost - slope * np.arange(len(cost)) for cost in costs]
    least = [float(values.min()) for values in net]
    slack = enough - (sum(least) + slope * p)
    return [
        np.where(values - low > slack, np.inf, cost)
        for cost, values, low in zip(costs, net, least, strict=True)
    ]


def _goal(curve: Curve, goal: Goal, upper: float, n_parts: int) -> Goal:
    return Goal(curve.problem.step, 0.0, 0.5 * goal.gap * abs(upper) / n_parts, goal.unit)


def _offer(problem: MedianProblem, parts: list[Part], known: list[Curve], incumbent: Incumbent) -> None:
    """The best sharing of what choices are known, as a choice of the whole."""
    value, shares = best_sharing([curve.upper for curve in known], problem.p or 0)
    if not np.isfinite(value):
        return
    chosen = [part.problem.site[curve.choice[q]] for part, curve, q in zip(parts, known, shares, strict=True)]
    incumbent.offer(np.concatenate([problem.settled, *chosen, NO_SITES]), "parts")
