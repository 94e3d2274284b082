"""Minutes from every place and facility to every facility.

Three methods, chosen by ``region.travel.method``:

- ``table``: the minutes are given, pair by pair. Where ``symmetric``, a missing direction is filled in from
  the other one. A pair that is not given has no way, however near the two points lie.
- ``great_circle``: distance on the sphere x detour factor / speed + fixed minutes. The stated fallback when
  no roads are known: it sees no river and no mountain.
- ``network``: shortest paths on the given roads, and the way to them at the access speed, + fixed minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alloc.errors import DataError
from alloc.load.roads import cut_off, road_minutes
from alloc.load.sphere import Floats, Points, haversine_km, points_of
from alloc.schema.checks.fault import TableFault
from alloc.schema.checks.points import points_missing
from alloc.schema.facilities import Facility
from alloc.schema.places import Place
from alloc.schema.region import Region
from alloc.schema.travel import TravelMinutes


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Minutes one way. ``minutes[o, d]`` leads from ``origins[o]`` to ``destinations[d]``; infinite where the
    way takes longer than ``region.travel.cutoff_min`` or does not exist. The array is read-only.

    ``origins`` are the places, then the facilities, both in the order of their tables; ``destinations`` are
    the facilities.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    minutes: Floats

    def minutes_between(self, origin_id: str, facility_id: str) -> float:
        """Minutes from a place or facility to a facility. Raises KeyError for an unknown id."""
        return float(self.minutes[self._origin_index[origin_id], self._destination_index[facility_id]])

    @property
    def from_places(self) -> Floats:
        """The rows of the places: n_places x n_facilities."""
        return self.minutes[: len(self.origins) - len(self.destinations)]

    @property
    def between_facilities(self) -> Floats:
        """The rows of the facilities: n_facilities x n_facilities."""
        return self.minutes[len(self.origins) - len(self.destinations) :]

    @cached_property
    def _origin_index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.origins)}

    @cached_property
    def _destination_index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.destinations)}


_remembered: tuple[tuple[object, ...], TravelMatrix] | None = None


def travel_matrix(region: Region) -> TravelMatrix:
    """Minutes from every place and facility to every facility.

    The last matrix is remembered: scenarios that leave points, roads and method alone do not pay for it
    again. Raises DataError when a point is missing that the method needs.
    """
    global _remembered  # noqa: PLW0603 - replaced whole, so that threads may at worst compute it twice
    inputs = _inputs(region)
    remembered = _remembered
    if remembered is not None and remembered[0] == inputs:
        return remembered[1]
    matrix = _computed(region)
    _remembered = (inputs, matrix)
    return matrix


def check_reach(region: Region) -> list[TableFault]:
    """A fault for every place that can reach no usable facility within the cutoff.

    To be asked of a region that `check_region` has found sound. A scenario may cut places off.
    """
    usable = [facility.operating != "prohibited" for facility in region.facilities]
    reached = np.isfinite(travel_matrix(region).from_places[:, usable]).any(axis=1)
    lost = np.flatnonzero(~reached)
    if not len(lost):
        return []
    islands = cut_off(region, np.array(usable)) if region.travel.method == "network" else set()
    params = {"cutoff": f"{region.travel.cutoff_min:g}"}
    return [
        TableFault("place_disconnected", "places", row, "id", region.places[row].id)
        if row in islands
        else TableFault("place_unreachable", "places", row, "id", region.places[row].id, params)
        for row in lost.tolist()
    ]


def _inputs(region: Region) -> tuple[object, ...]:
    located: tuple[Place | Facility, ...] = (*region.places, *region.facilities)
    points = tuple((item.id, item.lon, item.lat) for item in located)
    roads = (region.road_nodes, region.road_edges, region.road_speeds, region.travel_minutes)
    return region.travel, len(region.places), points, *roads


def _computed(region: Region) -> TravelMatrix:
    destinations = tuple(facility.id for facility in region.facilities)
    origins = tuple(place.id for place in region.places) + destinations
    if region.travel.method == "table":
        minutes = _given(origins, destinations, region.travel_minutes, region.travel.symmetric)
    else:
        faults = [fault.as_fault() for fault in points_missing(region)]
        if faults:
            raise DataError(faults)
        minutes = road_minutes(region) if region.travel.method == "network" else _straight(region)
        minutes += region.travel.fixed_min
    minutes[minutes > region.travel.cutoff_min] = np.inf
    minutes[len(region.places) + np.arange(len(destinations)), np.arange(len(destinations))] = 0.0
    minutes.setflags(write=False)
    return TravelMatrix(origins, destinations, minutes)


# --- table ---


def _given(
    origins: tuple[str, ...], destinations: tuple[str, ...], rows: Iterable[TravelMinutes], symmetric: bool
) -> Floats:
    """The table as a matrix; infinite where neither direction is given."""
    origin_index = {name: index for index, name in enumerate(origins)}
    destination_index = {name: index for index, name in enumerate(destinations)}
    minutes = np.full((len(origins), len(destinations)), np.inf)
    backward = []
    for row in rows:
        if row.origin in origin_index and row.destination in destination_index:
            minutes[origin_index[row.origin], destination_index[row.destination]] = row.minutes
        if symmetric and row.destination in origin_index and row.origin in destination_index:
            backward.append((origin_index[row.destination], destination_index[row.origin], row.minutes))
    for origin, destination, given in backward:
        if minutes[origin, destination] == np.inf:
            minutes[origin, destination] = given
    return minutes


# --- great circle ---


def _straight(region: Region) -> Floats:
    origins = points_of((*region.places, *region.facilities))
    columns = Points(origins.lon[:, None], origins.lat[:, None])
    km = haversine_km(columns, points_of(region.facilities))
    return km * (region.travel.detour_factor * 60.0 / region.travel.km_per_hour)
