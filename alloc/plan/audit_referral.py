"""Audit of episodes: where they are first seen, treated and stepped down, and the beds they take."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from alloc.instance.instance import Instance
from alloc.plan.audit_base import CASE, Breach, RuleBook, at_least, at_most, breach, equal, some, total
from alloc.plan.audit_facts import examining, height, open_facilities
from alloc.schema.plan import BedRow, Decisions, EpisodeFlowRow

RULES = RuleBook()
DAYS_PER_YEAR = 365.0


@RULES.rule
def every_episode_is_treated_or_counted(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Every episode of a place is treated in the region, treated outside, or counted as unmet (a year)."""
    rows = (row for row in decisions.episode_flows if row.leg != "step_down")
    told = total(rows, lambda r: (r.place, r.condition), lambda r: r.episodes_per_year)
    need = instance.referral.need
    for key in sorted(told.keys() | need.keys()):
        yield from equal(key, told.get(key, 0.0), need.get(key, 0.0))


@RULES.rule
def acute_within_the_limit(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """An acute case goes straight to treatment, and reaches it within the time limit (minutes)."""
    for row in _routes(decisions):
        limit = instance.referral.conditions[row.condition].acute_limit_min
        if limit is None or row.treated_at is None:
            continue
        minutes = instance.reach.minutes(row.place, row.treated_at)
        if row.first_contact != row.treated_at or minutes > limit + CASE:
            yield breach((row.place, row.condition, row.first_contact, row.treated_at), minutes, limit)


@RULES.rule
def treat_within_capability(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A facility sees, treats and takes back no more cases of a condition than it can (episodes a year)."""
    done: dict[tuple[str, str, str], float] = {}
    for row in decisions.episode_flows:
        for facility, role in _roles(row):
            key = (facility, row.condition, role)
            done[key] = done.get(key, 0.0) + row.episodes_per_year
    for key, episodes in done.items():
        limit = instance.referral.capability.get(key, 0.0)
        if math.isfinite(limit):
            yield from at_most(key, episodes, limit)


def _roles(row: EpisodeFlowRow) -> Iterator[tuple[str, str]]:
    """(facility, role) that one leg asks for; first contact only counts where the patient is referred on."""
    if row.leg == "route" and row.treated_at is not None:
        yield row.treated_at, "treat"
        if row.first_contact is not None and row.first_contact != row.treated_at:
            yield row.first_contact, "first_contact"
    if row.leg == "step_down" and row.step_down_at is not None:
        yield row.step_down_at, "step_down"


@RULES.rule
def treat_only_with_the_modalities_needed(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A condition is treated only where a machine of every modality that it needs stands."""
    there = examining(instance, decisions)
    treated = total(_routes(decisions), lambda r: (r.treated_at, r.condition), lambda r: r.episodes_per_year)
    for (facility, condition), episodes in treated.items():
        for modality in instance.referral.modalities_needed.get(condition, []):
            if facility is not None and (facility, modality) not in there and some(episodes):
                yield breach((facility, condition, modality), episodes, 0.0)


@RULES.rule
def treat_at_the_tier_needed(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A condition is treated at its tier or above."""
    treated = total(_routes(decisions), lambda r: (r.treated_at, r.condition), lambda r: r.episodes_per_year)
    for (facility, condition), episodes in treated.items():
        if facility is not None and height(instance.facilities[facility].tier) < height(
            instance.referral.conditions[condition].treating_tier
        ):
            yield breach((facility, condition), episodes, 0.0)


@RULES.rule
def step_down_only_the_eligible(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Of a place's cases treated at a facility, at most the eligible share steps down (episodes a year)."""
    treated = total(
        _routes(decisions), lambda r: (r.place, r.condition, r.treated_at), lambda r: r.episodes_per_year
    )
    down = total(
        _down(decisions), lambda r: (r.place, r.condition, r.treated_at), lambda r: r.episodes_per_year
    )
    for key, episodes in down.items():
        share = instance.referral.conditions[key[1]].step_down_share
        yield from at_most(key, episodes, share * treated.get(key, 0.0))


@RULES.rule
def step_down_near_home(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Patients step down to a lower tier, near their home (minutes from home)."""
    within = instance.standards.referral.step_down_within_min
    for row in _down(decisions):
        if row.step_down_at is None or not some(row.episodes_per_year):
            continue
        minutes = instance.reach.minutes(row.place, row.step_down_at)
        tier = instance.referral.conditions[row.condition].treating_tier
        lower = height(instance.facilities[row.step_down_at].tier) < height(tier)
        if not lower or minutes > within + CASE:
            yield breach((row.place, row.condition, row.step_down_at), minutes, within)


@dataclass
class Beds:
    """Beds in use on an average day. ``freed``: taken off the treating facility by step-down stays elsewhere.

    ``referred``: full stays of patients referred up.
    """

    full: float = 0.0
    freed: float = 0.0
    stepped: float = 0.0
    referred: float = 0.0

    @property
    def treating(self) -> float:
        """Beds in use for treatment."""
        return self.full - self.freed


def beds_in_use(instance: Instance, decisions: Decisions) -> dict[str, Beds]:
    """Beds in use by facility, re-added from the episodes."""
    found = {facility: Beds() for facility in instance.facilities}
    for row in decisions.episode_flows:
        condition = instance.referral.conditions[row.condition]
        full = row.episodes_per_year * condition.stay_days / DAYS_PER_YEAR
        late = row.episodes_per_year * condition.step_down_days / DAYS_PER_YEAR
        if row.leg == "route" and row.treated_at is not None:
            found[row.treated_at].full += full
            found[row.treated_at].referred += full if row.first_contact != row.treated_at else 0.0
        elif row.leg == "step_down" and row.treated_at is not None and row.step_down_at is not None:
            found[row.treated_at].freed += late
            found[row.step_down_at].stepped += late
    return found


def _bed_rows(decisions: Decisions) -> dict[str, BedRow]:
    return {row.facility: row for row in decisions.beds}


@RULES.rule
def patients_fit_the_beds(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Patients fit the beds at the occupancy standard, referred ones the reserved beds (average day)."""
    rows = _bed_rows(decisions)
    for facility, use in beds_in_use(instance, decisions).items():
        row = rows.get(facility)
        reserved, surge = (row.reserved_beds, row.surge_beds_opened) if row is not None else (0, 0)
        occupancy = _occupancy(instance, facility)
        beds = occupancy * (instance.facilities[facility].beds + surge)
        yield from at_most(facility, use.treating + use.stepped - use.referred + occupancy * reserved, beds)
        yield from at_most((facility, "reserved_beds"), use.referred, occupancy * reserved)


def _occupancy(instance: Instance, facility: str) -> float:
    money = instance.referral.money.get(instance.facilities[facility].tier)
    return 0.0 if money is None else money.occupancy_share


@RULES.rule
def reserved_beds_meet_their_share(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Open hospitals that patients may be referred to reserve the stated share of their beds."""
    ways = (way for choices in instance.referral.routes.values() for way in choices)
    targets = {way.treated_at for way in ways if way.first_contact != way.treated_at}
    rows = _bed_rows(decisions)
    share = instance.standards.referral.reserved_bed_share_min
    for facility in sorted(targets & open_facilities(instance, decisions)):
        reserved = rows[facility].reserved_beds if facility in rows else 0
        yield from at_least(facility, reserved, share * instance.facilities[facility].beds)


@RULES.rule
def surge_beds_within_their_number(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Surge beds are opened only when the standards allow it, and no more than a facility has."""
    allowed = instance.standards.referral.surge_beds_open
    for row in decisions.beds:
        most = instance.facilities[row.facility].surge_beds if allowed else 0
        yield from at_most(row.facility, row.surge_beds_opened, most)


@RULES.rule
def outside_episodes_within_their_share(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Of a place's cases of a condition, at most the stated share is treated outside (episodes a year)."""
    rows = (row for row in decisions.episode_flows if row.leg == "outside")
    share = instance.standards.access.outside_share_max_episodes
    for key, episodes in total(rows, lambda r: (r.place, r.condition), lambda r: r.episodes_per_year).items():
        yield from at_most(key, episodes, share * instance.referral.need.get(key, 0.0))


@RULES.rule
def beds_add_up(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """The bed table tells the beds of every facility and their use as the episodes give them."""
    rows = _bed_rows(decisions)
    is_open = open_facilities(instance, decisions)
    for facility, use in beds_in_use(instance, decisions).items():
        row = rows.get(facility)
        if row is None:
            if use.full + use.stepped > CASE:
                yield breach(facility, None, use.full + use.stepped)
            continue
        beds = instance.facilities[facility].beds
        usable = _occupancy(instance, facility) * (beds + row.surge_beds_opened)
        yield from equal((facility, "beds"), row.beds, beds)
        if facility in is_open:
            yield from equal((facility, "usable_beds"), row.usable_beds, usable)
        yield from equal((facility, "treating_beds"), row.treating_beds, use.treating)
        yield from equal((facility, "step_down_beds"), row.step_down_beds, use.stepped)
        yield from equal((facility, "reserved_used_beds"), row.reserved_used_beds, use.referred)
        yield from equal((facility, "freed_by_step_down_beds"), row.freed_by_step_down_beds, use.freed)


def _routes(decisions: Decisions) -> list[EpisodeFlowRow]:
    return [row for row in decisions.episode_flows if row.leg == "route" and some(row.episodes_per_year)]


def _down(decisions: Decisions) -> list[EpisodeFlowRow]:
    return [row for row in decisions.episode_flows if row.leg == "step_down"]
