"""Audit of the named roster: which specialist sits where in each half-day of the four-week cycle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from alloc.instance.instance import Instance
from alloc.plan.audit_base import EXACT, Breach, RuleBook, at_least, at_most, breach, equal, total
from alloc.plan.audit_facts import (
    HALF_DAYS_PER_WEEKDAY,
    IN_PERSON,
    VISITING,
    half_day_is_worth_the_way,
    members,
    mentor_half_days,
    on_duty,
    owed_half_days,
    posted,
    slots_of,
)
from alloc.schema.outreach import Specialist
from alloc.schema.plan import Decisions, RosterRow

RULES = RuleBook()
WEEKS_OF: dict[str, tuple[tuple[int, ...], ...]] = {
    "weekly": ((1, 2, 3, 4),),
    "fortnightly": ((1, 3), (2, 4)),
    "monthly": ((1,), (2,), (3,), (4,)),
    "every_day": ((1, 2, 3, 4),),
}


@RULES.rule
def nobody_in_two_places(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """No specialist sits in two places, or keeps two sessions, in one half-day."""
    times = Counter((row.specialist, *slot) for row in decisions.roster for slot in slots_of(instance, row))
    for where, count in times.items():
        if count > 1:
            yield breach(where, count, 1)


@RULES.rule
def one_clinic_a_day(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Two clinics on one day only when near each other; half a day only when near home (minutes)."""
    limit = instance.standards.outreach.half_day_travel_within_min
    for (specialist, week, day), halves in _days(instance, decisions).items():
        home = instance.outreach.specialists[specialist].home
        morning, afternoon = halves.get("am", home), halves.get("pm", home)
        if morning == afternoon:
            continue
        if morning == home:
            near, minutes = _near(instance, home, afternoon)
        else:
            near, minutes = _near(instance, morning, afternoon)
        if not near:
            yield breach((specialist, week, day, morning, afternoon), minutes, limit)


def _days(instance: Instance, decisions: Decisions) -> dict[tuple[str, int, str], dict[str, str]]:
    """(specialist, week, weekday) -> half -> facility."""
    found: dict[tuple[str, int, str], dict[str, str]] = defaultdict(dict)
    for row in decisions.roster:
        for week, day, half in slots_of(instance, row):
            found[row.specialist, week, day][half] = row.facility
    return found


def _near(instance: Instance, origin: str, facility: str) -> tuple[bool, float]:
    """Whether a half day is worth the way between two facilities, and the minutes (the shorter direction)."""
    there, back = instance.reach.minutes(origin, facility), instance.reach.minutes(facility, origin)
    if there <= back:
        return half_day_is_worth_the_way(instance, origin, facility), there
    return half_day_is_worth_the_way(instance, facility, origin), back


@RULES.rule
def works_only_on_own_days(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A specialist goes out only on weekdays on duty."""
    for row in decisions.roster:
        if row.weekday not in instance.outreach.specialists[row.specialist].days:
            yield breach((row.specialist, row.facility, row.weekday))


@RULES.rule
def rooms_in_every_half_day(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """In no half-day more specialists at a clinic than it has consulting rooms."""
    there = Counter((row.facility, *slot) for row in decisions.roster for slot in slots_of(instance, row))
    for where, count in there.items():
        yield from at_most(where, count, instance.facilities[where[0]].consulting_rooms, slack=EXACT, rel=0.0)


@RULES.rule
def present_at_home_in_every_half_day(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """In every half-day the stated number of a team stays at home, or all on duty where they are fewer."""
    away = Counter(
        (row.specialty, row.home, *slot)
        for row in decisions.roster
        for slot in set(slots_of(instance, row))
        if slot[1] in instance.outreach.specialists[row.specialist].days
    )
    duty = {team: on_duty(people) for team, people in members(instance).items()}
    for (specialty, home, week, day, half), gone in away.items():
        there = duty[specialty, home][day]
        least = min(instance.outreach.specialties[specialty].present_at_home, there)
        yield from at_least((specialty, home, week, day, half), there - gone, least, slack=EXACT, rel=0.0)


@RULES.rule
def days_within_the_most(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """No specialist is out on more days of a cycle than allowed; postings are counted apart."""
    days: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for row in decisions.roster:
        if row.session_type in VISITING:
            days[row.specialist] |= {(week, day) for week, day, _ in slots_of(instance, row)}
    for specialist, out in days.items():
        most = instance.outreach.specialists[specialist].most_outreach_days_per_cycle
        yield from at_most(specialist, len(out), most, slack=EXACT, rel=0.0)


@RULES.rule
def owed_service_in_person(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Each specialist's own visits and postings cover the service owed (half-days a cycle)."""
    given = total(_half_days_of(instance, decisions).items(), lambda pair: pair[0][0], lambda pair: pair[1])
    for person in instance.outreach.specialists.values():
        done = given.get(person.id, 0.0)
        yield from at_least(person.id, done, owed_half_days(instance, person), slack=EXACT, rel=0.0)


@RULES.rule
def mentor_in_person(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Each mentor visits the paired clinic in person as often as the standard says (half-days a cycle)."""
    given = _half_days_of(instance, decisions)
    for person in instance.outreach.specialists.values():
        if person.mentor_clinic is not None:
            done = given.get((person.id, person.mentor_clinic), 0)
            least = mentor_half_days(instance, person)
            yield from at_least((person.id, person.mentor_clinic), done, least, slack=EXACT, rel=0.0)


def _half_days_of(instance: Instance, decisions: Decisions) -> dict[tuple[str, str], int]:
    """Half-days per cycle by (specialist, facility), each half-day once."""
    seen: dict[tuple[str, str], set[tuple[int, str, str]]] = defaultdict(set)
    for row in decisions.roster:
        seen[row.specialist, row.facility] |= set(slots_of(instance, row))
    return {key: len(slots) for key, slots in seen.items()}


@RULES.rule
def patterns_are_regular(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Visits come back in a rhythm that patients can remember; half-days told are the pattern's."""
    for row in decisions.roster:
        fits = tuple(sorted(row.weeks)) in WEEKS_OF[row.rhythm]
        laid = row.session_type == "posting" or row.part in instance.standards.outreach.day_parts
        told = row.half_days_per_cycle == len(set(slots_of(instance, row)))
        kind = (row.rhythm == "every_day") == (row.session_type == "posting")
        if not (fits and laid and told and kind):
            where = (row.specialist, row.facility, row.weekday, row.rhythm)
            yield breach(where, row.half_days_per_cycle, len(set(slots_of(instance, row))))


@RULES.rule
def roster_realises_visits(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """The named roster gives every team's visits, and no others (half-days a cycle)."""
    rows = (row for row in decisions.visits if row.session_type in IN_PERSON)
    planned = total(
        rows, lambda r: (r.specialty, r.home, r.facility, r.session_type), lambda r: r.half_days_per_cycle
    )
    named = total(
        decisions.roster,
        lambda r: (r.specialty, r.home, r.facility, r.session_type),
        lambda r: r.half_days_per_cycle,
    )
    for key in sorted(planned.keys() | named.keys()):
        yield from equal(key, named.get(key, 0.0), planned.get(key, 0.0))


@RULES.rule
def posting_is_whole(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Who is posted may be, is at one clinic on all days on duty, and visits nowhere else."""
    rows_of: dict[str, list[RosterRow]] = defaultdict(list)
    for row in decisions.roster:
        rows_of[row.specialist].append(row)
    for specialist, postings in posted(decisions).items():
        person = instance.outreach.specialists[specialist]
        if not person.may_be_posted or not _is_whole(instance, person, rows_of[specialist]):
            given = sum(row.half_days_per_cycle for row in postings)
            where = (specialist, *sorted({row.facility for row in rows_of[specialist]}))
            yield breach(where, given, HALF_DAYS_PER_WEEKDAY * len(person.days))


def _is_whole(instance: Instance, person: Specialist, rows: list[RosterRow]) -> bool:
    alone = {(row.facility, row.session_type) for row in rows} == {(rows[0].facility, "posting")}
    taken = {slot for row in rows for slot in slots_of(instance, row)}
    all_days = {(week, day, half) for week in (1, 2, 3, 4) for day in person.days for half in ("am", "pm")}
    return alone and taken == all_days
