"""HiGHS minimises a cost over a model, again and again; every answer is checked on the raw arrays."""

import logging
import math
import time
from dataclasses import dataclass, replace

import numpy as np
from highspy import HighsModelStatus, HighsSolution
from numpy.typing import ArrayLike

from alloc.solver.live import LiveModel, accepted
from alloc.solver.outcome import (
    ABSOLUTE_GAP,
    Outcome,
    SolverOptions,
    Status,
    Values,
    finite_or_none,
    relative_gap,
)
from alloc.solver.progress import CancelToken, Progress, ProgressCallback
from alloc.solver.watch import Tick, Watch

__all__ = ["HighsSession", "Outcome", "SolverOptions"]

_log = logging.getLogger("alloc.solver")

_SECONDS_TO_CONFIRM = 1.0
_SECONDS_TO_REPAIR = 10.0
_GAP_SLACK = 1e-6
_BOUND_SLACK = 1e-5
# Free column substitution (bit 8) and the aggregator (bit 12) substitute sums of whole numbers (a fleet, an
# order) away, on which the search should branch first: without them it needs a tenth of the nodes.
_PRESOLVE_RULES_OFF = (1 << 8) | (1 << 12)

_STATUS: dict[HighsModelStatus, Status] = {
    HighsModelStatus.kOptimal: "optimal",
    HighsModelStatus.kModelEmpty: "optimal",
    HighsModelStatus.kInfeasible: "infeasible",
    HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    HighsModelStatus.kUnbounded: "unbounded",
    HighsModelStatus.kTimeLimit: "time_limit",
    HighsModelStatus.kInterrupt: "cancelled",
}


@dataclass(frozen=True)
class Request:
    """One call of `minimise`, checked."""

    name: str
    cost: Values
    constant: float
    start: Values | None
    options: SolverOptions
    progress: ProgressCallback | None
    token: CancelToken
    began: float

    def value(self, values: Values) -> float:
        return float(self.cost @ values) + self.constant

    def seconds(self) -> float:
        return time.perf_counter() - self.began

    def seconds_left(self) -> float:
        """Of the time limit; a little in any case, for a second run that confirms the first."""
        return max(self.options.time_limit_s - self.seconds(), _SECONDS_TO_CONFIRM)

    def tell(self, stage: str, incumbent: float | None, bound: float | None) -> None:
        if self.progress is not None:
            gap = relative_gap(incumbent, bound)
            self.progress(Progress(self.name, stage, incumbent, bound, gap, self.seconds()))

    def on_tick(self, tick: Tick) -> None:
        self.tell(tick.stage, finite_or_none(tick.incumbent), finite_or_none(tick.bound))


class HighsSession(LiveModel):
    """One model inside HiGHS, for one or more solves.

    A session belongs to one thread at a time; different sessions may solve in different threads at once, each
    with its own options.
    """

    @property
    def _is_mip(self) -> bool:
        return bool(self._problem.integer.any())

    def minimise(
        self,
        objective: ArrayLike,
        constant: float = 0.0,
        name: str = "objective",
        *,
        warm_start: ArrayLike | None = None,
        options: SolverOptions | None = None,
        progress: ProgressCallback | None = None,
        cancel: CancelToken | None = None,
        presolve: bool = True,
    ) -> Outcome:
        """Minimise `objective @ x + constant`; `name` is the goal that progress is told under.

        A feasible `warm_start` is never lost: the outcome holds it, or something better. An infeasible one is
        a hint that HiGHS may repair. A cancelled token, or Ctrl-C, keeps the best solution so far; a second
        Ctrl-C raises KeyboardInterrupt. That no solution exists is believed only when HiGHS also says so
        without presolve, within what is left of the time limit.

        Raises ValueError for arrays that do not fit or are not finite, SolveError when HiGHS is still busy or
        refuses an option, and whatever `progress` raises.
        """
        if not math.isfinite(constant):
            raise ValueError(f"objective {name}: the constant is not finite")
        request = Request(
            name=name,
            cost=self._per_column(objective, f"objective {name}"),
            constant=float(constant),
            start=None if warm_start is None else self._start(warm_start),
            options=options or SolverOptions(),
            progress=progress,
            token=cancel or CancelToken(),
            began=time.perf_counter(),
        )
        outcome = self._read(request, self._solve(request, presolve))
        _log.debug("%s: %s", name, outcome)
        request.tell("finished", outcome.objective, outcome.bound)
        return outcome

    def _start(self, warm_start: ArrayLike) -> Values:
        return self._problem.rounded(self._per_column(warm_start, "warm start"))

    def _solve(self, request: Request, presolve: bool) -> Status:
        highs = self._idle_highs()
        columns = np.arange(self._n_columns, dtype=np.int32)
        accepted(highs.changeColsCost(len(columns), columns, request.cost), "the objective")
        accepted(highs.changeObjectiveOffset(request.constant), "the constant of the objective")
        if request.token.cancelled:
            highs.clearSolver()
            return "cancelled"
        status = self._run(request, request.options.time_limit_s, presolve)
        if status == "infeasible" and presolve:
            status = self._run(request, request.seconds_left(), presolve=False)
            if status != "infeasible":
                _log.warning("%s: HiGHS's presolve found no solution; without it: %s", request.name, status)
        elif status == "optimal" and self._start_may_have_cut_too_much(request):
            status = self._run(replace(request, start=None), request.seconds_left(), presolve)
        return status

    def _start_may_have_cut_too_much(self, request: Request) -> bool:
        """Whether a better solution may have been cut off because HiGHS was given a start.

        HiGHS (1.15) cuts off all that is less than one step of the presolved objective better than what it
        holds. That is right for what it finds itself, but a start need not lie on those steps: presolve may
        have settled columns otherwise than the start has them. Whatever HiGHS finds that is better than the
        start is better than all that was cut off, so only a start that stood is in doubt: where HiGHS said
        that the objective has steps, and where presolve ended the search before it could say so.
        """
        if request.start is None or not self._is_mip or not self._problem.feasible(request.start):
            return False
        value = request.value(request.start)
        stood = self._highs.getObjectiveValue() >= value - ABSOLUTE_GAP * max(1.0, abs(value))
        return stood and (self._nodes() <= 1 or self._objective_step() > 0.0)

    def _objective_step(self) -> float:
        return 0.0 if self._watch is None else self._watch.objective_step

    def _run(self, request: Request, time_limit_s: float, presolve: bool) -> Status:
        highs = self._idle_highs()
        self._set_options(request.options, time_limit_s, presolve)
        if self._is_mip:
            # Else HiGHS would start from what it happens to hold, and a solve would depend on the one before.
            highs.clearSolver()
            if request.start is not None:
                solution = HighsSolution()
                solution.col_value = request.start
                highs.setSolution(solution)
        self._watch = Watch(highs, request.token, request.on_tick if request.progress else None)
        self._watch.run()
        said = highs.getModelStatus()
        status = _STATUS.get(said, "error")
        open_end = status == "time_limit" or (status == "infeasible" and presolve)
        if open_end and request.token.cancelled:
            return "cancelled"
        if said == HighsModelStatus.kModelEmpty and not self._problem.feasible(np.empty(0)):
            return "infeasible"  # without columns, HiGHS does not look at the rows
        if status == "error" or (said == HighsModelStatus.kUnboundedOrInfeasible and not presolve):
            _log.warning("%s: HiGHS stopped with %s", request.name, highs.modelStatusToString(said))
            return "error"
        return status

    def _set_options(self, options: SolverOptions, time_limit_s: float, presolve: bool) -> None:
        highs = self._highs
        # For a MIP, HiGHS counts its time limit from the start of the run; for an LP, over all runs so far.
        spent = 0.0 if self._is_mip else highs.getRunTime()
        wanted = {
            "time_limit": time_limit_s + spent,
            "mip_rel_gap": options.gap,
            "mip_abs_gap": options.gap_abs,
            "mip_allow_restart": options.restart,
            "threads": options.threads,
            "random_seed": options.seed,
            "presolve": "choose" if presolve else "off",
            "presolve_rule_off": _PRESOLVE_RULES_OFF,
        }
        for option, value in wanted.items():
            accepted(highs.setOptionValue(option, value), f"{option}={value}")

    def _read(self, request: Request, status: Status) -> Outcome:
        nodes, bound, (row_duals, reduced_costs) = self._nodes(), self._bound(status), self._duals(status)
        step = self._objective_step()
        values = None if status in ("infeasible", "unbounded") else self._solution(request)
        if status == "optimal" and values is None:
            status = self._without_values(request)
        start, kept = request.start, False
        if start is not None and self._problem.feasible(start):
            status = "error" if status == "infeasible" else status
            kept = values is None or request.value(start) <= request.value(values)
            values = start if kept else values
        objective = None if values is None else request.value(values)
        if bound is not None and status != "optimal" and start is not None:
            bound -= step  # what a start may have cut off, see above
        if objective is not None and bound is not None:
            if bound > objective + _BOUND_SLACK * max(1.0, abs(objective)):
                _log.error("%s: HiGHS's bound %g is above a solution of %g", request.name, bound, objective)
                status, bound = "error", None
            else:
                bound = min(bound, objective)
        gap = relative_gap(objective, bound)
        near = (
            bound is not None
            and objective is not None
            and objective - bound <= request.options.gap_abs + _GAP_SLACK
        )
        proven = status == "optimal" and gap is not None and (near or gap <= request.options.gap + _GAP_SLACK)
        return Outcome(
            status=status,
            holding="nothing" if values is None else "proven" if proven else "incumbent",
            objective=objective,
            bound=bound,
            gap=gap,
            seconds=request.seconds(),
            nodes=nodes,
            values=values,
            row_duals=row_duals,
            reduced_costs=reduced_costs,
            found_by="before" if kept else "whole",
        )

    def _without_values(self, request: Request) -> Status:
        _log.error("%s: HiGHS's optimal solution breaks a row, a bound or integrality", request.name)
        return "error"

    def _nodes(self) -> int:
        return max(int(self._highs.getInfo().mip_node_count), 0)

    def _bound(self, status: Status) -> float | None:
        info = self._highs.getInfo()
        if status == "optimal" and not (self._is_mip and info.valid):
            return float(self._highs.getObjectiveValue())
        searched = self._is_mip and info.valid and status in ("optimal", "time_limit", "cancelled")
        return finite_or_none(info.mip_dual_bound) if searched else None

    def _duals(self, status: Status) -> tuple[Values | None, Values | None]:
        if self._is_mip or status != "optimal":
            return None, None
        solution = self._highs.getSolution()
        if not solution.dual_valid:
            return None, None
        return np.array(solution.row_dual, dtype=float), np.array(solution.col_dual, dtype=float)

    def _solution(self, request: Request) -> Values | None:
        """What HiGHS holds, with exact integers where that is possible; None when it is not feasible."""
        solution = self._highs.getSolution()
        if not solution.value_valid and self._n_columns:
            return None
        raw = np.array(solution.col_value, dtype=float)
        exact = self._problem.rounded(raw)
        if self._problem.feasible(exact):
            return exact
        if not self._problem.feasible(raw):
            return None
        repaired = self._repaired(exact, request)
        if repaired is None:
            _log.warning("%s: integer columns are whole within 1e-5 only", request.name)
            return raw
        return repaired

    def _repaired(self, exact: Values, request: Request) -> Values | None:
        """The best values of the other columns, the integer ones fixed at `exact`.

        Needed where a large coefficient times an integer that is 1e-6 off is no longer within tolerance.
        """
        problem = self._problem
        whole = np.flatnonzero(problem.integer)
        with self.for_now():
            self.fix_columns(whole, exact[whole])
            quiet = replace(request, start=None, progress=None, token=CancelToken())
            self._run(quiet, _SECONDS_TO_REPAIR, presolve=True)
            values = problem.rounded(np.array(self._highs.getSolution().col_value, dtype=float))
            return values if problem.feasible(values) else None
