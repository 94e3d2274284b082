"""Where specialist consultations are held: at the clinic, by tele-consultation, at the hospital, outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from alloc.blocks.contract import (
    CostTerm,
    DecisionBlock,
    Key,
    Linear,
    NeedTerm,
    Rule,
    TripTerm,
    Var,
    tidy_shares,
)
from alloc.instance.ends import ends_of
from alloc.instance.outreach import Team
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import ConsultFlowRow, Decisions


def every_consultation_is_held_or_counted(b: ConsultationsBlock) -> Iterator[Rule]:
    r"""Every consultation that is needed is held at a clinic, by tele-consultation, at a hospital, outside
    the region, or counted as unmet.

    Mathematics: $\sum_f c_{ifk} + \sum_f t_{ifk} + \sum_h h_{ihk} + o_{ik} + u_{ik} = 1$
    Index: places and specialties with need.
    Unit: share of the need.
    Source: nothing disappears.
    """
    for key in b.data.need:
        terms = [(1.0, var) for var in b.settings[key].values()]
        yield key, 1.0, [*terms, (1.0, b.outside[key]), (1.0, b.unmet[key])], 1.0


def tele_consultations_within_their_share(b: ConsultationsBlock) -> Iterator[Rule]:
    r"""Only the share of consultations that suits it is held by tele-consultation.

    Mathematics: $\sum_f t_{ifk} \le \theta_k$
    Index: places and specialties with a tele clinic in reach.
    Unit: share of the need.
    Source: share per specialty of the region file.
    """
    for (i, k), facilities in b.data.tele_pairs.items():
        if facilities:
            yield (
                (i, k),
                None,
                [(1.0, b.by_tele[i, f, k]) for f in facilities],
                b.data.specialties[k].tele_share_max,
            )


def reserved_slots_meet_their_share(b: ConsultationsBlock) -> Iterator[Rule]:
    r"""A hospital keeps at least the stated share of its specialist slots for patients referred up.

    Mathematics: $R_t \ge \rho\, S_t$
    Index: teams.
    Unit: half-days per cycle.
    Source: reserved slots and beds for referred patients (two-way referral agreements).
    """
    share = b.instance.standards.referral.reserved_slot_share_min
    for t, var in b.reserved.items():
        yield t, share * b.data.clinic_half_days[t], [(1.0, var)], None


def referred_consultations_use_reserved_slots(b: ConsultationsBlock) -> Iterator[Rule]:
    r"""Patients referred up use the reserved slots.

    Mathematics: $\phi \sum_i g_{ik} h_{ihk} / (b_k\, n) \le R_t$
    Index: teams.
    Unit: half-days per cycle; $\phi$ is the share of hospital consultations that come by referral.
    Source: reserved slots for referred patients.
    """
    share = b.instance.standards.referral.referred_share_of_consultations
    for t, var in b.reserved.items():
        if used := b.used_at_home(t):
            yield t, None, [*((share * coef, x) for coef, x in used), (-1.0, var)], 0.0


class ConsultationsBlock(DecisionBlock):
    """``at_clinic``, ``by_tele``, ``at_hospital`` [place, facility, specialty] as shares of need;
    ``reserved_slots[specialty, home]`` half-days per cycle.
    """

    name: ClassVar[str] = "consultations"
    decision: ClassVar[Decision] = "referral"
    rules: ClassVar = (
        every_consultation_is_held_or_counted,
        tele_consultations_within_their_share,
        reserved_slots_meet_their_share,
        referred_consultations_use_reserved_slots,
    )
    policy: ClassVar = ("reserved_slots_meet_their_share",)

    def declare(self) -> None:
        """Declare the settings of every need, then costs, needs and trips."""
        self.data = data = self.instance.outreach
        self.at_clinic = self._flows("at_clinic", data.outreach_pairs)
        self.by_tele = self._flows("by_tele", data.tele_pairs)
        self.at_hospital = self._flows("at_hospital", data.hospital_pairs)
        self.unmet = self.variables("unmet_consultations", data.need, bounds=(0, 1))
        most_outside = self.instance.standards.access.outside_share_max_consultations
        self.outside = self.variables("outside_consultations", data.need, bounds=(0, most_outside))
        self.reserved = self.variables(
            "reserved_slots",
            list(data.teams),
            bounds=lambda _, k, home: (0.0, float(data.clinic_half_days[k, home])),
        )
        self.settings: dict[tuple[str, str], dict[tuple[str, str], Var]] = defaultdict(dict)
        for setting, flows in self._by_setting():
            for (i, f, k), var in flows.items():
                self.settings[i, k][setting, f] = var
        self._terms()

    def _by_setting(self) -> tuple[tuple[str, dict[tuple[str, str, str], Var]], ...]:
        return (("outreach", self.at_clinic), ("tele", self.by_tele), ("hospital", self.at_hospital))

    def _flows(self, name: str, pairs: dict[tuple[str, str], list[str]]) -> dict[tuple[str, str, str], Var]:
        keys = [(i, f, k) for (i, k), facilities in pairs.items() for f in facilities]
        return self.variables(name, keys, bounds=(0, 1))

    def held(self, setting: str, facility: str, specialty: str) -> Linear:
        """Half-days per cycle that the consultations of a setting take at a facility."""
        cycles = self.instance.calendar.cycles_per_year
        row = self.data.specialties[specialty]
        per_half_day = {
            "outreach": row.outreach_consults_per_half_day,
            "tele": row.tele_consults_per_half_day,
            "hospital": row.home_consults_per_half_day,
        }[setting]
        return [
            (self.data.need[i, k] / (per_half_day * cycles), var)
            for i, k, var in self._at[setting, facility, specialty]
        ]

    def used_at_home(self, team: Team) -> Linear:
        """Half-days per cycle of a team's clinic at home that consultations use."""
        return self.held("hospital", team[1], team[0])

    def _terms(self) -> None:
        self._at: dict[tuple[str, str, str], list[tuple[str, str, Var]]] = defaultdict(list)
        reach, outside_min = self.instance.reach, self.instance.outside_min
        for setting, flows in self._by_setting():
            for (i, f, k), var in flows.items():
                self._at[setting, f, k].append((i, k, var))
                need = self.data.need[i, k]
                minutes, felt = reach.minutes(i, f), reach.felt_minutes(i, f)
                self.terms.trips.append(TripTerm("consultations", i, need, minutes, felt, var))
                self._visits(self.instance.facilities[f].tier, f, need, var)
        for (i, k), need in self.data.need.items():
            unmet, outside = self.unmet[i, k], self.outside[i, k]
            severity = self.data.specialties[k].severity
            self.terms.needs.append(NeedTerm("consultations", i, k, need, severity, unmet, outside))
            self._visits("city", None, need, outside)
            for var in (unmet, outside):
                self.terms.trips.append(
                    TripTerm("consultations", i, need, outside_min[i], outside_min[i], var)
                )

    def _visits(self, tier: str, facility: str | None, need: float, share: Var) -> None:
        money = self.instance.referral.money[tier]
        fund = money.visit_cny * money.reimbursed_share * need
        patient = money.visit_cny * (1.0 - money.reimbursed_share) * need
        self.terms.costs.append(CostTerm("visit_fund", "yearly", "fund", facility, [(fund, share)]))
        self.terms.costs.append(CostTerm("visit_patient", "yearly", "patient", facility, [(patient, share)]))

    def decisions(self) -> dict[Key, Var]:
        """``("reserved_slots", specialty, home)``."""
        return {("reserved_slots", *t): var for t, var in self.reserved.items()}

    def today(self) -> dict[Key, float | None]:
        """Nothing is kept apart today: as many slots serve the referred as come."""
        return {("reserved_slots", *t): None for t in self.reserved}

    def planned(self, decisions: Decisions) -> dict[Key, float | None]:
        """As the plan's ``slots`` say."""
        return {
            ("reserved_slots", row.specialty, row.home): float(row.reserved_half_days)
            for row in decisions.slots
        }

    def rows(self) -> dict[str, list[Frozen]]:
        """Rows of ``consult_flows``."""
        rows: list[Frozen] = []
        for (i, k), need in self.data.need.items():
            shares = {key: var.value for key, var in self.settings[i, k].items()}
            shares["outside", ""] = self.outside[i, k].value
            shares["unmet", ""] = self.unmet[i, k].value
            for (setting, f), share in tidy_shares(shares).items():
                rows.append(
                    ConsultFlowRow(
                        place=i,
                        specialty=k,
                        setting=setting,
                        facility=f or None,
                        ends=ends_of(self.instance, i, f or None, setting),
                        consults_per_year=share * need,
                        minutes=self.instance.reach.minutes(i, f) if f else None,
                    )
                )
        return {"consult_flows": rows}
