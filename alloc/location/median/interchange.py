"""Greedy choice, then one site for another as long as that helps (vertex interchange).

Teitz & Bart 1968; the sums that tell the gain of every swap at once, kept from one to the next, are those of
Resende & Werneck (2007), "A fast swap-based local search procedure for location problems", Annals of OR.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Index, Mask, Values
from alloc.location.prefixes import count_below, spans, two_nearest

SMALLEST_GAIN = 1e-10
"""Share of the objective that a swap must save: less is rounding."""


def capped(problem: MedianProblem) -> Values:
    """What a client costs in a search if nothing listed is chosen: its cap, or dearer than any detour."""
    cap = problem.cap.copy()
    free = problem.must_reach
    if len(free):
        dearest = np.zeros(problem.n_clients)
        has = np.diff(problem.pairs.start) > 0
        dearest[has] = problem.pairs.cost[problem.pairs.start[1:][has] - 1]
        finite = np.where(np.isfinite(cap), cap, dearest)
        all_told = float(finite.sum() + problem.fixed_cost.sum())
        cap[free] = 2.0 * all_told if all_told > 0.0 else 1.0
    return cap


class Interchange:
    """A choice of sites that is being improved; ``chosen`` is the present one."""

    def __init__(self, problem: MedianProblem, chosen: Mask, cap: Values | None = None) -> None:
        self._problem, self._pairs = problem, problem.pairs
        self._cap = capped(problem) if cap is None else cap
        self._swaps: list[tuple[int, int]] = []
        self._start(chosen)

    def _start(self, chosen: Mask) -> None:
        n_sites = self._pairs.n_sites
        self.chosen = chosen.copy()
        self._open: Index = np.flatnonzero(chosen)
        self._slot = np.full(n_sites + 1, -1, dtype=np.int64)
        self._slot[self._open] = np.arange(len(self._open))
        everyone = np.arange(self._pairs.n_clients)
        nearest = two_nearest(self._pairs, self.chosen, everyone, self._cap)
        self._near, self._cost, self._second, self._cost2, self._before = nearest
        self._gain = np.zeros(n_sites)
        self._loss = np.zeros(len(self._open) + 1)  # the last one: of clients that no chosen site serves
        self._both = np.zeros((len(self._open) + 1, n_sites))
        self._count(everyone, +1.0)

    @property
    def n_swaps(self) -> int:
        """Swaps made so far and not undone."""
        return len(self._swaps)

    def replace(self, outgoing: int, incoming: int) -> None:
        """Choose one site in place of another, whatever that costs."""
        self.swap(incoming, int(self._slot[outgoing]))

    def undo(self, mark: int) -> None:
        """Take back all swaps after the first ``mark``."""
        while len(self._swaps) > mark:
            outgoing, slot = self._swaps.pop()
            self.swap(outgoing, slot)
            self._swaps.pop()

    @property
    def value(self) -> float:
        """Cost of the present choice, with the search's caps."""
        fixed = float(self._problem.fixed_cost[self.chosen].sum())
        return float(self._cost.sum()) + fixed + self._problem.constant

    def middle_costs(self) -> Values:
        """Half way between each client's nearest and second nearest chosen site: prices to start with."""
        return (self._cost + self._cost2) / 2.0

    def improve(self, stop: Callable[[], bool]) -> None:
        """Best swap after best swap, until none helps or ``stop()``; without p, sites come and go too."""
        while not stop():
            smallest = SMALLEST_GAIN * max(abs(self.value), 1e-300)
            if self._problem.p is None and self._add_or_shut(smallest):
                continue
            if not len(self._open) or self.chosen.all():
                return
            incoming, slot, saved = self._best_swap()
            if saved <= smallest:
                return
            self.swap(incoming, slot)

    def _add_or_shut(self, smallest: float) -> bool:
        """One site more or less, where that saves anything."""
        fixed, chosen = self._problem.fixed_cost, self.chosen
        saved = np.where(chosen, -np.inf, self._gain - fixed)
        saved[self._open] = fixed[self._open] - self._loss[:-1]
        best = int(np.argmax(saved)) if len(saved) else 0
        if not len(saved) or saved[best] <= smallest:
            return False
        chosen[best] = not chosen[best]
        self._start(chosen)
        return True

    def _best_swap(self) -> tuple[int, int, float]:
        fixed = self._problem.fixed_cost
        gain = np.where(self.chosen, -np.inf, self._gain - fixed)
        saved = self._both[:-1] + gain
        saved -= (self._loss[:-1] - fixed[self._open])[:, None]
        best = int(np.argmax(saved))
        slot, incoming = divmod(best, len(gain))
        return incoming, slot, float(saved[slot, incoming])

    def swap(self, incoming: int, slot: int) -> None:
        """Choose ``incoming`` in place of the site in that slot."""
        outgoing = int(self._open[slot])
        self._swaps.append((outgoing, slot))
        order, begin = self._pairs.by_site
        pairs = order[begin[incoming] : begin[incoming + 1]]
        pairs = pairs[self._pairs.cost[pairs] < self._cost2[self._pairs.client[pairs]]]
        closer = self._pairs.client[pairs]
        touched = np.zeros(self._pairs.n_clients, dtype=bool)
        touched[closer] = True
        lost = (self._near == outgoing) | (self._second == outgoing)
        clients = np.flatnonzero(touched | lost)
        self._count(clients, -1.0)
        self.chosen[outgoing], self.chosen[incoming] = False, True
        self._open[slot], self._slot[outgoing], self._slot[incoming] = incoming, -1, slot
        self._both[slot] = 0.0
        self._loss[slot] = 0.0
        now = two_nearest(self._pairs, self.chosen, clients, self._cap[clients])
        self._near[clients], self._cost[clients], self._second[clients] = now.site, now.cost, now.site2
        self._cost2[clients], self._before[clients] = now.cost2, now.before
        self._count(clients, +1.0)

    def _count(self, clients: Index, sign: float) -> None:
        """Add (or take away) what these clients say about every swap."""
        cost, cost2 = self._cost[clients], self._cost2[clients]
        slot = self._slot[self._near[clients]]
        np.add.at(self._loss, slot, sign * (cost2 - cost))
        # Pairs beyond the second nearest site say nothing; those that cost as much as it add 0.
        count = self._before[clients]
        pair = spans(self._pairs.start[clients], count)
        site, pair_cost = self._pairs.site[pair], self._pairs.cost[pair]
        row = np.repeat(np.arange(len(clients)), count)
        mine, mine2 = cost[row], cost2[row]
        n_sites = self._pairs.n_sites
        self._gain += sign * np.bincount(site, np.maximum(mine - pair_cost, 0.0), minlength=n_sites)
        flat = (slot[row] % len(self._loss)) * n_sites + site
        np.add.at(self._both.reshape(-1), flat, sign * (mine2 - np.maximum(pair_cost, mine)))


def greedy(problem: MedianProblem, p: int | None, cap: Values | None = None) -> Mask:
    """Choose ``p`` sites one by one, each time the one that saves most; without p, as long as one saves."""
    pairs, everyone = problem.pairs, np.arange(problem.n_clients)
    cost = (capped(problem) if cap is None else cap).copy()
    chosen: Mask = np.zeros(problem.n_sites, dtype=bool)
    gain = _gains(problem, everyone, cost) - problem.fixed_cost
    order, begin = pairs.by_site
    for _ in range(problem.n_sites if p is None else p):
        best = int(np.argmax(np.where(chosen, -np.inf, gain)))
        if p is None and gain[best] <= 0.0:
            break
        chosen[best] = True
        mine = order[begin[best] : begin[best + 1]]
        mine = mine[pairs.cost[mine] < cost[pairs.client[mine]]]
        clients = pairs.client[mine].astype(np.int64)
        before = _gains(problem, clients, cost[clients])
        cost[clients] = pairs.cost[mine]
        gain += _gains(problem, clients, cost[clients]) - before
    return chosen


def _gains(problem: MedianProblem, clients: Index, cost: Values) -> Values:
    """What each site would save these clients, whose present costs are given."""
    pairs = problem.pairs
    count = count_below(pairs, clients, cost)
    pair = spans(pairs.start[clients], count)
    saved = np.repeat(cost, count) - pairs.cost[pair]
    return np.bincount(pairs.site[pair], saved, minlength=pairs.n_sites).astype(float)
