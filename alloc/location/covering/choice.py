"""What a covering search hands back, and how its MIPs are asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from alloc.location.answer import Status
from alloc.location.pairs import Index, Mask, Values
from alloc.location.siting import Limits
from alloc.solver.outcome import Outcome, SolverOptions
from alloc.solver.standard import StandardForm

_LEAST_SECONDS = 1e-3
_SHARE_OF_GAP = 0.1


@dataclass(frozen=True, eq=False)
class Choice:
    """Chosen columns (a mask), what nothing can be better than, and how that was found out."""

    chosen: Mask
    bound: float
    method: str
    stopped: Status = "time_limit"


def mip_options(limits: Limits) -> SolverOptions:
    """For a MIP in the time that is left; closer than asked, so that rounding does not open the gap again."""
    return SolverOptions(
        time_limit_s=max(limits.left(), _LEAST_SECONDS),
        gap=_SHARE_OF_GAP * limits.gap,
        threads=1,
        seed=limits.seed,
        gap_abs=0.0,
        restart=False,  # maximal covering: cuts at the root settle most, a restart loses their LP
    )


def why_stopped(outcome: Outcome) -> Status:
    """Why a MIP that proved nothing ended."""
    return "cancelled" if outcome.status == "cancelled" else "time_limit"


def zero_one_form(matrix: csc_array, lower: Values, upper: Values, integer: Mask) -> StandardForm:
    """Rows over columns that are all within 0 and 1."""
    n = matrix.shape[1]
    return StandardForm(
        A=matrix,
        row_lower=lower,
        row_upper=upper,
        col_lower=np.zeros(n),
        col_upper=np.ones(n),
        integrality=integer.astype(np.uint8),
        objectives={},
    )


def mask_of(n: int, chosen: Index) -> Mask:
    """True at the chosen positions."""
    mask: Mask = np.zeros(n, dtype=bool)
    mask[chosen] = True
    return mask


def at_least_a_little(cost: Values) -> Values:
    """Costs to divide by: what is free costs next to nothing instead."""
    largest = float(cost.max(initial=0.0))
    return np.maximum(cost, 1e-9 * largest if largest > 0.0 else 1.0)


def filled(chosen: Mask, p: int) -> Mask:
    """A choice of exactly p: where fewer suffice, the first others are added."""
    full: Mask = chosen.copy()
    full[np.flatnonzero(~chosen)[: p - int(chosen.sum())]] = True
    return full
