"""Where episodes of illness go, up and down: first contact, treatment, step-down; and the beds they take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

import pyomo.environ as pyo

from alloc.blocks.contract import CostTerm, DecisionBlock, Key, Linear, NeedTerm, TripTerm, Var, tidy_shares
from alloc.blocks.referral_rules import (
    episodes_within_capability,
    every_episode_is_treated_or_counted,
    patients_fit_the_beds,
    referred_patients_use_reserved_beds,
    reserved_beds_meet_their_share,
    step_down_only_the_eligible,
)
from alloc.instance.ends import ends_of
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import Decisions, EpisodeFlowRow

DAYS_PER_YEAR = 365.0


class ReferralBlock(DecisionBlock):
    """``route[place, condition, first contact, treated at]`` and ``step_down[place, condition, treated at,
    to]`` as shares of the episodes; ``reserved_beds`` and ``surge_beds`` by facility.
    """

    name: ClassVar[str] = "referral"
    decision: ClassVar[Decision] = "referral"
    rules: ClassVar = (
        every_episode_is_treated_or_counted,
        step_down_only_the_eligible,
        episodes_within_capability,
        referred_patients_use_reserved_beds,
        reserved_beds_meet_their_share,
        patients_fit_the_beds,
    )
    policy: ClassVar = ("reserved_beds_meet_their_share",)

    def declare(self) -> None:
        """Declare routes, step-down and beds, then costs, needs and trips."""
        self.data = data = self.instance.referral
        keys = [
            (i, c, r.first_contact, r.treated_at) for (i, c), routes in data.routes.items() for r in routes
        ]
        self.route = self.variables("route", keys, bounds=(0, 1))
        self.step_down = self.variables("step_down", data.legs(), bounds=(0, 1))
        self.unmet = self.variables("unmet_episodes", data.need, bounds=(0, 1))
        most_outside = self.instance.standards.access.outside_share_max_episodes
        self.outside = self.variables("outside_episodes", data.need, bounds=(0, most_outside))
        facilities = self.instance.facilities
        referred = sorted({f2 for _, _, f1, f2 in keys if f1 != f2 and facilities[f2].beds > 0})
        self.reserved = self.variables(
            "reserved_beds",
            referred,
            within=pyo.NonNegativeIntegers,
            bounds=lambda _, f: (0, facilities[f].beds),
        )
        open_surge = self.instance.standards.referral.surge_beds_open
        surge = [
            f for f, row in facilities.items() if open_surge and row.surge_beds and f in data.occupancy_share
        ]
        self.surge = self.variables(
            "surge_beds",
            surge,
            within=pyo.NonNegativeIntegers,
            bounds=lambda _, f: (0, facilities[f].surge_beds),
        )
        self._sort_flows()
        self._terms()

    def _sort_flows(self) -> None:
        self.treated: dict[tuple[str, str, str], list[Var]] = defaultdict(list)
        self.in_role: dict[tuple[str, str, str], list[tuple[str, Var]]] = defaultdict(list)
        self._stays: dict[str, Linear] = defaultdict(list)
        self._referred: dict[str, Linear] = defaultdict(list)
        self._freed: dict[str, Linear] = defaultdict(list)
        self._received: dict[str, Linear] = defaultdict(list)
        for (i, c, f1, f2), var in self.route.items():
            beds = self.data.need[i, c] * self.data.conditions[c].stay_days / DAYS_PER_YEAR
            self.treated[i, c, f2].append(var)
            self.in_role[f2, c, "treat"].append((i, var))
            self.in_role[f1, c, "first_contact"].append((i, var))
            self._stays[f2].append((beds, var))
            if f1 != f2:
                self._referred[f2].append((beds, var))
        for (i, c, f2, f3), var in self.step_down.items():
            beds = self.data.need[i, c] * self.data.conditions[c].step_down_days / DAYS_PER_YEAR
            self.in_role[f3, c, "step_down"].append((i, var))
            self._freed[f2].append((beds, var))
            self._received[f3].append((beds, var))
        self.staying = sorted(set(self._stays) | set(self._received))

    def stays(self, facility: str) -> Linear:
        """Beds on an average day of those treated, as if nobody stepped down."""
        return self._stays[facility]

    def referred_beds(self, facility: str) -> Linear:
        """Of these, beds of patients referred up."""
        return self._referred[facility]

    def freed(self, facility: str) -> Linear:
        """Beds on an average day that step-down frees."""
        return self._freed[facility]

    def received(self, facility: str) -> Linear:
        """Beds on an average day of those who have stepped down to the facility."""
        return self._received[facility]

    def _terms(self) -> None:
        outside_min = self.instance.outside_min
        minutes = {
            (i, c, r.first_contact, r.treated_at): r for (i, c), rs in self.data.routes.items() for r in rs
        }
        for key, var in self.route.items():
            i, c, _, f2 = key
            need, route = self.data.need[i, c], minutes[key]
            self.terms.trips.append(TripTerm("episodes", i, need, route.minutes, route.felt_min, var))
            self._stay(self.instance.facilities[f2].tier, f2, need, var)
        for (i, c), need in self.data.need.items():
            unmet, outside = self.unmet[i, c], self.outside[i, c]
            severity = self.data.conditions[c].severity
            self.terms.needs.append(NeedTerm("episodes", i, c, need, severity, unmet, outside))
            self._stay("city", None, need, outside)
            for var in (unmet, outside):
                self.terms.trips.append(TripTerm("episodes", i, need, outside_min[i], outside_min[i], var))
        self._step_down_terms()
        yearly = self.instance.standards.referral.surge_bed_cny_per_year
        for f, var in self.surge.items():
            self.terms.costs.append(CostTerm("surge_beds", "yearly", "region", f, [(yearly, var)]))

    def _step_down_terms(self) -> None:
        """Part of the stay is paid at the lower tier's price; the fund rewards the referral down."""
        reach, multiple = self.instance.reach, self.instance.standards.referral.reward_multiple_of_visit
        for (i, c, f2, f3), var in self.step_down.items():
            need, row = self.data.need[i, c], self.data.conditions[c]
            part = need * min(1.0, row.step_down_days / row.stay_days) if row.stay_days else 0.0
            self._stay(self.instance.facilities[f2].tier, f2, -part, var)
            self._stay(self.instance.facilities[f3].tier, f3, part, var)
            reward = multiple * self.data.money[self.instance.facilities[f2].tier].visit_cny * need
            self.terms.costs.append(CostTerm("down_referral_reward", "yearly", "fund", f2, [(reward, var)]))
            self.terms.trips.append(
                TripTerm("episodes", i, need, reach.minutes(i, f3), reach.felt_minutes(i, f3), var)
            )

    def _stay(self, tier: str, facility: str | None, stays: float, share: Var) -> None:
        money = self.data.money[tier]
        fund = money.stay_cny * money.reimbursed_share * stays
        patient = money.stay_cny * (1.0 - money.reimbursed_share) * stays
        self.terms.costs.append(CostTerm("stay_fund", "yearly", "fund", facility, [(fund, share)]))
        self.terms.costs.append(CostTerm("stay_patient", "yearly", "patient", facility, [(patient, share)]))

    def decisions(self) -> dict[Key, Var]:
        """``("reserved_beds", facility)``, ``("surge_beds", facility)``, ``("step_down", ...)``."""
        values: dict[Key, Var] = {("reserved_beds", f): var for f, var in self.reserved.items()}
        values |= {("surge_beds", f): var for f, var in self.surge.items()}
        return values | {("step_down", *key): var for key, var in self.step_down.items()}

    def today(self) -> dict[Key, float | None]:
        """Nobody steps down, no surge bed is open; no bed is kept apart, every one may serve the referred."""
        return {("reserved_beds", f): None for f in self.reserved}

    def planned(self, decisions: Decisions) -> dict[Key, float | None]:
        """As the plan's ``beds`` and ``episode_flows`` say."""
        values: dict[Key, float | None] = {}
        for row in decisions.beds:
            values["reserved_beds", row.facility] = float(row.reserved_beds)
            values["surge_beds", row.facility] = float(row.surge_beds_opened)
        if any(flow.leg == "step_down" for flow in decisions.episode_flows):
            # who steps down where is a flow: it follows the need that is evaluated, not the one planned for
            values |= {("step_down", *key): None for key in self.step_down}
        return values

    def rows(self) -> dict[str, list[Frozen]]:
        """Rows of ``episode_flows``."""
        return {
            "episode_flows": [
                row for key in self.data.need for row in (*self._routes(key), *self._downs(key))
            ]
        }

    def _routes(self, key: tuple[str, str]) -> Iterator[EpisodeFlowRow]:
        i, c = key
        routes = {(r.first_contact, r.treated_at): r for r in self.data.routes[key]}
        shares: dict[tuple[str, str], float] = {pair: self.route[*key, *pair].value for pair in routes}
        shares["outside", ""] = self.outside[key].value
        shares["unmet", ""] = self.unmet[key].value
        for pair, share in tidy_shares(shares).items():
            cases = share * self.data.need[key]
            if pair in routes:
                f1, f2 = pair
                yield EpisodeFlowRow(
                    place=i,
                    condition=c,
                    leg="route",
                    first_contact=f1,
                    treated_at=f2,
                    ends=ends_of(self.instance, i, f2),
                    episodes_per_year=cases,
                    minutes=routes[pair].minutes,
                )
            else:
                kind = pair[0]
                ends = ends_of(self.instance, i, None, kind)
                yield EpisodeFlowRow(place=i, condition=c, leg=kind, ends=ends, episodes_per_year=cases)

    def _downs(self, key: tuple[str, str]) -> Iterator[EpisodeFlowRow]:
        i, c = key
        for f2 in sorted({r.treated_at for r in self.data.routes[key]}):
            for f3 in self.data.step_down.get(key, []):
                share = self.step_down[i, c, f2, f3].value if (i, c, f2, f3) in self.step_down else 0.0
                if share > 1e-9:
                    yield EpisodeFlowRow(
                        place=i,
                        condition=c,
                        leg="step_down",
                        treated_at=f2,
                        step_down_at=f3,
                        ends=ends_of(self.instance, i, f3),
                        episodes_per_year=share * self.data.need[key],
                        minutes=self.instance.reach.minutes(i, f3),
                    )
