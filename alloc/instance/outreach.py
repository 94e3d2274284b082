"""What outreach needs: teams of interchangeable specialists, where they may go, the patterns they may keep.

Specialists of one specialty and one home hospital are a team: the joint model plans the team's visits, the
roster then names who goes on which weekday.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from alloc.instance.needs import Need, consult_need
from alloc.instance.reach import Reach
from alloc.schema.facilities import TIERS
from alloc.schema.model import DayPart, Model, OutreachStandards
from alloc.schema.outreach import WEEKDAYS, SessionNeed, SessionType, Specialist, Specialty, Weekday
from alloc.schema.region import Region

Team = tuple[str, str]
"""(specialty, home hospital)."""
Slot = tuple[int, Weekday, str]
"""(week 1..4, weekday, "am" | "pm")."""

RHYTHMS: dict[str, tuple[tuple[int, ...], ...]] = {
    "weekly": ((1, 2, 3, 4),),
    "fortnightly": ((1, 3), (2, 4)),
    "monthly": ((1,), (2,), (3,), (4,)),
}
HALVES: dict[DayPart, tuple[str, ...]] = {"am": ("am",), "pm": ("pm",), "day": ("am", "pm")}
SESSION_TYPES: tuple[SessionType, ...] = ("clinic", "ward_round", "teaching")


@dataclass(frozen=True)
class Pattern:
    """A regular visit: a weekday, a half or whole day, and the weeks of the cycle it falls in."""

    weekday: Weekday
    part: DayPart
    rhythm: str
    weeks: tuple[int, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The half-days it takes."""
        return tuple((week, self.weekday, half) for week in self.weeks for half in HALVES[self.part])

    @property
    def half_days(self) -> int:
        """Half-days per cycle."""
        return len(self.weeks) * len(HALVES[self.part])


@dataclass(frozen=True)
class OutreachData:
    """Compiled facts of outreach. All times in half-days per roster cycle.

    ``clinics``: team -> facilities it may visit. ``step``: (team, clinic) -> 2 where only whole days are
    worth the way, else 1. ``free``: outreach half-days the team may give while the presence at home is kept.
    ``on_duty``: team -> weekday -> specialists. ``posting_half_days``, ``posting_clinic_half_days``: what one
    posted specialist gives at the clinic and takes away at home. ``mentoring_of_one_posted``: what one who is
    posted to a clinic may have to mentor there. ``postable``: members who may be posted;
    where they differ in these figures, those with the most days, so that a posting means the same for all.
    """

    specialties: dict[str, Specialty]
    specialists: dict[str, Specialist]
    teams: dict[Team, list[Specialist]]
    clinics: dict[Team, list[str]]
    step: dict[tuple[Team, str], int]
    travel_min: dict[tuple[str, str], float]
    on_duty: dict[Team, dict[Weekday, int]]
    clinic_half_days: dict[Team, int]
    most_half_days: dict[Team, int]
    free_half_days: dict[Team, int]
    owed_half_days: dict[Team, int]
    due_half_days: dict[Team, int]
    due_of_one_posted: dict[Team, int]
    may_be_posted_at: dict[tuple[Team, str], int]
    mentor_half_days: dict[tuple[Team, str], int]
    mentoring_of_one_posted: dict[tuple[Team, str], int]
    posting_half_days: dict[Team, int]
    posting_clinic_half_days: dict[Team, int]
    may_be_posted: dict[Team, int]
    postable: dict[Team, list[str]]
    session_needs: list[SessionNeed]
    residents_needed: dict[str, int]
    rooms: dict[str, int]
    today: dict[tuple[Team, str, SessionType], int]
    need: Need
    outreach_pairs: dict[tuple[str, str], list[str]]
    tele_pairs: dict[tuple[str, str], list[str]]
    hospital_pairs: dict[tuple[str, str], list[str]]
    tele_clinics: dict[Team, list[str]]

    def patterns(self, team: Team, clinic: str, standards: OutreachStandards) -> list[Pattern]:
        """Patterns a team may keep at a clinic: half-days only where the way is short."""
        parts = [part for part in standards.day_parts if part == "day" or self.step[team, clinic] == 1]
        return [
            Pattern(weekday, part, rhythm, weeks)
            for weekday in WEEKDAYS
            for part in parts
            for rhythm, choices in RHYTHMS.items()
            for weeks in choices
        ]


def owed_half_days(specialist: Specialist, cycles_per_year: int) -> int:
    """Half-days per cycle that meet the owed service pro rata, rounded up."""
    return math.ceil(2 * specialist.owed_days_per_year / cycles_per_year - 1e-9)


def compile_outreach(region: Region, model: Model, reach: Reach) -> OutreachData:
    """Compile the outreach facts of one scenario."""
    standards, cycles = model.standards.outreach, model.calendar.cycles_per_year
    specialties = {row.id: row for row in region.specialties}
    specialists = {row.id: row for row in sorted(region.specialists, key=lambda row: row.id)}
    teams = _teams(specialists)
    today = {
        ((row.specialty, row.home), row.facility, row.session_type): row.half_days_per_cycle
        for row in region.outreach_today
    }
    clinics = {team: _clinics(team, model, reach) for team in teams}
    travel = {(team[1], f): reach.minutes(team[1], f) for team, there in clinics.items() for f in there}
    only_days = set(standards.day_parts) == {"day"}
    step = {
        (team, f): 2 if only_days or travel[team[1], f] > standards.half_day_travel_within_min else 1
        for team, there in clinics.items()
        for f in there
    }
    on_duty = {
        team: {day: sum(day in row.days for row in members) for day in WEEKDAYS}
        for team, members in teams.items()
    }
    need = consult_need(region)

    mentoring = _mentoring(teams, clinics, step, standards)

    def due(row: Specialist) -> int:
        """Half-days per cycle to be out: service owed, or mentoring, which counts as service."""
        team = (row.specialty, row.home)
        clinic = _mentors_at(row, clinics[team])
        return max(owed_half_days(row, cycles), mentoring[team, clinic] if clinic else 0)

    tele_clinics = {team: _tele_clinics(team, standards, specialties, reach) for team in teams}
    pairs = [_consult_pairs(model, reach, need, found) for found in (clinics, tele_clinics)]
    homes: dict[Team, list[str]] = {team: [team[1]] for team in teams}
    return OutreachData(
        specialties=specialties,
        specialists=specialists,
        teams=teams,
        clinics=clinics,
        step=step,
        travel_min=travel,
        on_duty=on_duty,
        owed_half_days={t: sum(owed_half_days(row, cycles) for row in rows) for t, rows in teams.items()},
        due_half_days={t: sum(due(row) for row in rows) for t, rows in teams.items()},
        due_of_one_posted={
            t: max((due(row) for row in _postable(rows)), default=0) for t, rows in teams.items()
        },
        may_be_posted_at={
            (t, f): sum(_mentors_at(row, clinics[t]) in (None, f) for row in _postable(rows))
            for t, rows in teams.items()
            for f in clinics[t]
        },
        mentor_half_days={
            (t, f): there * sum(_mentors_at(row, clinics[t]) == f for row in teams[t])
            for (t, f), there in mentoring.items()
        },
        mentoring_of_one_posted={
            (t, f): there * any(_mentors_at(row, clinics[t]) == f for row in _postable(teams[t]))
            for (t, f), there in mentoring.items()
        },
        **_time_of(teams, on_duty, specialties),
        postable={t: [row.id for row in _postable(rows)] for t, rows in teams.items()},
        session_needs=[row for row in region.session_needs if row.half_days_per_cycle > 0],
        residents_needed={
            f.id: f.resident_doctors_needed for f in region.facilities if f.resident_doctors_needed
        },
        rooms={f.id: f.consulting_rooms for f in region.facilities},
        today=today,
        need=need,
        outreach_pairs=pairs[0],
        tele_pairs=pairs[1],
        hospital_pairs=_consult_pairs(model, reach, need, homes),
        tele_clinics=tele_clinics,
    )


def consulting(where: Mapping[Team, list[str]]) -> dict[str, set[str]]:
    """Specialty -> the facilities where any of its teams may consult, however far they lie."""
    capable: dict[str, set[str]] = {}
    for (specialty, _), facilities in where.items():
        capable.setdefault(specialty, set()).update(facilities)
    return capable


def _teams(specialists: dict[str, Specialist]) -> dict[Team, list[Specialist]]:
    """The specialists of each specialty and home."""
    teams: dict[Team, list[Specialist]] = {}
    for row in specialists.values():
        teams.setdefault((row.specialty, row.home), []).append(row)
    return dict(sorted(teams.items()))


def _time_of(
    teams: dict[Team, list[Specialist]],
    on_duty: dict[Team, dict[Weekday, int]],
    specialties: dict[str, Specialty],
) -> dict[str, dict[Team, int]]:
    """What time each team has, at home, for visits and for postings: fields of OutreachData."""
    return {
        "clinic_half_days": {t: sum(clinic_half_days(row) for row in rows) for t, rows in teams.items()},
        "most_half_days": {
            t: sum(2 * min(row.most_outreach_days_per_cycle, 4 * len(row.days)) for row in rows)
            for t, rows in teams.items()
        },
        "free_half_days": {
            t: 8 * sum(max(0, on_duty[t][day] - specialties[t[0]].present_at_home) for day in WEEKDAYS)
            for t in teams
        },
        "posting_half_days": {
            t: max((8 * len(row.days) for row in _postable(rows)), default=0) for t, rows in teams.items()
        },
        "posting_clinic_half_days": {
            t: min((clinic_half_days(row) for row in _postable(rows)), default=0) for t, rows in teams.items()
        },
        "may_be_posted": {t: len(_postable(rows)) for t, rows in teams.items()},
    }


def _postable(rows: list[Specialist]) -> list[Specialist]:
    """Those of a team who may be posted and are alike: most days on duty, then smallest clinic at home.

    Who may be posted too and is left out is told by `alloc.study.cautions.specialists_passed_over`.
    """
    able = [row for row in rows if row.may_be_posted]
    best = min(((-len(row.days), clinic_half_days(row)) for row in able), default=None)
    return [row for row in able if (-len(row.days), clinic_half_days(row)) == best]


def _mentors_at(row: Specialist, clinics: list[str]) -> str | None:
    """The clinic a specialist mentors at, where it is in reach."""
    return row.mentor_clinic if row.mentor_clinic in clinics else None


def clinic_half_days(row: Specialist) -> int:
    """Half-days per cycle of a specialist's outpatient clinic: no more than the days on duty hold."""
    return 4 * min(row.clinic_half_days_per_week, 2 * len(row.days))


def _clinics(team: Team, model: Model, reach: Reach) -> list[str]:
    home = reach.facilities[team[1]]
    standards = model.standards.outreach
    integrated_only = not model.limits.staff_may_cross
    found = []
    for f in reach.facilities.values():
        lower = TIERS.index(f.tier) < TIERS.index(home.tier)
        usable = f.operating != "prohibited" and f.consulting_rooms > 0
        same = f.consortium is not None and f.consortium == home.consortium
        near = reach.minutes(home.id, f.id) <= standards.travel_within_min
        if lower and usable and near and (same or not integrated_only):
            found.append(f.id)
    return sorted(found)


def _tele_clinics(
    team: Team, standards: OutreachStandards, specialties: dict[str, Specialty], reach: Reach
) -> list[str]:
    home = reach.facilities[team[1]]
    if specialties[team[0]].tele_share_max <= 0.0 or (home.link_mbps or 0.0) < standards.tele_mbps_min:
        return []
    return sorted(
        f.id
        for f in reach.facilities.values()
        if TIERS.index(f.tier) < TIERS.index(home.tier)
        and f.operating != "prohibited"
        and f.consulting_rooms > 0
        and (f.link_mbps or 0.0) >= max(standards.tele_mbps_min, 1e-9)
    )


def _mentoring(
    teams: dict[Team, list[Specialist]],
    clinics: dict[Team, list[str]],
    step: dict[tuple[Team, str], int],
    standards: OutreachStandards,
) -> dict[tuple[Team, str], int]:
    """Half-days per cycle of one mentor at the paired clinic; whole days where only those are worth it."""
    least = standards.mentor_half_days_per_cycle
    return {
        (team, clinic): math.ceil(least / step[team, clinic]) * step[team, clinic]
        for team, members in teams.items()
        for row in members
        if (clinic := _mentors_at(row, clinics[team])) is not None
    }


def _consult_pairs(
    model: Model, reach: Reach, need: Need, where: dict[Team, list[str]]
) -> dict[tuple[str, str], list[str]]:
    capable = consulting(where)
    within = model.standards.access.consultations_within_min
    return {
        (place, specialty): reach.kept(place, capable.get(specialty, ()), within)
        for place, specialty in sorted(need)
    }
