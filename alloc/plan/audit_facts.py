"""Facts that several audit rules re-derive: open facilities, machines that stand, teams, postings.

From the rows of a plan and the raw facts inside the Instance; the sums that the Instance keeps are not read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from alloc.instance.instance import Instance
from alloc.plan.audit_base import total
from alloc.schema.facilities import TIERS, Tier
from alloc.schema.outreach import WEEKDAYS, Specialist, Weekday
from alloc.schema.plan import Decisions, MachineRow, RosterRow

Team = tuple[str, str]
"""(specialty, home hospital)."""
Slot = tuple[int, Weekday, str]
"""(week 1..4, weekday, "am" | "pm")."""
HALF_DAYS_PER_WEEKDAY = 8
"""Two halves in each of the four weeks of a cycle."""
IN_PERSON = ("clinic", "ward_round", "teaching", "posting")
VISITING = ("clinic", "ward_round", "teaching")
STANDS = ("keep", "buy", "move")


def height(tier: Tier) -> int:
    """0 for a village clinic, 3 for a city hospital."""
    return TIERS.index(tier)


def open_facilities(instance: Instance, decisions: Decisions) -> set[str]:
    """Facilities that serve under the plan; without a row, an existing one does, a prohibited one never."""
    told = {row.facility: row.open for row in decisions.sites}
    return {
        f.id
        for f in instance.facilities.values()
        if f.operating != "prohibited" and told.get(f.id, f.operating in ("existing", "may_close"))
    }


def standing(decisions: Decisions) -> dict[tuple[str, str], int]:
    """Machines by (facility, type) under the plan: kept, bought, moved in."""
    there = (row for row in decisions.machines if row.action in STANDS)
    return {
        k: int(n)
        for k, n in total(there, lambda r: (r.facility, r.equipment_type), lambda r: r.count).items()
    }


def standing_today(instance: Instance) -> dict[tuple[str, str], int]:
    """Machines by (facility, type) before the plan."""
    sums = total(instance.equipment.cohorts, lambda c: (c.facility, c.equipment_type), lambda c: c.count)
    return {key: int(count) for key, count in sums.items()}


def examining(instance: Instance, decisions: Decisions) -> dict[tuple[str, str], int]:
    """Machines by (facility, modality) under the plan."""
    types = instance.equipment.types
    found: dict[tuple[str, str], int] = {}
    for (facility, kind), count in standing(decisions).items():
        if count > 0:
            key = (facility, types[kind].modality)
            found[key] = found.get(key, 0) + count
    return found


def years_past_life(instance: Instance, equipment_type: str, install_year: int) -> int:
    """Years since a machine reached the end of its life; below zero while it has not."""
    return instance.planning_year - install_year - instance.equipment.types[equipment_type].life_years


def exams_of_machines(instance: Instance, row: MachineRow) -> float:
    """Exams per year that the machines of a row make at the utilisation standard, less with age."""
    standards = instance.standards.equipment
    past = (
        0 if row.action == "buy" else max(0, years_past_life(instance, row.equipment_type, row.install_year))
    )
    factor = max(0.0, 1.0 - standards.capacity_loss_per_year_past_life * past)
    return (
        instance.equipment.types[row.equipment_type].exams_per_year
        * standards.utilisation_max
        * factor
        * row.count
    )


def members(instance: Instance) -> dict[Team, list[Specialist]]:
    """Specialists by (specialty, home)."""
    teams: dict[Team, list[Specialist]] = {}
    for person in instance.outreach.specialists.values():
        teams.setdefault((person.specialty, person.home), []).append(person)
    return teams


def clinic_half_days(person: Specialist) -> int:
    """Half-days per cycle of a specialist's clinic at home, no more than the days on duty hold."""
    return 4 * min(person.clinic_half_days_per_week, 2 * len(person.days))


def on_duty(team: list[Specialist]) -> dict[Weekday, int]:
    """Specialists of a team on duty by weekday."""
    return {day: sum(day in person.days for person in team) for day in WEEKDAYS}


def owed_half_days(instance: Instance, person: Specialist) -> int:
    """Half-days per cycle that meet a specialist's owed service pro rata, rounded up."""
    return math.ceil(2 * person.owed_days_per_year / instance.calendar.cycles_per_year - 1e-9)


def may_visit(instance: Instance, home: str, facility: str) -> bool:
    """Whether outreach from ``home`` to ``facility`` is allowed: near, lower, in the same consortium."""
    here, there = instance.facilities[home], instance.facilities[facility]
    same = here.consortium is not None and here.consortium == there.consortium
    near = instance.reach.minutes(home, facility) <= instance.standards.outreach.travel_within_min + 1e-9
    return near and height(there.tier) < height(here.tier) and (same or instance.limits.staff_may_cross)


def half_day_is_worth_the_way(instance: Instance, origin: str, facility: str) -> bool:
    """Whether a visit of half a day is allowed: the way is short, and half-days are laid at all."""
    standards = instance.standards.outreach
    near = instance.reach.minutes(origin, facility) <= standards.half_day_travel_within_min + 1e-9
    return near and set(standards.day_parts) != {"day"}


def mentor_half_days(instance: Instance, person: Specialist) -> int:
    """Half-days per cycle owed to the paired clinic; whole days where only those are worth the way."""
    clinic = person.mentor_clinic
    if clinic is None or not may_visit(instance, person.home, clinic):
        return 0
    place = instance.facilities[clinic]
    if place.operating == "prohibited" or place.consulting_rooms == 0:
        return 0
    unit = 1 if half_day_is_worth_the_way(instance, person.home, clinic) else 2
    if unit == 2 and "day" not in instance.standards.outreach.day_parts:
        return 0  # no visit can be laid there
    return math.ceil(instance.standards.outreach.mentor_half_days_per_cycle / unit) * unit


def half_days(decisions: Decisions, kinds: tuple[str, ...]) -> dict[tuple[str, str, str], float]:
    """Half-days per cycle by (specialty, home, facility) of some session types, from the visits."""
    rows = (row for row in decisions.visits if row.session_type in kinds)
    return total(rows, lambda r: (r.specialty, r.home, r.facility), lambda r: r.half_days_per_cycle)


def team_half_days(decisions: Decisions, kinds: tuple[str, ...]) -> dict[Team, float]:
    """Half-days per cycle by team of some session types, from the visits."""
    rows = (row for row in decisions.visits if row.session_type in kinds)
    return total(rows, lambda r: (r.specialty, r.home), lambda r: r.half_days_per_cycle)


def posted(decisions: Decisions) -> dict[str, list[RosterRow]]:
    """Posted specialists and their roster rows."""
    found: dict[str, list[RosterRow]] = {}
    for row in decisions.roster:
        if row.session_type == "posting":
            found.setdefault(row.specialist, []).append(row)
    return found


def posted_clinic_half_days(instance: Instance, decisions: Decisions) -> dict[Team, float]:
    """Clinic half-days per cycle that the posted specialists of each team no longer hold at home.

    Exact where the roster names them; else the least that so many posting half-days can mean.
    """
    named, given = posted(decisions), team_half_days(decisions, ("posting",))
    found: dict[Team, float] = {}
    for team, people in members(instance).items():
        gone = [person for person in people if person.id in named]
        able = [person for person in people if person.may_be_posted]
        if gone:
            found[team] = sum(clinic_half_days(person) for person in gone)
        elif able and given.get(team, 0.0) > 0.0:
            most = max(HALF_DAYS_PER_WEEKDAY * len(person.days) for person in able)
            least = min(clinic_half_days(person) for person in able)
            found[team] = math.ceil(given[team] / most - 1e-9) * least
    return found


def slots_of(instance: Instance, row: RosterRow) -> Iterator[Slot]:
    """The half-days that a roster row takes; a posting told in one row takes all of the specialist's days."""
    days: tuple[Weekday, ...] = (row.weekday,)
    if row.rhythm == "every_day" and row.half_days_per_cycle > HALF_DAYS_PER_WEEKDAY:
        days = instance.outreach.specialists[row.specialist].days
    for week in row.weeks:
        for day in days:
            for half in ("am", "pm") if row.part == "day" else (row.part,):
                yield (week, day, half)
