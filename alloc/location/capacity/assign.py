"""Whole clients to given open sites (generalised assignment): by regret, then moves and swaps that help.

Martello & Toth (1990), "Knapsack Problems", ch. 7 (MTHG). A site may be overfull on the way, at a price.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alloc.location.capacity.problem import CAPACITY_SLACK, CapacityProblem
from alloc.location.pairs import Index, Mask, Values
from alloc.location.read_numbers import LEAST

_MOST_SWAPPED = 1000
_GAIN = 1e-9


class Assignment:
    """Clients at open sites; ``place`` (n_clients) is each one's column of ``pair``.

    ``pair`` (n_clients, open sites) numbers the pairs, -1 where there is none; ``cost`` likewise, infinite.
    """

    def __init__(self, problem: CapacityProblem, is_open: Mask) -> None:
        pairs = problem.pairs
        self._problem, self._demand = problem, problem.demand
        sites = np.flatnonzero(is_open)
        column = np.full(problem.n_sites, -1, dtype=np.int64)
        column[sites] = np.arange(len(sites))
        usable = np.flatnonzero(is_open[pairs.site])
        self._pair = np.full((problem.n_clients, len(sites)), -1, dtype=np.int64)
        self._pair[pairs.client[usable], column[pairs.site[usable]]] = usable
        self._cost = np.full(self._pair.shape, np.inf)
        self._cost[pairs.client[usable], column[pairs.site[usable]]] = pairs.cost[usable]
        self._held = problem.capacity[sites]
        self._room = self._held.copy()
        finite = self._cost[np.isfinite(self._cost)]
        largest = float(finite.max(initial=0.0)) + 1.0
        # where nobody takes any room, nothing is overfull, and any finite price does
        self._overfull_price = 10.0 * largest / max(float(problem.demand.mean()), LEAST)
        self.place = np.full(problem.n_clients, -1, dtype=np.int64)

    def share(self) -> Values | None:
        """Each pair's share, 0 or 1; None where someone has no site or a site is overfull."""
        if (self.place < 0).any():
            return None
        share = np.zeros(self._problem.pairs.n_pairs)
        share[self._pair[np.arange(len(self.place)), self.place]] = 1.0
        return None if self._problem.overfull(share).any() else share

    def by_regret(self) -> bool:
        """Place the client first that loses most by going second best; False: someone reaches no site."""
        cost = self._cost
        if not np.isfinite(cost).any(axis=1).all():
            return False
        fits = cost.copy()
        fits[self._demand[:, None] > self._room * (1.0 + CAPACITY_SLACK)] = np.inf
        waiting = np.ones(len(cost), dtype=bool)
        regret = _regret(fits)
        while waiting.any():
            client = int(np.argmax(np.where(waiting, regret, -np.inf)))
            row = fits[client]
            place = int(np.argmin(row))
            if not np.isfinite(row[place]):
                reached = np.isfinite(cost[client])
                place = int(np.argmax(np.where(reached, self._room, -np.inf)))
            self.place[client], waiting[client] = place, False
            self._room[place] -= self._demand[client]
            slack = self._room[place] + CAPACITY_SLACK * self._held[place]
            late = np.flatnonzero(waiting & (self._demand > slack) & np.isfinite(fits[:, place]))
            fits[late, place] = np.inf
            regret[late] = _regret(fits[late])
        return True

    def improve(self, stop: Callable[[], bool]) -> None:
        """Moves of one client, swaps of two, the best first, until none helps."""
        while not stop():
            if not (self._move() or self._swap()):
                return

    def _excess(self, room: Values) -> Values:
        return np.maximum(-room, 0.0) * self._overfull_price

    def _move(self) -> bool:
        everyone = np.arange(len(self.place))
        mine, need = self._cost[everyone, self.place], self._demand
        over = self._excess(self._room)
        leaves = over[self.place] - self._excess(self._room[self.place] + need)
        enters = self._excess(self._room[None, :] - need[:, None]) - over[None, :]
        saved = (mine + leaves)[:, None] - self._cost - enters
        saved[everyone, self.place] = 0.0
        best = int(np.argmax(saved))
        client, place = divmod(best, saved.shape[1])
        if not saved[client, place] > _GAIN * (1.0 + abs(mine[client])):
            return False
        self._put(client, place)
        return True

    def _swap(self) -> bool:
        n = len(self.place)
        if n > _MOST_SWAPPED:
            return False
        everyone, need = np.arange(n), self._demand
        mine, room = self._cost[everyone, self.place], self._room[self.place]
        other = self._cost[:, self.place]
        shift = need[:, None] - need[None, :]
        over = self._excess(room)
        after = self._excess(room[:, None] + shift)
        saved = mine[:, None] + mine[None, :] - other - other.T
        saved += over[:, None] + over[None, :] - after - self._excess(room[None, :] - shift)
        saved[self.place[:, None] == self.place[None, :]] = 0.0
        one, two = divmod(int(np.argmax(saved)), n)
        if not saved[one, two] > _GAIN * (1.0 + abs(mine[one])):
            return False
        first, second = int(self.place[one]), int(self.place[two])
        self._put(one, second)
        self._put(two, first)
        return True

    def _put(self, client: int, place: int) -> None:
        self._room[self.place[client]] += self._demand[client]
        self._room[place] -= self._demand[client]
        self.place[client] = place


def _regret(fits: Values) -> Values:
    """By how much a row's second best is worse than its best; infinite where there is no second."""
    if fits.shape[1] < 2:
        return np.zeros(len(fits))
    two = np.partition(fits, 1, axis=1)[:, :2]
    finite = np.isfinite(two)
    return np.where(finite[:, 1], two[:, 1] - np.where(finite[:, 0], two[:, 0], 0.0), np.inf)


def whole_shares(problem: CapacityProblem, is_open: Mask, stop: Callable[[], bool]) -> Values | None:
    """A good assignment of whole clients to the open sites; None where none was found."""
    assignment = Assignment(problem, is_open)
    if not assignment.by_regret():
        return None
    assignment.improve(stop)
    return assignment.share()


def recentred(problem: CapacityProblem, is_open: Mask, share: Values) -> Mask:
    """For every open site that may be shut, the site that serves its clients most cheaply and can hold them.

    Maranzana (1964): assign and re-centre.
    """
    pairs, n_sites = problem.pairs, problem.n_sites
    at = np.full(problem.n_clients, -1, dtype=np.int64)
    used = share > 0
    at[pairs.client[used]] = pairs.site[used]
    flat = at[pairs.client] * n_sites + pairs.site
    cost = np.bincount(flat, pairs.cost, minlength=n_sites * n_sites).reshape(n_sites, n_sites)
    reached = np.bincount(flat, minlength=n_sites * n_sites).reshape(n_sites, n_sites)
    count = np.bincount(at, minlength=n_sites)
    load = problem.loads(share)
    chosen = is_open.copy()
    fits = (reached == count[:, None]) & (problem.capacity[None, :] >= load[:, None])
    total = np.where(fits, cost + problem.fixed_cost[None, :], np.inf)
    for site in np.flatnonzero(is_open & ~problem.open_anyway & (count > 0)).tolist():
        row: Index = np.where(chosen & (np.arange(n_sites) != site), np.inf, total[site])
        best = int(np.argmin(row))
        if row[best] < total[site, site]:
            chosen[site], chosen[best] = False, True
    return chosen
