"""An upper bound on what p columns can earn, from any prices of the rows; and what the bound settles.

The row ``z_r <= sum of its columns`` is relaxed at a price u_r within 0 and the row's gain:
``L(u) = sum (gain_r - u_r) + the p largest of s_j = sum of the prices of column j's rows``. L(u) bounds the
maximum whatever u is (Galvao & ReVelle 1996, EJOR 88), so it needs no trust in the tolerances of the LP whose
dual values are the best prices. For rows that need one column.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alloc.location.covering.rows import Covering
from alloc.location.pairs import Mask, Values

_ROUNDING = 1e-12
_SMALLEST_STEP = 1e-4


@dataclass(frozen=True)
class Pace:
    """Steps are ``cut`` after ``patience`` without gain; a direction keeps ``memory`` of the last."""

    patience: int
    cut: float
    memory: float


BRISK = Pace(patience=15, cut=0.6, memory=0.35)
"""Near the best bound in a few hundred steps."""
THOROUGH = Pace(patience=40, cut=0.7, memory=0.9)
"""Next to it in a few thousand."""


@dataclass(frozen=True, eq=False)
class Priced:
    """Prices of the rows, what each column collects at them, and the bound that they prove."""

    price: Values
    collected: Values
    bound: float


def priced(covering: Covering, price: Values, p: int) -> Priced:
    """The bound at these prices (clipped to what is allowed)."""
    price = np.clip(price, 0.0, covering.gain)
    collected: Values = covering.covers @ price
    total = float((covering.gain - price).sum()) + float(_largest(collected, p).sum())
    return Priced(price, collected, total * (1.0 + _ROUNDING))


def descend(
    covering: Covering,
    p: int,
    earned: float,
    n_steps: int,
    stop: Callable[[], bool],
    pace: Pace = BRISK,
) -> tuple[Priced, list[Mask]]:
    """Prices with a low bound by subgradient steps (Polyak), and choices that were best at some prices."""
    now = best = priced(covering, 0.5 * covering.gain, p)
    direction = np.zeros(covering.n_rows)
    theta, stalled, seen = 1.0, 0, []
    for _ in range(n_steps):
        if theta < _SMALLEST_STEP or stop():
            break
        top = np.argpartition(now.collected, len(now.collected) - p)[len(now.collected) - p :]
        is_top = np.zeros(covering.n_columns, dtype=bool)
        is_top[top] = True
        direction = pace.memory * direction + (1 - pace.memory) * (covering.counts(is_top) - 1.0)
        step = np.where((now.price <= 0.0) & (direction > 0.0), 0.0, direction)
        step = np.where((now.price >= covering.gain) & (step < 0.0), 0.0, step)
        length = float(step @ step)
        if length == 0.0 or now.bound <= earned:
            break
        now = priced(covering, now.price - theta * (now.bound - earned) / length * step, p)
        if now.bound < best.bound * (1.0 - 1e-7):
            best, stalled = now, 0
            continue
        stalled += 1
        if stalled == pace.patience:
            seen.append(is_top)
            theta, stalled, now, direction = theta * pace.cut, 0, best, np.zeros(covering.n_rows)
    return best, seen


def settled(prices: Priced, p: int, earned: float) -> tuple[Mask, Mask]:
    """Columns that no better choice than ``earned`` holds, and columns that every better one holds."""
    collected = prices.collected
    ranked = np.sort(collected)[::-1]
    inside = collected >= ranked[p - 1]
    if_opened = prices.bound - ranked[p - 1] + collected
    if_shut = prices.bound - collected + ranked[p]
    return ~inside & (if_opened < earned), inside & (if_shut < earned)


def _largest(values: Values, p: int) -> Values:
    return np.sort(values)[len(values) - p :]
