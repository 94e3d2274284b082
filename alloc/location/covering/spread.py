"""The largest distance at which p sites can be pairwise apart: a search over the distances that occur.

Sayah & Irnich (2017), "A new compact formulation for the discrete p-dispersion problem", EJOR 256:
independent sets at one distance after another, bounds first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from alloc.location.covering.apart import Apart
from alloc.location.covering.fits import Fit
from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Limits
from alloc.location.stopping import stopper
from alloc.solver.progress import CancelToken


class SpreadSearch:
    """``chosen`` (q of the free sites, a mask) and what is open anyway are ``value`` apart.

    None are more than ``bound`` apart.

    ``between`` (n x n, symmetric) are distances of the free sites, ``to_open`` (n) to the nearest site that
    is open anyway, ``open_value`` the smallest distance of those; infinite where there are none.
    """

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
        self._exact = replace(limits, gap=0.0)  # within a graph, a site more or less decides
        self._limits, self._cancel, self._stop = limits, cancel, stopper(limits, cancel)
        self.chosen = farthest_next(between, to_open, q)
        self.value = self._value(self.chosen)
        upper = between[np.triu_indices(len(between), 1)]
        levels = np.unique(np.concatenate([upper, to_open, [open_value, self.value]]))
        self._levels: Values = levels[(levels >= self.value) & (levels <= open_value)]
        self._high = len(self._levels)  # this level and all above are refuted
        self.method = "farthest next"

    @property
    def bound(self) -> float:
        """What the smallest distance is at most."""
        return max(float(self._levels[self._high - 1]), self.value)

    def run(self) -> None:
        """Greedy sets for a good answer, LPs for a good bound, MIPs for the rest."""
        self._seek_answer()
        self._seek_bound()
        step = 1
        while not self._closed():
            self.method = "independent sets by greedy, LP, MIP"
            level = max(self._high - step, self._known + 1)
            fit = self._try(lambda apart: apart.by_mip(self._exact, self._cancel), level)
            if fit.chosen is None and not fit.refuted:
                break
            step = 2 * step if fit.refuted else 1

    @property
    def _known(self) -> int:
        return int(np.searchsorted(self._levels, self.value))

    def _closed(self) -> bool:
        near = np.isfinite(self.bound) and self._limits.closed(self.value, self.bound)
        return self._stop() or self._known + 1 >= self._high or near

    def _seek_answer(self) -> None:
        """Halve the levels; where greedy finds nothing, look lower."""
        low, high = self._known, self._high
        while low + 1 < high and not self._closed():
            self.method = "independent sets by greedy"
            level = (low + high) // 2
            fit = self._try(Apart.by_greedy, level)
            low, high = (max(level, self._known), high) if fit.chosen is not None else (low, level)

    def _seek_bound(self) -> None:
        """Halve the levels above the best answer; where the LP refutes nothing, look higher."""
        low = self._known
        while low + 1 < self._high and not self._closed():
            self.method = "independent sets by greedy and LP"
            level = (low + self._high) // 2
            fit = self._try(lambda apart: apart.by_lp(self._limits, self._cancel), level)
            low = low if fit.refuted else level

    def _try(self, look: Callable[[Apart], Fit], level: int) -> Fit:
        distance = self._levels[level]
        sites = np.flatnonzero(self._to_open >= distance)
        close = self._between[np.ix_(sites, sites)] < distance
        np.fill_diagonal(close, val=False)
        fit = look(Apart(close, self._q))
        if fit.refuted:
            self._high = min(self._high, level)
        elif fit.chosen is not None:
            self._take(sites[fit.chosen])
        return fit

    def _take(self, sites: Index) -> None:
        chosen: Mask = np.zeros(len(self._between), dtype=bool)
        chosen[sites] = True
        value = self._value(chosen)
        if value > self.value:
            self.chosen, self.value = chosen, value

    def _value(self, chosen: Mask) -> float:
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
