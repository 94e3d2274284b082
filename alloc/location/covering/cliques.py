"""Sets of sites that are pairwise close, of which one may be chosen: cliques of the graph of close pairs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array, eye_array

from alloc.location.pairs import Index, Mask

_ROWS_AT_A_TIME = 256


def neighbours_of(close: csr_array, site: int) -> Index:
    """Sites that are close to one."""
    found: Index = close.indices[close.indptr[site] : close.indptr[site + 1]]
    return found


def cliques(close: csr_array, stop: Callable[[], bool]) -> csr_array:
    """Cliques x sites such that every close pair lies in one; large ones first come to hand.

    Some pairs lie in none once ``stop`` has said so.
    """
    n = close.shape[0]
    lonely = np.ones(close.nnz, dtype=bool)  # pairs that no clique holds yet, both ways
    inside: Mask = np.zeros(n, dtype=bool)
    found: list[Index] = []
    for first in range(n):
        if stop():
            break
        while lonely[close.indptr[first] : close.indptr[first + 1]].any():
            members = _grown(close, lonely, first)
            inside[members] = True
            for member in members:
                pairs = slice(close.indptr[member], close.indptr[member + 1])
                lonely[pairs] &= ~inside[close.indices[pairs]]
            inside[members] = False
            found.append(members)
    return _rows(found, n)


def _grown(close: csr_array, lonely: Mask, first: int) -> Index:
    """A maximal clique around ``first``, through pairs that no clique holds yet as far as possible."""
    members = [first]
    candidates = neighbours_of(close, first)
    wanted = lonely[close.indptr[first] : close.indptr[first + 1]].astype(float)
    while len(candidates):
        best = int(candidates[np.argmax(wanted)])
        members.append(best)
        near, pairs = neighbours_of(close, best), slice(close.indptr[best], close.indptr[best + 1])
        candidates, old, new = np.intersect1d(candidates, near, assume_unique=True, return_indices=True)
        wanted = wanted[old] + lonely[pairs][new]
    return np.sort(np.array(members, dtype=np.int64))


def grown_balls(halfway: csr_array, close: csr_array, centres: Index, stop: Callable[[], bool]) -> csr_array:
    """Cliques x sites: around every centre those within half the distance, and more as far as they are close
    to all so far. Few, and in a plane nearly as large as any can be.

    ``halfway`` (n x n) marks pairs within half the distance; where those of a site are not close to each
    other, its clique grows from the site alone. It is without the rest once ``stop`` says so.
    """
    n = close.shape[0]
    ball = csr_array(halfway.astype(np.int32) + eye_array(n, dtype=np.int32))
    size = np.diff(ball.indptr)
    linked = close.astype(np.int32)
    found: list[Index] = []
    for first in range(0, len(centres), _ROWS_AT_A_TIME):
        if stop():
            break
        some = centres[first : first + _ROWS_AT_A_TIME]
        shared = csr_array(ball[some] @ linked)  # how many of the ball each site is close to
        for row, site in enumerate(some):
            of_row = slice(shared.indptr[row], shared.indptr[row + 1])
            sites, count = shared.indices[of_row], shared.data[of_row]
            members = neighbours_of(ball, site)
            inside = np.isin(sites, members)
            is_clique = inside.sum() == size[site] and (count[inside] == size[site] - 1).all()
            if is_clique or size[site] == 1:
                candidates = sites[~inside & (count == size[site])]
            else:
                members, candidates = np.array([site]), neighbours_of(close, site)
            found.append(np.concatenate([members, _grown_by(close, candidates)]))
    return _rows(found, n)


def _rows(found: list[Index], n: int) -> csr_array:
    start = np.cumsum([0, *(len(members) for members in found)])
    site = np.concatenate([*found, np.empty(0, dtype=np.int64)])
    return csr_array((np.ones(len(site)), site, start), shape=(len(found), n))


def _grown_by(close: csr_array, candidates: Index) -> Index:
    """Of sites a clique, each time the one that leaves most of them."""
    links = close[candidates][:, candidates].toarray()
    left = np.ones(len(candidates), dtype=bool)
    grown: list[int] = []
    while left.any():
        best = int(np.argmax(np.where(left, links[:, left].sum(axis=1), -1)))
        grown.append(best)
        left &= links[best]
    return candidates[grown]
