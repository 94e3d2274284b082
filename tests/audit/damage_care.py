"""Damages to consultations, episodes, slots and beds."""

from __future__ import annotations

import math
from typing import Any

from alloc.instance import Instance
from alloc.plan.audit_facts import height
from alloc.schema import Decisions
from alloc.schema.plan import ConsultFlowRow, EpisodeFlowRow
from tests.audit.edits import MANY, Damage, drop, first, put, served, with_rows

CARE: dict[str, Damage] = {}


def damage(function: Damage) -> Damage:
    """Register a damage under the rule it breaks."""
    CARE[function.__name__] = function  # type: ignore[attr-defined]
    return function


def consults(instance: Instance, plan: Decisions, setting: Any, facility: str | None) -> Decisions | None:
    """The plan with far too many consultations in one setting."""
    key = first(instance.outreach.need)
    if key is None:
        return None
    ends = setting if facility is None else "region"
    row = ConsultFlowRow(
        place=key[0], specialty=key[1], setting=setting, facility=facility, ends=ends, consults_per_year=1e7
    )
    return with_rows(plan, "consult_flows", (*plan.consult_flows, row))


@damage
def every_consultation_is_held_or_counted(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.consult_flows, lambda r: r.consults_per_year > 1.0)
    return row and drop(plan, "consult_flows", lambda r: r is row)


@damage
def clinic_consultations_within_sessions(instance: Instance, plan: Decisions) -> Decisions | None:
    return consults(instance, plan, "outreach", first(instance.facilities))


@damage
def tele_consultations_within_time(instance: Instance, plan: Decisions) -> Decisions | None:
    return consults(instance, plan, "tele", first(instance.facilities))


@damage
def time_at_home_is_not_sold_twice(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.slots)
    return row and put(plan, "slots", row, reserved_half_days=MANY)


@damage
def hospital_consultations_within_slots(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(served(plan, "consult_flows"), lambda r: r.setting == "hospital")
    return row and put(plan, "consult_flows", row, consults_per_year=1e8)


@damage
def reserved_slots_meet_their_share(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.slots, lambda r: r.reserved_half_days > 0)
    return row and put(plan, "slots", row, reserved_half_days=0)


@damage
def outside_consultations_within_their_share(instance: Instance, plan: Decisions) -> Decisions | None:
    return consults(instance, plan, "outside", None)


@damage
def slots_add_up(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.slots)
    return row and put(plan, "slots", row, tele_half_days=row.tele_half_days + 3.0)


@damage
def every_episode_is_treated_or_counted(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.episode_flows, lambda r: r.leg != "step_down" and r.episodes_per_year > 0.1)
    return row and drop(plan, "episode_flows", lambda r: r is row)


def _routes(plan: Decisions) -> list[EpisodeFlowRow]:
    return [row for row in served(plan, "episode_flows") if row.leg == "route"]


@damage
def acute_within_the_limit(instance: Instance, plan: Decisions) -> Decisions | None:
    conditions = instance.referral.conditions
    row = first(_routes(plan), lambda r: conditions[r.condition].acute_limit_min is not None)
    other = row and first(instance.facilities, lambda f: f != row.treated_at)
    return other and put(plan, "episode_flows", row, first_contact=other)


@damage
def treat_within_capability(instance: Instance, plan: Decisions) -> Decisions | None:
    able = instance.referral.capability
    for row in _routes(plan):
        if math.isfinite(able.get((str(row.treated_at), row.condition, "treat"), math.inf)):
            return put(plan, "episode_flows", row, episodes_per_year=1e7)
        unable = first(instance.facilities, lambda f, row=row: (f, row.condition, "treat") not in able)
        if unable is not None:
            return put(plan, "episode_flows", row, treated_at=unable)
    return None


@damage
def treat_only_with_the_modalities_needed(instance: Instance, plan: Decisions) -> Decisions | None:
    types = instance.equipment.types
    for row in _routes(plan):
        for modality in instance.referral.modalities_needed.get(row.condition, []):
            return drop(
                plan,
                "machines",
                lambda r, row=row, m=modality: (
                    r.facility == row.treated_at and types[r.equipment_type].modality == m
                ),
            )
    return None


@damage
def treat_at_the_tier_needed(instance: Instance, plan: Decisions) -> Decisions | None:
    for row in _routes(plan):
        tier = instance.referral.conditions[row.condition].treating_tier
        low = first(instance.facilities.values(), lambda f, tier=tier: height(f.tier) < height(tier))
        if low is not None:
            return put(plan, "episode_flows", row, treated_at=low.id, first_contact=low.id)
    return None


def _stepped(plan: Decisions) -> Any:
    return first(plan.episode_flows, lambda r: r.leg == "step_down" and r.episodes_per_year > 0.1)


@damage
def step_down_only_the_eligible(instance: Instance, plan: Decisions) -> Decisions | None:
    row = _stepped(plan)
    return row and put(plan, "episode_flows", row, episodes_per_year=1e6)


@damage
def step_down_near_home(instance: Instance, plan: Decisions) -> Decisions | None:
    row = _stepped(plan)
    return row and put(plan, "episode_flows", row, step_down_at=row.treated_at)


@damage
def patients_fit_the_beds(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(_routes(plan), lambda r: instance.referral.conditions[r.condition].stay_days > 0)
    return row and put(plan, "episode_flows", row, episodes_per_year=1e7)


@damage
def reserved_beds_meet_their_share(instance: Instance, plan: Decisions) -> Decisions | None:
    if not any(row.reserved_beds for row in plan.beds):
        return None
    return with_rows(plan, "beds", (row.model_copy(update={"reserved_beds": 0}) for row in plan.beds))


@damage
def surge_beds_within_their_number(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.beds)
    return row and put(plan, "beds", row, surge_beds_opened=MANY)


@damage
def outside_episodes_within_their_share(instance: Instance, plan: Decisions) -> Decisions | None:
    key = first(instance.referral.need)
    if key is None:
        return None
    row = EpisodeFlowRow(place=key[0], condition=key[1], leg="outside", ends="outside", episodes_per_year=1e7)
    return with_rows(plan, "episode_flows", (*plan.episode_flows, row))


@damage
def beds_add_up(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.beds)
    return row and put(plan, "beds", row, treating_beds=row.treating_beds + 3.0)
