"""A model inside HiGHS whose rows and bounds change, and the same model as arrays, kept equal."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import numpy as np
from highspy import Highs, HighsStatus, HighsVarType
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from alloc.errors import SolveError
from alloc.solver.check import Problem, Rows
from alloc.solver.outcome import Values
from alloc.solver.scale import row_scale
from alloc.solver.standard import StandardForm
from alloc.solver.watch import Watch

_COLUMN_WISE = 1
_MINIMISE = 1
_TO_CONSOLE = False


class LiveModel:
    """Holds one model inside HiGHS. Use it as a context manager, or `close` it to free HiGHS's copy.

    Raises SolveError when HiGHS refuses the model or a change, and when it is still busy with a solve.
    """

    def __init__(self, form: StandardForm) -> None:
        self._added: list[Rows] = []
        self._problem = Problem(
            matrix=form.A,
            row_lower=form.row_lower.copy(),
            row_upper=form.row_upper.copy(),
            col_lower=form.col_lower.copy(),
            col_upper=form.col_upper.copy(),
            integer=form.integrality == 1,
            added=self._added,
        )
        self._n_form_rows, self._n_columns = form.n_rows, form.n_columns
        self._watch: Watch | None = None
        self._highs = _hand_over(form)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free HiGHS's copy of the model; nothing can be solved afterwards."""
        if self.idle:
            self._highs.clear()

    @property
    def idle(self) -> bool:
        """False only while HiGHS works, which outlasts the call when a second Ctrl-C broke it off."""
        return self._watch is None or not self._watch.running

    @contextmanager
    def for_now(self) -> Iterator[None]:
        """Rows added, columns fixed and integrality changed inside are as before at the end, unless HiGHS is
        still busy with an interrupted solve.
        """
        now, kept = self._problem, self.n_added_rows
        lower, upper, whole = now.col_lower.copy(), now.col_upper.copy(), now.integer.copy()
        try:
            yield
        finally:
            if self.idle:
                self.drop_added_rows(kept)
                changed = np.flatnonzero((now.col_lower != lower) | (now.col_upper != upper))
                if changed.size:
                    self.set_column_bounds(changed, lower[changed], upper[changed])
                if (now.integer != whole).any():
                    self.set_integer(whole)

    @property
    def n_added_rows(self) -> int:
        """How many rows were added that are still there."""
        return sum(len(rows.lower) for rows in self._added)

    def add_row(self, coefficients: ArrayLike, lower: float, upper: float) -> int:
        """Add `lower <= coefficients @ x <= upper` (one coefficient a column); returns the number of the row.

        Raises ValueError when a coefficient is not finite or a side is NaN.
        """
        dense = self._per_column(coefficients, "coefficients of a row")
        return self.add_rows(csr_array(dense[None, :]), lower, upper)

    def add_rows(self, matrix: csr_array, lower: ArrayLike, upper: ArrayLike) -> int:
        """Add `lower <= matrix @ x <= upper`, one row each; returns the number of the first.

        Raises ValueError when the arrays do not fit, a coefficient is not finite or a side is NaN.
        """
        n_rows = matrix.shape[0]
        if matrix.shape[1] != self._n_columns:
            raise ValueError(f"rows over {matrix.shape[1]} columns, there are {self._n_columns}")
        if not np.isfinite(matrix.data).all():
            raise ValueError("coefficients of a row: not finite")
        low = np.broadcast_to(np.asarray(lower, dtype=float), n_rows).copy()
        high = np.broadcast_to(np.asarray(upper, dtype=float), n_rows).copy()
        if np.isnan(low).any() or np.isnan(high).any():
            raise ValueError("a side of the row is NaN")
        first = self._n_form_rows + self.n_added_rows
        starts, index = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
        done = self._idle_highs().addRows(n_rows, low, high, matrix.nnz, starts, index, matrix.data)
        accepted(done, "rows")
        self._added.append(Rows(matrix, low, high))
        return first

    def add_limit(self, cost: Values, most: float) -> None:
        """Add `cost @ x <= most`, scaled so that HiGHS's tolerances mean something. Raises as `add_row`."""
        scale = row_scale(cost)
        self.add_row(cost * scale, -np.inf, most * scale)

    def drop_added_rows(self, keep: int = 0) -> None:
        """Remove the rows that were added, except the first `keep` of them."""
        n_dropped = self.n_added_rows - keep
        if n_dropped <= 0:
            return
        first = self._n_form_rows + keep
        rows = np.arange(first, first + n_dropped, dtype=np.int32)
        accepted(self._idle_highs().deleteRows(n_dropped, rows), "the removal of rows")
        kept: list[Rows] = []
        for rows_added in self._added:
            left = keep - sum(len(one.lower) for one in kept)
            if left > 0:
                kept.append(rows_added.first(left))
        self._added[:] = kept

    def fix_columns(self, columns: ArrayLike, values: ArrayLike) -> None:
        """Fix columns at values; `set_column_bounds` frees them again. Raises ValueError when not finite."""
        if not np.isfinite(np.asarray(values, dtype=float)).all():
            raise ValueError("a column cannot be fixed at a value that is not finite")
        self.set_column_bounds(columns, values, values)

    def hold_whole(self, columns: NDArray[np.int64], values: Values) -> None:
        """Fix columns at the whole numbers nearest to values, as far as their bounds allow."""
        self.fix_columns(columns, np.clip(np.rint(values), *self.column_bounds(columns)))

    def set_column_bounds(self, columns: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """Replace the bounds of columns. Raises ValueError for NaN, IndexError for an unknown column."""
        index, low, high = _sides(columns, lower, upper, self._n_columns)
        highs = self._idle_highs()
        accepted(highs.changeColsBounds(len(index), index, low, high), "column bounds")
        self._problem.col_lower[index], self._problem.col_upper[index] = low, high

    def set_row_bounds(self, rows: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """Replace the sides of rows of the form (a new budget, say). Raises as `set_column_bounds`."""
        index, low, high = _sides(rows, lower, upper, self._n_form_rows)
        highs = self._idle_highs()
        for row, one_low, one_high in zip(index.tolist(), low.tolist(), high.tolist(), strict=True):
            accepted(highs.changeRowBounds(row, one_low, one_high), "row bounds")
        self._problem.row_lower[index], self._problem.row_upper[index] = low, high

    def column_bounds(self, columns: NDArray[np.int64]) -> tuple[Values, Values]:
        """Copies of the bounds that columns have now."""
        return self._problem.col_lower[columns].copy(), self._problem.col_upper[columns].copy()

    def integer_columns(self) -> NDArray[np.bool_]:
        """A copy of the mask of integer columns, as they are now."""
        return self._problem.integer.copy()

    def set_integer(self, mask: NDArray[np.bool_]) -> None:
        """Replace the mask of integer columns (to solve a relaxation, and back)."""
        kinds = np.where(mask, np.uint8(int(HighsVarType.kInteger)), np.uint8(int(HighsVarType.kContinuous)))
        columns = np.arange(self._n_columns, dtype=np.int32)
        accepted(self._idle_highs().changeColsIntegrality(len(columns), columns, kinds), "integrality")
        self._problem.integer = mask.copy()

    @property
    def problem(self) -> Problem:
        """The rows, bounds and integrality as they are now; not to be changed."""
        return self._problem

    def _idle_highs(self) -> Highs:
        if not self.idle:
            raise SolveError("HiGHS is still busy with an interrupted solve")
        return self._highs

    def _per_column(self, numbers: ArrayLike, what: str) -> Values:
        array = np.asarray(numbers, dtype=float)
        if array.shape != (self._n_columns,):
            raise ValueError(f"{what}: {array.shape} numbers for {self._n_columns} columns")
        if not np.isfinite(array).all():
            raise ValueError(f"{what}: not finite")
        return array


def accepted(status: HighsStatus, what: str) -> None:
    """Raise SolveError when HiGHS refuses `what`."""
    if status == HighsStatus.kError:
        raise SolveError(f"HiGHS refused {what}")


def _hand_over(form: StandardForm) -> Highs:
    highs = Highs()
    highs.setOptionValue("log_to_console", _TO_CONSOLE)  # not silent(): the watch reads the log
    no_index, no_value = np.empty(0, dtype=np.int32), np.empty(0)
    status = highs.passModel(
        form.n_columns,
        form.n_rows,
        form.A.nnz,
        0,
        _COLUMN_WISE,
        _COLUMN_WISE,
        _MINIMISE,
        0.0,
        np.zeros(form.n_columns),
        form.col_lower,
        form.col_upper,
        form.row_lower,
        form.row_upper,
        form.A.indptr[:-1].astype(np.int32),
        form.A.indices.astype(np.int32),
        form.A.data,
        no_index,
        no_index,
        no_value,
        form.integrality.astype(np.int32),
    )
    accepted(status, "the model")
    return highs


def _sides(
    index: ArrayLike, lower: ArrayLike, upper: ArrayLike, n: int
) -> tuple[NDArray[np.int32], Values, Values]:
    index = np.atleast_1d(np.asarray(index, dtype=np.int32))
    if index.size and not (index.min() >= 0 and index.max() < n):
        raise IndexError(f"no such row or column: there are {n}")
    low = np.broadcast_to(np.asarray(lower, dtype=float), index.shape).copy()
    high = np.broadcast_to(np.asarray(upper, dtype=float), index.shape).copy()
    if np.isnan(low).any() or np.isnan(high).any():
        raise ValueError("a bound is NaN")
    return index, low, high
