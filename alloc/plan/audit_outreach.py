"""Audit of the visits that teams (one specialty at one hospital) pay to clinics, in half-days per cycle."""

from __future__ import annotations

from collections.abc import Iterator

from alloc.instance.instance import Instance
from alloc.plan.audit_base import CASE, Breach, RuleBook, at_least, at_most, breach, total
from alloc.plan.audit_facts import (
    HALF_DAYS_PER_WEEKDAY,
    IN_PERSON,
    VISITING,
    half_day_is_worth_the_way,
    half_days,
    may_visit,
    members,
    mentor_half_days,
    on_duty,
    owed_half_days,
    team_half_days,
)
from alloc.schema.plan import Decisions

RULES = RuleBook()
HALF_DAYS_PER_CYCLE = 40


@RULES.rule
def visits_within_the_days_allowed(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A team's visits take no more half-days than its members' outreach days; postings are counted apart."""
    given = team_half_days(decisions, VISITING)
    for team, people in members(instance).items():
        limit = sum(2 * min(p.most_outreach_days_per_cycle, 4 * len(p.days)) for p in people)
        yield from at_most(team, given.get(team, 0.0), limit)


@RULES.rule
def presence_kept_at_home(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Visits and postings leave the stated presence of the specialty at the home hospital."""
    given = team_half_days(decisions, IN_PERSON)
    for team, people in members(instance).items():
        keeps = instance.outreach.specialties[team[0]].present_at_home
        free = sum(HALF_DAYS_PER_WEEKDAY * max(0, there - keeps) for there in on_duty(people).values())
        yield from at_most(team, given.get(team, 0.0), free)


@RULES.rule
def visits_fit_the_consulting_rooms(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A clinic takes no more half-days than its consulting rooms have in a cycle."""
    rows = (row for row in decisions.visits if row.session_type in IN_PERSON)
    for facility, given in total(rows, lambda r: r.facility, lambda r: r.half_days_per_cycle).items():
        yield from at_most(
            facility, given, HALF_DAYS_PER_CYCLE * instance.facilities[facility].consulting_rooms
        )


@RULES.rule
def posted_only_who_may_be(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Postings take no more half-days than the specialists who may be posted have."""
    people = members(instance)
    for team, given in team_half_days(decisions, ("posting",)).items():
        limit = sum(HALF_DAYS_PER_WEEKDAY * len(p.days) for p in people.get(team, []) if p.may_be_posted)
        yield from at_most(team, given, limit)


@RULES.rule
def outreach_only_within_reach(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Visits go to facilities of a lower tier, near enough, and in the consortium unless staff may cross."""
    for (specialty, home, facility), given in half_days(decisions, IN_PERSON).items():
        if given > CASE and not may_visit(instance, home, facility):
            minutes = instance.reach.minutes(home, facility)
            yield breach((specialty, home, facility), minutes, instance.standards.outreach.travel_within_min)


@RULES.rule
def owed_service_is_met(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A team's visits and postings cover the grassroots service that its members owe before promotion."""
    given = team_half_days(decisions, IN_PERSON)
    for team, people in members(instance).items():
        owed = sum(owed_half_days(instance, person) for person in people)
        yield from at_least(team, given.get(team, 0.0), owed)


@RULES.rule
def mentors_keep_their_clinic(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A team visits the clinics of its mentor pairs as often as the standard says."""
    given = half_days(decisions, IN_PERSON)
    owed: dict[tuple[str, str, str], float] = {}
    for person in instance.outreach.specialists.values():
        if person.mentor_clinic is not None:
            key = (person.specialty, person.home, person.mentor_clinic)
            owed[key] = owed.get(key, 0.0) + mentor_half_days(instance, person)
    for key, least in owed.items():
        yield from at_least(key, given.get(key, 0.0), least)


@RULES.rule
def whole_days_where_the_way_is_long(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Visits are whole half-days; clinics beyond the half-day travel standard are visited for whole days."""
    for row in decisions.visits:
        if row.session_type not in VISITING:
            continue
        near = half_day_is_worth_the_way(instance, row.home, row.facility)
        unit = 2 if row.session_type == "clinic" and not near else 1
        nearest = unit * round(row.half_days_per_cycle / unit)
        if abs(row.half_days_per_cycle - nearest) > CASE:
            where = (row.specialty, row.home, row.facility, row.session_type)
            yield breach(where, row.half_days_per_cycle, nearest)
