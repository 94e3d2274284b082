"""Rows and columns of a covering question that can be left out without losing every best answer."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from alloc.location.covering.rows import Covering
from alloc.location.pairs import Index, Mask, Values

_MOST_WORK = 3e9
_ENTRIES_AT_A_TIME = 20_000_000
_DENSE_FROM = 0.1


def undominated_columns(covering: Covering, cost: Values | None = None) -> Mask:
    """Columns to keep: a column goes when one that costs no more meets all rows that it meets, and more.

    Of equals the first stays. Only where every row needs one column: with larger needs both may be wanted.
    """
    keep = np.ones(covering.n_columns, dtype=bool)
    if (covering.need > 1).any():
        return keep
    price = np.zeros(covering.n_columns) if cost is None else cost
    size = np.diff(covering.covers.indptr)
    for small, large in inclusions(covering.covers):
        equal = size[small] == size[large]
        cheaper = price[large] < price[small]
        as_cheap = price[large] == price[small]
        keep[small[cheaper | (as_cheap & (~equal | (large < small)))]] = False
    return keep


def undominated_rows(covering: Covering) -> Mask:
    """Rows to keep where all must be met: a row goes when another with all its columns inside needs as much.

    Of equals the first stays.
    """
    keep = np.ones(covering.n_rows, dtype=bool)
    size, need = np.diff(covering.matrix.indptr), covering.need
    for small, large in inclusions(covering.matrix):
        equal = (size[small] == size[large]) & (need[small] == need[large])
        implied = (need[small] >= need[large]) & (~equal | (small < large))
        keep[large[implied]] = False
    return keep


def inclusions(matrix: csr_array) -> list[tuple[Index, Index]]:
    """(a, b), a and b apart, such that row a lies inside row b; nothing where finding them costs too much."""
    n, width = matrix.shape
    size = np.diff(matrix.indptr)
    per_column = np.bincount(matrix.indices, minlength=width).astype(float)
    dense = matrix.nnz > _DENSE_FROM * n * width
    work = float(n) * n * width / 50 if dense else float(per_column @ per_column)
    if n < 2 or work > _MOST_WORK:
        return []
    rows_at_a_time = max(1, int(_ENTRIES_AT_A_TIME / max(1.0, n if dense else work / n)))
    whole = matrix.toarray().astype(np.float32) if dense else csr_array(matrix.T)
    found = []
    for first in range(0, n, rows_at_a_time):
        part = slice(first, first + rows_at_a_time)
        if dense:
            a, b = np.nonzero((whole[part] @ whole.T) == size[part, None])
        else:
            shared = (matrix[part] @ whole).tocoo()
            inside = shared.data == size[shared.row + first]
            a, b = shared.row[inside], shared.col[inside]
        a = a.astype(np.int64) + first
        apart = a != b
        found.append((a[apart], b[apart].astype(np.int64)))
    return found
