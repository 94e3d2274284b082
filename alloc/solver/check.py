"""Solutions checked again on the raw arrays: HiGHS's own word is never enough.

HiGHS works within 1e-6 on a scaled, presolved copy; wrong answers of its presolve are on record
(github.com/ERGO-Code/HiGHS issues 2957, 2975, 3043).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from alloc.solver.outcome import Values
from alloc.solver.standard import StandardForm

ROW_TOLERANCE = 1e-5
BOUND_TOLERANCE = 1e-6
INTEGRALITY_TOLERANCE = 1e-5


class Rows(NamedTuple):
    """Rows added at once after the model was handed over: `lower <= matrix @ x <= upper`."""

    matrix: csr_array
    lower: Values
    upper: Values

    def first(self, n: int) -> "Rows":
        """The first `n` of them."""
        return Rows(self.matrix[:n], self.lower[:n], self.upper[:n])


@dataclass
class Problem:
    """The rows, bounds and integrality that a solution must meet, kept equal to what HiGHS has."""

    matrix: Any
    row_lower: Values
    row_upper: Values
    col_lower: Values
    col_upper: Values
    integer: NDArray[np.bool_]
    added: Sequence[Rows] = ()

    def form(self) -> StandardForm:
        """A copy of the model as it is now, added rows last, without objectives."""
        return StandardForm(
            A=vstack([csr_array(self.matrix), *(csr_array(rows.matrix) for rows in self.added)]).tocsc(),
            row_lower=np.concatenate([self.row_lower, *(rows.lower for rows in self.added)]),
            row_upper=np.concatenate([self.row_upper, *(rows.upper for rows in self.added)]),
            col_lower=self.col_lower.copy(),
            col_upper=self.col_upper.copy(),
            integrality=self.integer.astype(np.uint8),
            objectives={},
        )

    def feasible(self, values: Values) -> bool:
        """True when all rows, bounds and integrality hold within tolerance (relative to sides above 1)."""
        if len(values) != len(self.col_lower) or not np.isfinite(values).all():
            return False
        whole = values[self.integer]
        if np.abs(whole - np.rint(whole)).max(initial=0.0) > INTEGRALITY_TOLERANCE:
            return False
        if not _within(values, self.col_lower, self.col_upper, BOUND_TOLERANCE):
            return False
        if not _within(self.matrix @ values, self.row_lower, self.row_upper, ROW_TOLERANCE):
            return False
        return all(
            _within(rows.matrix @ values, rows.lower, rows.upper, ROW_TOLERANCE) for rows in self.added
        )

    def rounded(self, values: Values) -> Values:
        """`values` with exact integers, and everything inside its bounds."""
        exact = np.clip(values, self.col_lower, self.col_upper)
        exact[self.integer] = np.rint(values[self.integer])
        return exact + 0.0  # turns -0.0 into 0.0


def _within(values: Values, lower: Values, upper: Values, tolerance: float) -> bool:
    below = values < lower - tolerance * np.maximum(1.0, np.abs(lower))
    above = values > upper + tolerance * np.maximum(1.0, np.abs(upper))
    return not (below.any() or above.any())


def activity(matrix: csr_array, lower: Values, upper: Values) -> tuple[Values, Values]:
    """The least and the most that each row of a matrix can come to within the bounds of its columns."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    at_lower, at_upper = matrix.data * lower[matrix.indices], matrix.data * upper[matrix.indices]
    least = np.bincount(row, np.minimum(at_lower, at_upper), matrix.shape[0])
    most = np.bincount(row, np.maximum(at_lower, at_upper), matrix.shape[0])
    return least.astype(float), most.astype(float)
