"""The largest distance at which p sites can be pairwise apart: a search over the distances that occur.

Sayah & Irnich (2017), "A new compact formulation for the discrete p-dispersion problem", EJOR 256:
independent sets at one distance after another, bounds first.
"""

from __future__ import annotations

import numpy as np

from alloc.location.covering.apart import Apart
from alloc.location.covering.levels import LevelSearch
from alloc.location.pairs import Mask, Values
from alloc.location.siting import Limits
from alloc.solver.progress import CancelToken

LARGE = 1000
"""From so many sites on, swaps come before LPs."""


class SpreadSearch(LevelSearch[Apart]):
    """``chosen`` (q of the free sites, a mask) and what is open anyway are ``value`` apart.

    None are more than ``bound`` apart.

    ``between`` (n x n, symmetric) are distances of the free sites, ``to_open`` (n) to the nearest site that
    is open anyway, ``open_value`` the smallest distance of those; infinite where there are none.
    """

    many_steps = 20_000
    """One costs a fifth of what one in a covering does."""

    def __init__(
        self,
        between: Values,
        to_open: Values,
        open_value: float,
        q: int,
        limits: Limits,
        cancel: CancelToken | None,
    ) -> None:
        self._between, self._to_open, self._open_value, self._q = between, to_open, open_value, q
        first = farthest_next(between, to_open, q)
        value = self._worth(first)
        upper = between[np.triu_indices(len(between), 1)]
        levels = np.unique(np.concatenate([upper, to_open, [open_value, value]]))
        levels = levels[(levels >= value) & (levels <= open_value)][::-1]
        super().__init__(levels, first, np.zeros(len(between), dtype=bool), limits, cancel, rising=False)

    def run(self) -> None:
        """Greedy sets and swaps for a good answer, LPs for a good bound, MIPs for the rest."""
        self._refute_by_groups()
        self._seek_answer()
        if len(self._between) >= LARGE:
            self._seek_by_swaps(self.many_steps)
        self._seek_bound(self._by_lp, "LP", self._known)
        self._seek_by_mip()

    def _refute_by_groups(self) -> None:
        """Of q sites in fewer than q groups two are in one, and no farther apart than the widest group is."""
        centres = np.flatnonzero(farthest_next(self._between, self._to_open, self._q - 1))
        if not len(centres):
            return
        group = np.argmin(self._between[:, centres], axis=1)
        members = [np.flatnonzero(group == number) for number in range(len(centres))]
        widest = max(float(self._between[np.ix_(some, some)].max(initial=0.0)) for some in members)
        self._low = min(int((self._levels > widest).sum()), self._known)

    def _question(self, level: float) -> Apart:
        sites = np.flatnonzero(self._to_open >= level)
        close = self._between[np.ix_(sites, sites)] < level
        np.fill_diagonal(close, val=False)
        return Apart(close, self._q, sites)

    def _worth(self, chosen: Mask) -> float:
        sites = np.flatnonzero(chosen)
        among = self._between[np.ix_(sites, sites)][np.triu_indices(len(sites), 1)]
        return float(np.min(np.concatenate([among, self._to_open[sites], [self._open_value]])))


def farthest_next(between: Values, to_open: Values, q: int) -> Mask:
    """Site after site, each time the one farthest from all so far; at first one of the two farthest."""
    n = len(between)
    chosen: Mask = np.zeros(n, dtype=bool)
    near = to_open.copy()
    if q and np.isinf(near).all() and n > 1:
        apart = np.where(np.eye(n, dtype=bool), -1.0, between)
        near = np.where(np.arange(n) == int(np.argmax(apart)) // n, np.inf, -1.0)
    for number in range(q):
        site = int(np.argmax(np.where(chosen, -np.inf, near)))
        chosen[site] = True
        near = between[site].copy() if number == 0 and (near < 0).any() else np.minimum(near, between[site])
    return chosen
