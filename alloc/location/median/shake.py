"""Out of a local optimum: a few sites moved at random, improved again, taken back if that did not help.

Iterated local search; a moved site goes to one that is near to it, as far swaps are undone at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alloc.location.median.interchange import Interchange
from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Mask

_MOVED = 3
_NEAR = 8


def shake(
    problem: MedianProblem, chosen: Mask, rounds: int, seed: int, stop: Callable[[], bool]
) -> tuple[Mask, float]:
    """The best choice after so many rounds, and its value on the listed pairs."""
    random = np.random.default_rng(seed)
    search = Interchange(problem, chosen)
    search.improve(stop)
    best, value = search.chosen.copy(), search.value
    if not 0 < int(chosen.sum()) < problem.n_sites:
        return best, value
    for _ in range(rounds):
        if stop():
            break
        mark = search.n_swaps
        for _ in range(min(_MOVED, int(chosen.sum()))):
            _move_one(problem, search, random)
        search.improve(stop)
        if search.value < value:
            best, value = search.chosen.copy(), search.value
        elif search.value > value:
            search.undo(mark)
    return best, value


def _move_one(problem: MedianProblem, search: Interchange, random: np.random.Generator) -> None:
    """One open site closed for one that a client of its serves from as well."""
    pairs = problem.pairs
    site = int(random.choice(np.flatnonzero(search.chosen)))
    order, begin = pairs.by_site
    mine = order[begin[site] : begin[site + 1]]
    others = np.flatnonzero(~search.chosen)
    if len(mine):
        client = int(pairs.client[mine[random.integers(min(len(mine), _NEAR))]])
        near = pairs.site[pairs.start[client] : pairs.start[client + 1]]
        shut = near[~search.chosen[near]][:_NEAR].astype(np.int64)
        others = shut if len(shut) else others
    search.replace(site, int(random.choice(others)))
