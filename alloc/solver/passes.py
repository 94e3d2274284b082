"""Several goals at once: one after another (lexicographic), or added up with weights.

Lexicographic: minimise the first goal, hold it within its tolerance by one more row, minimise the second, and
so on (Ehrgott, Multicriteria Optimization, 2nd ed. 2005, ch. 5). The row holds the value that was found, not
the bound, so that the next pass always has a feasible start: the solution of the pass before.
"""

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from alloc.solver.by_large_parts import ByLargeParts
from alloc.solver.by_narrowed_parts import ByNarrowedParts
from alloc.solver.by_parts import ByParts
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Holding, Outcome, SolverOptions, Status, Values, Way
from alloc.solver.part import Goal
from alloc.solver.parts import Parts, Split
from alloc.solver.progress import CancelToken, Progress, ProgressCallback
from alloc.solver.standard import StandardForm

_log = logging.getLogger("alloc.solver")

# A row that holds a goal at exactly its value would be broken by rounding alone.
_LEAST_TOLERANCE = 1e-7
_LEAST_TIME_S = 0.1
# The first of these that any pass ended with is how the whole ended.
_GRAVEST_FIRST: tuple[Status, ...] = (
    "cancelled",
    "error",
    "infeasible",
    "unbounded",
    "time_limit",
    "optimal",
)


@dataclass(frozen=True)
class GoalPass:
    """One goal of a lexicographic solve.

    `goal` names an objective of the form; later goals may worsen it by `tolerance_rel` of its value or by
    `tolerance_abs` in its own unit, whichever is more. Raises ValueError for a negative tolerance.
    """

    goal: str
    tolerance_rel: float = 0.0
    tolerance_abs: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.tolerance_rel < math.inf and 0 <= self.tolerance_abs < math.inf):
            raise ValueError(f"goal {self.goal}: a tolerance must be a number from 0 up")

    def limit(self, objective: float) -> float:
        """The worst value that later goals may push this goal to."""
        least = _LEAST_TOLERANCE * max(1.0, abs(objective))
        return objective + max(self.tolerance_rel * abs(objective), self.tolerance_abs, least)


@dataclass(frozen=True)
class PassReport:
    """How one pass ended; the fields are those of `Outcome`."""

    goal: str
    status: Status
    holding: Holding
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    nodes: int
    found_by: Way = "whole"
    bound_by: Way = "whole"


@dataclass
class PassesResult:
    """How all passes ended together.

    `reports` has one entry for each pass that was begun, in order. `values` is the last solution held, and
    `goal_values` what each objective of the form is worth there. `status` is the gravest of the passes;
    `holding` is 'proven' only when every goal asked for was proven.
    """

    reports: list[PassReport]
    values: Values | None
    status: Status
    holding: Holding
    goal_values: dict[str, float] = field(default_factory=dict)


def run_passes(
    session: HighsSession,
    form: StandardForm,
    goals: Sequence[GoalPass],
    options: SolverOptions | None = None,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    warm_start: ArrayLike | None = None,
    shared_time_s: float | None = None,
    split: Split | None = None,
) -> PassesResult:
    """Minimise `goals` in order, each within the tolerances of those before; leaves the session as it was.

    With `split`, passes are solved as `alloc.solver.by_parts` describes.

    A pass that runs out of time is kept and the later ones still run; a cancelled one is the last, and so
    is a first pass that finds nothing. `shared_time_s` (seconds) replaces `options.time_limit_s`: each pass
    gets its share of what is left, so the time that one pass saves goes to the next ones.

    Raises ValueError without goals, KeyError for a goal that the form does not have, and as `minimise`.
    """
    if not goals:
        raise ValueError("no goals to minimise")
    named = [(goal, *form.objectives[goal.goal]) for goal in goals]
    options = options or SolverOptions()
    cancel = cancel or CancelToken()  # Ctrl-C cancels the token, and the later passes must see it
    ends = None if shared_time_s is None else time.perf_counter() + shared_time_s
    values: Values | None = None
    reports: list[PassReport] = []
    kept = session.n_added_rows
    parts = None if split is None else Parts(form, session, split)
    next_goals = [*(Goal(later.goal, cost, constant) for later, cost, constant in named[1:]), None]
    try:
        for left, (goal, cost, constant) in zip(range(len(goals), 0, -1), named, strict=True):
            outcome = _minimise(
                session,
                (cost, constant, goal.goal),
                warm_start if values is None else values,
                options if ends is None else _share(options, ends, left),
                progress,
                cancel,
                parts,
                next_goals[len(reports)],
            )
            reports.append(_report(goal.goal, outcome))
            values = values if outcome.values is None else outcome.values
            if values is None or cancel.cancelled or left == 1:
                break
            _hold(session, parts, goal, Goal(goal.goal, cost, constant), values)
    finally:
        if parts is not None:
            parts.close()
        if session.idle:
            session.drop_added_rows(kept)
    return _result(form, reports, values, all_run=len(reports) == len(goals), cancelled=cancel.cancelled)


def run_weighted(
    session: HighsSession,
    form: StandardForm,
    weights: Mapping[str, float],
    options: SolverOptions | None = None,
    *,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    warm_start: ArrayLike | None = None,
) -> PassesResult:
    """Minimise the goals at once, each times its weight; the one report is called 'weighted'.

    Raises ValueError for no weight above 0 or one below it, KeyError for an unknown goal, and as `minimise`.
    """
    if not any(weights.values()) or not all(0 <= weight < math.inf for weight in weights.values()):
        raise ValueError(f"weights must be numbers from 0 up, at least one above 0: {dict(weights)}")
    total, offset = np.zeros(form.n_columns), 0.0
    for goal, weight in weights.items():
        cost, constant = form.objectives[goal]
        total += weight * cost
        offset += weight * constant
    cancel = cancel or CancelToken()
    outcome = session.minimise(
        total, offset, "weighted", warm_start=warm_start, options=options, progress=progress, cancel=cancel
    )
    return _result(form, [_report("weighted", outcome)], outcome.values, all_run=True, cancelled=False)


def _minimise(
    session: HighsSession,
    objective: tuple[Values, float, str],
    warm_start: ArrayLike | None,
    options: SolverOptions,
    progress: ProgressCallback | None,
    cancel: CancelToken,
    parts: Parts | None,
    next_goal: Goal | None,
) -> Outcome:
    """One pass, at once or by parts; either way progress hears of one end."""
    cost, constant, name = objective
    goal = Goal(name, cost, constant)
    if parts is None or not parts.splits(goal):
        return session.minimise(
            cost, constant, name, warm_start=warm_start, options=options, progress=progress, cancel=cancel
        )

    def minimise(limits: SolverOptions, start: Values | None, listener: ProgressCallback | None) -> Outcome:
        return session.minimise(
            cost, constant, name, warm_start=start, options=limits, progress=listener, cancel=cancel
        )

    start = None if warm_start is None else np.asarray(warm_start, dtype=float)
    if parts.are_large:
        way = way_of_large_parts(parts, goal, start)
        search = way(session, minimise, parts, goal, options, cancel, progress)
        outcome = search.run_before(next_goal, start)
    else:
        outcome = ByParts(session, minimise, parts, goal, options, cancel, progress).run(start)
    if progress is not None:
        progress(Progress(name, "finished", outcome.objective, outcome.bound, outcome.gap, outcome.seconds))
    return outcome


def way_of_large_parts(parts: Parts, goal: Goal, start: Values | None) -> type[ByLargeParts]:
    """Narrowed parts where there is a plan, and the hardest part does not answer quickly enough to be asked
    at several prices.
    """
    hardest = parts.easy_first[-1]
    return ByLargeParts if start is None or hardest.decides_first(goal) else ByNarrowedParts


def _share(options: SolverOptions, ends: float, passes_left: int) -> SolverOptions:
    left = max(ends - time.perf_counter(), 0.0)
    return replace(options, time_limit_s=max(left / passes_left, _LEAST_TIME_S))


def _hold(session: HighsSession, parts: Parts | None, held: GoalPass, goal: Goal, values: Values) -> None:
    """Hold a goal at the value found, with its tolerance: part by part where the model is split."""
    value = float(goal.cost @ values) + goal.constant
    limit = held.limit(value)
    if parts is not None and parts.splits(goal):
        parts.hold(session, goal, values, limit - value)
    else:
        session.add_limit(goal.cost, limit - goal.constant)
    _log.debug("%s is held at %g or less", goal.name, limit)


def _report(goal: str, outcome: Outcome) -> PassReport:
    return PassReport(
        goal=goal,
        status=outcome.status,
        holding=outcome.holding,
        objective=outcome.objective,
        bound=outcome.bound,
        gap=outcome.gap,
        seconds=outcome.seconds,
        nodes=outcome.nodes,
        found_by=outcome.found_by,
        bound_by=outcome.bound_by,
    )


def _result(
    form: StandardForm, reports: list[PassReport], values: Values | None, *, all_run: bool, cancelled: bool
) -> PassesResult:
    ended = {report.status for report in reports}
    if cancelled and not all_run:
        ended.add("cancelled")
    status = next(grave for grave in _GRAVEST_FIRST if grave in ended)
    if values is None:
        return PassesResult(reports, None, status, "nothing")
    proven = all_run and all(report.holding == "proven" for report in reports)
    worth = {name: float(cost @ values) + constant for name, (cost, constant) in form.objectives.items()}
    return PassesResult(reports, values, status, "proven" if proven else "incumbent", worth)
