"""A run that has ended, as the province's plan: rows, totals, status, and what the audit says."""

from __future__ import annotations

from pathlib import Path

from alloc import labels
from alloc.limits.money import CNY_PER_UNIT
from alloc.plan.plan import Plan
from alloc.schema.province import County
from alloc.solver.outcome import relative_gap
from alloc.study.province.audit import audit_province
from alloc.study.province.county import BED_DAYS_PER_UNIT
from alloc.study.province.outcome import CountyRow, ProvincePlan, Status
from alloc.study.province.question import Answer
from alloc.study.province.rounds import Rounds
from alloc.study.province.store import Store


def concluded(rounds: Rounds, store: Store, seconds: float) -> ProvincePlan:
    """The plan, audited."""
    rows = [_row(rounds, county) for county in rounds.province.counties]
    planned = [row for row in rows if row.status == "planned"]
    value = sum(row.goal or 0.0 for row in planned) if planned else None
    bound = rounds.bound() if planned else None
    if value is not None and bound is not None:
        bound = min(bound, value)
    plan = ProvincePlan(
        province=rounds.province,
        goals=tuple((one.goal, one.weight) for one in rounds.province.goals),
        status=_status(rounds, rows, relative_gap(value, bound)),
        asked_gap=rounds.wishes.gap,
        counties=tuple(rows),
        value=value,
        bound=bound,
        spend_cny=sum(row.spend_cny for row in planned),
        bed_days_per_year=sum(row.bed_days_per_year for row in planned),
        rounds=tuple(rounds.rounds),
        solved=rounds.answers.solved,
        taken_up=store.taken_up,
        seconds=seconds,
    )
    folder = rounds.wishes.folder
    findings = audit_province(plan, lambda row: _load(folder / row.folder))
    told = tuple((finding.message("zh"), finding.message("en")) for finding in findings)
    return plan.model_copy(update={"findings": told})


def _load(folder: Path) -> Plan:
    file = folder / "plan.json"
    try:
        return Plan.from_json(file.read_bytes(), file=str(file))
    except OSError as error:
        from alloc.errors import UsageError

        raise UsageError(label="plan.error.no_plan_here", folder=folder) from error


def _row(rounds: Rounds, county: County) -> CountyRow:
    name = {"county": county.id, "name_zh": county.name_zh, "name_en": county.name_en}
    answer = rounds.finished.get(county.id)
    if answer is None:
        failed = rounds.failed.get(county.id)
        why = {f"reason_{lang}": _why(failed, lang) for lang in labels.languages()}
        return CountyRow.model_validate({**name, "status": "failed", **why})
    column = answer.columns[0]
    bound = None if answer.bound is None else min(answer.bound, column.goal)
    return CountyRow.model_validate(
        {
            **name,
            "status": "planned",
            "share_cny": rounds.shares[county.id],
            "spend_cny": round(column.spend * CNY_PER_UNIT, 2),
            "bed_days_per_year": column.beds * BED_DAYS_PER_UNIT,
            "goal_before": answer.before,
            "goal": column.goal,
            "goal_bound": bound,
            "gap": relative_gap(column.goal, bound),
            "folder": Path(answer.folder).relative_to(rounds.wishes.folder).as_posix(),
        }
    )


def _why(failed: Answer | None, lang: str) -> str:
    return labels.text("error.cancelled", lang) if failed is None else failed.why(lang)


def _status(rounds: Rounds, rows: list[CountyRow], gap: float | None) -> Status:
    planned = sum(row.status == "planned" for row in rows)
    if rounds.answers.cancel.cancelled:
        return "cancelled"
    if not planned:
        return "nothing"
    if planned < len(rows):
        return "incomplete"
    return "optimal" if gap is not None and gap <= rounds.wishes.gap else "time_limit"
