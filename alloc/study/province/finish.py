"""One county's whole plan within its share: decisions held, patients sent as its goals say, audited."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from alloc.errors import AuditError, SolveError
from alloc.limits.money import CNY_PER_UNIT
from alloc.plan.plan import Plan
from alloc.schema.plan import Decisions
from alloc.solver.highs import HighsSession
from alloc.solver.load import load_values
from alloc.solver.outcome import SolverOptions, relative_gap
from alloc.solver.passes import GoalPass, PassesResult, PassReport, run_passes
from alloc.solver.progress import CancelToken
from alloc.study.case import Case
from alloc.study.conclude import conclude, require_values, state_today
from alloc.study.joint import Holding, JointModel
from alloc.study.province.county import BED_DAYS_PER_UNIT, county_case, goal_of, shared_of
from alloc.study.province.question import Answer, Column, CountyTask, Question

_PROVINCE = "province"
_NOTHING_WORSE = 1e-6
METHOD = "province"


def finish(task: CountyTask, question: Question, cancel: CancelToken) -> Answer:
    """Make the plan, write its folder, and answer with what it comes to by its own rows.

    Raises Infeasible, SolveError, AuditError.
    """
    began = time.perf_counter()
    options = SolverOptions(
        time_limit_s=question.time_limit_s, gap=question.gap, threads=1, seed=question.seed
    )
    share_cny = task.most_cny if question.most_cny is None else question.most_cny
    case = replace(county_case(task, options, share_cny), cancel=cancel)
    joint = JointModel(case.instance, case.clock)
    today = state_today(joint, case)
    before = None if today is None else _goal_now(joint, task)
    holding = _held(joint, question.decided)
    result = _passes(task, joint, case, question, holding)
    plan = _plan(joint, case, result, today, holding)
    value = _goal_now(joint, task)  # of the plan as it is after the roster, not of what was hoped for
    plan.save(question.folder, question.lang)
    column = Column(
        goal=value,
        spend=plan.spend_cny / CNY_PER_UNIT,
        beds=bed_days_outside(plan) / BED_DAYS_PER_UNIT,
        decided=question.decided,
    )
    return Answer(
        county=task.id,
        key=question.key(task),
        status=plan.status,
        columns=(column,),
        bound=question.bound,
        before=before,
        seconds=time.perf_counter() - began,
        folder=question.folder,
    )


def bed_days_outside(plan: Plan) -> float:
    """Days a year in hospitals outside the county, by the rows of a plan: episodes x their stay."""
    stay = {row.id: row.stay_days for row in plan.region.conditions}
    flows = plan.decisions.episode_flows
    return sum(row.episodes_per_year * stay[row.condition] for row in flows if row.leg == "outside")


def _held(joint: JointModel, decided: Iterable[tuple[int, float]]) -> Holding:
    """All whole decisions as chosen; no rule is lifted."""
    whole = np.flatnonzero(joint.form.integrality)
    values = dict(decided)
    return Holding([int(k) for k in whole], [values.get(int(k), 0.0) for k in whole])


def _passes(
    task: CountyTask, joint: JointModel, case: Case, question: Question, holding: Holding
) -> PassesResult:
    """First what the province minimises, then the county's own goals, each within its tolerance."""
    form = joint.form
    cost, constant = goal_of(task, joint.formulation, form)
    form.objectives[_PROVINCE] = (cost, constant)
    passes = [GoalPass(_PROVINCE, _NOTHING_WORSE)]
    if question.effort == "all_goals":
        single = _single(task, joint)
        aims = [aim for aim in joint.formulation.aims if aim.name != single]  # else it would be sought twice
        passes += [GoalPass(aim.name, aim.goal.tolerance_share, aim.goal.tolerance_abs) for aim in aims]
    with HighsSession(form) as session:
        session.fix_columns(np.array(holding.columns), np.array(holding.values))
        if question.most_bed_days is not None and task.prices_beds:
            beds = shared_of(joint.formulation, form)["beds"]
            session.add_row(beds, -np.inf, question.most_bed_days / BED_DAYS_PER_UNIT)
        case.clock.lap("hand_over")
        result = run_passes(session, form, passes, case.options, cancel=case.cancel)
    case.clock.lap("solve")
    require_values(joint, case, result)
    if result.values is None:
        raise SolveError
    load_values(form, result.values)
    case.clock.lap("read_back")
    own = [_of_province(task, joint, report, question.bound) for report in result.reports]
    kept = [report for report in own if report is not None]
    return replace(result, reports=kept, holding="incumbent")


def _of_province(
    task: CountyTask, joint: JointModel, report: PassReport, bound: float | None
) -> PassReport | None:
    """A pass as the county's plan tells of it: its bound held for the decisions that were held only, and what
    the province has proven is known of the goal that it minimises, where that is one of the county's.
    """
    if report.goal == _PROVINCE:
        name, gap = _single(task, joint), relative_gap(report.objective, bound)
        return (
            None
            if name is None
            else replace(report, goal=name, bound=bound, bound_by="province", gap=gap, holding="incumbent")
        )
    return replace(report, bound=None, gap=None, holding="incumbent")


def _single(task: CountyTask, joint: JointModel) -> str | None:
    """The county's own pass that seeks just what the province does; None for a sum of several goals."""
    aims = joint.formulation.aims
    if not task.goals:
        return aims[0].name
    (goal, weight), *more = task.goals
    return None if more or weight != 1.0 else next(aim.name for aim in aims if aim.goal.goal == goal)


def _plan(
    joint: JointModel, case: Case, result: PassesResult, today: Decisions | None, holding: Holding
) -> Plan:
    plan = conclude(joint, case, result, today, METHOD, holding)
    if plan.record.audit is None or not plan.record.audit.passed:
        raise AuditError(())
    return plan


def _goal_now(joint: JointModel, task: CountyTask) -> float:
    """What the province minimises comes to in the state that the model's variables hold."""
    cost, constant = goal_of(task, joint.formulation, joint.form)
    values = np.array([var.value or 0.0 for var in joint.form.columns])
    return float(cost @ values) + constant
