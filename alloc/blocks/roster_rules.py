"""The rules of the named roster: nobody twice in one half-day, rooms, presence at home, service owed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from alloc.blocks.contract import Linear, Rule
from alloc.instance.outreach import Slot, Team, owed_half_days
from alloc.schema.outreach import SessionType

if TYPE_CHECKING:
    from alloc.blocks.roster import RosterModel

Target = tuple[Team, str, SessionType]
"""(team, clinic, session type)."""


def roster_realises_visits(r: RosterModel) -> Iterator[Rule]:
    r"""The named visits of a team add up to the half-days that the joint plan gave it.

    Mathematics: $\sum_{s \in t, p} |p|\, v_{sfkp} + s^-_{tfk} - s^+_{tfk} = V_{tfk}$
    Index: planned visits (team, clinic, session type).
    Unit: half-days per cycle; $s^-$ is what no roster can hold, $s^+$ what owed service or mentors need
    beyond it.
    Source: the roster realises the joint plan.
    """
    held: dict[Target, Linear] = defaultdict(list)
    for (s, f, kind, p), var in r.keeps.items():
        held[r.team_of[s], f, kind].append((float(p.half_days), var))
    for target, half_days in r.wanted.items():
        terms = [*held[target], (1.0, r.short[target]), (-1.0, r.beyond[target])]
        yield target, half_days, terms, half_days


def postings_are_filled(r: RosterModel) -> Iterator[Rule]:
    r"""Every planned posting has a name, or is given up.

    Mathematics: $\sum_{s \in t} \pi_{sf} + \pi^-_{tf} = \Pi_{tf}$
    Index: planned postings (team, clinic).
    Unit: specialists.
    Source: postings of the joint plan.
    """
    for (team, f), count in r.postings.items():
        terms = [(1.0, var) for (s, g), var in r.posted.items() if g == f and r.team_of[s] == team]
        yield (*team, f), float(count), [*terms, (1.0, r.unfilled[team, f])], float(count)


def nobody_in_two_places(r: RosterModel) -> Iterator[Rule]:
    r"""Nobody is in two places in one half-day.

    Mathematics: $\sum_{f,k,p \ni h} v_{sfkp} + \sum_f \pi_{sf} \le 1$
    Index: specialists and half-days of their days on duty.
    Unit: visits.
    Source: a person is in one place at a time; a posting takes every day on duty.
    """
    for (s, slot), terms in r.in_slot.items():
        yield (s, *slot), None, [*terms, *((1.0, var) for var in r.postings_of(s))], 1.0


def one_clinic_a_day(r: RosterModel) -> Iterator[Rule]:
    r"""Two clinics on one day only when they are near each other.

    Mathematics: $\sum_{p \ni am} v_{sfkp} + \sum_{p \ni pm} v_{sgkp} \le 1$
    Index: specialists, days, pairs of clinics farther apart than the half-day standard.
    Unit: visits.
    Source: one clinic a day, unless near enough.
    """
    halves: dict[tuple[str, int, str], dict[tuple[str, str], Linear]] = defaultdict(lambda: defaultdict(list))
    for (s, f, _, p), var in r.keeps.items():
        if p.part != "day":
            for week, day, half in p.slots:
                halves[s, week, day][f, half].append((1.0, var))
    for (s, week, weekday), by_clinic in halves.items():
        for (f, half), terms in by_clinic.items():
            for (g, other), more in by_clinic.items():
                if half == "am" and other == "pm" and f != g and not r.near(f, g):
                    yield (s, week, weekday, f, g), None, [*terms, *more], 1.0


def rooms_in_every_half_day(r: RosterModel) -> Iterator[Rule]:
    r"""Visits fit the consulting rooms of the clinic in every half-day.

    Mathematics: $\sum_{s,k,p \ni h} v_{sfkp} + \sum_s \pi_{sf} \le R_f$
    Index: clinics and half-days.
    Unit: consulting rooms.
    Source: consulting rooms per half-day of the region file.
    """
    used: dict[tuple[str, Slot], Linear] = defaultdict(list)
    for (_, f, _, p), var in r.keeps.items():
        for slot in p.slots:
            used[f, slot].append((1.0, var))
    for (f, slot), terms in used.items():
        posted = [(1.0, var) for (s, g), var in r.posted.items() if g == f and slot[1] in r.days_of(s)]
        yield (f, *slot), None, [*terms, *posted], float(r.data.rooms[f])


def present_at_home_in_every_half_day(r: RosterModel) -> Iterator[Rule]:
    r"""Enough specialists of a team are at home in every half-day.

    Mathematics: $\sum_{s \in t} (\ldots) \le \max(0, n_{th} - m_t)$
    Index: teams and half-days.
    Unit: specialists.
    Source: stated presence of each specialty at its home hospital.
    """
    away: dict[tuple[Team, Slot], Linear] = defaultdict(list)
    for (s, slot), terms in r.in_slot.items():
        away[r.team_of[s], slot] += terms
    for (team, slot), terms in away.items():
        posted = [
            (1.0, v) for (s, _), v in r.posted.items() if r.team_of[s] == team and slot[1] in r.days_of(s)
        ]
        free = max(0, r.data.on_duty[team][slot[1]] - r.data.specialties[team[0]].present_at_home)
        yield (*team, *slot), None, [*terms, *posted], float(free)


def a_day_away_counts_once(r: RosterModel) -> Iterator[Rule]:
    r"""A day with a visit in either half is a day away.

    Mathematics: $\sum_{p \ni h} v_{sfkp} \le d_{s,day(h)}$
    Index: specialists and half-days.
    Unit: days.
    Source: the most outreach days per cycle count days, not half-days.
    """
    for (s, (week, day, half)), terms in r.in_slot.items():
        yield (s, week, day, half), None, [*terms, (-1.0, r.day_away[s, week, day])], 0.0


def days_within_the_most(r: RosterModel) -> Iterator[Rule]:
    r"""Nobody is away on more days per cycle than allowed.

    Mathematics: $\sum_{day} d_{s,day} \le D_s$
    Index: specialists.
    Unit: days per cycle.
    Source: region file.
    """
    days: dict[str, Linear] = defaultdict(list)
    for (s, _, _), var in r.day_away.items():
        days[s].append((1.0, var))
    for s, terms in days.items():
        yield s, None, terms, float(r.data.specialists[s].most_outreach_days_per_cycle)


def owed_service_in_person(r: RosterModel) -> Iterator[Rule]:
    r"""Everybody who owes grassroots service serves it pro rata.

    Mathematics: $\sum_{f,k,p} |p| v_{sfkp} + \sum_f 8 n_s \pi_{sf} \ge W_s$
    Index: specialists who owe service.
    Unit: half-days per cycle.
    Source: service before promotion.
    """
    cycles = r.instance.calendar.cycles_per_year
    for s, row in r.data.specialists.items():
        owed = owed_half_days(row, cycles)
        if owed and r.binding:
            served = [(float(p.half_days), var) for (q, _, _, p), var in r.keeps.items() if q == s]
            served += [(8.0 * len(row.days), var) for var in r.postings_of(s)]
            yield s, float(owed), [*served, (1.0, r.broken["owed", s])], None


def mentor_in_person(r: RosterModel) -> Iterator[Rule]:
    r"""Every mentor keeps visiting the clinic of the paired township doctor.

    Mathematics: $\sum_{k,p} |p| v_{sfkp} + 8 n_s \pi_{sf} \ge M$
    Index: specialists with a paired clinic in reach.
    Unit: half-days per cycle.
    Source: mentor pairing (same specialist, same clinic).
    """
    least = r.instance.standards.outreach.mentor_half_days_per_cycle
    for s, row in r.data.specialists.items():
        f, team = row.mentor_clinic, r.team_of[s]
        if f is not None and r.binding and (team, f) in r.data.step:
            step = r.data.step[team, f]
            visits = [(float(p.half_days), var) for (q, g, _, p), var in r.keeps.items() if (q, g) == (s, f)]
            visits += [(8.0 * len(row.days), r.posted[s, f])] if (s, f) in r.posted else []
            needed = float(math.ceil(least / step) * step)
            yield s, needed, [*visits, (1.0, r.broken["mentor", s])], None


RULES = (
    roster_realises_visits,
    postings_are_filled,
    nobody_in_two_places,
    one_clinic_a_day,
    rooms_in_every_half_day,
    present_at_home_in_every_half_day,
    a_day_away_counts_once,
    days_within_the_most,
    owed_service_in_person,
    mentor_in_person,
)
