"""Points: there where the travel method needs them, within the region, longitude before latitude."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from alloc.schema.checks.fault import Faults, TableFault
from alloc.schema.facilities import Facility
from alloc.schema.places import Place
from alloc.schema.region import Region

_FAR_KM = 300.0
_FAR_FROM_MEDIAN = 5.0
_KM_PER_DEGREE = 111.2
_OFF_POLYGON_DEGREES = 0.1


class _Point(NamedTuple):
    table: str
    row: int
    lon: float
    lat: float


def points_missing(region: Region) -> Faults:
    """Every place and facility needs its point, unless travel minutes are given; half a point is never one."""
    needed = region.travel.method != "table"
    for table, row, item in _located(region):
        lacking = [name for name in ("lon", "lat") if getattr(item, name) is None]
        if lacking and (needed or len(lacking) == 1):
            yield TableFault(
                "point_missing",
                table,
                row,
                lacking[0],
                params={"id": item.id, "method": region.travel.method},
            )


def _located(region: Region) -> Iterator[tuple[str, int, Place | Facility]]:
    for row, place in enumerate(region.places):
        yield "places", row, place
    for row, facility in enumerate(region.facilities):
        yield "facilities", row, facility
