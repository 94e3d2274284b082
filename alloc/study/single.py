"""From a region, a model and a scenario to an audited plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alloc.errors import UsageError
from alloc.plan.extract import decisions_of, tidy_values
from alloc.plan.plan import Plan
from alloc.schema.model import Model
from alloc.schema.plan import Decisions
from alloc.schema.region import Region
from alloc.schema.scenario import Scenario
from alloc.solver.outcome import SolverOptions
from alloc.solver.passes import PassesResult
from alloc.solver.progress import CancelToken, ProgressCallback
from alloc.study.case import Case, prepare
from alloc.study.clash import goal_limits
from alloc.study.conclude import conclude, require_values, state_today
from alloc.study.joint import Clock, Holding, JointModel

TIME_LIMIT_S = 30.0
GAP = 0.005


def solve(
    region: Region | str | Path,
    model: Model | str | Path = "county",
    scenario: str | Scenario = "baseline",
    *,
    only: Sequence[str] = (),
    method: str = "joint",
    time_limit_s: float = TIME_LIMIT_S,
    gap: float = GAP,
    threads: int = 1,
    seed: int = 0,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Plan:
    """Plan one scenario: solve, roster, audit, measure.

    ``region`` and ``model`` are objects, paths or shipped names. ``only`` names the decisions that are free,
    all others stay at today's state. ``method`` is "joint", or "sequential": one decision after another.
    ``time_limit_s`` seconds for each pass, ``gap`` the relative gap at which a pass counts as proven.

    Raises DataError (faults), UsageError (unknown names), Infeasible (with explanations), NoPlanInTime,
    Cancelled, AuditError when the plan would break a rule (it is then not to be used).
    """
    if method not in ("joint", "sequential"):
        raise UsageError(label="error.unknown_method", method=method)
    clock = Clock()
    options = SolverOptions(time_limit_s=time_limit_s, gap=gap, threads=threads, seed=seed)
    case = prepare(region, model, scenario, options, clock, only=only, progress=progress, cancel=cancel)
    joint = JointModel(case.instance, clock)
    today = state_today(joint, case)
    if method == "sequential":
        return _one_after_another(joint, case, today)
    holding = joint.hold_today(joint.undecided()) if joint.undecided() else None
    result = joint.solve(options, holding=holding, progress=progress, cancel=case.cancel)
    require_values(joint, case, result)
    return conclude(joint, case, result, today, method_name(method, only), holding)


def method_name(method: str, only: Sequence[str] = ()) -> str:
    """How a plan says that it was made: "joint", "sequential", or the decisions that were free."""
    return f"only:{'+'.join(only)}" if only and method == "joint" else method


def evaluate(
    region: Region | str | Path,
    model: Model | str | Path,
    plan: Plan | Decisions,
    scenario: str | Scenario = "baseline",
    *,
    time_limit_s: float = TIME_LIMIT_S,
    gap: float = GAP,
    threads: int = 1,
    seed: int = 0,
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Plan:
    """What a given plan would do under a scenario: its decisions held, patients served as well as they allow.

    The rules that only bind a planner who decides are lifted, and so are limits on outcomes: the limits table
    says which the plan would break. Arguments, units and errors as ``solve``.
    """
    clock = Clock()
    options = SolverOptions(time_limit_s=time_limit_s, gap=gap, threads=threads, seed=seed)
    case = prepare(region, model, scenario, options, clock, progress=progress, cancel=cancel)
    joint = JointModel(case.instance, clock)
    today = state_today(joint, case)
    given = plan.decisions if isinstance(plan, Plan) else plan
    holding = joint.hold_plan(joint.blocks, given)
    holding.rows |= set(goal_limits(case.model.goals))
    result = joint.solve(options, holding=holding, by_parts=False, progress=progress, cancel=case.cancel)
    require_values(joint, case, result)
    return conclude(joint, case, result, today, "evaluate", holding)


def _one_after_another(joint: JointModel, case: Case, today: Decisions | None) -> Plan:
    """Each decision in turn, those before it held and those after it at today's state.

    What the joint plan is held against. Limits on outcomes bind only the last decision: half a sequence
    cannot keep them.
    """
    order = [block for block in joint.blocks if case.instance.decides(block.decision)]
    steps = list(dict.fromkeys(block.decision for block in order))
    decided: Decisions | None = None
    for number, step in enumerate(steps):
        before = [block for block in order if block.decision in steps[:number]]
        after = [block for block in joint.blocks if block not in before and block.decision != step]
        holding = joint.binding_where_free(joint.hold_today(after))
        if decided is not None:
            earlier = joint.hold_plan(before, decided)
            holding = Holding(
                holding.columns + earlier.columns, holding.values + earlier.values, holding.rows
            )
        holding.rows |= set(goal_limits(case.model.goals))
        if not after:
            holding.rows = set()
        result = joint.solve(case.options, holding=holding, progress=case.progress, cancel=case.cancel)
        require_values(joint, case, result)
        tidy_values(joint.formulation.blocks)
        decided = decisions_of(joint.formulation)
    return conclude(joint, case, _as_incumbent(result), today, method_name("sequential"), holding)


def _as_incumbent(result: PassesResult) -> PassesResult:
    """A sequence proves nothing about the joint plan: its bounds hold for its last step only."""
    reports = [replace(report, bound=None, gap=None, holding="incumbent") for report in result.reports]
    return replace(result, reports=reports, holding="incumbent")
