"""The fewest columns that meet every row: the same question for fewer and fewer of them.

Swaps drop one column after another (Gao, Weise & Li 2015, EJOR 246); prices refute what is far too few where
the question is large; a MIP, told to find fewer, decides the rest.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from alloc.location.covering.choice import Choice, mask_of
from alloc.location.covering.fits import FEW_STEPS, MANY_STEPS, PRICES_FROM, Fit, Fits
from alloc.location.covering.least_cost import greedy_cover, reduced, without_idle
from alloc.location.covering.levels import FIRST_TIME, MOST_TIME, PATIENCE
from alloc.location.covering.rows import Covering
from alloc.location.pairs import Mask
from alloc.location.siting import Limits
from alloc.location.stopping import reason, stopper
from alloc.solver.progress import CancelToken


def fewest_cover(covering: Covering, limits: Limits, cancel: CancelToken | None = None) -> Choice:
    """Columns that meet all rows, as few as can be; every row needs one, and all columns together meet it."""
    equal = np.ones(covering.n_columns)
    small, kept = reduced(covering, equal)
    if not small.n_rows:
        return Choice(mask_of(covering.n_columns, kept[:0]), 0.0, "nothing to choose")
    rough = without_idle(small, greedy_cover(small, equal[kept]), equal[kept])
    choice = FewestSearch(small, rough, limits, cancel).run()
    return replace(choice, chosen=mask_of(covering.n_columns, kept[choice.chosen]))


class FewestSearch:
    """Better and better than ``chosen`` (a mask of columns that meet every row, each of which needs one);
    no fewer than ``bound`` columns do.
    """

    def __init__(self, covering: Covering, chosen: Mask, limits: Limits, cancel: CancelToken | None) -> None:
        self._covering, self._limits, self._cancel = covering, limits, cancel
        self._stop = stopper(limits, cancel)
        self.chosen, self.bound = chosen, min(1, covering.n_rows)
        self._n_swapped = 0
        self._is_large = covering.matrix.nnz >= PRICES_FROM

    def run(self) -> Choice:
        """Of the covering's columns, and why it stopped."""
        self._drop(FEW_STEPS)
        if self._is_large:
            self._refute()
            self._drop(MANY_STEPS)
        method = "dominance, swaps, prices" if self._is_large else "dominance, swaps"
        if not self._closed():
            method += ", MIP"
            self._decide()
        return Choice(self.chosen, float(self.bound), method, reason(self._cancel))

    @property
    def _n(self) -> int:
        return int(self.chosen.sum())

    def _closed(self) -> bool:
        return self._stop() or self._limits.closed(self._n, self.bound)

    def _drop(self, n_steps: int) -> None:
        """One column fewer, until swaps find nothing any more."""
        failed = 0
        while failed < PATIENCE and not self._closed():
            self._n_swapped += 1
            start = mask_of(self._covering.n_columns, np.flatnonzero(self.chosen)[:-1])
            seed = self._limits.seed + self._n_swapped
            found = self._took(self._fits(self._n - 1).by_swaps(start, n_steps, seed, self._stop))
            failed = 0 if found else failed + 1

    def _refute(self) -> None:
        """Halve what is open; where prices refute nothing, look lower."""
        high = self._n
        while self.bound < high and not self._closed():
            p = (self.bound + high) // 2
            if self._fits(p).by_prices(self._stop).refuted:
                self.bound = p + 1
            else:
                high = p

    def _decide(self) -> None:
        """MIPs and swaps by turns: where the one does not get on, the other may. A MIP of a small question
        mostly decides, so its first one has long.
        """
        share = FIRST_TIME if self._is_large else MOST_TIME
        while not self._closed():
            seconds = self._limits.seconds() + share * self._limits.left()
            limits = replace(self._limits, time_limit_s=seconds)
            fit = self._fits(self._n - 1).by_mip(limits, self._cancel, fewest=True)
            self.bound = max(self.bound, min(self._n if fit.refuted else fit.at_least, self._n))
            if self._took(fit):
                continue
            if share == 1.0:
                return
            self._drop(MANY_STEPS)
            share = min(2.0 * share, 1.0)

    def _took(self, fit: Fit) -> bool:
        if fit.chosen is not None:
            self.chosen = fit.chosen
        return fit.chosen is not None

    def _fits(self, p: int) -> Fits:
        return Fits(self._covering, p)
