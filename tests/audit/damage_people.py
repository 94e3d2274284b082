"""Damages to visits and to the named roster."""

from __future__ import annotations

from typing import Any

from alloc.instance import Instance
from alloc.plan.audit_facts import may_visit, mentor_half_days, owed_half_days
from alloc.schema import Decisions
from alloc.schema.outreach import WEEKDAYS
from alloc.schema.plan import RosterRow, VisitRow
from tests.audit.edits import MANY, Damage, drop, first, put, with_rows

PEOPLE: dict[str, Damage] = {}


def damage(function: Damage) -> Damage:
    """Register a damage under the rule it breaks."""
    PEOPLE[function.__name__] = function  # type: ignore[attr-defined]
    return function


def more_visits(instance: Instance, plan: Decisions) -> Decisions | None:
    """A team visits a clinic ten thousand times a cycle."""
    team = first(instance.outreach.teams)
    return team and visit(plan, team, first(instance.facilities, lambda f: f != team[1]), "clinic")


def visit(plan: Decisions, team: Any, facility: str, kind: Any) -> Decisions:
    """The plan with many more visits."""
    row = VisitRow(
        specialty=team[0], home=team[1], facility=facility, session_type=kind, half_days_per_cycle=MANY
    )
    return with_rows(plan, "visits", (*plan.visits, row))


PEOPLE["visits_within_the_days_allowed"] = more_visits
PEOPLE["presence_kept_at_home"] = more_visits
PEOPLE["visits_fit_the_consulting_rooms"] = more_visits


@damage
def posted_only_who_may_be(instance: Instance, plan: Decisions) -> Decisions | None:
    team = first(instance.outreach.teams)
    return team and visit(plan, team, first(instance.facilities, lambda f: f != team[1]), "posting")


@damage
def outreach_only_within_reach(instance: Instance, plan: Decisions) -> Decisions | None:
    team = first(instance.outreach.teams)
    far = team and first(instance.facilities, lambda f: f != team[1] and not may_visit(instance, team[1], f))
    return far and visit(plan, team, far, "clinic")


@damage
def owed_service_is_met(instance: Instance, plan: Decisions) -> Decisions | None:
    owes = any(owed_half_days(instance, s) for s in instance.outreach.specialists.values())
    return plan.model_copy(update={"visits": ()}) if owes else None


@damage
def mentors_keep_their_clinic(instance: Instance, plan: Decisions) -> Decisions | None:
    person = _mentor(instance)
    return person and drop(
        plan, "visits", lambda r: (r.home, r.facility) == (person.home, person.mentor_clinic)
    )


@damage
def whole_days_where_the_way_is_long(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.visits, lambda r: r.session_type == "clinic")
    return row and put(plan, "visits", row, half_days_per_cycle=row.half_days_per_cycle + 0.5)


def _mentor(instance: Instance) -> Any:
    return first(instance.outreach.specialists.values(), lambda s: mentor_half_days(instance, s) > 0)


def named(instance: Instance, person: Any, facility: str, **changes: Any) -> RosterRow:
    """A weekly morning clinic of one specialist."""
    fields: dict[str, Any] = {
        "specialist": person.id, "specialty": person.specialty, "home": person.home, "facility": facility,
        "session_type": "clinic", "weekday": person.days[0], "part": "am", "rhythm": "weekly",
        "weeks": (1, 2, 3, 4), "half_days_per_cycle": 4,
        "travel_min": instance.reach.minutes(person.home, facility),
    }  # fmt: skip
    return RosterRow.model_validate(fields | changes)


def with_roster(plan: Decisions, *rows: RosterRow) -> Decisions:
    """The plan with more roster rows."""
    return with_rows(plan, "roster", (*plan.roster, *rows))


def _visitor(instance: Instance) -> tuple[Any, list[str]]:
    """A specialist, and facilities other than home."""
    person = first(instance.outreach.specialists.values(), lambda s: s.days)
    return person, [f for f in instance.facilities if person is not None and f != person.home]


@damage
def nobody_in_two_places(instance: Instance, plan: Decisions) -> Decisions | None:
    person, others = _visitor(instance)
    if person is None or len(others) < 2:
        return None
    return with_roster(plan, *(named(instance, person, f) for f in others[:2]))


@damage
def one_clinic_a_day(instance: Instance, plan: Decisions) -> Decisions | None:
    limit = instance.standards.outreach.half_day_travel_within_min
    for person in instance.outreach.specialists.values():
        ways = {f: instance.reach.minutes(person.home, f) for f in instance.facilities}
        back = {f: instance.reach.minutes(f, person.home) for f in instance.facilities}
        far = first(ways, lambda f: limit < min(ways[f], back[f]) < float("inf"))  # noqa: B023
        busy = {row.weekday for row in plan.roster if row.specialist == person.id}
        free = first(person.days, lambda day: day not in busy)  # noqa: B023
        if far is not None and free is not None:
            return with_roster(plan, named(instance, person, far, weekday=free))
    return None


@damage
def works_only_on_own_days(instance: Instance, plan: Decisions) -> Decisions | None:
    person = first(instance.outreach.specialists.values(), lambda s: len(s.days) < len(WEEKDAYS))
    clinic = person and first(instance.facilities, lambda f: f != person.home)
    off = person and first(WEEKDAYS, lambda day: day not in person.days)
    return clinic and with_roster(plan, named(instance, person, clinic, weekday=off))


@damage
def rooms_in_every_half_day(instance: Instance, plan: Decisions) -> Decisions | None:
    person, others = _visitor(instance)
    if not others:
        return None
    rooms = instance.facilities[others[0]].consulting_rooms
    return with_roster(plan, *[named(instance, person, others[0])] * (rooms + 1))


@damage
def present_at_home_in_every_half_day(instance: Instance, plan: Decisions) -> Decisions | None:
    for (specialty, home), people in instance.outreach.teams.items():
        clinic = first(instance.facilities, lambda f, home=home: f != home)
        if instance.outreach.specialties[specialty].present_at_home > 0 and clinic is not None:
            day = people[0].days[0]
            away = [named(instance, p, clinic, weekday=day) for p in people if day in p.days]
            others = [r for r in plan.roster if r.home != home or r.specialty != specialty]
            return with_rows(plan, "roster", (*others, *away))
    return None


@damage
def days_within_the_most(instance: Instance, plan: Decisions) -> Decisions | None:
    for person in instance.outreach.specialists.values():
        clinic = first(instance.facilities, lambda f, person=person: f != person.home)
        if 4 * len(person.days) > person.most_outreach_days_per_cycle and clinic is not None:
            return with_roster(plan, *(named(instance, person, clinic, weekday=day) for day in person.days))
    return None


@damage
def owed_service_in_person(instance: Instance, plan: Decisions) -> Decisions | None:
    person = first(instance.outreach.specialists.values(), lambda s: owed_half_days(instance, s) > 0)
    return person and drop(plan, "roster", lambda r: r.specialist == person.id)


@damage
def mentor_in_person(instance: Instance, plan: Decisions) -> Decisions | None:
    person = _mentor(instance)
    return person and drop(plan, "roster", lambda r: r.specialist == person.id)


@damage
def patterns_are_regular(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.roster)
    return row and put(plan, "roster", row, weeks=(1, 2))


@damage
def roster_realises_visits(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.roster)
    return row and drop(plan, "roster", lambda r: r is row)


@damage
def posting_is_whole(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.roster, lambda r: r.session_type == "posting")
    return row and put(plan, "roster", row, part="am", half_days_per_cycle=4)
