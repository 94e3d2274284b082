"""From solved passes to an audited plan: roster, rows, audit, indicators, record."""

from __future__ import annotations

import logging
from dataclasses import replace

from alloc.errors import AuditError, Cancelled, Infeasible, NoPlanInTime, SolveError
from alloc.goals import GOAL_UNITS
from alloc.indicators import indicators
from alloc.limits import LIMITS
from alloc.plan.audit import AUDIT_RULES, audit
from alloc.plan.extract import decisions_of, tidy_values, visit_rows
from alloc.plan.plan import Plan
from alloc.plan.record import AuditResult, ModelSize, SolveOptions, make_record
from alloc.schema.plan import Decisions, PassRow
from alloc.solver.elastic import explain_infeasible
from alloc.solver.outcome import relative_gap
from alloc.solver.passes import PassesResult
from alloc.study.case import Case
from alloc.study.cautions import TODAY_UNKNOWN, cautions
from alloc.study.clash import clashes, goal_limits
from alloc.study.joint import Holding, JointModel
from alloc.study.rostering import Roster, make_roster

_log = logging.getLogger("alloc.study")
ROSTER_TIME_LIMIT_S = 10.0
_IN_PERSON = frozenset({"owed_service_in_person", "mentor_in_person"})
"""Rules of the named roster that belong to the policy of outreach."""


def require_values(joint: JointModel, case: Case, result: PassesResult) -> PassesResult:
    """The result when it holds a plan; else the reason, in words a planner can act on."""
    if result.values is not None:
        return result
    if result.status == "infeasible":
        policies = {limit.__name__: 1.0 for limit in LIMITS}
        policies |= {rule: 1.0 for block in joint.blocks for rule in block.policy}
        policies |= dict.fromkeys(goal_limits(case.model.goals), 1.0)
        violations = explain_infeasible(joint.form, policies, case.options, cancel=case.cancel)
        raise Infeasible(clashes(violations, joint.formulation.decided, case.model.goals, case.region))
    if result.status == "cancelled":
        raise Cancelled
    if result.status == "time_limit":
        raise NoPlanInTime
    raise SolveError(f"the solver stopped: {result.status}")


def conclude(
    joint: JointModel,
    case: Case,
    result: PassesResult,
    today: Decisions | None,
    method: str,
    holding: Holding | None,
) -> Plan:
    """Roster, cut back what it cannot hold, audit, measure, and put the plan together."""
    result, roster = _rostered(joint, case, result, holding)
    tidy_values(joint.formulation.blocks)
    decisions = decisions_of(joint.formulation, roster.rows or ())
    case.clock.lap("read_back")
    exempt = _exempt(joint, case, holding)
    findings = audit(case.instance, decisions, roster=roster.rows is not None, policy_exempt=exempt)
    case.clock.lap("audit")
    if findings:
        raise AuditError(findings)
    measured = indicators(case.instance, today, decisions, region=case.region)
    case.clock.lap("indicators")
    passes = pass_rows(joint, result)
    record = make_record(
        case.region,
        case.model,
        inputs=case.inputs,
        options=SolveOptions(**{name: getattr(case.options, name) for name in SolveOptions.model_fields}),
        seconds=case.clock.seconds,
        sizes=(
            ModelSize(
                name="joint", rows=joint.form.n_rows, columns=joint.form.n_columns, nonzeros=joint.form.A.nnz
            ),
        ),
        passes=passes,
        audit=AuditResult(rules_checked=len(AUDIT_RULES) - len(exempt)),
        cautions=(*((TODAY_UNKNOWN,) if today is None else ()), *cautions(case.instance)),
    )
    return Plan(
        region=case.region,
        model=case.model,
        scenario=case.scenario,
        method=method,
        status=result.status,
        holding=result.holding,
        passes=passes,
        decisions=decisions,
        indicator_rows=measured,
        record=record,
    )


def state_today(joint: JointModel, case: Case) -> Decisions | None:
    """Today's machines, readers and sessions, with patients served as well as they allow: the "before"."""
    holding = joint.hold_today(joint.blocks)
    holding.rows |= set(goal_limits(case.model.goals))
    quick = replace(
        case.options, time_limit_s=min(10.0, case.options.time_limit_s), gap=max(case.options.gap, 1e-3)
    )
    result = joint.solve(
        quick, holding=holding, goals=("unmet", "outside", "travel"), by_parts=False, cancel=case.cancel
    )
    if result.values is None:
        _log.warning("today's state could not be computed: %s", result.status)
        return None
    tidy_values(joint.formulation.blocks)
    before = decisions_of(joint.formulation)
    case.clock.lap("read_back")
    return before


def _exempt(joint: JointModel, case: Case, holding: Holding | None) -> frozenset[str]:
    """Audit rules that decisions held at today's state, or at a given plan, need not keep."""
    if holding is None or not holding.rows:
        return frozenset()
    lifted = joint.lifted(holding) | (frozenset() if case.instance.decides("outreach") else _IN_PERSON)
    return lifted & frozenset(AUDIT_RULES)


def _rostered(
    joint: JointModel, case: Case, result: PassesResult, holding: Holding | None
) -> tuple[PassesResult, Roster]:
    """Name the visits; where no roster holds them all, solve again around those that a roster does hold.

    The bounds stay those of the first solve: it is a relaxation of every roster.
    """
    outreach = joint.formulation.blocks.outreach
    binding = case.instance.decides("outreach")
    limits = replace(case.options, time_limit_s=ROSTER_TIME_LIMIT_S, gap=0.01)
    roster = make_roster(
        case.instance, visit_rows(joint.formulation), limits, binding=binding, cancel=case.cancel
    )
    case.clock.lap("roster")
    if roster.realised or roster.rows is None:
        return result, roster
    _log.info("no roster holds every planned visit: solving again around those that it holds")
    kept = joint.hold_plan([outreach], Decisions(visits=roster.visits))
    if holding is not None:
        fixed = dict(zip(holding.columns, holding.values, strict=True))
        fixed |= dict(zip(kept.columns, kept.values, strict=True))
        kept.columns, kept.values = list(fixed), list(fixed.values())
    kept.rows = holding.rows if holding is not None else set()
    again = joint.solve(case.options, holding=kept, progress=case.progress, cancel=case.cancel)
    if again.values is None:
        raise SolveError("no plan was found around the visits that a roster can hold")
    return _with_bounds_of(result, again, case.options.gap), roster


def _with_bounds_of(first: PassesResult, again: PassesResult, gap: float) -> PassesResult:
    """What the second solve found, with the bounds of the first, and its reason where it stopped early."""
    reports = []
    for report, bounded in zip(again.reports, first.reports, strict=False):
        real = relative_gap(report.objective, bounded.bound)
        proven = real is not None and real <= gap
        status = bounded.status if report.status == "optimal" and not proven else report.status
        reports.append(
            replace(
                report,
                status=status,
                bound=bounded.bound,
                bound_by=bounded.bound_by,
                gap=real,
                holding="proven" if proven else "incumbent",
            )
        )
    proven = all(report.holding == "proven" for report in reports)
    status = first.status if again.status == "optimal" and not proven else again.status
    return replace(again, reports=reports, status=status, holding="proven" if proven else "incumbent")


def pass_rows(joint: JointModel, result: PassesResult) -> tuple[PassRow, ...]:
    """Each pass as a row of the plan, with the value that the goal has in the final plan."""
    return tuple(
        PassRow(
            goal=report.goal,
            status=report.status,
            holding=report.holding,
            objective=report.objective,
            bound=report.bound,
            gap=report.gap,
            seconds=report.seconds,
            found_by=report.found_by,
            bound_by=report.bound_by,
            unit=GOAL_UNITS.get(report.goal.split("_")[0], ""),
        )
        for report in result.reports
    )
