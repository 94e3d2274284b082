"""The smallest radius at which p sites cover everyone: a search over the costs that occur.

Minieka (1970) reduced p-center to covering; bounds first by greedy covers and by the LP relaxation of
covering (Elloumi, Labbe & Pochet 2004, INFORMS Journal on Computing 16), and MIPs only for what is left
between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from alloc.errors import Infeasible
from alloc.location.covering.farthest import farthest_first, weighted, worst_off
from alloc.location.covering.fits import Fit, Fits
from alloc.location.covering.reach import refuse_clients
from alloc.location.covering.rows import read_covering
from alloc.location.pairs import Pairs, Values
from alloc.location.refusals import Reason
from alloc.location.siting import Limits, Siting
from alloc.location.stopping import stopper
from alloc.solver.progress import CancelToken

_ROUNDING = 1e-9


class RadiusSearch:
    """``is_open`` has the radius ``value``; no choice of p sites has one below ``bound``.

    ``value`` is infinite as long as no choice is known that reaches everyone. Raises Infeasible if none does.
    """

    def __init__(
        self, siting: Siting, weights: Values, n_free: int, limits: Limits, cancel: CancelToken | None
    ) -> None:
        self._siting, self._weights, self._p = siting, weights, n_free
        self._exact = replace(limits, gap=0.0)  # within a covering, a site more or less decides
        self._limits, self._cancel, self._stop = limits, cancel, stopper(limits, cancel)
        self.is_open = farthest_first(siting, weights, n_free)
        self.value = float(worst_off(siting, weights, self.is_open).max(initial=0.0))
        self._pairs, self._pair_value = self._list_pairs()
        lowest = self._lowest()
        inside = (self._pair_value >= lowest) & (self._pair_value <= self.value)
        self._levels: Values = np.unique(np.append(self._pair_value[inside], lowest))
        self._low = 0  # every level below this one is refuted
        self.method = "covering by greedy"

    @property
    def bound(self) -> float:
        """What the radius is at least."""
        return min(float(self._levels[min(self._low, len(self._levels) - 1)]), self.value)

    def run(self) -> None:
        """Greedy covers for a good answer, LPs for a good bound, MIPs for the rest."""
        self._seek_answer()
        self._seek_bound()
        step = 1
        while not self._closed():
            self.method = "covering by greedy, LP, MIP"
            level = max(min(self._low + step, self._known) - 1, self._low)
            fit = self._try(lambda fits: fits.by_mip(self._exact, self._cancel), level)
            if fit.chosen is None and not fit.refuted:
                break
            step = 2 * step if fit.refuted else 1

    @property
    def _known(self) -> int:
        """The level of the best answer; past the last one where there is none yet."""
        return int(np.searchsorted(self._levels, self.value))

    def _closed(self) -> bool:
        if self._low >= len(self._levels) and np.isinf(self.value):
            raise Infeasible([Reason("no_p_reach", {"p": self._p})])
        near = np.isfinite(self.value) and self._limits.closed(self.value, self.bound)
        return self._stop() or self._low >= self._known or near

    def _seek_answer(self) -> None:
        """Halve the levels; where greedy finds nothing, look higher."""
        low, high = self._low, self._known
        while low < high and not self._closed():
            level = (low + high) // 2
            fit = self._try(Fits.by_greedy, level)
            low, high = (low, min(level, self._known)) if fit.chosen is not None else (level + 1, high)

    def _seek_bound(self) -> None:
        """Halve the levels below the best answer; where the LP refutes nothing, look lower."""
        high = self._known
        while self._low < high and not self._closed():
            self.method = "covering by greedy and LP"
            level = (self._low + high) // 2
            fit = self._try(lambda fits: fits.by_lp(self._limits, self._cancel), level)
            high = high if fit.refuted else level

    def _try(self, look: Callable[[Fits], Fit], level: int) -> Fit:
        siting = self._siting
        pairs = self._pairs.keep(self._pair_value <= self._levels[level])
        covering = read_covering(siting, pairs, np.ones(siting.n_clients, dtype=np.int64), self._weights)
        fit = look(Fits(covering, self._p))
        if fit.refuted:
            self._low = max(self._low, level + 1)
        elif fit.chosen is not None:
            is_open = siting.open_anyway.copy()
            is_open[covering.columns[fit.chosen]] = True
            value = float(worst_off(siting, self._weights, is_open).max(initial=0.0))
            if value < self.value:
                self.is_open, self.value = is_open, value
        return fit

    def _list_pairs(self) -> tuple[Pairs, Values]:
        """Pairs that an answer as good as the present one may use, and their weighted costs."""
        siting, weights = self._siting, self._weights
        radius = siting.cutoff
        if np.isfinite(self.value) and (weights > 0).all():
            radius = min(radius, self.value / float(weights.min()) * (1.0 + _ROUNDING))
        pairs = siting.costs.within(radius)
        value = weighted(pairs.cost, weights[pairs.client])
        usable = ~siting.prohibited | siting.open_anyway
        keep = usable[pairs.site] & (value <= self.value)
        return pairs.keep(keep), value[keep]

    def _lowest(self) -> float:
        """Every client needs its nearest site at least. Raises Infeasible for one that has none."""
        count = np.diff(self._pairs.start)
        refuse_clients(self._siting, np.flatnonzero(count == 0), "unreached")
        return float(self._pair_value[self._pairs.start[:-1]].max(initial=0.0))
