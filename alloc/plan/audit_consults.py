"""Audit of specialist consultations: at the clinic, at a distance, at the home hospital, outside, unmet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alloc.instance.instance import Instance
from alloc.plan.audit_base import CASE, Breach, RuleBook, at_least, at_most, breach, equal, total
from alloc.plan.audit_facts import (
    VISITING,
    Team,
    clinic_half_days,
    half_days,
    height,
    members,
    posted_clinic_half_days,
    team_half_days,
)
from alloc.schema.plan import Decisions

RULES = RuleBook()


@dataclass(frozen=True)
class Slots:
    """Where a team's clinic half-days per cycle go, re-added from the flows and the visits."""

    specialists: int
    clinic: float
    outreach: float
    tele: float
    used: float
    reserved: float
    referred: float

    @property
    def away(self) -> float:
        """Half-days that are not held at home: outreach, postings and tele-consultation."""
        return self.outreach + self.tele


def slots_of_teams(instance: Instance, decisions: Decisions) -> dict[Team, Slots]:
    """Each team's half-days per cycle; what is reserved is a decision, and stands in the slot rows alone."""
    rows = (row for row in decisions.consult_flows if row.setting == "hospital")
    at_home = total(rows, lambda r: (r.specialty, r.facility), lambda r: r.consults_per_year)
    out, tele = team_half_days(decisions, VISITING), team_half_days(decisions, ("tele",))
    reserved = {(row.specialty, row.home): row.reserved_half_days for row in decisions.slots}
    share = instance.standards.referral.referred_share_of_consultations
    away = posted_clinic_half_days(instance, decisions)
    found = {}
    for team, people in members(instance).items():
        rate = instance.outreach.specialties[team[0]].home_consults_per_half_day
        used = _half_days_for(at_home.get(team, 0.0), rate, instance)
        found[team] = Slots(
            specialists=len(people),
            clinic=sum(clinic_half_days(person) for person in people),
            outreach=out.get(team, 0.0) + away.get(team, 0.0),
            tele=tele.get(team, 0.0),
            used=used,
            reserved=reserved.get(team, 0),
            referred=share * used,
        )
    return found


def _half_days_for(consults: float, per_half_day: float, instance: Instance) -> float:
    """Half-days per cycle for so many consultations a year; infinite where none can be held."""
    if consults <= CASE:
        return 0.0
    yearly = per_half_day * instance.calendar.cycles_per_year
    return consults / yearly if yearly > 0.0 else float("inf")


@RULES.rule
def every_consultation_is_held_or_counted(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Every consultation a place needs is held in the region, held outside, or counted as unmet (a year)."""
    told = total(decisions.consult_flows, lambda r: (r.place, r.specialty), lambda r: r.consults_per_year)
    need = instance.outreach.need
    for key in sorted(told.keys() | need.keys()):
        yield from equal(key, told.get(key, 0.0), need.get(key, 0.0))


@RULES.rule
def clinic_consultations_within_sessions(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A clinic holds no more consultations of a specialty than its sessions and postings take (a year)."""
    given: dict[tuple[str, str | None], float] = {}
    for (specialty, _, facility), count in half_days(decisions, ("clinic", "posting")).items():
        given[specialty, facility] = given.get((specialty, facility), 0.0) + count
    rows = (row for row in decisions.consult_flows if row.setting == "outreach")
    for key, held in total(rows, lambda r: (r.specialty, r.facility), lambda r: r.consults_per_year).items():
        rate = instance.outreach.specialties[key[0]].outreach_consults_per_half_day
        yield from at_most(key, held, rate * instance.calendar.cycles_per_year * given.get(key, 0.0))


@RULES.rule
def tele_consultations_within_time(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Tele-consultations fit the time given to them, the share of need that suits them, and the links."""
    given: dict[tuple[str, str | None], float] = {}
    for (specialty, home, facility), count in half_days(decisions, ("tele",)).items():
        given[specialty, facility] = given.get((specialty, facility), 0.0) + count
        if count > CASE and not _linked(instance, home, facility):
            yield breach((specialty, home, facility), count, 0.0)
    rows = [row for row in decisions.consult_flows if row.setting == "tele"]
    for key, held in total(rows, lambda r: (r.specialty, r.facility), lambda r: r.consults_per_year).items():
        rate = instance.outreach.specialties[key[0]].tele_consults_per_half_day
        yield from at_most(key, held, rate * instance.calendar.cycles_per_year * given.get(key, 0.0))
    for place, held in total(rows, lambda r: (r.place, r.specialty), lambda r: r.consults_per_year).items():
        share = instance.outreach.specialties[place[1]].tele_share_max
        yield from at_most(place, held, share * instance.outreach.need.get(place, 0.0))


def _linked(instance: Instance, home: str, facility: str) -> bool:
    """Whether a hospital and a clinic of a lower tier both have the link that tele-consultation needs."""
    here, there = instance.facilities[home], instance.facilities[facility]
    least = instance.standards.outreach.tele_mbps_min
    fast = min(here.link_mbps or 0.0, there.link_mbps or 0.0) >= least and bool(there.link_mbps)
    return fast and height(there.tier) < height(here.tier) and there.consulting_rooms > 0


@RULES.rule
def time_at_home_is_not_sold_twice(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Slots in use, reserved slots and time away fit the team's clinic half-days (a cycle)."""
    for team, slots in slots_of_teams(instance, decisions).items():
        taken = slots.used - slots.referred + slots.reserved + slots.away
        yield from at_most(team, taken, slots.clinic)


@RULES.rule
def hospital_consultations_within_slots(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Hospital consultations fit what is left at home, referred patients the reserved slots (half-days)."""
    for team, slots in slots_of_teams(instance, decisions).items():
        yield from at_most(team, slots.used, slots.clinic - slots.away)
        yield from at_most(team, slots.referred, slots.reserved)
    homes = members(instance)
    for row in decisions.consult_flows:
        homeless = row.setting == "hospital" and (row.specialty, row.facility or "") not in homes
        if homeless and row.consults_per_year > CASE:
            yield breach((row.specialty, row.facility), row.consults_per_year, 0.0)


@RULES.rule
def reserved_slots_meet_their_share(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Each team reserves the stated share of its clinic half-days for referred patients (a cycle)."""
    share = instance.standards.referral.reserved_slot_share_min
    for team, slots in slots_of_teams(instance, decisions).items():
        yield from at_least(team, slots.reserved, share * slots.clinic)


@RULES.rule
def outside_consultations_within_their_share(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Of a place's consultations of a specialty, at most the stated share is held outside (a year)."""
    rows = (row for row in decisions.consult_flows if row.setting == "outside")
    share = instance.standards.access.outside_share_max_consultations
    for key, held in total(rows, lambda r: (r.place, r.specialty), lambda r: r.consults_per_year).items():
        yield from at_most(key, held, share * instance.outreach.need.get(key, 0.0))


@RULES.rule
def slots_add_up(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """The slot table tells every team's half-days as the visits and consultations give them (a cycle)."""
    told = {(row.specialty, row.home): row for row in decisions.slots}
    for team, slots in slots_of_teams(instance, decisions).items():
        row = told.get(team)
        if row is None:
            if slots.used + slots.away > CASE:
                yield breach(team, None, slots.used + slots.away)
            continue
        yield from equal((*team, "specialists"), row.specialists, slots.specialists)
        yield from equal((*team, "clinic_half_days"), row.clinic_half_days, slots.clinic)
        yield from equal((*team, "outreach_half_days"), row.outreach_half_days, slots.outreach)
        yield from equal((*team, "tele_half_days"), row.tele_half_days, slots.tele)
        yield from equal((*team, "used_at_home_half_days"), row.used_at_home_half_days, slots.used)
        yield from equal((*team, "reserved_used_half_days"), row.reserved_used_half_days, slots.referred)
