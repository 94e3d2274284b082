"""Which machines stand where, and where residents are examined."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar

import pyomo.environ as pyo

from alloc.blocks.contract import (
    CostTerm,
    DecisionBlock,
    Key,
    Linear,
    NeedTerm,
    StaffTerm,
    TripTerm,
    Var,
    strand_of_group,
)
from alloc.blocks.equipment_rows import exam_flow_rows, machine_rows, planned_machines
from alloc.blocks.equipment_rules import (
    bulk_price_only_from_its_quantity,
    buy_only_at_the_chosen_price,
    every_exam_is_made_or_counted,
    every_machine_is_kept_moved_or_retired,
    examine_only_where_offered,
    exams_within_machine_capacity,
    fleet_is_what_stands,
    machines_fit_the_limit_of_the_site,
    machines_fit_the_rooms,
    machines_move_within_their_pool,
    machines_past_their_life_go,
    machines_stand_that_are_kept_or_arrive,
    offer_only_with_a_machine,
    one_price_level_a_type,
    orders_are_what_is_bought,
)
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import Decisions

Station = tuple[str, str]


class EquipmentBlock(DecisionBlock):
    """Whole machines by cohort and type, ``offered[facility, modality]``, ``examined[place, facility,
    modality]`` as shares of need (shares keep the matrix well scaled whatever the size of the place).
    """

    name: ClassVar[str] = "equipment"
    decision: ClassVar[Decision] = "equipment"
    rules: ClassVar = (
        every_machine_is_kept_moved_or_retired,
        machines_past_their_life_go,
        machines_move_within_their_pool,
        one_price_level_a_type,
        bulk_price_only_from_its_quantity,
        buy_only_at_the_chosen_price,
        machines_stand_that_are_kept_or_arrive,
        machines_fit_the_limit_of_the_site,
        machines_fit_the_rooms,
        fleet_is_what_stands,
        orders_are_what_is_bought,
        every_exam_is_made_or_counted,
        exams_within_machine_capacity,
        examine_only_where_offered,
        offer_only_with_a_machine,
    )
    policy: ClassVar = ("machines_past_their_life_go",)

    def declare(self) -> None:
        """Declare machines and exam flows, then the terms."""
        self.data = data = self.instance.equipment
        whole = {"within": pyo.NonNegativeIntegers}
        counts = {a.key: a.count for a in data.cohorts}
        movable = [
            a.key
            for a in data.cohorts
            if not a.obsolete and a.equipment_type in {t for _, t in data.may_receive}
        ]
        up_to = {"bounds": lambda _, f, t, y: (0, counts[f, t, y])}
        self.kept = self.variables("kept", counts, **whole, **up_to)
        self.retired = self.variables("retired", counts, **whole, **up_to)
        self.moved_out = self.variables("moved_out", movable, **whole, **up_to)
        self.moved_in = self.variables(
            "moved_in", data.may_receive, **whole, bounds=lambda _, f, t: (0, data.most[f, t])
        )
        levels = {t: range(len(data.price_levels[t])) for _, t in data.may_buy}
        self.price_level = self.variables(
            "price_level",
            [(t, n) for t, ns in sorted(levels.items()) if len(ns) > 1 for n in ns],
            within=pyo.Binary,
        )
        bought = [(f, t, n) for f, t in data.may_buy for n in levels[t]]
        self.bought = self.variables(
            "bought", bought, **whole, bounds=lambda _, f, t, n: (0, data.most[f, t])
        )
        self.standing = self.variables("standing", data.stations, **whole)
        fleets = sorted({(t, self.instance.staff_scope[f]) for f, t in data.stations})
        self.fleet = self.variables("fleet", fleets, **whole)
        self.orders = self.variables("orders", sorted({(t, n) for _, t, n in bought}), **whole)
        self.offers = data.offers()
        self.offered = self.variables("offered", self.offers, bounds=(0, 1))
        pairs = [(i, f, m) for (i, m), facilities in data.exam_pairs.items() for f in facilities]
        self.examined = self.variables("examined", pairs, bounds=(0, 1))
        self.unmet = self.variables("unmet_exams", data.need, bounds=(0, 1))
        most_outside = self.instance.standards.access.outside_share_max_exams
        self.outside = self.variables("outside_exams", data.need, bounds=(0, most_outside))
        self._arrivals = self._arrivals_by_station()
        self._costs_and_staff()
        self._needs_and_trips()

    def _arrivals_by_station(self) -> dict[Station, Linear]:
        arrivals: dict[Station, Linear] = defaultdict(list)
        for (f, t), var in self.moved_in.items():
            arrivals[f, t].append((1.0, var))
        for (f, t, _), var in self.bought.items():
            arrivals[f, t].append((1.0, var))
        return arrivals

    def machines(self, facility: str, equipment_type: str) -> Linear:
        """Machines of a type at a facility after the plan; nothing where the type may not stand."""
        standing = self.standing.get((facility, equipment_type))
        return [] if standing is None else [(1.0, standing)]

    def kept_or_arriving(self, facility: str, equipment_type: str) -> Linear:
        """What stands, by where it comes from."""
        kept: Linear = [
            (1.0, self.kept[a.key])
            for a in self.data.cohorts
            if (a.facility, a.equipment_type) == (facility, equipment_type)
        ]
        return kept + self._arrivals.get((facility, equipment_type), [])

    def capacity(self, facility: str, modality: str) -> Linear:
        """Thousand exams per year that the machines of a facility can make."""
        terms: Linear = []
        for t in self.data.types_of_modality[modality]:
            thousand = self.data.usable_exams_per_year[t] / 1000.0
            terms += [
                (thousand * a.capacity_factor, self.kept[a.key])
                for a in self.data.cohorts
                if (a.facility, a.equipment_type) == (facility, t)
            ]
            terms += [(thousand, var) for _, var in self._arrivals.get((facility, t), [])]
        return terms

    def bought_at(self, equipment_type: str, level: int) -> Linear:
        """Machines of a type bought at a price level, over all facilities."""
        return [(1.0, var) for (_, t, n), var in self.bought.items() if (t, n) == (equipment_type, level)]

    def _costs_and_staff(self) -> None:
        types, costs = self.data.types, self.terms.costs
        for (f, t, n), var in self.bought.items():
            price = self.data.price_levels[t][n][1]
            costs.append(CostTerm("purchase", "capital", "region", f, [(price, var)], types[t].life_years))
        for (f, t), var in self.moved_in.items():
            costs.append(
                CostTerm("moving", "capital", "region", f, [(types[t].move_cny, var)], types[t].life_years)
            )
            self.terms.disruption.append((self.instance.standards.disruption.machine_moved, var))
        for a in self.data.cohorts:
            f, t, _ = a.key
            retire = [(types[t].retire_cny, self.retired[a.key])]
            costs.append(CostTerm("retiring", "capital", "region", f, retire, types[t].life_years))
            if not a.obsolete:
                early = self.instance.standards.disruption.machine_retired_early
                self.terms.disruption.append((early, self.retired[a.key]))
        for f, t in self.data.stations:
            row, standing = types[t], self.machines(f, t)
            upkeep = [(coef * row.upkeep_cny_per_year, var) for coef, var in standing]
            costs.append(CostTerm("upkeep", "yearly", "region", f, upkeep))
            if row.staff_role is not None and row.staff_fte > 0.0:
                role = self.instance.roles[row.staff_role]
                hours = [(coef * row.staff_fte * role.hours_per_fte_year, var) for coef, var in standing]
                pay = [(coef * row.staff_fte * role.cost_cny_per_fte_year, var) for coef, var in standing]
                self.terms.staff.append(StaffTerm(role.id, f, hours))
                costs.append(CostTerm("machine_staff", "yearly", "region", f, pay))

    def _needs_and_trips(self) -> None:
        reach, outside_min = self.instance.reach, self.instance.outside_min
        for (i, m), need in self.data.need.items():
            unmet, outside = self.unmet[i, m], self.outside[i, m]
            self.terms.needs.append(NeedTerm("exams", i, m, need, 1.0, unmet, outside))
            for var in (unmet, outside):
                self.terms.trips.append(TripTerm("exams", i, need, outside_min[i], outside_min[i], var))
        for (i, f, m), var in self.examined.items():
            minutes, felt = reach.minutes(i, f), reach.felt_minutes(i, f)
            self.terms.trips.append(TripTerm("exams", i, self.data.need[i, m], minutes, felt, var))

    def strand(self, family: str, index: Any) -> str:
        """Machines, flows and needs of one reading group; index of a flow or need ends in its modality."""
        return strand_of_group(self.instance.imaging.modalities[self.topic(family, index)].reading_group)

    def topic(self, family: str, index: Any) -> str:
        """The modality."""
        by_type = {"standing": 1, "kept": 1, "retired": 1, "moved_out": 1, "moved_in": 1, "bought": 1}
        by_type |= {"price_level": 0, "fleet": 0, "orders": 0}
        if family in by_type:
            return str(self.data.types[index[by_type[family]]].modality)
        return str(index[-1])

    def decisions(self) -> dict[Key, Var]:
        """``("kept", f, t, year)``, ``("retired", ...)``, ``("moved_out", ...)``, ``("moved_in", f, t)``,
        ``("bought", f, t, level)``, ``("price_level", t, level)``.
        """
        families = {
            "kept": self.kept,
            "retired": self.retired,
            "moved_out": self.moved_out,
            "moved_in": self.moved_in,
            "bought": self.bought,
            "price_level": self.price_level,
        }
        return {(name, *key): var for name, family in families.items() for key, var in family.items()}

    def today(self) -> dict[Key, float | None]:
        """Every machine is kept."""
        return {("kept", *a.key): float(a.count) for a in self.data.cohorts}

    def planned(self, decisions: Decisions) -> dict[Key, float | None]:
        """As the plan's ``machines`` say."""
        return planned_machines(self.data, decisions)

    def rows(self) -> dict[str, list[Frozen]]:
        """Rows of ``machines`` and ``exam_flows``."""
        return {"machines": list(machine_rows(self)), "exam_flows": list(exam_flow_rows(self))}
