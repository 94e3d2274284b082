"""The p columns whose rows earn most (maximal covering): a good choice, a bound, a MIP for the rest."""

from __future__ import annotations

import numpy as np
from scipy.sparse import block_array, csr_array, diags_array

from alloc.errors import SolveError
from alloc.location.answer import Status
from alloc.location.covering.benders import CutMaster
from alloc.location.covering.choice import Choice, filled, mask_of, mip_options, why_stopped, zero_one_form
from alloc.location.covering.dominance import undominated_columns
from alloc.location.covering.interchange import greedy, interchange, shake
from alloc.location.covering.lagrange import Priced, descend, priced, settled
from alloc.location.covering.proof import bound_above, scale_for, whole
from alloc.location.covering.rows import Covering, merged
from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Limits
from alloc.location.stopping import reason, stopper
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm

_STEPS = 1500
_LAST_CHOICES = 6
_MOST_LPS = 3
_WORTH_AN_LP = 0.9
_ENTRIES_FOR_CUTS = 200_000


def most_gain(covering: Covering, p: int, limits: Limits, cancel: CancelToken | None = None) -> Choice:
    """The best ``p`` columns; the bound is what no ``p`` columns can earn more than."""
    reachable = (np.diff(covering.matrix.indptr) >= covering.need) & (covering.gain > 0)
    small = merged(covering.rows(reachable))
    kept = np.flatnonzero(undominated_columns(small))
    small = merged(small.only_columns(kept))
    if p == 0 or not small.n_rows or len(kept) <= p:
        best = np.full(len(kept), len(kept) <= p)
        return Choice(
            filled(mask_of(covering.n_columns, kept[best]), p), small.earned(best), "nothing to choose"
        )
    found = _Search(small, p, limits, cancel)
    found.run()
    chosen = filled(mask_of(covering.n_columns, kept[found.best]), p)
    return Choice(chosen, max(found.bound, found.earned), found.method, found.stopped)


class _Search:
    """``best`` (a mask of the columns given) earns ``earned``; nothing earns more than ``bound``."""

    def __init__(self, covering: Covering, p: int, limits: Limits, cancel: CancelToken | None) -> None:
        self._all, self._p, self._limits, self._cancel = covering, p, limits, cancel
        self._stop = stopper(limits, cancel)
        self._whole = whole(covering.gain)
        self._left, self._kept = covering, np.arange(covering.n_columns)
        self.best = greedy(covering, p)
        self.earned = covering.earned(self.best)
        self.bound = float(covering.gain.sum())
        self.method = "interchange"
        self._shaken = False
        self.stopped: Status = "time_limit"

    def run(self) -> None:
        """Stage after stage, until the bound meets the best choice or the time is over."""
        self._take(interchange(self._all, self.best, self._stop))
        one_each = bool((self._all.need == 1).all())
        if one_each:
            self._by_prices()
            for _ in range(_MOST_LPS):
                if self._closed() or self._stop() or self._is_large() or not self._by_lp():
                    break
        if self._is_choice():
            self._shake_once(filled(self.best[self._kept], self._p))
        if not self._closed() and not self._stop():
            if one_each and self._is_large() and self._is_choice():
                self._by_cuts()
            else:
                self._by_mip()
        if self._stop():
            self.stopped = reason(self._cancel)

    def _closed(self) -> bool:
        return self._limits.closed(self.earned, self.bound)

    def _take(self, chosen: Mask) -> None:
        earned = self._all.earned(chosen)
        if earned > self.earned:
            self.best, self.earned = chosen, earned

    def _lower(self, bound: float) -> None:
        """A bound on what is left is one on all: what was taken away holds nothing better than the best."""
        self.bound = max(self.earned, min(self.bound, bound))

    def _by_prices(self) -> None:
        prices, seen = descend(self._left, self._p, self.earned, _STEPS, self._stop)
        self.method = "interchange, Lagrangian bound"
        for start in seen[-_LAST_CHOICES:]:
            self._take(interchange(self._all, start, self._stop))
        self._settle(prices)

    def _shake_once(self, start: Mask) -> None:
        """A better choice among the columns that are left, which are fewer than at first."""
        if not self._shaken and not self._closed():
            self._shaken = True
            found = shake(self._left, self._p, start, self._limits.seed, self._enough)
            self._take(self._whole_choice(found))

    def _enough(self, earned: float) -> bool:
        return self._stop() or self._limits.closed(earned, self.bound)

    def _settle(self, prices: Priced) -> bool:
        """Take away the columns that no better choice holds; whether that was much."""
        self._lower(float(np.floor(prices.bound)) if self._whole else prices.bound)
        never, _ = settled(prices, self._p, self.earned)
        before = len(self._kept)
        self._keep(np.flatnonzero(~never))
        return len(self._kept) < _WORTH_AN_LP * before

    def _keep(self, columns: Index) -> None:
        left, kept = self._left.only_columns(columns), self._kept[columns]
        undominated = np.flatnonzero(undominated_columns(left))
        if len(undominated) < self._p:
            undominated = np.arange(len(kept))
        left = left.only_columns(undominated)
        reachable = np.diff(left.matrix.indptr) >= left.need
        self._left, self._kept = merged(left.rows(reachable)), kept[undominated]

    def _by_lp(self) -> bool:
        """Better prices from the LP; whether another one is worth while."""
        if not self._is_choice():
            return False
        scale = scale_for(self._left.gain)
        with HighsSession(mip_form(self._left, self._p).relaxed()) as session:
            options = mip_options(self._limits)
            outcome = session.minimise(self._objective(scale), options=options, cancel=self._cancel)
        if outcome.row_duals is None or outcome.values is None:
            return False
        left = self._left
        share = outcome.values[: left.n_columns]
        most = mask_of(left.n_columns, np.argsort(-share, kind="stable")[: self._p])
        self._shake_once(most)
        self.method = "interchange, LP and Lagrangian bound"
        prices = priced(self._left, np.abs(outcome.row_duals[: self._left.n_rows]) / scale, self._p)
        return self._settle(prices)

    def _is_choice(self) -> bool:
        """Whether there is more left than may be opened."""
        return self._left.n_columns > self._p

    def _is_large(self) -> bool:
        return int(self._left.matrix.nnz) > _ENTRIES_FOR_CUTS

    def _by_cuts(self) -> None:
        left = self._left
        self.method = "interchange, Benders cuts"
        with CutMaster(left, self._p) as master:
            by_row = master.prices(self._limits, self._cancel, self._stop)
            if by_row is None:
                return
            prices = priced(left, by_row, self._p)
            self._lower(float(np.floor(prices.bound)) if self._whole else prices.bound)
            never, _ = settled(prices, self._p, self.earned)
            master.shut(np.flatnonzero(never))
            if self._closed() or self._stop():
                return
            outcome = master.choose(self._limits, self._cancel, self._take_left, self._closes)
        if outcome is not None:
            self.stopped = why_stopped(outcome)

    def _take_left(self, chosen: Mask) -> None:
        self._take(self._whole_choice(interchange(self._left, filled(chosen, self._p), self._stop)))

    def _closes(self, bound: float) -> bool:
        self._lower(bound)
        return self._closed() or self._stop()

    def _by_mip(self) -> None:
        left = self._left
        if not self._is_choice():
            self._take(self._whole_choice(np.ones(left.n_columns, dtype=bool)))
            self._lower(self.earned)
            return
        scale = scale_for(left.gain)
        with HighsSession(mip_form(left, self._p)) as session:
            options = mip_options(self._limits)
            outcome = session.minimise(self._objective(scale), options=options, cancel=self._cancel)
        self._read(outcome, scale)
        self.method += ", MIP"
        self.stopped = why_stopped(outcome)

    def _objective(self, scale: float) -> Values:
        return np.concatenate([np.zeros(self._left.n_columns), -self._left.gain * scale])

    def _read(self, outcome: Outcome, scale: float) -> None:
        if outcome.status == "infeasible":
            raise SolveError("HiGHS finds no choice where there is one")
        if outcome.values is not None:
            self._take(self._whole_choice(outcome.values[: self._left.n_columns] > 0.5))
        if outcome.bound is not None:
            self._lower(bound_above(-outcome.bound, scale, self._all.gain))

    def _whole_choice(self, chosen: Mask) -> Mask:
        """A choice among what is left, as one among all, filled up to p."""
        return filled(mask_of(self._all.n_columns, self._kept[chosen]), self._p)


def mip_form(covering: Covering, p: int) -> StandardForm:
    """Columns: opened or not, then row met or not; one that needs several is met wholly or not."""
    n_rows, n_columns = covering.n_rows, covering.n_columns
    count = csr_array(np.concatenate([np.ones(n_columns), np.zeros(n_rows)])[None, :])
    met_if_open = block_array([[covering.matrix.astype(float), -diags_array(covering.need.astype(float))]])
    matrix = block_array([[met_if_open], [count]]).tocsc()
    lower = np.concatenate([np.zeros(n_rows), [-np.inf]])
    upper = np.concatenate([np.full(n_rows, np.inf), [float(p)]])
    integer = np.concatenate([np.ones(n_columns, dtype=bool), covering.need > 1])
    return zero_one_form(matrix, lower, upper, integer)
