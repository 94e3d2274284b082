"""Plans side by side: one row a plan, one column a measure; and what planning jointly gains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from alloc.errors import UsageError
from alloc.plan.plan import Holding, Plan
from alloc.report.digest import KEY_INDICATORS, need_ends, yearly_by_payer

if TYPE_CHECKING:
    import pandas as pd

Section = Literal["goal", "money", "need", "indicator", "machines", "service"]
Values = dict[str, float | None]


@dataclass(frozen=True)
class Measure:
    """What is compared: ``key`` heads its column, ``subject`` a goal, indicator, stream or machine type."""

    key: str
    section: Section
    subject: str
    unit: str
    scope: str = "region"


@dataclass(frozen=True)
class PlanRow:
    """One plan in a comparison; a measure that the plan does not have is None."""

    scenario: str
    method: str
    status: str
    holding: Holding
    gap: float | None
    values: Values


@dataclass(frozen=True)
class Gain:
    """One measure of the same scenario planned jointly and one decision after another.

    ``difference`` is joint - sequential; ``share`` is the difference / |sequential|, None from zero.
    """

    scenario: str
    measure: str
    joint: float
    sequential: float

    @property
    def difference(self) -> float:
        """Joint less sequential, in the measure's unit."""
        return self.joint - self.sequential

    @property
    def share(self) -> float | None:
        """The difference as a fraction of the sequential value."""
        return self.difference / abs(self.sequential) if self.sequential else None


@dataclass(frozen=True)
class Comparison:
    """Several plans, in the order given, with every measure that one of them has.

    ``plans`` keeps the plans themselves, for names in any language.
    """

    measures: tuple[Measure, ...]
    rows: tuple[PlanRow, ...]
    plans: tuple[Plan, ...]

    def frame(self) -> pd.DataFrame:
        """One row a plan: scenario, method, status, holding, gap, one column a measure (NaN: not there)."""
        import pandas as pd

        texts = ("scenario", "method", "status", "holding")
        columns = {name: pd.Series([getattr(row, name) for row in self.rows], dtype="str") for name in texts}
        columns["gap"] = pd.Series([row.gap for row in self.rows], dtype="float64")
        for measure in self.measures:
            values = [row.values.get(measure.key) for row in self.rows]
            columns[measure.key] = pd.Series(values, dtype="float64")
        return pd.DataFrame(columns)

    def gains(self) -> list[Gain]:
        """For every scenario planned both jointly and sequentially, each measure that both plans have."""
        by_method = {(row.scenario, row.method): row.values for row in self.rows}
        found: list[Gain] = []
        for scenario in dict.fromkeys(row.scenario for row in self.rows):
            joint, one_by_one = by_method.get((scenario, "joint")), by_method.get((scenario, "sequential"))
            if joint is None or one_by_one is None:
                continue
            for measure in self.measures:
                a, b = joint.get(measure.key), one_by_one.get(measure.key)
                if a is not None and b is not None:
                    found.append(Gain(scenario, measure.key, a, b))
        return found


def compare(plans: Iterable[Plan]) -> Comparison:
    """Compare plans of any scenarios and methods. Raises UsageError when there is none."""
    given = tuple(plans)
    if not given:
        raise UsageError(label="plan.error.nothing_to_compare")
    measures: dict[str, Measure] = {}
    rows: list[PlanRow] = []
    for plan in given:
        values: Values = {}
        for measure, value in measures_of(plan):
            measures.setdefault(measure.key, measure)
            values[measure.key] = value
        rows.append(PlanRow(plan.scenario.id, plan.method, plan.status, plan.holding, plan.gap, values))
    _fill_counts(measures.values(), rows)
    order: Sequence[Section] = ("goal", "money", "need", "indicator", "machines", "service")
    ranked = sorted(measures.values(), key=lambda m: order.index(m.section))
    return Comparison(tuple(ranked), tuple(rows), given)


def measures_of(plan: Plan) -> list[tuple[Measure, float | None]]:
    """All measures of one plan; none when it holds nothing."""
    if plan.holding == "nothing":
        return []
    found: list[tuple[Measure, float | None]] = [
        (Measure(f"goal_{row.goal}", "goal", row.goal, row.unit), row.objective) for row in plan.passes
    ]
    found += _money(plan)
    for stream, ends in need_ends(plan).items():
        total = sum(ends.values())
        for end in ("unmet", "outside"):
            key = f"share_{end}_{stream}"
            found.append((Measure(key, "need", stream, "share"), ends[end] / total))
    wanted = set(KEY_INDICATORS)
    for row in plan.indicator_rows:
        if row.computed and (row.indicator, row.scope) in wanted:
            key = f"indicator_{row.indicator}"
            found.append((Measure(key, "indicator", row.indicator, row.unit, row.scope), row.after))
    return found + _counts(plan)


def _money(plan: Plan) -> list[tuple[Measure, float | None]]:
    budget = plan.model.limits.budget_cny
    paid = yearly_by_payer(plan)
    values: list[tuple[str, str, float | None]] = [
        ("spend_cny", "CNY", plan.spend_cny),
        ("budget_cny", "CNY", budget),
        ("unspent_cny", "CNY", None if budget is None else budget - plan.spend_cny),
        ("yearly_cost_cny", "CNY/year", plan.yearly_cost_cny),
        ("fund_cny_per_year", "CNY/year", paid.get("fund", 0.0)),
        ("patient_cny_per_year", "CNY/year", paid.get("patient", 0.0)),
    ]
    return [(Measure(key, "money", key, unit), value) for key, unit, value in values if value is not None]


def _counts(plan: Plan) -> list[tuple[Measure, float | None]]:
    """Machines by type and what is done with them, shared centres, outreach half-days."""
    machines: dict[tuple[str, str], float] = {}
    for row in plan.decisions.machines:
        if row.action != "keep" and row.count:
            key = (row.action, row.equipment_type)
            machines[key] = machines.get(key, 0.0) + row.count
    found: list[tuple[Measure, float | None]] = [
        (Measure(f"machines_{action}_{kind}", "machines", kind, "machines"), count)
        for (action, kind), count in sorted(machines.items())
    ]
    shared = sum(row.shared for row in plan.decisions.centres)
    half_days = sum(row.half_days_per_cycle for row in plan.decisions.visits)
    found.append((Measure("centres_shared", "service", "centres_shared", "centres"), float(shared)))
    half_day = Measure("outreach_half_days", "service", "outreach_half_days", "half_days_per_cycle")
    return [*found, (half_day, half_days)]


def _fill_counts(measures: Iterable[Measure], rows: list[PlanRow]) -> None:
    """A machine type that one plan buys and another does not: the other buys none."""
    for measure in measures:
        if measure.section == "machines":
            for row in rows:
                if row.holding != "nothing":
                    row.values.setdefault(measure.key, 0.0)
