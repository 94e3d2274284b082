"""The largest distance at which p sites can be pairwise apart: a search over the distances that occur.

Sayah & Irnich (2017), "A new compact formulation for the discrete p-dispersion problem", EJOR 256:
independent sets at one distance after another, bounds first.
"""

from __future__ import annotations

import numpy as np

from alloc.location.covering.apart import Apart
from alloc.location.covering.apartness import Apartness
from alloc.location.covering.fits import Fit
from alloc.location.covering.levels import LevelSearch
from alloc.location.pairs import Mask, Values
from alloc.location.siting import Limits
from alloc.solver.progress import CancelToken

SWAPS_FROM, PRICES_FROM = 1000, 2000
"""From so many sites on, swaps and prices come before LPs."""
PRICES_ONLY_FROM = 2_000_000
"""Where so many pairs are closer than the answer (both ways), an LP would take too long."""


class SpreadSearch(LevelSearch[Apart]):
    """``chosen`` (q of the free sites, a mask) and what is open anyway are ``value`` apart.

    None are more than ``bound`` apart.

    ``apart`` are distances of the free sites, ``to_open`` (n) those to the nearest site that is open anyway,
    ``open_value`` the smallest one among those; infinite where there are none.
    """

    many_steps = 20_000
    """One costs a fifth of what one in a covering does."""

    def __init__(
        self,
        apart: Apartness,
        to_open: Values,
        open_value: float,
        q: int,
        limits: Limits,
        cancel: CancelToken | None,
    ) -> None:
        self._apart, self._to_open, self._open_value, self._q = apart, to_open, open_value, q
        first = farthest_next(apart, to_open, q)
        value, most = self._worth(first), min(self._most_by_groups(), open_value)
        self._near = apart.closer(most if q > 1 else 0.0)
        levels = np.unique(np.concatenate([self._near.data, to_open, [value, most]]))
        levels = levels[(levels >= value) & (levels <= most)][::-1]
        super().__init__(levels, first, np.zeros(len(apart), dtype=bool), limits, cancel, rising=False)

    def run(self) -> None:
        """Greedy sets and swaps for a good answer, prices and LPs for a good bound, MIPs for the rest."""
        self._seek_answer()
        if len(self._apart) >= PRICES_FROM:
            self._seek_bound(self._by_prices, "prices", self._known)
        if len(self._apart) >= SWAPS_FROM:
            self._seek_by_swaps(self.many_steps)
        if (self._near.data < self.value).sum() < PRICES_ONLY_FROM:
            self._seek_bound(self._by_lp, "LP", self._known)
        self._seek_by_mip()

    def _most_by_groups(self) -> float:
        """Of q sites in fewer than q groups two are in one, and no farther apart than the widest group is.

        Pairs that are not closer than that never matter.
        """
        centres = np.flatnonzero(farthest_next(self._apart, self._to_open, self._q - 1))
        if not len(centres):
            return float(self._to_open.max(initial=0.0)) if self._q else np.inf
        group = np.argmin(self._apart.to(centres), axis=0)
        return max(self._apart.widest(np.flatnonzero(group == number)) for number in range(len(centres)))

    def _question(self, level: float) -> Apart:
        sites = np.flatnonzero(self._to_open >= level)
        return Apart(self._near[sites][:, sites], level, self._q, sites)

    def _by_prices(self, question: Apart) -> Fit:
        return question.by_prices(self._stop)

    def _worth(self, chosen: Mask) -> float:
        sites = np.flatnonzero(chosen)
        among = self._apart.among(sites)
        return float(np.min(np.concatenate([among, self._to_open[sites], [self._open_value]])))


def farthest_next(apart: Apartness, to_open: Values, q: int) -> Mask:
    """Site after site, each time the one farthest from all so far; at first one far from the first of all."""
    n = len(apart)
    chosen: Mask = np.zeros(n, dtype=bool)
    near = to_open.copy()
    for number in range(q):
        if number == 0 and np.isinf(near).all():
            near = apart.to(np.zeros(1, dtype=np.int64))[0]
            near[0] = 0.0
            site = int(np.argmax(near))
            near = np.full(n, np.inf)
        else:
            site = int(np.argmax(np.where(chosen, -np.inf, near)))
        chosen[site] = True
        near = np.minimum(near, apart.to(np.array([site]))[0])
    return chosen
