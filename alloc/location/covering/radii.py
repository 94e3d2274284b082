"""The smallest radius at which p sites cover everyone: a search over the costs that occur.

Minieka (1970) reduced p-center to covering; answers come from greedy covers and swaps, bounds from the LP
relaxation of covering (Elloumi, Labbe & Pochet 2004, INFORMS Journal on Computing 16) or prices of its rows,
and MIPs are asked only about what is left between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from alloc.errors import Infeasible
from alloc.location.covering.farthest import farthest_first, weighted, worst_off
from alloc.location.covering.fits import FEW_STEPS, MANY_STEPS, PRICES_FROM, Fit, Fits
from alloc.location.covering.reach import refuse_clients
from alloc.location.covering.rows import read_covering
from alloc.location.pairs import Pairs, Values
from alloc.location.refusals import Reason
from alloc.location.siting import Limits, Siting
from alloc.location.stopping import stopper
from alloc.solver.progress import CancelToken

_ROUNDING = 1e-9
PRICES_ONLY_FROM = 400_000
"""From so many pairs on, prices refute in place of LPs: each may need a minute."""
PRICES_LEAVE = 8
"""LPs look at that share of what prices leave open."""
PATIENCE = 3
"""So many tries next to the best answer that find nothing end the swaps."""
FINEST = 64
"""Share of what is open below which LPs and swaps look no closer."""
FIRST_TIME, MOST_TIME = 0.05, 0.5
"""Share of the time left that a MIP may take: after each that has no answer swaps may find one, then the next
may take twice as long.
"""
FIRST_STEP, STEP_CUT = 32, 4
"""The first MIP is asked that share above the bound; where none has an answer in the longest time, so much
nearer to it.
"""


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
        self._n_swapped = 0
        self.method = "covering by greedy"

    @property
    def bound(self) -> float:
        """What the radius is at least."""
        return min(float(self._levels[min(self._low, len(self._levels) - 1)]), self.value)

    def run(self) -> None:
        """Greedy covers and swaps for a good answer, prices and LPs for a good bound, MIPs for the rest."""
        self._seek_answer()
        if self._pairs.n_pairs < PRICES_FROM:
            self._seek_bound(self._by_lp, "LP", self._known)
        else:
            self._seek_by_swaps(FEW_STEPS)
            self._seek_bound(lambda fits: fits.by_prices(self._stop), "prices", self._known)
            self._seek_by_swaps(MANY_STEPS)
            if self._pairs.n_pairs < PRICES_ONLY_FROM:
                near = self._low + (self._known - self._low) // PRICES_LEAVE
                self._seek_bound(self._by_lp, "prices, LP", near)
        self._seek_by_mip()

    def _by_lp(self, fits: Fits) -> Fit:
        return fits.by_lp(self._limits, self._cancel)

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

    def _seek_bound(self, look: Callable[[Fits], Fit], method: str, high: int) -> None:
        """Halve the levels below ``high``; where nothing is refuted, seek an answer, then look lower."""
        while high - self._low > (self._known - self._low) // FINEST and not self._closed():
            self.method = f"covering by greedy, swaps, {method}"
            level = (self._low + high) // 2
            if not self._try(look, level).refuted:
                high = level
                self._swap_at(level, FEW_STEPS)

    def _seek_by_swaps(self, n_steps: int, nearer: int = 2) -> None:
        """Ever nearer to the best answer, until nothing better is found next to it."""
        failed = 0
        while failed < PATIENCE and not self._closed():
            open_levels = self._known - self._low
            level = self._known - max(open_levels // nearer, 1)
            if self._swap_at(level, n_steps).chosen is not None:
                failed = 0
            elif nearer < min(open_levels, FINEST):
                nearer *= 2
            else:
                failed += 1

    def _seek_by_mip(self) -> None:
        """From the bound upwards: the farther below the answer, the sooner a MIP refutes."""
        step, share = max((self._known - self._low) // FIRST_STEP, 1), FIRST_TIME
        if not self._closed():
            self.method += ", MIP"
        while not self._closed():
            level = max(min(self._low + step, self._known) - 1, self._low)
            seconds = self._limits.seconds() + share * self._limits.left()
            limits = replace(self._exact, time_limit_s=seconds)
            fit = self._try(partial(Fits.by_mip, limits=limits, cancel=self._cancel), level)
            if fit.refuted:
                step *= 2
            elif fit.chosen is not None:
                step = max(min(step, (self._known - self._low) // FIRST_STEP), 1)
            else:
                self._seek_by_swaps(MANY_STEPS, FINEST // 4)
                step = step if share < MOST_TIME else max(step // STEP_CUT, 1)
                share = min(2.0 * share, MOST_TIME if step > 1 else 1.0)

    def _swap_at(self, level: int, n_steps: int) -> Fit:
        self._n_swapped += 1
        seed = self._limits.seed + self._n_swapped

        def look(fits: Fits) -> Fit:
            return fits.by_swaps(self.is_open[fits.columns], n_steps, seed, self._stop)

        return self._try(look, level)

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
