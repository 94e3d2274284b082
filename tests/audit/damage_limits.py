"""Damages to limits, staff and money."""

from __future__ import annotations

from alloc.instance import Instance
from alloc.schema import Decisions
from alloc.schema.plan import CentreRow
from tests.audit.edits import MANY, Damage, add, bought, first, put, with_rows

LIMITS: dict[str, Damage] = {}


def damage(function: Damage) -> Damage:
    """Register a damage under the rule it breaks."""
    LIMITS[function.__name__] = function  # type: ignore[attr-defined]
    return function


@damage
def spend_within_budget(instance: Instance, plan: Decisions) -> Decisions | None:
    return bought(instance, plan) if instance.limits.budget_cny is not None else None


@damage
def spend_within_budget_of_consortium(instance: Instance, plan: Decisions) -> Decisions | None:
    if not instance.limits.budget_cny_by_consortium:
        return None
    spoiled = bought(instance, plan)
    member = first(
        instance.facilities,
        lambda f: instance.facilities[f].consortium in instance.limits.budget_cny_by_consortium,
    )
    return spoiled and put(spoiled, "machines", spoiled.machines[-1], facility=member)


@damage
def yearly_cost_within_limit(instance: Instance, plan: Decisions) -> Decisions | None:
    return bought(instance, plan) if instance.limits.yearly_cost_cny is not None else None


@damage
def rural_share_of_spend(instance: Instance, plan: Decisions) -> Decisions | None:
    return bought(instance, plan, area="urban") if instance.limits.rural_share_of_spend_min else None


def _nothing_served(instance: Instance, plan: Decisions, area: str | None) -> Decisions:
    """The plan with the exams of an area all counted as unmet."""
    rows = (
        row.model_copy(update={"facility": None, "ends": "unmet", "minutes": None})
        if area in (None, instance.places[row.place].area)
        else row
        for row in plan.exam_flows
    )
    return with_rows(plan, "exam_flows", rows)


@damage
def urban_rural_service_gap(instance: Instance, plan: Decisions) -> Decisions | None:
    gap = instance.limits.urban_rural_service_gap_max
    return _nothing_served(instance, plan, "rural") if gap is not None else None


@damage
def urban_rural_travel_gap(instance: Instance, plan: Decisions) -> Decisions | None:
    if instance.limits.urban_rural_travel_gap_max is None:
        return None
    far = (
        row.model_copy(update={"facility": None, "ends": "outside"})
        if instance.places[row.place].area == "rural"
        else row
        for row in plan.exam_flows
    )
    return with_rows(plan, "exam_flows", far)


@damage
def machines_within_the_number(instance: Instance, plan: Decisions) -> Decisions | None:
    kind = first(instance.limits.most_machines)
    return kind and bought(instance, plan, kind=kind)


@damage
def coverage_floor(instance: Instance, plan: Decisions) -> Decisions | None:
    floor = first(instance.limits.coverage_floors, lambda f: f.stream == "exams" and f.share > 0)
    return _nothing_served(instance, plan, None) if floor is not None else None


@damage
def staff_hours_within_what_is_there(instance: Instance, plan: Decisions) -> Decisions | None:
    types = instance.equipment.types
    kind = first(types, lambda t: types[t].staff_role is not None and types[t].staff_fte > 0)
    return bought(instance, plan, kind=kind) if kind is not None and instance.limits.staff_hours else None


@damage
def open_centres_within_the_number(instance: Instance, plan: Decisions) -> Decisions | None:
    most = instance.limits.most_open_centres
    if most is None:
        return None
    more = [
        CentreRow(
            facility=f, reading_group=group, shared=True, sites_read_for=0, readers_in_pool=0,
            readers_on_duty=0, readers_released=0, read_min_per_year=0, capacity_min_per_year=0,
            setup_cny=0, running_cny_per_year=0,
        )
        for f in instance.facilities
        for group in ("laboratory", "pathology")
    ]  # fmt: skip
    return with_rows(plan, "centres", (*plan.centres, *more)) if len(more) > most else None


@damage
def staff_add_up(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.staff)
    return row and put(plan, "staff", row, used_hours_per_year=row.used_hours_per_year + 100.0)


@damage
def limits_add_up(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.limits)
    return row and put(plan, "limits", row, room=row.room + 100.0)


@damage
def costs_add_up(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.costs, lambda r: r.category == "upkeep") or first(plan.costs)
    return row and add(plan, "costs", row, cny=1000.0 * MANY)


@damage
def machine_spend_adds_up(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.machines)
    return row and put(plan, "machines", row, spend_cny=row.spend_cny + 1000.0)
