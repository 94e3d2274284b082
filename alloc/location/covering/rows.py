"""Covering questions as rows and columns: which free sites meet which need, and what meeting it earns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from alloc.location.pairs import Index, Mask, Pairs, Values
from alloc.location.siting import Siting


@dataclass(frozen=True, eq=False)
class Covering:
    """Rows x columns of 0 and 1: a row is met once ``need`` of its columns are open.

    ``columns`` are the positions of the sites that are free to open. ``need`` (n_rows) is 1 at least,
    ``gain`` (n_rows) is what a met row earns. Rows that are met by what is open anyway are not among them.
    """

    columns: Index
    matrix: csr_array
    need: Index
    gain: Values

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of free sites."""
        return int(self.matrix.shape[1])

    @cached_property
    def covers(self) -> csr_array:
        """The other way round: columns x rows."""
        return csr_array(self.matrix.T)

    def counts(self, chosen: Mask) -> Index:
        """How many chosen columns (a mask) reach each row."""
        found: Index = self.matrix @ chosen.astype(np.int64)
        return found

    def earned(self, chosen: Mask) -> float:
        """What the rows earn that the chosen columns meet."""
        return float(self.gain[self.counts(chosen) >= self.need].sum())

    def earning(self, p: int) -> Covering:
        """The same rows; those that no p columns meet earn nothing."""
        can = self.need <= np.minimum(p, np.diff(self.matrix.indptr))
        return Covering(self.columns, self.matrix, self.need, np.where(can, self.gain, 0.0))

    def rows(self, keep: Mask | Index) -> Covering:
        """Those rows only."""
        return Covering(self.columns, self.matrix[keep], self.need[keep], self.gain[keep])

    def only_columns(self, keep: Mask | Index) -> Covering:
        """Those columns only."""
        return Covering(self.columns[keep], csr_array(self.matrix[:, keep]), self.need, self.gain)


def read_covering(siting: Siting, pairs: Pairs, need: Index, gain: Values) -> Covering:
    """The rows of ``pairs`` (a client each; ``need`` and ``gain`` are theirs) that open sites leave unmet."""
    columns = np.flatnonzero(~siting.open_anyway & ~siting.prohibited)
    left = need - n_open(pairs, siting.open_anyway)
    unmet = np.flatnonzero(left > 0)
    ones = np.ones(pairs.n_pairs, dtype=np.int32)
    shape = (pairs.n_clients, pairs.n_sites)
    # A client's pairs stand in order of cost: sorted by site, equal rows are equal arrays.
    by_site = csr_array((ones, pairs.site, pairs.start), shape=shape)[unmet][:, columns]
    by_site.sort_indices()
    return Covering(columns, csr_array(by_site), left[unmet], gain[unmet])


def n_open(pairs: Pairs, is_open: Mask) -> Index:
    """How many open sites each client has among its pairs."""
    found: Index = np.bincount(pairs.client[is_open[pairs.site]], minlength=pairs.n_clients).astype(np.int64)
    return found


def merged(covering: Covering) -> Covering:
    """Rows with the same columns and the same need are one row that earns the sum."""
    matrix = covering.matrix
    if covering.n_rows < 2:
        return covering
    head = _group_heads(matrix, covering.need)
    heads, group = np.unique(head, return_inverse=True)
    gain = np.bincount(group, weights=covering.gain, minlength=len(heads)).astype(float)
    return Covering(covering.columns, csr_array(matrix[heads]), covering.need[heads], gain)


def _group_heads(matrix: csr_array, need: Index) -> Index:
    """For each row the first row that equals it (itself, where none does)."""
    key = np.random.default_rng(0).integers(0, 2**63, matrix.shape[1], dtype=np.uint64)
    total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(key[matrix.indices], dtype=np.uint64)])
    size = np.diff(matrix.indptr)
    mark = total[matrix.indptr[1:]] - total[matrix.indptr[:-1]]  # sums wrap around, differences stay right
    order = np.lexsort((np.arange(len(size)), need, size, mark))
    same = (np.diff(mark[order]) == 0) & (np.diff(size[order]) == 0) & (np.diff(need[order]) == 0)
    first = np.concatenate([[True], ~same.astype(bool)])
    head = np.empty(len(size), dtype=np.int64)
    head[order] = order[first][np.cumsum(first) - 1]
    # Equal marks of unequal rows are next to impossible; they are kept apart all the same.
    differ = matrix.indices != matrix[head].indices
    wrong = np.unique(np.repeat(np.arange(len(size)), size)[differ])
    head[wrong] = wrong
    return head
