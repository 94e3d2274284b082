"""The nearest part of each client's list of pairs, for many clients at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alloc.location.pairs import Index, Mask, Pairs, Values


def count_below(pairs: Pairs, clients: Index, limit: Values) -> Index:
    """How many of each client's pairs cost less than its limit (both of the clients asked for)."""
    first = pairs.start[clients]
    low, high = first.copy(), pairs.start[clients + 1].copy()
    while (searching := low < high).any():
        middle = (low + high) >> 1
        below = np.zeros(len(clients), dtype=bool)
        below[searching] = pairs.cost[middle[searching]] < limit[searching]
        low = np.where(below, middle + 1, low)
        high = np.where(searching & ~below, middle, high)
    count: Index = low - first
    return count


def spans(first: Index, count: Index) -> Index:
    """``first[k], first[k] + 1, ..., first[k] + count[k] - 1`` for every k, one after another."""
    end = np.cumsum(count)
    total = int(end[-1]) if len(end) else 0
    every: Index = np.arange(total) + np.repeat(first - (end - count), count)
    return every


class Nearest(NamedTuple):
    """Nearest and second nearest open site (-1: none) of some clients, with costs.

    ``before`` counts the pairs that stand before the second's in a client's list.
    """

    site: Index
    cost: Values
    site2: Index
    cost2: Values
    before: Index


def two_nearest(pairs: Pairs, is_open: Mask, clients: Index, otherwise: Values) -> Nearest:
    """The two nearest open sites of some clients.

    ``otherwise`` (of the clients asked for) is the cost where a client's list has no (second) open site.
    """
    first = pairs.start[clients]
    count = pairs.start[clients + 1] - first
    listed = spans(first, count)
    usable = np.flatnonzero(is_open[pairs.site[listed]])
    end = np.cumsum(count)
    begin = np.searchsorted(usable, end - count)
    many = np.searchsorted(usable, end) - begin
    site, cost = np.full(len(clients), -1, dtype=np.int64), otherwise.copy()
    site2, cost2, before = site.copy(), cost.copy(), count.copy()
    has = np.flatnonzero(many > 0)
    pair = listed[usable[begin[has]]]
    site[has], cost[has] = pairs.site[pair], pairs.cost[pair]
    has = np.flatnonzero(many > 1)
    pair = listed[usable[begin[has] + 1]]
    site2[has], cost2[has], before[has] = pairs.site[pair], pairs.cost[pair], pair - first[has]
    return Nearest(site, cost, site2, cost2, before)
