"""A model for a synthetic region, with a budget that binds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from alloc.schema.equipment import EquipmentType
from alloc.schema.model import DECISIONS, GOALS, Decision, Goal, GoalName, Limits, Model
from alloc.schema.region import Region
from alloc.schema.scenario import Change, Scenario
from alloc.synthetic.equipment import UTILISATION

TOLERANCES = {"unmet": 0.001, "outside": 0.01, "travel": 0.02, "cost": 0.02, "disruption": 0.0}


def synthetic_model(
    region: Region,
    *,
    budget_share: float = 0.5,
    decisions: Sequence[Decision] = DECISIONS,
    goals: Sequence[GoalName] = GOALS,
    rural_share: float | None = None,
) -> Model:
    """A model whose budget pays for ``budget_share`` of what would close the gap in machines.

    Args:
        region: Any region with population, rates and machine types.
        budget_share: 1.0 would buy machines for all unmet exams and replace all that are past their life.
        decisions: The decisions that are on.
        goals: The goals, in order.
        rural_share: The least share of new spending in rural places; None for no such rule.
    """
    least = min((kind.price_cny for kind in region.equipment_types), default=0.0)
    budget = float(10_000 * math.ceil(max(budget_share * gap_cny(region), least) / 10_000))
    cut = Change(op="scale", table="limits", field="budget_cny", by=0.7)
    return Model(
        id="synthetic",
        name_zh="合成模型",
        name_en="synthetic model",
        decisions=tuple(decisions),
        limits=Limits(budget_cny=budget, rural_share_of_spend_min=rural_share),
        goals=tuple(Goal(goal=name, tolerance_share=TOLERANCES[name]) for name in goals),
        scenarios=(
            Scenario(id="budget-30", name_zh="预算减少30%", name_en="budget down 30%", changes=(cut,)),
        ),
    )


def gap_cny(region: Region) -> float:
    """What it costs, in CNY, to buy machines for all need above today's capacity and to replace the old ones.

    For each modality the type with the least price per exam counts; part machines are allowed.
    """
    types = {t.id: t for t in region.equipment_types}
    year = region.about.planning_year
    total = 0.0
    for modality in region.modalities:
        own = [t for t in region.equipment_types if t.modality == modality.id]
        if not own:
            continue
        cheapest = min(own, key=_price_per_exam)
        standing = [item for item in region.inventory if types[item.equipment_type].modality == modality.id]
        young = 0.0
        for item in standing:
            kind = types[item.equipment_type]
            if year - item.install_year >= kind.life_years:
                total += item.count * kind.price_cny
            else:
                young += item.count * kind.exams_per_year
        old = sum(item.count * types[item.equipment_type].exams_per_year for item in standing) - young
        missing = _need(region, modality.id) / UTILISATION - young - old
        total += max(0.0, missing) * _price_per_exam(cheapest)
    return total


def _price_per_exam(kind: EquipmentType) -> float:
    return kind.price_cny / kind.exams_per_year if kind.exams_per_year else math.inf


def _need(region: Region, modality: str) -> float:
    """Exams a year from the region-wide rates."""
    people: dict[str, float] = {}
    for row in region.population:
        people[row.age_band] = people.get(row.age_band, 0.0) + row.residents
    return sum(
        people.get(rate.age_band, 0.0) * rate.per_1000 / 1000
        for rate in region.exam_rates
        if rate.modality == modality and rate.place is None
    )
