"""The roster: which specialist keeps which regular visit at which clinic, so that the planned half-days come true.

Solved after the joint model, with the team's half-days given. Patterns are enumerated, not days: a weekday, a half
or whole day and a rhythm, so every visit is regular by construction.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyomo.environ as pyo

from alloc.blocks.contract import Linear, Rule, Var, attach, flat_key, linear
from alloc.instance import Instance
from alloc.instance.outreach import Pattern, Slot, Team, owed_half_days
from alloc.schema.outreach import WEEKDAYS, SessionType
from alloc.schema.plan import RosterRow, VisitRow

Target = tuple[Team, str, SessionType]
"""(team, clinic, session type)."""
WEEKS = (1, 2, 3, 4)


def roster_realises_visits(r: RosterModel) -> Iterator[Rule]:
    r"""The named visits of a team add up to the half-days that the joint plan gave it.

    Mathematics: $\sum_{s \in t, p} |p|\, v_{sfkp} + s^-_{tfk} - s^+_{tfk} = V_{tfk}$
    Index: planned visits (team, clinic, session type).
    Unit: half-days per cycle; $s^-$ is what no roster can hold, $s^+$ what owed service or mentors need beyond it.
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
    for (s, week, day), by_clinic in halves.items():
        for (f, half), terms in by_clinic.items():
            for (g, other), more in by_clinic.items():
                if half == "am" and other == "pm" and f != g and not r.near(f, g):
                    yield (s, week, day, f, g), None, [*terms, *more], 1.0


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
        posted = [(1.0, v) for (s, _), v in r.posted.items() if r.team_of[s] == team and slot[1] in r.days_of(s)]
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


class RosterModel:
    """The roster of given visits. ``binding`` False drops what only a planner who decides must keep (owed service,
    mentors), for rosters of today's visits.
    """

    def __init__(self, instance: Instance, visits: Iterable[VisitRow], *, binding: bool = True) -> None:
        self.instance, self.data, self.binding = instance, instance.outreach, binding
        self.team_of = {s: (row.specialty, row.home) for s, row in self.data.specialists.items()}
        self.wanted: dict[Target, float] = {}
        self.postings: dict[tuple[Team, str], int] = {}
        for row in visits:
            team = (row.specialty, row.home)
            if row.session_type == "posting":
                count = round(row.half_days_per_cycle / max(1, self.data.posting_half_days[team]))
                self.postings[team, row.facility] = count
            elif row.session_type != "tele":
                self.wanted[team, row.facility, row.session_type] = row.half_days_per_cycle
        self._want_what_is_owed()
        self.model = pyo.ConcreteModel(name="roster")
        self._declare()
        attach(self.model, RULES, self)
        self._goals()

    def _want_what_is_owed(self) -> None:
        """Clinics of mentors and of those who owe service stay possible even where the plan gave them nothing."""
        if self.binding:
            for team, f in self.data.mentor_half_days:
                if not any((team, f, kind) in self.wanted for kind in ("clinic", "ward_round", "teaching")):
                    self.wanted[team, f, "clinic"] = 0.0

    def _declare(self) -> None:
        standards = self.instance.standards.outreach
        patterns = {
            (team, f): self.data.patterns(team, f, standards) for team, f in {(t, f) for t, f, _ in self.wanted}
        }
        most = max((max(4.0, half_days) for half_days in self.wanted.values()), default=0.0)
        self.keeps: dict[tuple[str, str, SessionType, Pattern], Var] = {}
        keys = []
        for (team, f, kind), half_days in self.wanted.items():
            for row in self.data.teams[team]:
                for n, p in enumerate(patterns[team, f]):
                    if p.weekday in row.days and p.half_days <= min(most, max(half_days, 4.0)):
                        keys.append(((row.id, f, kind, n), p))
        component = pyo.Var([key for key, _ in keys], within=pyo.Binary)
        self.model.keeps = component
        for key, p in keys:
            self.keeps[key[0], key[1], key[2], p] = component[key]
        self.in_slot: dict[tuple[str, Slot], Linear] = defaultdict(list)
        for (s, _, _, p), var in self.keeps.items():
            for slot in p.slots:
                self.in_slot[s, slot].append((1.0, var))
        self.posted = self._var(
            "posted",
            [(row.id, f) for team, f in self.postings for row in self.data.teams[team] if row.may_be_posted],
            within=pyo.Binary,
        )
        self.unfilled = self._var("unfilled", self.postings, within=pyo.NonNegativeReals)
        self.short = self._var("short", self.wanted, within=pyo.NonNegativeReals)
        self.beyond = self._var("beyond", self.wanted, within=pyo.NonNegativeReals)
        days = sorted({(s, week, day) for s, (week, day, _) in self.in_slot})
        self.day_away = self._var("day_away", days, bounds=(0, 1))
        people = self.data.specialists
        self.broken = self._var("broken", [(kind, s) for kind in ("owed", "mentor") for s in people], within=pyo.NonNegativeReals)

    def _var(self, name: str, keys: Iterable[Any], **options: Any) -> dict[Any, Var]:
        keys = list(keys)
        flat = [flat_key(key) for key in keys]
        component = pyo.Var(flat, **options)
        self.model.add_component(name, component)
        return {key: component[index] for key, index in zip(keys, flat, strict=True)}

    def _goals(self) -> None:
        """First realise the plan, then fair and short travel with few different visits."""
        missing = [(1.0, var) for var in self.short.values()] + [(3.0, var) for var in self.beyond.values()]
        missing += [(40.0, var) for var in self.unfilled.values()]
        missing += [(1000.0, var) for var in self.broken.values()]
        self.model.unrealised = pyo.Objective(expr=linear(missing))
        load: dict[str, Linear] = defaultdict(list)
        ease: Linear = []
        for (s, f, _, p), var in self.keeps.items():
            minutes = 2.0 * self.data.travel_min[self.data.specialists[s].home, f] * len(p.weeks)
            load[s].append((p.half_days + minutes / 60.0, var))
            ease.append((0.01 * minutes / 60.0 + 0.05, var))
        groups: dict[str, list[str]] = defaultdict(list)
        for s in load:
            groups[self.data.specialists[s].specialty].append(s)
        self.model.highest = pyo.Var(list(groups), within=pyo.NonNegativeReals)
        self.model.lowest = pyo.Var(list(groups), within=pyo.NonNegativeReals)
        self.model.above_the_lowest = pyo.Constraint(
            list(load), rule=lambda m, s: (0.0, linear([*load[s], *self._off(s), (-1.0, m.lowest[self._k(s)])]), None)
        )
        self.model.below_the_highest = pyo.Constraint(
            list(load), rule=lambda m, s: (None, linear([*load[s], (-1.0, m.highest[self._k(s)])]), 0.0)
        )
        spread = [pair for k in groups for pair in ((1.0, self.model.highest[k]), (-1.0, self.model.lowest[k]))]
        self.model.unfair = pyo.Objective(expr=linear([*spread, *ease]))

    def _k(self, specialist: str) -> str:
        return self.data.specialists[specialist].specialty

    def _off(self, specialist: str) -> Linear:
        """A posted specialist has no visits and does not count as the least loaded."""
        return [(100.0, var) for var in self.postings_of(specialist)]

    def postings_of(self, specialist: str) -> list[Var]:
        """Possible postings of a specialist."""
        return [var for (s, _), var in self.posted.items() if s == specialist]

    def days_of(self, specialist: str) -> tuple[str, ...]:
        """Weekdays on duty."""
        return self.data.specialists[specialist].days

    def near(self, clinic: str, other: str) -> bool:
        """Whether both clinics fit into one day."""
        return self.instance.reach.minutes(clinic, other) <= self.instance.standards.outreach.half_day_travel_within_min

    def rows(self) -> list[RosterRow]:
        """The named roster, after a solve."""
        rows = []
        for (s, f, kind, p), var in self.keeps.items():
            if round(var.value) == 1:
                rows.append(self._row(s, f, kind, p.weekday, p.part, p.rhythm, p.weeks, p.half_days))
        for (s, f), var in self.posted.items():
            if round(var.value) == 1:
                for day in self.days_of(s):
                    rows.append(self._row(s, f, "posting", day, "day", "every_day", WEEKS, 8))
        order = {day: n for n, day in enumerate(WEEKDAYS)}
        return sorted(rows, key=lambda row: (row.facility, order[row.weekday], row.part, row.specialist, row.weeks))

    def _row(self, s: str, f: str, kind: str, day: str, part: str, rhythm: str, weeks: Any, half_days: int) -> RosterRow:
        row = self.data.specialists[s]
        return RosterRow(
            specialist=s,
            specialty=row.specialty,
            home=row.home,
            facility=f,
            session_type=kind,
            weekday=day,
            part=part,
            rhythm=rhythm,
            weeks=tuple(weeks),
            half_days_per_cycle=half_days,
            travel_min=self.instance.reach.minutes(row.home, f),
        )
