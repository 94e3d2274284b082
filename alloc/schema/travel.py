"""How minutes between points come about."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from alloc.schema.base import Frozen, Row
from alloc.units import Id, Km, KmPerHour, Latitude, Longitude, Minutes

TravelMethod = Literal["table", "network", "great_circle"]


class RoadSpeed(Row):
    """Speed by road class, for the network method."""

    road_class: Id
    km_per_hour: KmPerHour


class Travel(Frozen):
    """The method, and the figures it needs. ``great_circle``: distance x detour / speed, the stated fallback.

    ``symmetric`` says that the table gives one direction only or both alike: unequal ones are then a fault.
    """

    method: TravelMethod = "great_circle"
    detour_factor: float = Field(default=1.35, ge=1.0, le=5.0)
    km_per_hour: KmPerHour = 35.0
    access_km_per_hour: KmPerHour = 15.0
    fixed_min: Minutes = 0.0
    cutoff_min: Minutes = 240.0
    symmetric: bool = True


class TravelMinutes(Row):
    """Minutes from one point (place or facility) to another."""

    origin: Id
    destination: Id
    minutes: Minutes


class RoadNode(Row):
    """A node of the road network, WGS-84 degrees."""

    id: Id
    lon: Longitude
    lat: Latitude


class RoadEdge(Row):
    """A stretch of road; both ways unless ``oneway``. ``minutes`` overrides length / speed."""

    origin: Id
    destination: Id
    km: Km
    road_class: Id | None = None
    minutes: Minutes | None = None
    oneway: bool = False
