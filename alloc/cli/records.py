"""Plans and comparisons as records for JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alloc.plan.plan import Plan
from alloc.report.digest import warnings
from alloc.report.words import Names, own_name, verdict

if TYPE_CHECKING:
    from alloc.cli.manner import Manner
    from alloc.report.comparison import Comparison


def exit_code_of(plan: Plan) -> int:
    """0 proven (or evaluated), 4 infeasible, 5 not proven, 130 cancelled."""
    if plan.status == "cancelled":
        return 130
    if plan.holding == "nothing":
        return 4 if plan.status == "infeasible" else 5
    return 0 if plan.proven or plan.method == "evaluate" else 5


def plan_record(plan: Plan, manner: Manner, folder: Path | None) -> dict[str, Any]:
    """A plan: what it is, what it decides, and how good it is; its region stands in `plan.json`."""
    return {
        **plan.provenance(),
        "model": plan.model.id,
        "exit_code": exit_code_of(plan),
        "folder": None if folder is None else str(folder),
        "verdict": verdict(plan, manner.lang),
        "gap": plan.gap,
        "spend_cny": plan.spend_cny,
        "yearly_cost_cny": plan.yearly_cost_cny,
        "warnings": warnings(plan, manner.lang),
        "passes": [row.model_dump(mode="json") for row in plan.passes],
        "indicators": [row.model_dump(mode="json") for row in plan.indicator_rows],
        "decisions": plan.decisions.model_dump(mode="json"),
        "record": plan.record.model_dump(mode="json"),
    }


def comparison_record(comparison: Comparison, manner: Manner) -> dict[str, Any]:
    """A comparison: the measures, every plan's values, and what planning jointly gains."""
    from alloc.report.comparison_words import measure_name

    names = Names(comparison.plans[0].region, manner.lang)
    measures = [
        {
            "key": measure.key,
            "name": measure_name(measure, names),
            "section": measure.section,
            "subject": measure.subject,
            "scope": measure.scope,
            "unit": measure.unit,
        }
        for measure in comparison.measures
    ]
    plans = [
        {
            "region": plan.region.about.id,
            "scenario": row.scenario,
            "scenario_name": own_name(plan.scenario, manner.lang),
            "method": row.method,
            "status": row.status,
            "holding": row.holding,
            "gap": row.gap,
            "values": row.values,
        }
        for plan, row in zip(comparison.plans, comparison.rows, strict=True)
    ]
    gains = [
        {
            "scenario": gain.scenario,
            "measure": gain.measure,
            "joint": gain.joint,
            "sequential": gain.sequential,
            "difference": gain.difference,
            "share": gain.share,
        }
        for gain in comparison.gains()
    ]
    return {"measures": measures, "plans": plans, "gains": gains}
