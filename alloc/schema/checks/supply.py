"""Machines and their prices, conditions and who treats them, and the money of the tiers."""

from __future__ import annotations

from collections import defaultdict

from alloc.schema.checks.fault import Faults, TableFault
from alloc.schema.checks.members import rank
from alloc.schema.facilities import TIERS
from alloc.schema.region import Region


def discounts_fall(region: Region) -> Faults:
    """A price break never exceeds the list price, and each further one lowers the price."""
    price = {kind.id: kind.price_cny for kind in region.equipment_types}
    breaks: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, item in enumerate(region.price_breaks):
        breaks[item.equipment_type].append((item.quantity_from, row))
    for kind, steps in breaks.items():
        before: float | None = None
        for _, row in sorted(steps):
            asked = region.price_breaks[row].price_cny
            if asked > price.get(kind, asked):
                params = {"type": kind, "list": f"{price[kind]:g}"}
                yield TableFault("price_break_above_list", "price_breaks", row, "price_cny", asked, params)
            elif before is not None and asked >= before:
                params = {"type": kind, "before": f"{before:g}"}
                yield TableFault("price_break_not_lower", "price_breaks", row, "price_cny", asked, params)
            before = asked


def installed_by_now(region: Region) -> Faults:
    """What stands there today was not installed after the planning year."""
    year = region.about.planning_year
    for row, item in enumerate(region.inventory):
        if item.install_year > year:
            params = {"year": str(year)}
            yield TableFault("installed_later", "inventory", row, "install_year", item.install_year, params)


def step_down_whole(region: Region) -> Faults:
    """A step-down stay has a share of patients and a number of days, or neither."""
    for row, item in enumerate(region.conditions):
        if (item.step_down_share > 0.0) != (item.step_down_days > 0.0):
            field = "step_down_days" if item.step_down_share > 0.0 else "step_down_share"
            value = getattr(item, field)
            yield TableFault("step_down_half_given", "conditions", row, field, value, {"id": item.id})


def treated_high_enough(region: Region) -> Faults:
    """Only a facility of the treating tier or above treats a condition."""
    tier = {facility.id: facility.tier for facility in region.facilities}
    needed = {condition.id: condition.treating_tier for condition in region.conditions}
    for row, item in enumerate(region.capabilities):
        have, need = tier.get(item.facility), needed.get(item.condition)
        if item.role == "treat" and have is not None and need is not None and rank(have) < rank(need):
            params = {"tier": have, "condition": item.condition, "needed": need}
            yield TableFault("treats_below_tier", "capabilities", row, "facility", item.facility, params)


def money_for_every_tier(region: Region) -> Faults:
    """Every tier in use has its money, and so has ``city``, which prices care outside the region."""
    if not (region.conditions or region.specialties or region.tier_money):
        return
    priced = {row.tier for row in region.tier_money}
    used = {facility.tier for facility in region.facilities} | {"city"}
    for tier in TIERS:
        if tier in used and tier not in priced:
            yield TableFault("tier_without_money", "tier_money", None, "tier", tier)
