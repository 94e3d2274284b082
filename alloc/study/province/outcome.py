"""A province's plan: one row a county, and what is proven of the whole."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from alloc.schema.base import Frozen
from alloc.schema.province import Province
from alloc.solver.outcome import relative_gap

Status = Literal["optimal", "time_limit", "cancelled", "incomplete", "nothing"]


class CountyRow(Frozen):
    """One county. ``share_cny`` of the budget is its limit, ``spend_cny`` and ``bed_days_per_year`` what its
    plan takes; ``goal`` is what the province minimises, ``goal_before`` its value today, ``goal_bound`` what
    no plan within the share can better. A failed county has no plan, spends nothing and says why.
    """

    county: str
    name_zh: str = ""
    name_en: str = ""
    status: Literal["planned", "failed"]
    share_cny: float = 0.0
    spend_cny: float = 0.0
    bed_days_per_year: float = 0.0
    goal_before: float | None = None
    goal: float | None = None
    goal_bound: float | None = None
    gap: float | None = None
    folder: str = ""
    reason_zh: str = ""
    reason_en: str = ""


class Round(Frozen):
    """One round: prices (goal's unit for each million CNY, for each 1,000 bed-days), how many counties were
    asked, what the best choice and the best bound came to.
    """

    number: int
    price_per_million_cny: float
    price_per_1000_bed_days: float = 0.0
    asked: int
    value: float | None = None
    bound: float | None = None
    gap: float | None = None
    seconds: float = 0.0


class ProvincePlan(Frozen):
    """The answer. ``value`` and ``bound`` are sums over the counties that are not failed: no set of plans of
    these counties within what is shared is better than ``bound``.
    """

    schema_version: Literal[1] = 1
    province: Province
    goals: tuple[tuple[str, float], ...]
    status: Status
    asked_gap: float
    counties: tuple[CountyRow, ...]
    value: float | None = None
    bound: float | None = None
    spend_cny: float = 0.0
    bed_days_per_year: float = 0.0
    rounds: tuple[Round, ...] = ()
    solved: int = Field(default=0, description="questions answered by solving")
    taken_up: int = Field(default=0, description="answers of an earlier run that were used")
    seconds: float = 0.0
    findings: tuple[tuple[str, str], ...] = Field(default=(), description="what the audit found, zh and en")

    @property
    def gap(self) -> float | None:
        """(value - bound) / value; None while either is unknown."""
        return relative_gap(self.value, self.bound)

    @property
    def planned(self) -> tuple[CountyRow, ...]:
        """The counties that have a plan."""
        return tuple(row for row in self.counties if row.status == "planned")

    @property
    def failed(self) -> tuple[CountyRow, ...]:
        """The counties that have none."""
        return tuple(row for row in self.counties if row.status == "failed")

    @property
    def proven(self) -> bool:
        """Whether every county has a plan and the gap asked for is proven."""
        return not self.failed and not self.findings and self.gap is not None and self.gap <= self.asked_gap
