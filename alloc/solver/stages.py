"""One goal of a large model in stages: a bound from the leading decisions, a plan around them, then the whole.

With only the leading integers kept (the machines), the model is a relaxation that closes quickly, so its bound is
valid for the whole; its solution, held, leaves an easy model for the other integers and gives a good plan. Often the
two meet and the pass is proven without the whole model ever being branched on. (Relax-and-fix; Pochet & Wolsey,
Production Planning by Mixed Integer Programming, 2006, ch. 3.)
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values, relative_gap

_log = logging.getLogger("alloc.solver")

Minimise = Callable[[SolverOptions, Values | None], Outcome]


@dataclass(frozen=True)
class Stages:
    """Integer columns of the leading decisions, and the share of the time limit that each stage may take."""

    lead: NDArray[np.bool_]
    whole_first: float = 0.25
    relaxed: float = 0.4
    around: float = 0.1


def minimise_in_stages(
    session: HighsSession, minimise: Minimise, stages: Stages, options: SolverOptions, warm_start: Values | None
) -> Outcome:
    """The best plan and the best bound of all stages; 'proven' when they meet within ``options.gap``.

    ``minimise`` solves the session's current goal with given options and start.
    """
    began = time.perf_counter()

    def left() -> float:
        return options.time_limit_s - (time.perf_counter() - began)

    def share(part: float) -> SolverOptions:
        return replace(options, time_limit_s=max(0.1, min(left(), part * options.time_limit_s)))

    best = minimise(share(stages.whole_first), warm_start)
    if best.status not in ("time_limit",):
        return best
    bound = best.bound
    while left() > 0.05 * options.time_limit_s and not _closed(best, bound, options):
        integer = session.integer_columns()
        session.set_integer(integer & stages.lead)
        try:
            relaxed = minimise(replace(share(stages.relaxed), gap=options.gap / 2), best.values)
        finally:
            session.set_integer(integer)
        bound = _higher(bound, relaxed.bound)
        if relaxed.status == "cancelled":
            break
        if relaxed.values is not None:
            best = _better(best, _around(session, minimise, integer & stages.lead, relaxed.values, share(stages.around)))
            best = _better(best, _around(session, minimise, integer & ~stages.lead, best.values, share(stages.around)))
        if not _closed(best, bound, options) and left() > 0.1:
            last = minimise(replace(options, time_limit_s=left()), best.values)
            best, bound = _better(best, last), _higher(bound, last.bound)
        break
    return _concluded(best, bound, options, time.perf_counter() - began)


def _around(
    session: HighsSession, minimise: Minimise, held: NDArray[np.bool_], values: Values | None, options: SolverOptions
) -> Outcome | None:
    """The best plan with some integers held where they are."""
    if values is None:
        return None
    columns = np.flatnonzero(held)
    lower, upper = session.column_bounds(columns)
    session.fix_columns(columns, np.round(values[columns]))
    try:
        return minimise(options, values)
    finally:
        session.set_column_bounds(columns, lower, upper)


def _better(best: Outcome, other: Outcome | None) -> Outcome:
    if other is None or other.objective is None or other.values is None:
        return best
    return other if best.objective is None or other.objective < best.objective else best


def _higher(bound: float | None, other: float | None) -> float | None:
    known = [value for value in (bound, other) if value is not None]
    return max(known) if known else None


def _closed(best: Outcome, bound: float | None, options: SolverOptions) -> bool:
    gap = relative_gap(best.objective, bound)
    return gap is not None and gap <= options.gap


def _concluded(best: Outcome, bound: float | None, options: SolverOptions, seconds: float) -> Outcome:
    if best.values is None:
        return replace(best, bound=bound, seconds=seconds)
    closed = _closed(best, bound, options)
    status = "optimal" if closed else ("cancelled" if best.status == "cancelled" else "time_limit")
    return replace(
        best,
        status=status,
        holding="proven" if closed else "incumbent",
        bound=bound,
        gap=relative_gap(best.objective, bound),
        seconds=seconds,
    )
