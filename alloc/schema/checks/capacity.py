"""Needs that nothing in the region could ever meet, whatever is bought.

The capacities are upper bounds: every room filled with the machine that makes most of it, no ageing, no staff
limit, full use. What falls short even of these is a slip of the pen, or a need to be planned elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from math import inf

from alloc.schema.checks.fault import Faults, TableFault
from alloc.schema.checks.members import rank
from alloc.schema.checks.needs import total_need
from alloc.schema.equipment import EquipmentType
from alloc.schema.facilities import Facility
from alloc.schema.region import Region

_SLACK = 1e-9


def exams_possible(region: Region) -> Faults:
    """For every modality with need, machines that all rooms could hold make enough exams."""
    types: defaultdict[str, list[EquipmentType]] = defaultdict(list)
    for kind in region.equipment_types:
        types[kind.modality].append(kind)
    standing: defaultdict[tuple[str, str], int] = defaultdict(int)
    for item in region.inventory:
        standing[item.facility, item.equipment_type] += item.count
    need = total_need(region, "exams")
    for row, modality in enumerate(region.modalities):
        wanted = need.get(modality.id, 0.0)
        if wanted <= 0.0:
            continue
        if not types[modality.id]:
            yield TableFault("modality_without_machine", "modalities", row, "id", modality.id)
            continue
        most = sum(_most_exams(f, types[modality.id], standing) for f in usable(region))
        if most < wanted * (1.0 - _SLACK):
            yield _short("exams_impossible", "modalities", row, modality.id, wanted, most)


def _most_exams(
    facility: Facility, types: list[EquipmentType], standing: defaultdict[tuple[str, str], int]
) -> float:
    """Exams per year if a facility's rooms were filled at best; fractions of a machine are allowed."""
    here = {kind.id: standing[facility.id, kind.id] for kind in types}
    rooms = float(max(facility.machine_rooms, sum(here[kind.id] * kind.rooms for kind in types)))
    most = 0.0
    for kind in sorted(types, key=lambda t: t.exams_per_year / t.rooms if t.rooms else inf, reverse=True):
        allowed = kind.most_per_facility if rank(facility.tier) >= rank(kind.lowest_tier) else 0
        machines = float(max(allowed, here[kind.id]))
        if kind.rooms:
            machines = min(machines, rooms / kind.rooms)
            rooms -= machines * kind.rooms
        most += machines * kind.exams_per_year
    return most


def specialists_exist(region: Region) -> Faults:
    """For every specialty with need there is a specialist."""
    need = total_need(region, "consultations")
    present = {person.specialty for person in region.specialists}
    for row, specialty in enumerate(region.specialties):
        wanted = need.get(specialty.id, 0.0)
        if wanted > 0.0 and specialty.id not in present:
            yield _short("specialty_without_specialist", "specialties", row, specialty.id, wanted, 0.0)


def episodes_possible(region: Region) -> Faults:
    """Every condition is treated somewhere, and all who treat it together can treat as many as fall ill."""
    need = total_need(region, "episodes")
    open_to_all = {facility.id for facility in usable(region)}
    most: defaultdict[str, float] = defaultdict(float)
    for item in region.capabilities:
        if item.role == "treat" and item.facility in open_to_all:
            most[item.condition] += inf if item.episodes_per_year is None else item.episodes_per_year
    for row, condition in enumerate(region.conditions):
        wanted = need.get(condition.id, 0.0)
        if condition.id not in most:
            params = {"tier": condition.treating_tier}
            yield TableFault("condition_untreated", "conditions", row, "id", condition.id, params)
        elif most[condition.id] < wanted * (1.0 - _SLACK):
            yield _short("episodes_impossible", "conditions", row, condition.id, wanted, most[condition.id])


def usable(region: Region) -> list[Facility]:
    """The facilities that a plan may use."""
    return [facility for facility in region.facilities if facility.operating != "prohibited"]


def _short(rule: str, table: str, row: int, subject: str, need: float, most: float) -> TableFault:
    return TableFault(rule, table, row, "id", subject, {"need": f"{need:,.0f}", "most": f"{most:,.0f}"})
