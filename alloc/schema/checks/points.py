"""Points: there where the travel method needs them, near each other, longitude before latitude."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import asin, cos, radians, sin, sqrt
from statistics import median
from typing import NamedTuple

from alloc.schema.checks.fault import Faults, TableFault
from alloc.schema.facilities import Facility
from alloc.schema.places import Place
from alloc.schema.region import Region

_FAR_KM = 300.0
_TIMES_MEDIAN = 5.0
_EARTH_KM = 6371.0
_CHINA = ((73.0, 136.0), (3.0, 54.0))
_OFF_POLYGON_KM = 20.0
_KM_PER_DEGREE = 111.2


class _Point(NamedTuple):
    lon: float
    lat: float

    def swapped(self) -> _Point:
        return _Point(self.lat, self.lon)

    def in_china(self) -> bool:
        (west, east), (south, north) = _CHINA
        return west <= self.lon <= east and south <= self.lat <= north

    def looks_swapped(self) -> bool:
        return self.swapped().in_china() and not self.in_china()

    def km_to(self, other: _Point) -> float:
        phi, psi = radians(self.lat), radians(other.lat)
        half = radians(other.lon - self.lon) / 2
        squared = sin((psi - phi) / 2) ** 2 + cos(phi) * cos(psi) * sin(half) ** 2
        return 2 * _EARTH_KM * asin(sqrt(min(1.0, max(0.0, squared))))


def points_missing(region: Region) -> Faults:
    """Every place and facility needs its point, unless minutes are given; half a point never is one."""
    method = region.travel.method
    for table, row, item in _located(region):
        lacking = [name for name in ("lon", "lat") if getattr(item, name) is None]
        if lacking and (method != "table" or len(lacking) == 1):
            params = {"id": item.id, "method": method}
            yield TableFault("point_missing", table, row, lacking[0], params=params)


def points_off_region(region: Region) -> Faults:
    """No point lies far off all others. A swapped pair of longitude and latitude is told as such.

    Far is more than 300 km from the middle (the median), and more than five times the usual distance from it:
    a large province is not a mistake.
    """
    points: dict[tuple[str, int], _Point] = {
        (table, row): _Point(item.lon, item.lat)
        for table, row, item in _located(region)
        if item.lon is not None and item.lat is not None
    }
    for table in ("places", "facilities"):
        mine = {row: point for (name, row), point in points.items() if name == table}
        yield from swapped_points(table, mine)
    straight = {key: point for key, point in points.items() if not point.looks_swapped()}
    if not straight:
        return
    middle = _Point(median(p.lon for p in straight.values()), median(p.lat for p in straight.values()))
    km = {key: point.km_to(middle) for key, point in straight.items()}
    far = max(_FAR_KM, _TIMES_MEDIAN * median(km.values()))
    for (table, row), point in straight.items():
        if km[table, row] > far:
            rule = "point_swapped" if point.swapped().km_to(middle) <= far else "point_far"
            params = {"id": getattr(region, table)[row].id, "km": f"{km[table, row]:.0f}"}
            yield TableFault(rule, table, row, "lon", written_point(*point), params)


def swapped_points(table: str, points: Mapping[int, tuple[float, float]]) -> Faults:
    """Rows of a table whose point (lon, lat) lies in China only once the two are exchanged.

    Each is told; once for the whole column where every row is so. Where latitudes exceed 90, as they do in
    eastern China, a cell alone looks out of bounds: whoever checks cells asks here first.
    """
    swapped = {row: _Point(*point) for row, point in points.items() if is_swapped(*point)}
    if len(swapped) == len(points) > 1:
        first = written_point(*min(swapped.items())[1])
        params = {"n": str(len(points))}
        yield TableFault("points_all_swapped", table, field="lon", value=first, params=params)
        return
    for row, point in swapped.items():
        yield TableFault("point_swapped", table, row, "lon", written_point(*point))


def is_swapped(lon: float, lat: float) -> bool:
    """Whether a point lies in China only once longitude and latitude are exchanged."""
    return _Point(lon, lat).looks_swapped()


def written_point(lon: float, lat: float) -> str:
    """A point as a fault shows it."""
    return f"lon {lon:g}, lat {lat:g}"


def polygons_sound(region: Region) -> Faults:
    """A polygon can be read, encloses an area, and is that of its place."""
    outlined = [(row, place) for row, place in enumerate(region.places) if place.polygon_wkt is not None]
    if not outlined:
        return
    import shapely

    shapes = shapely.from_wkt([place.polygon_wkt for _, place in outlined], on_invalid="ignore")
    for (row, place), shape in zip(outlined, shapes, strict=True):
        if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
            yield TableFault("polygon_unreadable", "places", row, "polygon_wkt", place.polygon_wkt)
        elif place.lon is not None and place.lat is not None:
            km = shape.distance(shapely.Point(place.lon, place.lat)) * _KM_PER_DEGREE
            if km > _OFF_POLYGON_KM:
                params = {"id": place.id, "km": f"{km:.0f}"}
                yield TableFault("polygon_elsewhere", "places", row, "polygon_wkt", params=params)


def _located(region: Region) -> Iterator[tuple[str, int, Place | Facility]]:
    for row, place in enumerate(region.places):
        yield "places", row, place
    for row, facility in enumerate(region.facilities):
        yield "facilities", row, facility
