"""A mixed-integer linear program as arrays: what a solver is handed, whoever wrote it down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alloc.solver.outcome import Values


@dataclass
class StandardForm:
    """`row_lower <= A x <= row_upper`, `col_lower <= x <= col_upper`, some x integer; costs to minimise.

    `A` is column-wise (CSC), rows x columns; absent bounds are infinite; `integrality` is 1 for an integer
    column and 0 otherwise. `objectives` maps an objective's name to (cost of each column, constant).
    `row_names` are full Pyomo names ('equipment.within_capacity[H1,CT]'), `row_families` the constraint's own
    name ('within_capacity'). `columns` are the Pyomo variables in column order, `unused` the free variables
    that no active constraint or objective mentions. Raises ValueError for arrays that do not fit or hold NaN.
    """

    A: Any
    row_lower: Values
    row_upper: Values
    col_lower: Values
    col_upper: Values
    integrality: NDArray[np.uint8]
    objectives: dict[str, tuple[Values, float]]
    row_names: Sequence[str] = ()
    row_families: Sequence[str] = ()
    columns: list[Any] = field(default_factory=list)
    unused: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        n_rows, n_columns = self.A.shape
        if not (len(self.row_lower) == len(self.row_upper) == n_rows):
            raise ValueError(f"A has {n_rows} rows, their bounds do not")
        if not (len(self.col_lower) == len(self.col_upper) == len(self.integrality) == n_columns):
            raise ValueError(f"A has {n_columns} columns, their bounds or integrality do not")
        # HiGHS takes NaN without a word, so it is stopped here.
        if not np.isfinite(self.A.data).all():
            raise ValueError(f"coefficients are not finite in {self._rows_at(~np.isfinite(self.A.data))}")
        for name in ("row_lower", "row_upper", "col_lower", "col_upper"):
            if np.isnan(getattr(self, name)).any():
                raise ValueError(f"{name} holds NaN")
        for name, (cost, constant) in self.objectives.items():
            if len(cost) != n_columns or not (np.isfinite(cost).all() and np.isfinite(constant)):
                raise ValueError(f"objective {name} does not fit {n_columns} columns or is not finite")

    @property
    def n_rows(self) -> int:
        """Number of rows (constraints)."""
        return int(self.A.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of columns (variables)."""
        return int(self.A.shape[1])

    @cached_property
    def column_of(self) -> dict[int, int]:
        """Column of a Pyomo variable, by `id(var)`."""
        return {id(var): column for column, var in enumerate(self.columns)}

    def relaxed(self) -> "StandardForm":
        """The same arrays with every column continuous (for bounds and duals)."""
        return replace(self, integrality=np.zeros_like(self.integrality))

    def _rows_at(self, entries: NDArray[np.bool_]) -> str:
        rows = np.unique(self.A.indices[entries])[:5]
        return ", ".join(self.row_names[row] if self.row_names else f"row {row}" for row in rows)
