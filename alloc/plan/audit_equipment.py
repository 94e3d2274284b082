"""Audit of the machines and of the exams made on them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from alloc.instance.instance import Instance
from alloc.plan.audit_base import CASE, EXACT, YUAN, Breach, RuleBook, at_most, breach, equal, some, total
from alloc.plan.audit_facts import (
    examining,
    exams_of_machines,
    height,
    standing,
    standing_today,
    years_past_life,
)
from alloc.schema.plan import Decisions, MachineRow

RULES = RuleBook()
Cohort = tuple[str, str, int]
"""(facility, equipment type, install year)."""


@RULES.rule
def every_machine_is_kept_moved_or_retired(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """All machines of one type and year at a facility are kept, moved away or retired, and no others."""
    today = total(
        instance.equipment.cohorts,
        lambda c: (c.facility, c.equipment_type, c.install_year),
        lambda c: c.count,
    )
    acted = (row for row in decisions.machines if row.action != "buy")
    told = total(acted, _came_from, lambda row: row.count)
    for cohort in sorted(today.keys() | told.keys()):
        yield from equal(cohort, told.get(cohort, 0.0), today.get(cohort, 0.0), slack=EXACT, rel=0.0)


def _came_from(row: MachineRow) -> Cohort:
    """Where a machine stands today, for every action but buying."""
    origin = row.from_facility if row.action == "move" and row.from_facility is not None else row.facility
    return (origin, row.equipment_type, row.install_year)


@RULES.rule
def machines_past_their_life_go(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Where the standards say so, no machine past its life is kept."""
    if instance.standards.equipment.obsolete_machines != "must_go":
        return
    for row in decisions.machines:
        past = years_past_life(instance, row.equipment_type, row.install_year)
        if row.action == "keep" and row.count > 0 and past >= 0:
            yield breach((row.facility, row.equipment_type, row.install_year), row.count, 0)


@RULES.rule
def machines_move_within_their_pool(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A machine moves only between facilities that share staff, and only within its life."""
    for row in decisions.machines:
        if row.action != "move" or row.from_facility is None or row.count == 0:
            continue
        scope = instance.staff_scope
        past = years_past_life(instance, row.equipment_type, row.install_year)
        if scope[row.from_facility] != scope[row.facility] or past >= 0:
            yield breach(
                (row.from_facility, row.facility, row.equipment_type, row.install_year), row.count, 0
            )


@RULES.rule
def one_price_level_a_type(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """All machines of one type are bought at one price."""
    prices: dict[str, set[float]] = {}
    for row in _bought(decisions):
        prices.setdefault(row.equipment_type, set()).add(row.unit_cny)
    for kind, paid in prices.items():
        if max(paid) - min(paid) > YUAN:
            yield breach(kind, max(paid), min(paid))


@RULES.rule
def bulk_price_only_from_its_quantity(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A bulk price is paid only when so many machines of the type are bought together."""
    bought = total(_bought(decisions), lambda row: row.equipment_type, lambda row: row.count)
    for row in _bought(decisions):
        levels = instance.equipment.price_levels[row.equipment_type]
        reached = [quantity for quantity, price in levels if abs(price - row.unit_cny) <= YUAN]
        if reached and bought[row.equipment_type] < min(reached):
            yield breach((row.facility, row.equipment_type), bought[row.equipment_type], min(reached))


@RULES.rule
def buy_only_at_the_chosen_price(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A machine is bought at its list price or a bulk price of its type, never for nothing."""
    for row in _bought(decisions):
        prices = [price for _, price in instance.equipment.price_levels[row.equipment_type]]
        nearest = min(prices, key=lambda price: abs(price - row.unit_cny), default=0.0)
        if (
            abs(nearest - row.unit_cny) > YUAN
            or instance.equipment.types[row.equipment_type].price_cny <= 0.0
        ):
            yield breach((row.facility, row.equipment_type), row.unit_cny, nearest)


def _bought(decisions: Decisions) -> list[MachineRow]:
    return [row for row in decisions.machines if row.action == "buy" and row.count > 0]


@RULES.rule
def machines_fit_the_limit_of_the_site(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """No more machines of a type than the site may hold or holds today; none arrives at too low a tier."""
    today = standing_today(instance)
    for (facility, kind), count in standing(decisions).items():
        site, machine = instance.facilities[facility], instance.equipment.types[kind]
        by_rooms = site.machine_rooms // machine.rooms if machine.rooms else math.inf
        limit = max(today.get((facility, kind), 0), min(machine.most_per_facility, by_rooms))
        yield from at_most((facility, kind), count, limit, slack=EXACT, rel=0.0)
    for row in decisions.machines:
        if row.action in ("buy", "move") and row.count > 0 and not _may_arrive(instance, row):
            yield breach((row.facility, row.equipment_type), row.count, 0)


def _may_arrive(instance: Instance, row: MachineRow) -> bool:
    machine = instance.equipment.types[row.equipment_type]
    high_enough = height(instance.facilities[row.facility].tier) >= height(machine.lowest_tier)
    return high_enough and machine.most_per_facility > 0 and instance.decides("equipment")


@RULES.rule
def machines_fit_the_rooms(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """All machines of a facility fit its machine rooms, or take no more rooms than today."""
    rooms = {kind: row.rooms for kind, row in instance.equipment.types.items()}
    today = total(
        standing_today(instance).items(), lambda pair: pair[0][0], lambda pair: pair[1] * rooms[pair[0][1]]
    )
    taken = total(
        standing(decisions).items(), lambda pair: pair[0][0], lambda pair: pair[1] * rooms[pair[0][1]]
    )
    for facility, count in taken.items():
        limit = max(instance.facilities[facility].machine_rooms, today.get(facility, 0.0))
        yield from at_most(facility, count, limit, slack=EXACT, rel=0.0)


@RULES.rule
def every_exam_is_made_or_counted(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Every exam that a place needs is made somewhere, made outside, or counted as unmet (exams a year)."""
    told = total(decisions.exam_flows, lambda row: (row.place, row.modality), lambda row: row.exams_per_year)
    need = instance.equipment.need
    for key in sorted(told.keys() | need.keys()):
        yield from equal(key, told.get(key, 0.0), need.get(key, 0.0))


@RULES.rule
def exams_within_machine_capacity(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A facility makes no more exams of a modality than its machines can, at the utilisation standard."""
    types = instance.equipment.types
    there = (row for row in decisions.machines if row.action != "retire")
    capacity = total(
        there,
        lambda row: (row.facility, types[row.equipment_type].modality),
        lambda row: exams_of_machines(instance, row),
    )
    for key, exams in _made(decisions).items():
        yield from at_most(key, exams, capacity.get(key, 0.0))


@RULES.rule
def examine_only_where_offered(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """An exam is made only where a machine of its modality stands."""
    there = examining(instance, decisions)
    for key, exams in _made(decisions).items():
        if key not in there and some(exams, _need_of(instance, key[1])):
            yield breach(key, exams, 0.0)


@RULES.rule
def offer_only_with_a_machine(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A facility sends or reads exams of a modality only when it has a machine to make them."""
    there = examining(instance, decisions)
    sent = total(decisions.reading, lambda row: (row.facility, row.modality), lambda row: row.exams_per_year)
    for key, exams in sent.items():
        if key not in there and some(exams, _need_of(instance, key[1])):
            yield breach(key, exams, 0.0)


def _made(decisions: Decisions) -> dict[tuple[str, str], float]:
    """Exams per year by (facility, modality)."""
    made: dict[tuple[str, str], float] = {}
    for row in decisions.exam_flows:
        if row.facility is not None:
            key = (row.facility, row.modality)
            made[key] = made.get(key, 0.0) + row.exams_per_year
    return made


def _need_of(instance: Instance, modality: str) -> float:
    return sum(cases for (_, m), cases in instance.equipment.need.items() if m == modality)


@RULES.rule
def outside_exams_within_their_share(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Of a place's exams of one modality, at most the stated share is made outside (exams a year)."""
    outside = (row for row in decisions.exam_flows if row.ends == "outside")
    share = instance.standards.access.outside_share_max_exams
    told = total(outside, lambda row: (row.place, row.modality), lambda row: row.exams_per_year)
    for key, exams in told.items():
        yield from at_most(key, exams, share * instance.equipment.need.get(key, 0.0), slack=CASE)
