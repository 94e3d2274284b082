"""Whether q of some sites can be pairwise apart: independent sets where close pairs are edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, eye_array, vstack

from alloc.location.covering.choice import mip_options, zero_one_form
from alloc.location.covering.clique_prices import most_apart
from alloc.location.covering.cliques import cliques, grown_balls, neighbours_of
from alloc.location.covering.dominance import inclusions
from alloc.location.covering.fits import ANY, Fit
from alloc.location.pairs import Index, Mask
from alloc.location.siting import Limits
from alloc.location.stopping import stopper
from alloc.solver.highs import HighsSession
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm

_ROUNDING = 1e-9
_LESS_THAN_A_SITE = 1e-6
CENTRES = 50
"""So many sets for each of the sites asked for have prices: they lie close enough to each other."""
_MEMORY = 3, 10
"""For at least so many steps, and fewer than so many, a site that went out stays out."""
_WORST_SHARE = 0.8
"""Of so many steps it is one of the worst that goes out, else any that is close to another."""
_STEPS_BETWEEN_LOOKS = 256


class Apart:
    """``distance`` (n x n, sparse, symmetric, nothing with itself) holds all pairs that are closer than
    ``level``, of which one may be chosen at most, and perhaps more.

    ``columns`` (n) says which of the sites of a larger question those are.
    """

    def __init__(self, distance: csr_array, level: float, q: int, columns: Index | None = None) -> None:
        self._distance, self._level, self._q, self._n = distance, level, q, distance.shape[0]
        self._close = _closer(distance, level)
        self.columns = np.arange(self._n) if columns is None else columns
        self._left: Index | None = None

    def by_greedy(self) -> Fit:
        """Cheap: again and again the site that rules out fewest others."""
        if self._n < self._q:
            return Fit(refuted=True)
        return self._fit(fewest_neighbours_first(self._close))

    def by_prices(self, stop: Callable[[], bool]) -> Fit:
        """Refutes where sets of sites of which one may be chosen have prices that allow fewer than q sites:
        nearly as much as the LP, and far sooner where that is large.
        """
        if self._n < self._q:
            return Fit(refuted=True)
        halfway = _closer(self._distance, 0.5 * self._level)
        centres = np.random.default_rng(0).permutation(self._n)[: CENTRES * self._q]
        balls = grown_balls(halfway, self._close, centres, stop)
        return Fit(refuted=most_apart(balls, self._q, stop) < self._q - _LESS_THAN_A_SITE)

    def by_lp(self, limits: Limits, cancel: CancelToken | None) -> Fit:
        """Refutes by the dual values of the LP over cliques, made feasible: trusts no tolerance."""
        left, close = self._reduced()
        if len(left) < self._q:
            return Fit(refuted=True)
        rows = cliques(close, stopper(limits, cancel))
        if not rows.shape[0]:
            return self._fit(np.ones(len(left), dtype=bool), left)
        with HighsSession(_form(rows, integer=False)) as session:
            options = mip_options(limits)
            outcome = session.minimise(-np.ones(len(left)), options=options, cancel=cancel)
        if outcome.row_duals is None:
            return Fit()
        price = np.abs(outcome.row_duals[: rows.shape[0]])
        unpaid = np.maximum(1.0 - rows.T @ price, 0.0)
        return Fit(refuted=float(price.sum() + unpaid.sum()) < self._q - _ROUNDING)

    def by_swaps(self, start: Mask, n_steps: int, seed: int, stop: Callable[[], bool]) -> Fit:
        """q sites, one for another until they are apart; never refutes (but for too few sites)."""
        if self._n < self._q:
            return Fit(refuted=True)
        some = np.random.default_rng(seed)
        chosen = _exactly(start, self._q, some)
        found = moved_apart(self._close, chosen, some, n_steps, stop)
        return Fit() if found is None else Fit(found)

    def by_mip(self, limits: Limits, cancel: CancelToken | None) -> Fit:
        """Knows, unless the time is over: "q at least" is a row, see `Fits.by_mip`."""
        left, close = self._reduced()
        if len(left) < self._q:
            return Fit(refuted=True)
        form = _form(cliques(close, stopper(limits, cancel)), integer=True, least=self._q)
        options = replace(mip_options(limits), gap=ANY)
        with HighsSession(form) as session:
            outcome = session.minimise(-np.ones(len(left)), options=options, cancel=cancel, presolve=False)
        if outcome.values is None:
            return Fit(refuted=outcome.status == "infeasible")
        return self._fit(outcome.values > 0.5, left)

    def _fit(self, chosen: Mask, among: Index | None = None) -> Fit:
        """The first q of the chosen, if there are so many and they are apart."""
        sites = np.flatnonzero(chosen) if among is None else among[chosen]
        if len(sites) < self._q or _inside(self._close, sites).nnz:
            return Fit()
        mask: Mask = np.zeros(self._n, dtype=bool)
        mask[sites[: self._q]] = True
        return Fit(mask)

    def _reduced(self) -> tuple[Index, csr_array]:
        """Without sites that rule out all that another one rules out, and that one too."""
        if self._left is None:
            self._left = undominated(self._close)
        return self._left, _inside(self._close, self._left)


def undominated(close: csr_array) -> Index:
    """Sites to keep: one goes when a neighbour, with its own neighbours, lies inside its neighbourhood.

    Whatever set holds the one can hold the other instead. Of equals the first stays.
    """
    n = close.shape[0]
    keep = np.ones(n, dtype=bool)
    closed = csr_array(close.astype(np.int32) + eye_array(n, dtype=np.int32))
    size = np.diff(closed.indptr)
    for small, large in inclusions(closed):
        keep[large[(size[small] < size[large]) | (small < large)]] = False
    return np.flatnonzero(keep)


def fewest_neighbours_first(close: csr_array) -> Mask:
    """An independent set that no site can be added to."""
    n = close.shape[0]
    chosen: Mask = np.zeros(n, dtype=bool)
    free = ~chosen
    neighbours = np.diff(close.indptr).astype(float)
    while free.any():
        best = int(np.argmin(np.where(free, neighbours, np.inf)))
        chosen[best] = True
        gone = np.append(neighbours_of(close, best), best)
        gone = gone[free[gone]]
        free[gone] = False
        neighbours -= np.bincount(close[gone].indices, minlength=n)
    return chosen


def moved_apart(
    close: csr_array, chosen: Mask, some: np.random.Generator, n_steps: int, stop: Callable[[], bool]
) -> Mask | None:
    """Out goes a chosen site that is close to others, mostly one that is close to most; in comes one that is
    close to fewest, of equals the one that has not moved for longest. None where it does not end all apart.

    Min-conflicts (Minton et al. 1992, Artificial Intelligence 58) with a short memory, as in tabu search.
    """
    chosen, n = chosen.copy(), close.shape[0]
    near = np.bincount(close[np.flatnonzero(chosen)].indices, minlength=n)
    moved, kept_out = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for step in range(1, n_steps + 1):
        inside = np.flatnonzero(chosen)
        most = int(near[inside].max(initial=0))
        if most == 0:
            return chosen
        if step % _STEPS_BETWEEN_LOOKS == 0 and stop():
            return None
        worst = inside[near[inside] >= (most if some.random() < _WORST_SHARE else 1)]
        out = int(worst[some.integers(len(worst))])
        chosen[out], moved[out] = False, step
        kept_out[out] = step + int(some.integers(*_MEMORY))
        near[neighbours_of(close, out)] -= 1
        free = np.flatnonzero(~chosen & (kept_out <= step))
        if not len(free):
            free = np.array([out])
        best = free[near[free] == near[free].min()]
        into = int(best[np.argmin(moved[best])])
        chosen[into], moved[into] = True, step
        near[neighbours_of(close, into)] += 1
    return None


def _exactly(start: Mask, q: int, some: np.random.Generator) -> Mask:
    """A choice of q: too many let some go, too few take in others at random."""
    chosen = start.copy()
    inside, outside = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    chosen[some.choice(inside, max(len(inside) - q, 0), replace=False)] = False
    chosen[some.choice(outside, max(q - len(inside), 0), replace=False)] = True
    return chosen


def _closer(distance: csr_array, level: float) -> csr_array:
    parts = distance.data < level, distance.indices, distance.indptr
    close = csr_array(parts, shape=distance.shape, copy=True)
    close.eliminate_zeros()
    return close


def _inside(close: csr_array, sites: Index) -> csr_array:
    return close[sites][:, sites]


def _form(rows: csr_array, *, integer: bool, least: int = 0) -> StandardForm:
    n_rows, n = rows.shape
    matrix = vstack([rows, csr_array(np.ones((1, n)))]).tocsc()
    lower = np.append(np.full(n_rows, -np.inf), float(least))
    return zero_one_form(matrix, lower, np.append(np.ones(n_rows), np.inf), np.full(n, integer))
