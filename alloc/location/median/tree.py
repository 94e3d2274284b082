"""Branch and bound over the master: cuts, reduced-cost fixing, probing, dives towards chosen sites."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from alloc.location.median.branching import Branching
from alloc.location.median.cuts import serve
from alloc.location.median.goal import Goal
from alloc.location.median.incumbent import Incumbent
from alloc.location.median.lagrangian import improve_and_offer
from alloc.location.median.master import Master, Point
from alloc.location.median.prices import Priced, Pricing
from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Mask, Values

_INTEGRAL = 1e-6
_VIOLATED = 1e-6
_ROUNDS_AT_ROOT = 300
_ROUNDS = 40
_ROUNDS_BEFORE_BRANCHING = 5
_SMALLEST_RISE = 0.01
_NODES_BETWEEN_SEARCHES = 16


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    into: Mask = field(compare=False)
    out: Mask = field(compare=False)


class Tree:
    """Searches one problem, or the same one for several numbers of sites with the cuts kept."""

    def __init__(
        self, problem: MedianProblem, prices: Values, upper: float, left: Callable[[], float]
    ) -> None:
        self.problem = problem
        self._left = left
        self._master = Master(problem, upper)
        self._pricing = Pricing(problem)
        self._branching = Branching(self._master, problem.n_sites)
        has = np.flatnonzero(np.diff(problem.pairs.start) > 0)
        self._master.add_cuts(has, np.minimum(prices, problem.cap)[has])
        self.n_nodes = 0
        self.prices: Values = np.minimum(prices, problem.cap)
        self.share: Values = np.zeros(problem.n_sites)

    def minimise(
        self,
        incumbent: Incumbent,
        goal: Goal,
        p: int | None,
        ceiling: float = np.inf,
        most_nodes: int | None = None,
    ) -> float:
        """Search for choices below ``ceiling`` and better than the incumbent; returns what is proven.

        Whatever is not found costs the returned bound at least, or the incumbent's value, or ``ceiling``.
        """
        self._incumbent, self._goal, self._ceiling = incumbent, goal, ceiling
        if p is not None and p != self.problem.p:
            self.problem = replace(self.problem, p=p)
            self._pricing.problem = self.problem
            self._master.set_count(p)
        nobody: Mask = np.zeros(self.problem.n_sites, dtype=bool)
        nodes = [_Node(-np.inf, 0, nobody, nobody)]
        proven, number, number_opened = np.inf, 0, 0
        dive: _Node | None = None
        while nodes or dive:
            if self._left() <= 0.0 or number_opened == most_nodes:
                break
            node = dive or heapq.heappop(nodes)
            dive = None
            if node.bound > self._enough():
                proven = min(proven, node.bound)
                continue
            number_opened += 1
            try:
                bound, children = self._open(node, root=number == 0)
            except TimeoutError:
                heapq.heappush(nodes, node)
                break
            if not children:
                proven = min(proven, bound)
            for into, out in children:
                number += 1
                child = _Node(bound, number, into, out)
                if dive is None:
                    dive = child
                else:
                    heapq.heappush(nodes, child)
        open_nodes = [node.bound for node in (*nodes, dive) if node is not None]
        return min(proven, *open_nodes, self._goal.proven(incumbent.value), ceiling)

    def _enough(self) -> float:
        return min(self._goal.enough(self._incumbent.value), self._ceiling)

    def _open(self, node: _Node, *, root: bool) -> tuple[float, list[tuple[Mask, Mask]]]:
        """Bound of a node and, where that is not enough, its children (first the one to dive into)."""
        self.n_nodes += 1
        self._master.fix(node.into, node.out)
        point, bound = self._relax(node, root=root)
        if point is None or bound > self._enough():
            return max(bound, node.bound), []
        if root or self.n_nodes % _NODES_BETWEEN_SEARCHES == 0:
            self._round(point.y)
        fractional = np.flatnonzero(np.abs(point.y - np.rint(point.y)) > _INTEGRAL)
        bound = max(bound, node.bound)
        if not len(fractional):
            self._incumbent.offer(self.problem.sites(point.y > 0.5), "Benders")
            return bound, []
        priced = self._pricing.price(point.prices, node.into, node.out)
        into, out = self._fixed(priced, node)
        fractional = fractional[~(into | out)[fractional]]
        if not len(fractional):
            return bound, [(into, out)]
        site = self._branching.choose(fractional, point, self._enough(), self._left)
        with_it, without = into.copy(), out.copy()
        with_it[site] = without[site] = True
        return bound, [(with_it, out), (into, without)]

    def _relax(self, node: _Node, *, root: bool) -> tuple[Point | None, float]:
        """Solve the master and cut until nothing is violated, or little comes of it; the bound is safe."""
        before, bound = -np.inf, node.bound
        point = self._master.solve(self._left())
        for number in range(_ROUNDS_AT_ROOT if root else _ROUNDS):
            if point is None:
                return None, np.inf
            if point.value > self._enough():
                priced = self._pricing.price(point.prices, node.into, node.out)
                bound = max(bound, priced.bound)
                if bound > self._enough():
                    return point, bound
            if not self._cut(point):
                break
            rise = point.value - before
            slow = rise < _SMALLEST_RISE * (self._enough() - point.value)
            if not root and number > _ROUNDS_BEFORE_BRANCHING and slow:
                break
            before = point.value
            point = self._master.solve(self._left())
        if point is None:
            return None, np.inf
        if root:
            self._master.purge()
            point = self._master.solve(self._left()) or point
            self.prices, self.share = point.prices, point.y
        return point, max(bound, self._pricing.price(point.prices, node.into, node.out).bound)

    def _cut(self, point: Point) -> bool:
        served = serve(self.problem, point.y)
        self._master.add_covers(served.uncovered)
        excess = served.cost - point.theta
        excess[np.isinf(point.theta)] = 0.0
        tolerance = _VIOLATED * np.maximum(served.cost, served.cost.mean())
        broken = np.flatnonzero(excess > tolerance)
        self._master.add_cuts(broken, served.distance[broken])
        return bool(len(broken) or len(served.uncovered))

    def _round(self, y: Values) -> None:
        """The largest shares as a choice, improved."""
        chosen = y > 0.5
        if self.problem.p is not None:
            chosen = np.zeros(len(y), dtype=bool)
            chosen[np.argsort(-y, kind="stable")[: self.problem.p]] = True
        improve_and_offer(
            self.problem, chosen, self._incumbent, lambda: self._left() <= 0.0, "Benders, interchange"
        )

    def _fixed(self, priced: Priced, node: _Node) -> tuple[Mask, Mask]:
        """What every better choice below this node has in common, by reduced costs."""
        slack = self._enough() - priced.bound
        into, out = node.into.copy(), node.out.copy()
        free = ~(into | out)
        picked = np.zeros_like(free)
        picked[priced.picked] = True
        out |= free & ~picked & (priced.rho - priced.out_from > slack)
        into |= free & picked & (priced.in_from - priced.rho > slack)
        return into, out
