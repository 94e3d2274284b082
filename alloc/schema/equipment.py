"""Examinations and the machines that make them."""

from __future__ import annotations

from typing import Literal

from alloc.schema.base import Row
from alloc.schema.facilities import Tier
from alloc.units import (
    Cny,
    CnyPerYear,
    Count,
    Fte,
    Id,
    Megabytes,
    Minutes,
    Per1000,
    PerYear,
    PositiveCount,
    Year,
)

ReadingGroup = Literal["imaging", "ecg", "laboratory", "pathology"]
READING_GROUPS: tuple[ReadingGroup, ...] = ("imaging", "ecg", "laboratory", "pathology")


class Modality(Row):
    """A kind of examination. Without a ``reading_group`` it is read on the spot by whoever makes it."""

    id: Id
    name_zh: str = ""
    name_en: str = ""
    reading_group: ReadingGroup | None = None
    study_mb: Megabytes = 0.0
    read_min: Minutes = 0.0


class EquipmentType(Row):
    """A type of machine: what it examines, what it costs, how long it lasts, who runs it.

    ``rooms`` counts the shielded or dedicated rooms one machine takes (0: stands anywhere). ``movable``:
    worth moving to another member; small devices are bought new.
    """

    id: Id
    name_zh: str = ""
    name_en: str = ""
    modality: Id
    exams_per_year: PerYear
    price_cny: Cny
    life_years: PositiveCount
    upkeep_cny_per_year: CnyPerYear
    staff_role: Id | None = None
    staff_fte: Fte = 0.0
    rooms: Count = 0
    lowest_tier: Tier = "township"
    most_per_facility: Count = 10
    movable: bool = True
    move_cny: Cny = 0.0
    retire_cny: Cny = 0.0


class PriceBreak(Row):
    """From ``quantity_from`` machines of one type bought together, each costs ``price_cny``."""

    equipment_type: Id
    quantity_from: PositiveCount
    price_cny: Cny


class InventoryItem(Row):
    """Machines of one type and one install year that stand at a facility today."""

    facility: Id
    equipment_type: Id
    install_year: Year
    count: Count


class ExamRate(Row):
    """Exams per 1000 person-years of one age band; with a place, it replaces the region's rate there."""

    modality: Id
    age_band: Id
    place: Id | None = None
    per_1000: Per1000
