"""The roster: which specialist keeps which regular visit where, so that the planned half-days come true.

Solved after the joint model, with the team's half-days given. Patterns are enumerated, not days: a weekday, a
half or whole day and a rhythm, so every visit is regular by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from alloc.blocks.contract import Linear, Var, attach, flat_key, linear
from alloc.blocks.roster_rules import RULES, Target
from alloc.instance import Instance
from alloc.instance.outreach import Pattern, Slot, Team
from alloc.schema.outreach import WEEKDAYS, SessionType
from alloc.schema.plan import RosterRow, VisitRow

__all__ = ["RULES", "WEEKS", "RosterModel"]

WEEKS = (1, 2, 3, 4)


class RosterModel:
    """The roster of given visits. ``binding`` False drops what only a planner who decides must keep (owed
    service, mentors), for rosters of today's visits.
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
        """Clinics of mentors and of those who owe service stay possible even where the plan gave them
        nothing.
        """
        if self.binding:
            for team, f in self.data.mentor_half_days:
                if not any((team, f, kind) in self.wanted for kind in ("clinic", "ward_round", "teaching")):
                    self.wanted[team, f, "clinic"] = 0.0

    def _declare(self) -> None:
        standards = self.instance.standards.outreach
        patterns = {
            (team, f): self.data.patterns(team, f, standards)
            for team, f in {(t, f) for t, f, _ in self.wanted}
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
            [(s, f) for team, f in self.postings for s in self.data.postable[team]],
            within=pyo.Binary,
        )
        self.unfilled = self._var("unfilled", self.postings, within=pyo.NonNegativeReals)
        self.short = self._var("short", self.wanted, within=pyo.NonNegativeReals)
        self.beyond = self._var("beyond", self.wanted, within=pyo.NonNegativeReals)
        days = sorted({(s, week, day) for s, (week, day, _) in self.in_slot})
        self.day_away = self._var("day_away", days, bounds=(0, 1))
        people = self.data.specialists
        self.broken = self._var(
            "broken", [(kind, s) for kind in ("owed", "mentor") for s in people], within=pyo.NonNegativeReals
        )

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
            list(load),
            rule=lambda m, s: (0.0, linear([*load[s], *self._off(s), (-1.0, m.lowest[self._k(s)])]), None),
        )
        self.model.below_the_highest = pyo.Constraint(
            list(load), rule=lambda m, s: (None, linear([*load[s], (-1.0, m.highest[self._k(s)])]), 0.0)
        )
        spread = [
            pair for k in groups for pair in ((1.0, self.model.highest[k]), (-1.0, self.model.lowest[k]))
        ]
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
        return (
            self.instance.reach.minutes(clinic, other)
            <= self.instance.standards.outreach.half_day_travel_within_min
        )

    def rows(self) -> list[RosterRow]:
        """The named roster, after a solve."""
        rows = []
        for (s, f, kind, p), var in self.keeps.items():
            if round(var.value) == 1:
                rows.append(self._row(s, f, kind, p.weekday, p.part, p.rhythm, p.weeks, p.half_days))
        for (s, f), var in self.posted.items():
            if round(var.value) == 1:
                days = self.days_of(s)
                rows += [self._row(s, f, "posting", day, "day", "every_day", WEEKS, 8) for day in days]
        order = {day: n for n, day in enumerate(WEEKDAYS)}
        return sorted(
            rows, key=lambda row: (row.facility, order[row.weekday], row.part, row.specialist, row.weeks)
        )

    def _row(
        self, s: str, f: str, kind: str, day: str, part: str, rhythm: str, weeks: Any, half_days: int
    ) -> RosterRow:
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
