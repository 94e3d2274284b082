"""Who provides care: facilities, their consortia, their staff by role."""

from __future__ import annotations

from typing import Literal

from alloc.schema.base import Row
from alloc.schema.places import Area
from alloc.units import Cny, CnyPerYear, Count, Fte, HoursPerYear, Id, Latitude, Longitude, Mbps

Tier = Literal["village", "township", "county", "city"]
TIERS: tuple[Tier, ...] = ("village", "township", "county", "city")
FacilityStatus = Literal["existing", "candidate", "required", "prohibited", "may_close"]


class Consortium(Row):
    """A medical consortium. In an integrated one staff and money may move between its members."""

    id: Id
    name_zh: str = ""
    name_en: str = ""
    integrated: bool = True


class Facility(Row):
    """A hospital, health centre or clinic, existing or only thought of.

    ``operating`` says what may become of it: ``existing`` stays, ``may_close`` may be closed, ``candidate``
    may be opened, ``required`` will be opened, ``prohibited`` must not be used.
    """

    id: Id
    name_zh: str = ""
    name_en: str = ""
    tier: Tier
    area: Area
    consortium: Id | None = None
    lead: bool = False
    operating: FacilityStatus = "existing"
    lon: Longitude | None = None
    lat: Latitude | None = None
    beds: Count = 0
    surge_beds: Count = 0
    consulting_rooms: Count = 0
    machine_rooms: Count = 0
    link_mbps: Mbps | None = None
    resident_doctors_needed: Count = 0
    opening_cny: Cny = 0.0
    running_cny_per_year: CnyPerYear = 0.0


class Role(Row):
    """A kind of staff whose hours machines and centres use."""

    id: Id
    name_zh: str = ""
    name_en: str = ""
    hours_per_fte_year: HoursPerYear
    cost_cny_per_fte_year: CnyPerYear


class Staff(Row):
    """Staff of one role at one facility, and the recruits this year's plan counts on."""

    facility: Id
    role: Id
    fte: Fte
    recruits_fte: Fte = 0.0
