"""Prices of a model's rows by its relaxation: what the best plan would give for one more of each.

Rows that seldom bind are left out at first and then come all at once: the dual simplex goes on from the
first answer. For a city's cost that takes half the time of all rows from the start, and two thirds of that of
a few rows at a time (docs/decisions.md).
"""

from __future__ import annotations

import math
from dataclasses import replace
from time import perf_counter as now

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions, Values
from alloc.solver.progress import CancelToken
from alloc.solver.recourse import proven_by
from alloc.solver.standard import StandardForm


def row_prices(
    form: StandardForm,
    seldom: NDArray[np.bool_],
    cost: Values,
    options: SolverOptions,
    cancel: CancelToken,
) -> Values | None:
    """One price a row; those of the model without the rows ``seldom`` where there is no time for more, None
    where there is none for that.
    """
    began, rows = now(), np.flatnonzero(seldom)
    lower, upper = form.row_lower.copy(), form.row_upper.copy()
    lower[rows], upper[rows] = -math.inf, math.inf
    with HighsSession(replace(form.relaxed(), row_lower=lower, row_upper=upper)) as session:
        first = session.minimise(cost, 0.0, "prices", options=options, cancel=cancel).row_duals
        left = options.time_limit_s - (now() - began)
        if first is None or not len(rows) or left <= 0.0:
            return first
        session.set_row_bounds(rows, form.row_lower[rows], form.row_upper[rows])
        rest = replace(options, time_limit_s=left)
        second = session.minimise(cost, 0.0, "prices", options=rest, cancel=cancel).row_duals
    return first if second is None else second


def least_at_prices(
    form: StandardForm, rows: NDArray[np.int64], columns: NDArray[np.int64], cost: Values, prices: Values
) -> float:
    """What some columns come to at least, while they keep some rows, at a price of each row of the model;
    ``cost`` is per column of those. No other column that is free may stand in the rows (weak duality: any
    prices prove a bound, those of the relaxation its own).
    """
    matrix = csr_array(csr_array(form.A)[rows])
    others = np.where(form.col_lower < form.col_upper, 0.0, form.col_lower)
    others[columns] = 0.0
    fixed = matrix @ others
    sides = form.row_lower[rows] - fixed, form.row_upper[rows] - fixed
    bounds = form.col_lower[columns], form.col_upper[columns]
    return proven_by(prices[rows], cost, matrix[:, columns], sides, bounds)[1]
