"""What the equipment decision needs: machines that stand or may come, exams and who can reach them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from alloc.instance.needs import Need, exam_need
from alloc.instance.reach import Reach
from alloc.schema.equipment import EquipmentType
from alloc.schema.facilities import TIERS, Facility
from alloc.schema.model import Model
from alloc.schema.region import Region


@dataclass(frozen=True)
class Cohort:
    """Machines of one type and install year at one facility. ``capacity_factor`` falls past their life."""

    facility: str
    equipment_type: str
    install_year: int
    count: int
    obsolete: bool
    capacity_factor: float

    @property
    def key(self) -> tuple[str, str, int]:
        """(facility, equipment type, install year)."""
        return (self.facility, self.equipment_type, self.install_year)


@dataclass(frozen=True)
class EquipmentData:
    """Compiled facts of the equipment decision.

    ``usable_exams_per_year``: exams one machine in its life makes, times the utilisation standard.
    ``may_buy``, ``may_receive``: (facility, type). ``price_levels``: (quantity from, price) rising in
    quantity. ``most``: upper bound of machines of a type at a facility. ``exam_pairs``: place, modality ->
    facilities.
    """

    types: dict[str, EquipmentType]
    types_of_modality: dict[str, list[str]]
    cohorts: list[Cohort]
    usable_exams_per_year: dict[str, float]
    may_buy: list[tuple[str, str]]
    may_receive: list[tuple[str, str]]
    most: dict[tuple[str, str], int]
    price_levels: dict[str, list[tuple[int, float]]]
    need: Need
    exam_pairs: dict[tuple[str, str], list[str]]

    @property
    def stations(self) -> list[tuple[str, str]]:
        """(facility, type) where a machine stands or may come, sorted."""
        standing = {(cohort.facility, cohort.equipment_type) for cohort in self.cohorts}
        return sorted(standing | set(self.may_buy) | set(self.may_receive))

    def offers(self) -> list[tuple[str, str]]:
        """(facility, modality) where the modality may be offered, sorted."""
        return sorted({(f, self.types[t].modality) for f, t in self.stations})


def compile_equipment(region: Region, model: Model, reach: Reach) -> EquipmentData:
    """Compile the equipment facts of one scenario."""
    types = {row.id: row for row in region.equipment_types}
    standards = model.standards.equipment
    cohorts = _cohorts(region, model, types)
    standing = {(cohort.facility, cohort.equipment_type) for cohort in cohorts}
    may_take = [
        (facility.id, row.id)
        for facility in reach.facilities.values()
        for row in types.values()
        if "equipment" in model.decisions and _may_take(facility, row, standing)
    ]
    movable = {c.equipment_type for c in cohorts if not c.obsolete and types[c.equipment_type].movable}
    may_buy = [(f, t) for f, t in may_take if types[t].price_cny > 0.0]
    may_receive = [(f, t) for f, t in may_take if t in movable]
    types_of_modality: dict[str, list[str]] = {row.id: [] for row in region.modalities}
    for row in types.values():
        types_of_modality[row.modality].append(row.id)
    stations = standing | set(may_buy) | set(may_receive)
    need = exam_need(region)
    return EquipmentData(
        types=types,
        types_of_modality=types_of_modality,
        cohorts=cohorts,
        usable_exams_per_year={t: row.exams_per_year * standards.utilisation_max for t, row in types.items()},
        may_buy=sorted(may_buy),
        may_receive=sorted(may_receive),
        most={key: _most(reach.facilities[key[0]], types[key[1]], cohorts) for key in sorted(stations)},
        price_levels=_price_levels(region),
        need=need,
        exam_pairs=_exam_pairs(model, reach, types, stations, need),
    )


def examining(
    stations: Collection[tuple[str, str]],
    types: Mapping[str, EquipmentType],
    facilities: Mapping[str, Facility],
) -> dict[str, set[str]]:
    """Modality -> the facilities that may make its exams in some plan, however far they lie."""
    capable: dict[str, set[str]] = {}
    for f, t in stations:
        if facilities[f].operating != "prohibited":
            capable.setdefault(types[t].modality, set()).add(f)
    return capable


def _cohorts(region: Region, model: Model, types: dict[str, EquipmentType]) -> list[Cohort]:
    loss = model.standards.equipment.capacity_loss_per_year_past_life
    cohorts = []
    for row in region.inventory:
        if row.count == 0:
            continue
        years_past = region.about.planning_year - row.install_year - types[row.equipment_type].life_years
        factor = max(0.0, 1.0 - loss * max(0, years_past))
        cohorts.append(
            Cohort(row.facility, row.equipment_type, row.install_year, row.count, years_past >= 0, factor)
        )
    return sorted(cohorts, key=lambda cohort: cohort.key)


def _may_take(facility: Facility, row: EquipmentType, standing: set[tuple[str, str]]) -> bool:
    if facility.operating == "prohibited" or row.most_per_facility == 0:
        return False
    high_enough = TIERS.index(facility.tier) >= TIERS.index(row.lowest_tier)
    return high_enough and (facility.machine_rooms >= row.rooms or (facility.id, row.id) in standing)


def _most(facility: Facility, row: EquipmentType, cohorts: list[Cohort]) -> int:
    """Rooms and the limit per facility bound what may stand there; what stands there today may stay."""
    today = sum(c.count for c in cohorts if (c.facility, c.equipment_type) == (facility.id, row.id))
    by_rooms = facility.machine_rooms // row.rooms if row.rooms else row.most_per_facility
    return max(today, min(row.most_per_facility, by_rooms))


def _price_levels(region: Region) -> dict[str, list[tuple[int, float]]]:
    levels = {row.id: [(1, row.price_cny)] for row in region.equipment_types}
    for row in region.price_breaks:
        levels[row.equipment_type].append((row.quantity_from, row.price_cny))
    return {t: sorted(pairs) for t, pairs in levels.items()}


def _exam_pairs(
    model: Model,
    reach: Reach,
    types: dict[str, EquipmentType],
    stations: set[tuple[str, str]],
    need: Need,
) -> dict[tuple[str, str], list[str]]:
    access = model.standards.access
    capable = examining(stations, types, reach.facilities)
    return {
        (place, modality): reach.kept(
            place,
            capable.get(modality, ()),
            access.exams_within_min_by_modality.get(modality, access.exams_within_min),
        )
        for place, modality in sorted(need)
    }
