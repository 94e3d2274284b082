"""Rules that cross the decisions, each with a price tag: one file a subject, one line a limit."""

from __future__ import annotations

from alloc.limits.contract import Decided, Limit, LimitLine, as_rule
from alloc.limits.money import (
    rural_share_of_spend,
    spend_within_budget,
    spend_within_budget_of_consortium,
    yearly_cost_within_limit,
)
from alloc.limits.resources import (
    machines_within_the_number,
    open_centres_within_the_number,
    staff_hours_within_what_is_there,
)
from alloc.limits.service import coverage_floor, urban_rural_service_gap, urban_rural_travel_gap

LIMITS: tuple[Limit, ...] = (
    spend_within_budget,
    spend_within_budget_of_consortium,
    yearly_cost_within_limit,
    rural_share_of_spend,
    staff_hours_within_what_is_there,
    machines_within_the_number,
    open_centres_within_the_number,
    coverage_floor,
    urban_rural_service_gap,
    urban_rural_travel_gap,
)
OUTCOMES = (
    "coverage_floor",
    "urban_rural_service_gap",
    "urban_rural_travel_gap",
    "yearly_cost_within_limit",
    "open_centres_within_the_number",
)
"""Limits that today's state, or half a sequence, may break."""

__all__ = ["LIMITS", "OUTCOMES", "Decided", "Limit", "LimitLine", "as_rule"]
