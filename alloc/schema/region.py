"""The Region: every fact about a health region, and no wishes."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal, cast

from alloc.schema.base import Frozen, Row
from alloc.schema.equipment import EquipmentType, ExamRate, InventoryItem, Modality, PriceBreak
from alloc.schema.facilities import Consortium, Facility, Role, Staff
from alloc.schema.imaging import Readers, ReadingCentre, ReadingToday
from alloc.schema.outreach import ConsultRate, OutreachToday, SessionNeed, Specialist, Specialty
from alloc.schema.places import Place, Population
from alloc.schema.referral import Capability, Condition, ConditionModality, EpisodeRate, GivenNeed, TierMoney
from alloc.schema.scenario import Scenario
from alloc.schema.travel import RoadEdge, RoadNode, RoadSpeed, Travel, TravelMinutes
from alloc.units import Id, Minutes, Year

CRS = Literal["EPSG:4326"]


class About(Frozen):
    """What the region is, for which year, and how its coordinates are to be read.

    ``crs`` must be named: coordinates of Amap (GCJ-02) and Baidu (BD-09) sit hundreds of metres off WGS-84.
    ``semi_synthetic`` is shown wherever figures are shown.
    """

    id: Id
    name_zh: str = ""
    name_en: str = ""
    planning_year: Year
    crs: CRS
    outside_min: Minutes = 90.0
    semi_synthetic: bool = False
    note_zh: str = ""
    note_en: str = ""


class AgeBand(Row):
    """An age band that population and rates are given by."""

    id: Id
    name_zh: str = ""
    name_en: str = ""


class Region(Frozen):
    """All facts of a region, table by table. Cells are checked here, tables in ``alloc.schema.checks``."""

    schema_version: Literal[1] = 1
    about: About
    travel: Travel = Travel()
    age_bands: tuple[AgeBand, ...]
    places: tuple[Place, ...]
    population: tuple[Population, ...]
    consortia: tuple[Consortium, ...] = ()
    facilities: tuple[Facility, ...]
    roles: tuple[Role, ...] = ()
    staff: tuple[Staff, ...] = ()
    modalities: tuple[Modality, ...] = ()
    equipment_types: tuple[EquipmentType, ...] = ()
    price_breaks: tuple[PriceBreak, ...] = ()
    inventory: tuple[InventoryItem, ...] = ()
    exam_rates: tuple[ExamRate, ...] = ()
    readers: tuple[Readers, ...] = ()
    reading_centres: tuple[ReadingCentre, ...] = ()
    reading_today: tuple[ReadingToday, ...] = ()
    specialties: tuple[Specialty, ...] = ()
    specialists: tuple[Specialist, ...] = ()
    session_needs: tuple[SessionNeed, ...] = ()
    outreach_today: tuple[OutreachToday, ...] = ()
    consult_rates: tuple[ConsultRate, ...] = ()
    conditions: tuple[Condition, ...] = ()
    condition_modalities: tuple[ConditionModality, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    episode_rates: tuple[EpisodeRate, ...] = ()
    given_needs: tuple[GivenNeed, ...] = ()
    tier_money: tuple[TierMoney, ...] = ()
    road_speeds: tuple[RoadSpeed, ...] = ()
    travel_minutes: tuple[TravelMinutes, ...] = ()
    road_nodes: tuple[RoadNode, ...] = ()
    road_edges: tuple[RoadEdge, ...] = ()
    scenarios: tuple[Scenario, ...] = ()

    @classmethod
    def from_frames(cls, **parts: Any) -> Region:
        """A region out of tables in memory: ``about``, ``tables`` and more, as
        ``alloc.load.region_from_frames``.

        Raises DataError with every fault.
        """
        # The loader lies above this floor: it is looked up when asked for, never imported from here.
        return cast("Region", import_module("alloc.load").region_from_frames(**parts))


NOT_TABLES = ("schema_version", "about", "travel", "scenarios")
TABLES: dict[str, type[Row]] = {
    name: field.annotation.__args__[0]  # type: ignore[union-attr]  # tuple[Row, ...]
    for name, field in Region.model_fields.items()
    if name not in NOT_TABLES
}
"""Every table of a region: its name and the type of its rows."""
