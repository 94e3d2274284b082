"""What is asked of one solve, and its answer: why it stopped and what it holds are two separate facts."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Status = Literal["optimal", "time_limit", "cancelled", "infeasible", "unbounded", "error"]
Holding = Literal["proven", "incumbent", "nothing"]

Way = Literal["whole", "parts", "together", "before", "prices", "province"]
"""Where a plan or a bound is from: a search of the whole model; its parts, each on its own; the whole around
what some parts decided; the plan known before; parts at a price for what they share; all counties of a
province together.
"""

MAX_SEED = 2**31 - 1
ABSOLUTE_GAP = 1e-6


@dataclass(frozen=True)
class SolverOptions:
    """Limits of one solve.

    `time_limit_s` is in seconds, for each pass; `gap` is the relative gap at which a solution counts as
    proven (0.001 = 0.1 %), `gap_abs` the same in the goal's own unit; `threads` = 0 leaves the number to
    HiGHS; `seed` drives its random choices; without `restart` HiGHS goes on where it would presolve a search
    again. Raises ValueError for a value out of range.
    """

    time_limit_s: float = 60.0
    gap: float = 1e-3
    threads: int = 0
    seed: int = 0
    gap_abs: float = ABSOLUTE_GAP
    restart: bool = True

    def __post_init__(self) -> None:
        if not self.time_limit_s > 0:
            raise ValueError(f"time_limit_s must be above 0, not {self.time_limit_s}")
        if not 0 <= self.gap < math.inf:
            raise ValueError(f"gap must be a number from 0 up, not {self.gap}")
        if not 0 <= self.gap_abs < math.inf:
            raise ValueError(f"gap_abs must be a number from 0 up, not {self.gap_abs}")
        if self.threads < 0:
            raise ValueError(f"threads must be 0 or more, not {self.threads}")
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"seed must be in 0..{MAX_SEED}, not {self.seed}")


@dataclass(frozen=True, eq=False)
class Outcome:
    """The answer of one solve.

    `status` says why the solver stopped ('optimal': the gap asked for was reached). `holding` says what
    `values` is: 'proven' (within the gap), 'incumbent' (feasible, checked on the raw arrays) or 'nothing'.
    `objective` and `bound` are in the unit of the goal, `gap` is a fraction, `seconds` is wall time, `nodes`
    counts branch-and-bound nodes. `row_duals` (what the objective changes by for each unit that a row's
    binding side rises; added rows come last) and `reduced_costs` are known only for an LP at its optimum.
    `found_by` and `bound_by` say where the plan and the bound are from.
    """

    status: Status
    holding: Holding
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    nodes: int
    values: Values | None
    row_duals: Values | None = None
    reduced_costs: Values | None = None
    found_by: Way = "whole"
    bound_by: Way = "whole"

    def __str__(self) -> str:
        held = "nothing" if self.objective is None else f"{self.holding} {self.objective:g}"
        gap = "" if self.gap is None else f", gap {self.gap:.4%}"
        return f"{self.status}, holds {held}{gap}, {self.nodes} nodes, {self.seconds:.2f} s"


def relative_gap(objective: float | None, bound: float | None) -> float | None:
    """`|objective - bound| / |objective|`; 0 when the two are within 1e-6; None when either is unknown."""
    if objective is None or bound is None:
        return None
    difference = abs(objective - bound)
    return 0.0 if difference <= ABSOLUTE_GAP else difference / max(abs(objective), 1e-9)


def finite_or_none(number: float) -> float | None:
    """None for infinity and NaN, by which HiGHS says 'not known'."""
    return number if math.isfinite(number) else None
