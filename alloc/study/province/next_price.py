"""The prices of the next round: the master's, at a distance that those tried so far allow."""

from __future__ import annotations

import math
from collections.abc import Sequence

from alloc.study.province.master import Known, Prices, next_prices, taken

_STEP = 2.0
"""A round's price is at most so many times above the highest, or below the lowest, one tried before."""
_HALVED = 6
"""So often is the lowest price halved before nothing at all is asked for it."""
_PENALTY = 100.0


def following(counties: Sequence[Known], tried: Sequence[Prices], shared: Sequence[float]) -> Prices | None:
    """The next prices; None where they stand still. Counties without a plan yet are left out.

    While the columns known do not fit what is shared, or do not use it, the master's prices are endless or
    nothing: then they go up or down by steps.
    """
    counties = [county for county in counties if county.columns]
    if not counties:
        return None
    n = range(len(shared))
    highest = [max(prices[k] for prices in tried) for k in n]
    scale = [_scale(counties, k, len(shared)) for k in n]
    penalty = tuple(_PENALTY * max(high, unit) for high, unit in zip(highest, scale, strict=True))
    wanted, _ = next_prices(counties, shared, penalty)
    new = []
    for k in n:
        top = _STEP * highest[k] if highest[k] > 0 else scale[k]
        least = min(prices[k] for prices in tried) / _STEP
        low = 0.0 if wanted[k] == 0.0 and _lowered(tried, k) >= _HALVED else least
        new.append(min(max(wanted[k], low), top))
    found = rounded(tuple(new))
    return None if found in tried else found


def rounded(prices: Prices) -> Prices:
    """Nine digits: the same on every machine, so that an answer in the store is found again."""
    return tuple(float(f"{price:.9g}") for price in prices)


def _lowered(tried: Sequence[Prices], k: int) -> int:
    """How often the lowest price has been halved since the first."""
    first, lowest = tried[0][k], min(prices[k] for prices in tried)
    return _HALVED if lowest <= 0 or first <= 0 else round(math.log2(first / lowest))


def _scale(counties: Sequence[Known], k: int, n_shared: int) -> float:
    """A price at which what is shared would weigh a tenth of the goal: where nothing better is known."""
    goal = sum(min(column.goal for column in county.columns) for county in counties)
    used = sum(max(taken(column, n_shared)[k] for column in county.columns) for county in counties)
    return 0.1 * max(abs(goal), 1e-3) / used if used > 0 else 1.0
