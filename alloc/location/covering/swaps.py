"""p columns that leave no row unmet: one out, one in, and rows that stay unmet count more and more.

Gao, Weise & Li (2015), "An efficient local search heuristic with row weighting for the unicost set covering
problem", EJOR 246; for p-center Zhang et al. (2020), "Vertex weighting-based tabu search for p-center
problem", IJCAI. It finds; it never refutes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from alloc.location.covering.rows import Covering
from alloc.location.pairs import Index, Mask, Values

_STEPS_BETWEEN_LOOKS = 64


class Swaps:
    """A search whose rows all need one column; as many columns stay chosen as were at the start.

    A chosen column is worth the rows that it alone meets, any other the unmet rows that it would meet; a row
    counts 1, and 1 more for every step that leaves it unmet.
    """

    def __init__(self, covering: Covering, chosen: Mask, seed: int) -> None:
        self._covering, self._chosen = covering, chosen.copy()
        self._random = np.random.default_rng(seed)
        self._count = covering.counts(chosen)
        self._weight: Values = np.ones(covering.n_rows)
        self._to_win: Values = covering.covers @ (self._count == 0).astype(float)
        self._to_lose: Values = covering.covers @ (self._count == 1).astype(float)
        self._moved: Index = np.zeros(covering.n_columns, dtype=np.int64)
        self._last = -1

    def run(self, n_steps: int, stop: Callable[[], bool]) -> Mask | None:
        """The columns that leave no row unmet, if they are found within so many steps."""
        for step in range(1, n_steps + 1):
            unmet = np.flatnonzero(self._count == 0)
            if not len(unmet):
                return self._chosen
            if not self._chosen.any() or (step % _STEPS_BETWEEN_LOOKS == 0 and stop()):
                return None
            self._swap(step)
            self._press()
        return None if (self._count == 0).any() else self._chosen

    def _swap(self, step: int) -> None:
        """Out goes what is worth least, in comes what is worth most to some unmet row; of equals, what has
        not moved for longest.
        """
        inside = np.flatnonzero(self._chosen)
        movable = inside[inside != self._last] if len(inside) > 1 else inside
        out = self._first_moved(movable, self._to_lose[movable].min(), self._to_lose)
        self._flip(out, step)
        unmet = np.flatnonzero(self._count == 0)
        row = int(unmet[self._random.integers(len(unmet))]) if len(unmet) else -1
        near = _row(self._covering.matrix, row) if row >= 0 else np.flatnonzero(~self._chosen)
        others = near[near != out] if len(near) > 1 else near
        self._last = self._first_moved(others, self._to_win[others].max(), self._to_win)
        self._flip(self._last, step)

    def _first_moved(self, columns: Index, worth: float, worths: Values) -> int:
        equal = columns[worths[columns] == worth]
        return int(equal[np.argmin(self._moved[equal])])

    def _flip(self, column: int, step: int) -> None:
        """Choose a column, or let it go."""
        rows = _row(self._covering.covers, column)
        others = self._count[rows] - int(self._chosen[column])
        sign = -1.0 if self._chosen[column] else 1.0
        alone, one_more = self._told(rows[others == 0]), self._told(rows[others == 1])
        self._to_win -= sign * alone
        self._to_lose += sign * (alone - one_more)
        self._count[rows] += int(sign)
        self._chosen[column] = not self._chosen[column]
        self._moved[column] = step

    def _press(self) -> None:
        """What is unmet counts more from now on."""
        unmet = np.flatnonzero(self._count == 0)
        if len(unmet):
            self._weight[unmet] += 1.0
            columns, _ = _entries(self._covering.matrix, unmet)
            self._to_win += np.bincount(columns, minlength=self._covering.n_columns)

    def _told(self, rows: Index) -> Values:
        """The weights of some rows, summed up for each column that meets them."""
        columns, lengths = _entries(self._covering.matrix, rows)
        weights = np.repeat(self._weight[rows], lengths)
        told = np.bincount(columns, weights=weights, minlength=self._covering.n_columns)
        return told.astype(float)


def _row(matrix: csr_array, row: int) -> Index:
    found: Index = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    return found


def _entries(matrix: csr_array, rows: Index) -> tuple[Index, Index]:
    """The columns of some rows, one after another, and how many each has."""
    start = matrix.indptr[rows]
    lengths = matrix.indptr[rows + 1] - start
    offset = np.repeat(start - (np.cumsum(lengths) - lengths), lengths)
    return matrix.indices[offset + np.arange(len(offset))], lengths
