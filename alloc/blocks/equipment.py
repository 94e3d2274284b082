"""Which machines stand where, and where residents are examined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

import pyomo.environ as pyo

from alloc.blocks.contract import CostTerm, DecisionBlock, Key, Linear, NeedTerm, Rule, StaffTerm, TripTerm, Var
from alloc.blocks.equipment_rows import exam_flow_rows, machine_rows, planned_machines
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import Decisions

CohortKey = tuple[str, str, int]
Station = tuple[str, str]


def every_machine_is_kept_moved_or_retired(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Every machine that stands today is kept, moved or retired.

    Mathematics: $k_a + o_a + d_a = N_a$
    Index: cohorts $a$ (facility, type, install year); sparse because only machines that stand are listed.
    Unit: machines.
    Source: conservation of machines.
    """
    for a in b.data.cohorts:
        terms = [(1.0, b.kept[a.key]), (1.0, b.retired[a.key])]
        if a.key in b.moved_out:
            terms.append((1.0, b.moved_out[a.key]))
        yield a.key, float(a.count), terms, float(a.count)


def machines_past_their_life_go(b: EquipmentBlock) -> Iterator[Rule]:
    r"""A machine past its life is not kept, where the model says that such machines must go.

    Mathematics: $k_a = 0$
    Index: cohorts $a$ past their life.
    Unit: machines.
    Source: county CTs over ten years old are obsolete (equipment renewal rule of the county medical consortium).
    """
    if b.instance.standards.equipment.obsolete_machines == "must_go":
        for a in b.data.cohorts:
            if a.obsolete:
                yield a.key, None, [(1.0, b.kept[a.key])], 0.0


def machines_move_within_their_pool(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Machines that arrive have left another member of the same pool.

    Mathematics: $\sum_{f \in P} i_{ft} = \sum_{a \in P, t} o_a$
    Index: types $t$ and pools $P$ (an integrated consortium, a single facility, or the region where property may
    cross); sparse because only types with a movable machine have a row.
    Unit: machines.
    Source: integrated consortia may re-deploy machines between members; loose ones may not.
    """
    pools: dict[tuple[str, str], Linear] = defaultdict(list)
    for (f, t), var in b.moved_in.items():
        pools[t, b.instance.staff_scope[f]].append((1.0, var))
    for (f, t, _), var in b.moved_out.items():
        pools[t, b.instance.staff_scope[f]].append((-1.0, var))
    for index, terms in sorted(pools.items()):
        yield index, 0.0, terms, 0.0


def one_price_level_a_type(b: EquipmentBlock) -> Iterator[Rule]:
    r"""All machines of one type are bought at one price level.

    Mathematics: $\sum_l \pi_{tl} \le 1$
    Index: types $t$ with a bulk price.
    Unit: price levels.
    Source: all-units quantity discount.
    """
    for t, levels in b.data.price_levels.items():
        terms = [(1.0, b.price_level[t, n]) for n in range(len(levels)) if (t, n) in b.price_level]
        if terms:
            yield t, None, terms, 1.0


def bulk_price_only_from_its_quantity(b: EquipmentBlock) -> Iterator[Rule]:
    r"""A bulk price holds only from its quantity on.

    Mathematics: $\sum_f p_{ftl} \ge q_{tl}\,\pi_{tl}$
    Index: types $t$ with a bulk price, levels $l$.
    Unit: machines.
    Source: all-units quantity discount.
    """
    for (t, n), level in b.price_level.items():
        quantity = float(b.data.price_levels[t][n][0])
        yield (t, n), 0.0, [*b.bought_at(t, n), (-quantity, level)], None


def buy_only_at_the_chosen_price(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Machines are bought at the chosen price level only.

    Mathematics: $p_{ftl} \le M_{ft}\,\pi_{tl}$
    Index: facilities and types that may buy, levels of types with a bulk price.
    Unit: machines.
    Source: all-units quantity discount; $M_{ft}$ is the most machines that fit.
    """
    for (f, t, n), var in b.bought.items():
        if (t, n) in b.price_level:
            yield (f, t, n), None, [(1.0, var), (-float(b.data.most[f, t]), b.price_level[t, n])], 0.0


def machines_fit_the_limit_of_the_site(b: EquipmentBlock) -> Iterator[Rule]:
    r"""No more machines of a type stand at a facility than may.

    Mathematics: $n_{ft} \le M_{ft}$
    Index: facilities and types where something may arrive.
    Unit: machines.
    Source: limits by facility of the region file.
    """
    arriving = set(b.data.may_buy) | set(b.data.may_receive)
    for f, t in sorted(arriving):
        yield (f, t), None, b.machines(f, t), float(b.data.most[f, t])


def machines_fit_the_rooms(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Machines fit the rooms of the facility.

    Mathematics: $\sum_t \mathrm{rooms}_t\, n_{ft} \le R_f$, and never less room than today's machines take
    Index: facilities where a machine that takes a room may arrive.
    Unit: rooms.
    Source: shielded rooms of the region file.
    """
    arriving = {f for f, t in [*b.data.may_buy, *b.data.may_receive] if b.data.types[t].rooms}
    for f in sorted(arriving):
        terms = [
            (coef * b.data.types[t].rooms, var)
            for g, t in b.data.stations
            if g == f and b.data.types[t].rooms
            for coef, var in b.machines(f, t)
        ]
        taken = sum(a.count * b.data.types[a.equipment_type].rooms for a in b.data.cohorts if a.facility == f)
        yield f, None, terms, float(max(b.instance.facilities[f].machine_rooms, taken))


def fleet_is_what_stands(b: EquipmentBlock) -> Iterator[Rule]:
    r"""The fleet of a pool is the sum of what stands at its members.

    Mathematics: $F_{tP} = \sum_{f \in P} n_{ft}$
    Index: types and pools.
    Unit: machines.
    Source: redundant; whole fleets let the solver branch on "how many" before "where", which closes the gap of the
    travel goal several times faster (measured on Deqing, docs/decisions.md).
    """
    for (t, pool), var in b.fleet.items():
        standing = [
            pair
            for f, u in b.data.stations
            if u == t and b.instance.staff_scope[f] == pool
            for pair in b.machines(f, t)
        ]
        yield (t, pool), 0.0, [(1.0, var), *((-coef, x) for coef, x in standing)], 0.0


def orders_are_what_is_bought(b: EquipmentBlock) -> Iterator[Rule]:
    r"""The order at a price level is the sum of what facilities buy at it.

    Mathematics: $Q_{tl} = \sum_f p_{ftl}$
    Index: types that may be bought, price levels.
    Unit: machines.
    Source: redundant; whole orders are branched on before their places, as fleets are.
    """
    for (t, n), var in b.orders.items():
        yield (t, n), 0.0, [(1.0, var), *((-coef, x) for coef, x in b.bought_at(t, n))], 0.0


def every_exam_is_made_or_counted(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Every exam that is needed is made inside, made outside the region, or counted as unmet.

    Mathematics: $\sum_f x_{ifm} + o_{im} + u_{im} = 1$
    Index: places and modalities with need.
    Unit: share of the need.
    Source: nothing disappears.
    """
    for i, m in b.data.need:
        terms = [(1.0, b.examined[i, f, m]) for f in b.data.exam_pairs[i, m]]
        yield (i, m), 1.0, [*terms, (1.0, b.outside[i, m]), (1.0, b.unmet[i, m])], 1.0


def exams_within_machine_capacity(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Exams at a facility stay within what its machines can make.

    Mathematics: $\sum_i e_{im} x_{ifm} \le \sum_{t \in m} c_t\, \rho\, (\sum_a \phi_a k_a + i_{ft} + \sum_l p_{ftl})$
    Index: facilities that may offer the modality.
    Unit: thousand exams per year.
    Source: capacity per machine and utilisation standard; $\phi_a$ is the share of capacity left past the life.
    """
    come: dict[tuple[str, str], Linear] = defaultdict(list)
    for (i, f, m), var in b.examined.items():
        come[f, m].append((b.data.need[i, m] / 1000.0, var))
    for f, m in b.offers:
        if come[f, m]:
            yield (f, m), None, [*come[f, m], *((-coef, var) for coef, var in b.capacity(f, m))], 0.0


def examine_only_where_offered(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Residents are examined only where the modality is offered.

    Mathematics: $x_{ifm} \le y_{fm}$
    Index: kept pairs of place and facility; the strong form of the link.
    Unit: share of the need.
    Source: strong formulation of facility location.
    """
    for (i, f, m), var in b.examined.items():
        yield (i, f, m), None, [(1.0, var), (-1.0, b.offered[f, m])], 0.0


def offer_only_with_a_machine(b: EquipmentBlock) -> Iterator[Rule]:
    r"""A modality is offered only where a machine for it stands.

    Mathematics: $y_{fm} \le \sum_{t \in m} n_{ft}$
    Index: facilities that may offer the modality.
    Unit: machines.
    Source: logic; $y$ needs no integrality because machines are whole.
    """
    for f, m in b.offers:
        terms = [pair for t in b.data.types_of_modality[m] for pair in b.machines(f, t)]
        yield (f, m), None, [(1.0, b.offered[f, m]), *((-coef, var) for coef, var in terms)], 0.0


class EquipmentBlock(DecisionBlock):
    """Whole machines by cohort and type, ``offered[facility, modality]``, ``examined[place, facility, modality]``
    as shares of need (shares keep the matrix well scaled whatever the size of the place).
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
    coarse: ClassVar = ("fleet", "orders", "price_level")

    def declare(self) -> None:
        """Declare machines and exam flows, then the terms."""
        self.data = data = self.instance.equipment
        whole = {"within": pyo.NonNegativeIntegers}
        counts = {a.key: a.count for a in data.cohorts}
        movable = [a.key for a in data.cohorts if not a.obsolete and a.equipment_type in {t for _, t in data.may_receive}]
        up_to = {"bounds": lambda _, f, t, y: (0, counts[f, t, y])}
        self.kept = self.variables("kept", counts, **whole, **up_to)
        self.retired = self.variables("retired", counts, **whole, **up_to)
        self.moved_out = self.variables("moved_out", movable, **whole, **up_to)
        self.moved_in = self.variables(
            "moved_in", data.may_receive, **whole, bounds=lambda _, f, t: (0, data.most[f, t])
        )
        levels = {t: range(len(data.price_levels[t])) for _, t in data.may_buy}
        self.price_level = self.variables(
            "price_level", [(t, n) for t, ns in sorted(levels.items()) if len(ns) > 1 for n in ns], within=pyo.Binary
        )
        bought = [(f, t, n) for f, t in data.may_buy for n in levels[t]]
        self.bought = self.variables("bought", bought, **whole, bounds=lambda _, f, t, n: (0, data.most[f, t]))
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
        """Machines of a type at a facility after the plan."""
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
            costs.append(CostTerm("moving", "capital", "region", f, [(types[t].move_cny, var)], types[t].life_years))
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
