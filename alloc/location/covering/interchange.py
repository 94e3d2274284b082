"""Good choices of p columns: one for another as long as that earns more, from several starts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alloc.location.covering.rows import Covering
from alloc.location.pairs import Mask, Values

_MOST_WORK = 1e9
_MOST_SHAKES = 300
_SHAKEN = 3
SMALLEST_GAIN = 1e-12
"""Share of the whole gain that a swap must add: less is rounding."""


def greedy(covering: Covering, p: int) -> Mask:
    """Column after column, each time the one that adds most."""
    chosen: Mask = np.zeros(covering.n_columns, dtype=bool)
    for _ in range(p):
        left = covering.need - covering.counts(chosen)
        worth = np.where(left > 0, covering.gain / np.maximum(left, 1), 0.0)
        chosen[int(np.argmax(np.where(chosen, -1.0, covering.covers @ worth)))] = True
    return chosen


def interchange(covering: Covering, chosen: Mask, stop: Callable[[], bool]) -> Mask:
    """Each chosen column in turn for the one that earns most in its place, until no swap earns more."""
    chosen, covers, gain, need = chosen.copy(), covering.covers, covering.gain, covering.need
    counts = covering.counts(chosen)
    least = SMALLEST_GAIN * float(gain.sum())
    idle = 0
    queue = [int(column) for column in np.flatnonzero(chosen)]
    while idle < len(queue) and not stop():
        out = queue.pop(0)
        mine = covers.indices[covers.indptr[out] : covers.indptr[out + 1]]
        lost = float(gain[mine[counts[mine] == need[mine]]].sum())
        counts[mine] -= 1
        added: Values = covers @ np.where(counts == need - 1, gain, 0.0)
        added[chosen] = -1.0
        best = int(np.argmax(added))
        swaps = added[best] > lost + least
        into = best if swaps else out
        counts[covers.indices[covers.indptr[into] : covers.indptr[into + 1]]] += 1
        chosen[out], chosen[into] = False, True
        queue.append(into)
        idle = 0 if swaps else idle + 1
    return chosen


def shake(covering: Covering, p: int, start: Mask, seed: int, stop: Callable[[float], bool]) -> Mask:
    """The start improved; shaken and improved again, as long as a budget of work lasts.

    ``stop`` is told what the best choice earns.
    """
    random = np.random.default_rng(seed)
    best = interchange(covering, start, lambda: stop(0.0))
    earned = covering.earned(best)
    a_pass = float(p * (covering.matrix.nnz + 10 * covering.n_rows))
    for _ in range(min(_MOST_SHAKES, 2 * covering.n_columns, int(_MOST_WORK / max(a_pass, 1.0)))):
        if stop(earned):
            break
        found = interchange(covering, _shaken(best, random), lambda: stop(0.0))
        value = covering.earned(found)
        if value >= earned:
            best, earned = found, value
    return best


def _shaken(chosen: Mask, random: np.random.Generator) -> Mask:
    """A few chosen columns for as many random others: more would lose what the search has learnt."""
    inside, outside = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    n = min(_SHAKEN, len(inside), len(outside))
    other: Mask = chosen.copy()
    other[random.choice(inside, n, replace=False)] = False
    other[random.choice(outside, n, replace=False)] = True
    return other
