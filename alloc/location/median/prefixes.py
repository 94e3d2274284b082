"""The nearest part of each client's list of pairs, for many clients at once."""

from __future__ import annotations

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
    return low - first


def spans(first: Index, count: Index) -> Index:
    """``first[k], first[k] + 1, ..., first[k] + count[k] - 1`` for every k, one after another."""
    end = np.cumsum(count)
    total = int(end[-1]) if len(end) else 0
    return np.arange(total) + np.repeat(first - (end - count), count)


def two_nearest(
    pairs: Pairs, is_open: Mask, clients: Index, otherwise: Values
) -> tuple[Index, Values, Index, Values]:
    """Nearest and second nearest open site (-1: none) of some clients, with costs.

    ``otherwise`` (of the clients asked for) is the cost where a client's list has no (second) open site.
    """
    count = pairs.start[clients + 1] - pairs.start[clients]
    listed = spans(pairs.start[clients], count)
    row = np.repeat(np.arange(len(clients)), count)
    usable = is_open[pairs.site[listed]]
    listed, row = listed[usable], row[usable]
    many = np.bincount(row, minlength=len(clients))
    begin = np.cumsum(many) - many
    found: list[Index | Values] = []
    for rank in (0, 1):
        site, cost = np.full(len(clients), -1, dtype=np.int64), otherwise.copy()
        has = np.flatnonzero(many > rank)
        pair = listed[begin[has] + rank]
        site[has], cost[has] = pairs.site[pair], pairs.cost[pair]
        found += [site, cost]
    return found[0], found[1], found[2], found[3]  # type: ignore[return-value]
