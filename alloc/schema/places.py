"""Where people live, and how many of each age."""

from __future__ import annotations

from typing import Literal

from alloc.schema.base import Row
from alloc.units import Id, Km2, Latitude, Longitude, Minutes, Persons

Area = Literal["urban", "rural"]


class Place(Row):
    """A village, township or district: the point where its need arises, and its area when known."""

    id: Id
    name_zh: str = ""
    name_en: str = ""
    area: Area
    consortium: Id | None = None
    lon: Longitude | None = None
    lat: Latitude | None = None
    area_km2: Km2 | None = None
    outside_min: Minutes | None = None
    polygon_wkt: str | None = None


class Population(Row):
    """Residents of one age band in one place."""

    place: Id
    age_band: Id
    residents: Persons
