"""Whether q of some sites can be pairwise apart: independent sets where close pairs are edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from alloc.location.covering.choice import mip_options, zero_one_form
from alloc.location.covering.dominance import inclusions
from alloc.location.covering.fits import Fit
from alloc.location.pairs import Index, Mask
from alloc.location.siting import Limits
from alloc.solver.highs import HighsSession
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm

_ROUNDING = 1e-9
Square = NDArray[np.bool_]


class Apart:
    """``close`` (n x n, symmetric, nothing with itself): pairs of which one may be chosen at most."""

    def __init__(self, close: Square, q: int) -> None:
        self._close, self._q, self._n = close, q, len(close)
        self._left: Index | None = None

    def by_greedy(self) -> Fit:
        """Cheap: again and again the site that rules out fewest others."""
        if self._n < self._q:
            return Fit(refuted=True)
        return self._fit(fewest_neighbours_first(self._close))

    def by_lp(self, limits: Limits, cancel: CancelToken | None) -> Fit:
        """Refutes by the dual values of the LP over cliques, made feasible: trusts no tolerance."""
        left, close = self._reduced()
        if len(left) < self._q:
            return Fit(refuted=True)
        rows = cliques(close)
        if not rows.shape[0]:
            return self._fit(np.ones(len(left), dtype=bool), left)
        with HighsSession(_form(rows, integer=False)) as session:
            options = mip_options(limits)
            outcome = session.minimise(-np.ones(len(left)), options=options, cancel=cancel)
        if outcome.row_duals is None:
            return Fit()
        price = np.abs(outcome.row_duals)
        unpaid = np.maximum(1.0 - rows.T @ price, 0.0)
        return Fit(refuted=float(price.sum() + unpaid.sum()) < self._q - _ROUNDING)

    def by_mip(self, limits: Limits, cancel: CancelToken | None) -> Fit:
        """Knows, unless the time is over."""
        left, close = self._reduced()
        rows = cliques(close)
        with HighsSession(_form(rows, integer=True)) as session:
            options = mip_options(limits)
            outcome = session.minimise(-np.ones(len(left)), options=options, cancel=cancel)
        if outcome.values is not None:
            fit = self._fit(outcome.values > 0.5, left)
            if fit.chosen is not None:
                return fit
        return Fit(refuted=outcome.bound is not None and -outcome.bound < self._q - 0.5)

    def _fit(self, chosen: Mask, among: Index | None = None) -> Fit:
        """The first q of the chosen, if there are so many and they are apart."""
        sites = np.flatnonzero(chosen) if among is None else among[chosen]
        if len(sites) < self._q or self._close[np.ix_(sites, sites)].any():
            return Fit()
        mask: Mask = np.zeros(self._n, dtype=bool)
        mask[sites[: self._q]] = True
        return Fit(mask)

    def _reduced(self) -> tuple[Index, Square]:
        """Without sites that rule out all that another one rules out, and that one too."""
        if self._left is None:
            self._left = undominated(self._close)
        return self._left, self._close[np.ix_(self._left, self._left)]


def undominated(close: Square) -> Index:
    """Sites to keep: one goes when a neighbour, with its own neighbours, lies inside its neighbourhood.

    Whatever set holds the one can hold the other instead. Of equals the first stays.
    """
    n = len(close)
    keep = np.ones(n, dtype=bool)
    closed = csr_array((close | np.eye(n, dtype=bool)).astype(np.int32))
    size = np.diff(closed.indptr)
    for small, large in inclusions(closed):
        keep[large[(size[small] < size[large]) | (small < large)]] = False
    return np.flatnonzero(keep)


def fewest_neighbours_first(close: Square) -> Mask:
    """An independent set that no site can be added to."""
    chosen: Mask = np.zeros(len(close), dtype=bool)
    free = ~chosen
    neighbours = close.sum(axis=1).astype(float)
    while free.any():
        best = int(np.argmin(np.where(free, neighbours, np.inf)))
        chosen[best] = True
        gone = free & close[best]
        gone[best] = True
        free &= ~gone
        neighbours -= close[:, gone].sum(axis=1)
    return chosen


def cliques(close: Square) -> csr_array:
    """Cliques x sites such that every close pair lies in one; large ones first come to hand."""
    n = len(close)
    open_pairs = np.triu(close, 1)
    row: list[int] = []
    column: list[int] = []
    n_rows = 0
    for first in range(n):
        while open_pairs[first].any():
            members = _grown(close, open_pairs, first)
            inside = np.ix_(members, members)
            open_pairs[inside] = False
            row += [n_rows] * len(members)
            column += members.tolist()
            n_rows += 1
    return csr_array((np.ones(len(row)), (row, column)), shape=(n_rows, n))


def _grown(close: Square, open_pairs: Square, first: int) -> Index:
    """A maximal clique around ``first``, through pairs that no clique holds yet as far as possible."""
    members = [first]
    candidates = close[first].copy()
    wanted = open_pairs[first].astype(float)
    while candidates.any():
        best = int(np.argmax(np.where(candidates, wanted, -1.0)))
        members.append(best)
        candidates &= close[best]
        wanted += open_pairs[best] + open_pairs[:, best]
    return np.sort(np.array(members, dtype=np.int64))


def _form(rows: csr_array, *, integer: bool) -> StandardForm:
    n_rows, n = rows.shape
    whole = np.full(n, integer)
    return zero_one_form(rows.tocsc(), np.full(n_rows, -np.inf), np.ones(n_rows), whole)
