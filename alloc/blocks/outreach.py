"""How many half-days which team of specialists spends at which clinic; the roster then names who and when.

Specialists of one specialty and home are alike to the joint model, so it counts their half-days instead of
naming them (no symmetry, no 35 patterns a pair). Every rule here holds for any named roster, so the bound
stays valid; `alloc.blocks.roster` builds the named roster, and what it cannot realise is cut back.
"""

from __future__ import annotations

from collections import defaultdict
from typing import ClassVar

import pyomo.environ as pyo

from alloc.blocks.contract import CostTerm, DecisionBlock, Key, Linear, Var
from alloc.blocks.outreach_rules import (
    SLOTS_PER_CYCLE,
    half_days_given_up_are_counted,
    mentors_keep_their_clinic,
    owed_service_is_met,
    posted_only_who_may_be,
    presence_kept_at_home,
    resident_doctors_are_posted_or_counted,
    session_needs_are_met_or_counted,
    visits_fit_the_consulting_rooms,
    visits_within_the_days_allowed,
)
from alloc.instance.outreach import SESSION_TYPES, Team
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import Decisions, VisitRow


class OutreachBlock(DecisionBlock):
    """``visits[specialty, home, clinic, session type]`` in steps of half-days or whole days per cycle,
    ``posted[specialty, home, clinic]`` specialists, ``tele[specialty, home, clinic]`` half-days per cycle.
    """

    name: ClassVar[str] = "outreach"
    decision: ClassVar[Decision] = "outreach"
    rules: ClassVar = (
        visits_within_the_days_allowed,
        presence_kept_at_home,
        visits_fit_the_consulting_rooms,
        owed_service_is_met,
        mentors_keep_their_clinic,
        posted_only_who_may_be,
        session_needs_are_met_or_counted,
        resident_doctors_are_posted_or_counted,
        half_days_given_up_are_counted,
    )
    policy: ClassVar = ("owed_service_is_met", "mentors_keep_their_clinic")

    def declare(self) -> None:
        """Declare visits, postings and tele-consultation time, then costs and changes."""
        self.data = data = self.instance.outreach
        wanted = {(n.facility, n.specialty, n.session_type) for n in data.session_needs}
        keys = [
            (*t, f, kind)
            for t, clinics in data.clinics.items()
            for f in clinics
            for kind in SESSION_TYPES
            if kind == "clinic" or (f, t[0], kind) in wanted
        ]
        most = {
            (t, f): min(data.most_half_days[t], data.free_half_days[t], SLOTS_PER_CYCLE * data.rooms[f])
            // data.step[t, f]
            for t, clinics in data.clinics.items()
            for f in clinics
        }
        self.visits = self.variables(
            "visits",
            keys,
            within=pyo.NonNegativeIntegers,
            bounds=lambda _, k, home, f, kind: (0, most[(k, home), f]),
        )
        posts = [
            (*t, f) for t, clinics in data.clinics.items() for f in clinics if data.may_be_posted_at[t, f]
        ]
        self.posted = self.variables("posted", posts, within=pyo.NonNegativeIntegers, bounds=(0, 1))
        tele = [(*t, f) for t, clinics in data.tele_clinics.items() for f in clinics]
        self.tele = self.variables(
            "tele", tele, bounds=lambda _, k, home, f: (0.0, float(data.clinic_half_days[k, home]))
        )
        self.short_sessions = self.variables("short_sessions", sorted(wanted), within=pyo.NonNegativeReals)
        self.short_residents = self.variables(
            "short_residents", data.residents_needed, within=pyo.NonNegativeReals
        )
        self._sums()
        self._terms()

    def _sums(self) -> None:
        """Half-days away by team, and half-days taken at each clinic."""
        self.away: dict[Team, Linear] = {t: [] for t in self.data.teams}
        self.at_clinic: dict[str, Linear] = defaultdict(list)
        for (k, home, f, _), var in self.visits.items():
            step = float(self.data.step[(k, home), f])
            self.away[k, home].append((step, var))
            self.at_clinic[f].append((step, var))
        for (k, home, f), var in self.posted.items():
            self.at_clinic[f].append((float(self.data.posting_half_days[k, home]), var))

    def visits_at(self, team: Team, clinic: str) -> Linear:
        """Half-days per cycle of a team at a clinic, over all session types."""
        step = float(self.data.step[team, clinic])
        return [
            (step, self.visits[*team, clinic, kind])
            for kind in SESSION_TYPES
            if (*team, clinic, kind) in self.visits
        ]

    def postings_of(self, team: Team) -> list[tuple[str, Var]]:
        """(clinic, specialists posted) of a team."""
        return [(f, var) for (k, home, f), var in self.posted.items() if (k, home) == team]

    def sessions(self, clinic: str, specialty: str) -> Linear:
        """Half-days per cycle in which a specialty sees patients at a clinic."""
        terms: Linear = []
        for (k, home, f, kind), var in self.visits.items():
            if (f, k, kind) == (clinic, specialty, "clinic"):
                terms.append((float(self.data.step[(k, home), f]), var))
        for (k, home, f), var in self.posted.items():
            if (f, k) == (clinic, specialty):
                terms.append((float(self.data.posting_half_days[k, home]), var))
        return terms

    def taken_from_home(self, team: Team) -> Linear:
        """Half-days per cycle of outpatient clinic at home that outreach, tele-consultation and postings
        take.
        """
        terms = [*self.away[team]]
        terms += [(float(self.data.posting_clinic_half_days[team]), var) for _, var in self.postings_of(team)]
        terms += [(1.0, var) for (k, home, _), var in self.tele.items() if (k, home) == team]
        return terms

    def _terms(self) -> None:
        standards, cycles = self.instance.standards.outreach, self.instance.calendar.cycles_per_year
        for (k, home, f, _), var in self.visits.items():
            self._pay(k, home, f, float(self.data.step[(k, home), f]), var)
        for (k, home, f), var in self.posted.items():
            self._pay(k, home, f, float(self.data.posting_half_days[k, home]), var)
        for var in self.short_sessions.values():
            self.terms.obligations.append((standards.session_weight * cycles, var))
        for var in self.short_residents.values():
            self.terms.obligations.append((standards.resident_doctor_weight * cycles, var))
        self._changes()

    def _pay(self, specialty: str, home: str, clinic: str, half_days: float, var: Var) -> None:
        """Allowance and travel; two half-days make one return trip."""
        standards, cycles = self.instance.standards.outreach, self.instance.calendar.cycles_per_year
        allowance = self.data.specialties[specialty].allowance_cny_per_half_day * half_days * cycles
        km = self.data.travel_min[home, clinic] / 60.0 * standards.km_per_hour
        travel = 2.0 * km * standards.cny_per_km * half_days / 2.0 * cycles
        self.terms.costs.append(
            CostTerm("outreach_allowance", "yearly", "region", clinic, [(allowance, var)])
        )
        self.terms.costs.append(CostTerm("outreach_travel", "yearly", "region", clinic, [(travel, var)]))

    def _changes(self) -> None:
        """Half-days that differ from today's, by team and clinic."""
        now: dict[tuple[Team, str], float] = defaultdict(float)
        for (t, f, kind), half_days in self.data.today.items():
            if kind in SESSION_TYPES:
                now[t, f] += half_days
        pairs = sorted({((k, home), f) for k, home, f, _ in self.visits})
        keys = [(*t, f) for t, f in pairs if now[t, f] > 0.0]
        self.given_up = self.variables("given_up", keys, within=pyo.NonNegativeReals)
        weight = self.instance.standards.disruption.outreach_half_day_changed
        self.todays_half_days = {key: now[(key[0], key[1]), key[2]] for key in keys}
        for t, f in pairs:
            self.terms.disruption += [(weight * coef, var) for coef, var in self.visits_at(t, f)]
            if (*t, f) in self.given_up:
                # |v - now| = v - now + 2 max(0, now - v)
                self.terms.disruption.append((2.0 * weight, self.given_up[*t, f]))
                self.terms.disruption_fixed -= weight * now[t, f]

    def decisions(self) -> dict[Key, Var]:
        """``("visits", specialty, home, clinic, type)``, ``("posted", ...)`` and ``("tele", ...)``."""
        families = {"visits": self.visits, "posted": self.posted, "tele": self.tele}
        return {(name, *key): var for name, family in families.items() for key, var in family.items()}

    def today(self) -> dict[Key, float | None]:
        """Half-days that are kept today, down to whole steps."""
        values: dict[Key, float | None] = {}
        for ((k, home), f, kind), half_days in self.data.today.items():
            values |= self._value(k, home, f, kind, half_days)
        return values

    def planned(self, decisions: Decisions) -> dict[Key, float | None]:
        """As the plan's ``visits`` say."""
        values: dict[Key, float | None] = {}
        for row in decisions.visits:
            values |= self._value(
                row.specialty, row.home, row.facility, row.session_type, row.half_days_per_cycle
            )
        return values

    def _value(self, k: str, home: str, f: str, kind: str, half_days: float) -> dict[Key, float]:
        if kind == "tele":
            return {("tele", k, home, f): half_days}
        if kind == "posting":
            return {("posted", k, home, f): round(half_days / max(1, self.data.posting_half_days[k, home]))}
        if (k, home, f, kind) not in self.visits:
            return {}
        return {("visits", k, home, f, kind): float(half_days // self.data.step[(k, home), f])}

    def rows(self) -> dict[str, list[Frozen]]:
        """Rows of ``visits``: sessions, postings and tele-consultation time by team."""
        rows: list[Frozen] = []
        for (k, home, f, kind), var in self.visits.items():
            if half_days := round(var.value) * self.data.step[(k, home), f]:
                rows.append(_row(k, home, f, kind, float(half_days)))
        for (k, home, f), var in self.posted.items():
            if count := round(var.value):
                rows.append(_row(k, home, f, "posting", float(count * self.data.posting_half_days[k, home])))
        for (k, home, f), var in self.tele.items():
            if var.value > 1e-6:
                rows.append(_row(k, home, f, "tele", var.value))
        return {"visits": rows}


def _row(k: str, home: str, f: str, kind: str, half_days: float) -> VisitRow:
    return VisitRow(specialty=k, home=home, facility=f, session_type=kind, half_days_per_cycle=half_days)
