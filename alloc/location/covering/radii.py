"""The smallest radius at which p sites cover everyone: a search over the costs that occur.

Minieka (1970) reduced p-center to covering; answers come from greedy covers and swaps, bounds from the LP
relaxation of covering (Elloumi, Labbe & Pochet 2004, INFORMS Journal on Computing 16) or prices of its rows.
"""

from __future__ import annotations

import numpy as np

from alloc.errors import Infeasible
from alloc.location.covering.farthest import farthest_first, weighted, worst_off
from alloc.location.covering.fits import FEW_STEPS, MANY_STEPS, PRICES_FROM, Fit, Fits
from alloc.location.covering.levels import LevelSearch
from alloc.location.covering.reach import refuse_clients
from alloc.location.covering.rows import read_covering
from alloc.location.pairs import Mask, Pairs, Values
from alloc.location.refusals import Reason
from alloc.location.siting import Limits, Siting
from alloc.solver.progress import CancelToken

_ROUNDING = 1e-9
PRICES_ONLY_FROM = 400_000
"""From so many pairs on, prices refute in place of LPs: each may need a minute."""
PRICES_LEAVE = 8
"""LPs look at that share of what prices leave open."""


class RadiusSearch(LevelSearch[Fits]):
    """``chosen`` sites have the radius ``value``; no choice of p has one below ``bound``.

    ``value`` is infinite as long as no choice is known that reaches everyone. Raises Infeasible if none does.
    """

    def __init__(
        self, siting: Siting, weights: Values, n_free: int, limits: Limits, cancel: CancelToken | None
    ) -> None:
        self._siting, self._weights, self._p = siting, weights, n_free
        first = farthest_first(siting, weights, n_free)
        value = self._worth(first)
        self._pairs, self._pair_value = self._list_pairs(value)
        lowest = self._lowest()
        inside = (self._pair_value >= lowest) & (self._pair_value <= value)
        levels: Values = np.unique(np.append(self._pair_value[inside], lowest))
        super().__init__(levels, first, siting.open_anyway, limits, cancel, rising=True)

    def run(self) -> None:
        """Greedy covers and swaps for a good answer, prices and LPs for a good bound, MIPs for the rest."""
        self._seek_answer()
        if self._pairs.n_pairs < PRICES_FROM:
            self._seek_bound(self._by_lp, "LP", self._known)
        else:
            self._seek_by_swaps(FEW_STEPS)
            self._seek_bound(self._by_prices, "prices", self._known)
            self._seek_by_swaps(MANY_STEPS)
            if self._pairs.n_pairs < PRICES_ONLY_FROM:
                near = self._low + (self._known - self._low) // PRICES_LEAVE
                self._seek_bound(self._by_lp, "prices, LP", near)
        self._seek_by_mip()

    def _by_prices(self, fits: Fits) -> Fit:
        return fits.by_prices(self._stop)

    def _closed(self) -> bool:
        if self._low >= len(self._levels) and np.isinf(self.value):
            raise Infeasible([Reason("no_p_reach", {"p": self._p})])
        return super()._closed()

    def _worth(self, chosen: Mask) -> float:
        return float(worst_off(self._siting, self._weights, chosen).max(initial=0.0))

    def _question(self, level: float) -> Fits:
        siting = self._siting
        pairs = self._pairs.keep(self._pair_value <= level)
        covering = read_covering(siting, pairs, np.ones(siting.n_clients, dtype=np.int64), self._weights)
        return Fits(covering, self._p)

    def _list_pairs(self, value: float) -> tuple[Pairs, Values]:
        """Pairs that an answer as good as the present one may use, and their weighted costs."""
        siting, weights = self._siting, self._weights
        radius = siting.cutoff
        if np.isfinite(value) and (weights > 0).all():
            radius = min(radius, value / float(weights.min()) * (1.0 + _ROUNDING))
        pairs = siting.costs.within(radius)
        worth = weighted(pairs.cost, weights[pairs.client])
        usable = ~siting.prohibited | siting.open_anyway
        keep = usable[pairs.site] & (worth <= value)
        return pairs.keep(keep), worth[keep]

    def _lowest(self) -> float:
        """Every client needs its nearest site at least. Raises Infeasible for one that has none."""
        count = np.diff(self._pairs.start)
        refuse_clients(self._siting, np.flatnonzero(count == 0), "unreached")
        return float(self._pair_value[self._pairs.start[:-1]].max(initial=0.0))
