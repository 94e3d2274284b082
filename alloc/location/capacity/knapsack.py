"""One knapsack a site, all at once: which clients a site would serve if each paid a price.

Continuous: clients by price per unit of demand, until the site is full. Whole: dynamic programming over units
of capacity, client by client, for all sites together; demands that are not whole numbers are rounded down to
fine units, which only makes the bound lower.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alloc.location.capacity.problem import CAPACITY_SLACK, CapacityProblem
from alloc.location.pairs import Index, Mask, Values
from alloc.location.prefixes import count_below, spans

_MOST_UNITS = 2000
_MOST_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class Packed(ABC):
    """What each site takes: ``share`` of each ``pair`` that it may want, ``worth`` (n_sites), 0 or more."""

    pair: Index
    share: Values
    worth: Values

    def served(self, problem: CapacityProblem, is_open: Mask) -> Values:
        """(n_clients) how often open sites serve each client."""
        pairs = problem.pairs
        counted = self.share * is_open[pairs.site[self.pair]]
        served = np.bincount(pairs.client[self.pair], counted, minlength=problem.n_clients)
        return served.astype(float)

    @abstractmethod
    def extra_cost(self, problem: CapacityProblem, price: Values) -> Values:
        """(n_pairs) what a site's worth falls by at least if the whole client must be there; 0 or more."""


Knapsacks = Callable[[CapacityProblem, Values], Packed]


@dataclass(frozen=True, eq=False)
class SplitPacked(Packed):
    """``room_price`` (n_sites): the dual value of a unit of capacity."""

    room_price: Values

    def extra_cost(self, problem: CapacityProblem, price: Values) -> Values:
        """See `Packed`; by the knapsack's dual."""
        pairs = problem.pairs
        reduced = pairs.cost - price[pairs.client]
        return np.maximum(reduced + self.room_price[pairs.site] * problem.demand[pairs.client], 0.0)


def split_knapsacks(problem: CapacityProblem, price: Values) -> SplitPacked:
    """Clients may be split."""
    pairs, n_sites = problem.pairs, problem.n_sites
    wanted, client = _wanted(problem, price)
    gain = price[client] - pairs.cost[wanted]
    site, need = pairs.site[wanted], problem.demand[client]
    ratio = np.divide(gain, need, out=np.full(len(wanted), np.inf), where=need > 0)
    order = np.lexsort((-ratio, site))
    wanted, site, need, gain, ratio = wanted[order], site[order], need[order], gain[order], ratio[order]
    load = np.concatenate([[0.0], np.cumsum(need)])
    begin = np.searchsorted(site, np.arange(n_sites))
    room = problem.capacity[site] * (1.0 + CAPACITY_SLACK) - (load[:-1] - load[begin][site])
    taken = np.clip(np.divide(room, need, out=np.ones(len(need)), where=need > 0), 0.0, 1.0)
    room_price = np.zeros(n_sites)
    cut = np.flatnonzero(taken < 1.0)
    sites, first = np.unique(site[cut], return_index=True)
    room_price[sites] = ratio[cut[first]]
    worth: Values = np.bincount(site, taken * gain, minlength=n_sites).astype(float)
    return SplitPacked(wanted, taken, worth, room_price)


def _wanted(problem: CapacityProblem, price: Values) -> tuple[Index, Index]:
    """Pairs that cost less than their client's price, the first of each list, and their clients."""
    everyone = np.arange(problem.n_clients)
    count = count_below(problem.pairs, everyone, price)
    return spans(problem.pairs.start[:-1], count), np.repeat(everyone, count)


@dataclass(frozen=True, eq=False)
class WholePacked(Packed):
    """``table`` (n_sites, units + 1): what a site is worth with less room; ``units`` that clients need."""

    table: Values
    units: Index
    room: Index

    def extra_cost(self, problem: CapacityProblem, price: Values) -> Values:
        """See `Packed`: worth lost if the client takes its room and the rest is filled at best."""
        pairs = problem.pairs
        left = self.room[pairs.site] - self.units[pairs.client]
        rest = self.table[pairs.site, np.maximum(left, 0)]
        forced = price[pairs.client] - pairs.cost + rest
        return np.where(left < 0, np.inf, np.maximum(self.worth[pairs.site] - forced, 0.0))


class WholeKnapsacks:
    """Clients are not split: the knapsacks of one problem, called with its prices."""

    def __init__(self, problem: CapacityProblem) -> None:
        demand, capacity = problem.demand, problem.capacity * (1.0 + CAPACITY_SLACK)
        largest = float(capacity.max())
        exact = bool(np.all(demand == np.rint(demand))) and largest <= _MOST_UNITS
        per_unit = 1.0 if exact else _MOST_UNITS / max(largest, 1e-300)
        self._units = np.floor(demand * per_unit * (1.0 - 1e-12)).astype(np.int64)
        if exact:
            self._units = demand.astype(np.int64)
        self._room = np.floor(capacity * per_unit).astype(np.int64)

    @staticmethod
    def pays(problem: CapacityProblem) -> bool:
        """Whether tables are small enough."""
        return problem.n_sites * _MOST_UNITS <= _MOST_CELLS

    def __call__(self, problem: CapacityProblem, price: Values) -> WholePacked:
        """The best whole clients of every site."""
        pairs = problem.pairs
        wanted, whose = _wanted(problem, price)
        fits = self._units[whose] <= self._room[pairs.site[wanted]]
        wanted, whose = wanted[fits], whose[fits]
        gain = price[whose] - pairs.cost[wanted]
        begin = np.searchsorted(whose, np.arange(problem.n_clients + 1))
        table = np.zeros((problem.n_sites, int(self._room.max()) + 1))
        better: list[tuple[Index, np.ndarray]] = []
        for client in np.flatnonzero(np.diff(begin)):
            first, last = begin[client], begin[client + 1]
            mine = wanted[first:last]
            rows, need = pairs.site[mine], int(self._units[client])
            before = table[rows]
            with_it = before[:, : before.shape[1] - need] + gain[first:last, None]
            improves = with_it > before[:, need:]
            before[:, need:][improves] = with_it[improves]
            table[rows] = before
            better.append((mine, improves))
        worth = table[np.arange(problem.n_sites), self._room]
        pair, share = self._taken(problem, better)
        return WholePacked(pair, share, worth, table, self._units, self._room)

    def _taken(
        self, problem: CapacityProblem, better: list[tuple[Index, np.ndarray]]
    ) -> tuple[Index, Values]:
        """Back through the tables, last client first."""
        pairs, room = problem.pairs, self._room.copy()
        taken: list[Index] = []
        for mine, improves in reversed(better):
            rows = pairs.site[mine]
            need = int(self._units[pairs.client[mine[0]]])
            left = room[rows] - need
            takes = (left >= 0) & improves[np.arange(len(mine)), np.maximum(left, 0)]
            taken.append(mine[takes])
            room[rows[takes]] -= need
        pair = np.concatenate(taken) if taken else np.empty(0, dtype=np.int64)
        return pair, np.ones(len(pair))
