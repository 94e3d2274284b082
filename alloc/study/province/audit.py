"""The province's own audit: what the county plans spend and send outside, added up again from their rows.

It reads the plans as they lie on the disk, and shares nothing with the master or with the counties' models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from alloc import labels
from alloc.errors import DataError, UsageError, shown
from alloc.plan.plan import Plan
from alloc.study.province.outcome import CountyRow, ProvincePlan

_ROUNDING_CNY = 1.0
_ROUNDING = 1e-5


@dataclass(frozen=True)
class ProvinceFinding:
    """One thing that does not add up: the label of its sentence under ``province.audit``, and its figures."""

    rule: str
    county: str = ""
    found: float = 0.0
    stated: float = 0.0

    def message(self, lang: str = "en") -> str:
        """The sentence."""
        return labels.text(
            f"province.audit.{self.rule}",
            lang,
            county=shown(self.county),
            found=f"{self.found:,.2f}",
            stated=f"{self.stated:,.2f}",
        )

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """For JSON."""
        return {"rule": self.rule, "county": self.county, "message": self.message(lang)}


def audit_province(plan: ProvincePlan, load: Callable[[CountyRow], Plan]) -> list[ProvinceFinding]:
    """Everything that does not add up; empty for a sound plan. ``load`` gives a county's plan by its row."""
    found: list[ProvinceFinding] = []
    spend = beds = 0.0
    for row in plan.planned:
        try:
            county = load(row)
        except (DataError, UsageError):
            found.append(ProvinceFinding("no_plan", row.county))
            continue
        own_spend, own_beds = _spend(county), _bed_days(county)
        spend, beds = spend + own_spend, beds + own_beds
        found += _of_county(row, county, own_spend, own_beds)
    found += _totals(plan, spend, beds)
    return found


def _of_county(row: CountyRow, county: Plan, spend: float, beds: float) -> Iterator[ProvinceFinding]:
    if county.record.audit is None or not county.record.audit.passed:
        yield ProvinceFinding("county_audit", row.county)
    if _differ(spend, row.spend_cny, _ROUNDING_CNY):
        yield ProvinceFinding("county_spend", row.county, spend, row.spend_cny)
    if spend > row.share_cny + _ROUNDING_CNY:
        yield ProvinceFinding("county_share", row.county, spend, row.share_cny)
    if _differ(beds, row.bed_days_per_year, 0.1):
        yield ProvinceFinding("county_beds", row.county, beds, row.bed_days_per_year)
    budget = county.model.limits.budget_cny
    if budget is None or _differ(budget, row.share_cny, _ROUNDING_CNY):
        yield ProvinceFinding("county_budget", row.county, budget or 0.0, row.share_cny)


def _totals(plan: ProvincePlan, spend: float, beds: float) -> Iterator[ProvinceFinding]:
    most, most_beds = plan.province.budget_cny, plan.province.tertiary_bed_days_per_year
    if _differ(spend, plan.spend_cny, _ROUNDING_CNY):
        yield ProvinceFinding("total_spend", found=spend, stated=plan.spend_cny)
    if spend > most + _ROUNDING_CNY:
        yield ProvinceFinding("over_budget", found=spend, stated=most)
    if _differ(beds, plan.bed_days_per_year, 1.0):
        yield ProvinceFinding("total_beds", found=beds, stated=plan.bed_days_per_year)
    if most_beds is not None and beds > most_beds * (1 + _ROUNDING) + 1.0:
        yield ProvinceFinding("over_beds", found=beds, stated=most_beds)
    goal = sum(row.goal or 0.0 for row in plan.planned)
    if plan.value is not None and _differ(goal, plan.value, 1e-6):
        yield ProvinceFinding("total_goal", found=goal, stated=plan.value)


def _spend(plan: Plan) -> float:
    """What is paid once, by the rows of costs."""
    return sum(row.cny for row in plan.decisions.costs if row.kind == "capital")


def _bed_days(plan: Plan) -> float:
    """Episodes that leave the county x the days they stay."""
    days = 0.0
    for condition in plan.region.conditions:
        for row in plan.decisions.episode_flows:
            if row.leg == "outside" and row.condition == condition.id:
                days += row.episodes_per_year * condition.stay_days
    return days


def _differ(one: float, other: float, rounding: float) -> bool:
    return abs(one - other) > rounding + _ROUNDING * 0.1 * max(abs(one), abs(other))
