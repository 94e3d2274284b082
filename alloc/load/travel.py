"""Minutes from every place and facility to every facility.

Three methods, chosen by ``region.travel.method``:

- ``table``: the minutes are given, pair by pair. Where ``symmetric``, a missing direction is filled in from the
  other one. A pair that is not given has no way, however near the two points lie.
- ``great_circle``: haversine distance x detour factor / speed + fixed minutes. The stated fallback when no roads
  are known: it sees no river and no mountain.
- ``network``: shortest paths by time on the given roads (Dijkstra 1959, doi:10.1007/BF01386390, as implemented
  in ``scipy.sparse.csgraph``) + fixed minutes. A point is tied to the nearest node that has a road, and pays for
  the way to it at the access speed.

The haversine is R. W. Sinnott's (Sky and Telescope 68(2), 1984, p. 159), on a sphere of the mean Earth radius
6371.0088 km (Moritz 2000, doi:10.1007/s001900050278).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alloc.errors import DataError
from alloc.schema.checks.points import points_missing
from alloc.schema.region import Region
from alloc.schema.travel import RoadEdge, RoadSpeed, TravelMinutes

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

EARTH_KM = 6371.0088
_CHUNK_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Minutes one way. ``minutes[o, d]`` leads from ``origins[o]`` to ``destinations[d]``; infinite where the way
    takes longer than ``region.travel.cutoff_min`` or does not exist. The array is read-only.

    ``origins`` are the places, then the facilities, both in the order of their tables; ``destinations`` are the
    facilities.
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


class Points(NamedTuple):
    """Points in WGS-84 degrees."""

    lon: Floats
    lat: Floats


_remembered: tuple[tuple[object, ...], TravelMatrix] | None = None


def travel_matrix(region: Region) -> TravelMatrix:
    """Minutes from every place and facility to every facility.

    The last matrix is remembered: scenarios that leave points, roads and method alone do not pay for it again.
    Raises DataError when a point is missing that the method needs.
    """
    global _remembered  # noqa: PLW0603 - replaced whole, so that threads may at worst compute it twice
    inputs = _inputs(region)
    remembered = _remembered
    if remembered is not None and remembered[0] == inputs:
        return remembered[1]
    matrix = _computed(region)
    _remembered = (inputs, matrix)
    return matrix


def _inputs(region: Region) -> tuple[object, ...]:
    points = tuple((point.id, point.lon, point.lat) for point in (*region.places, *region.facilities))
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
        minutes = _on_roads(region) if region.travel.method == "network" else _straight(region)
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


def points_of(rows: Iterable[Any]) -> Points:
    """The points of rows that have ``lon`` and ``lat``."""
    rows = tuple(rows)
    return Points(np.array([row.lon for row in rows], float), np.array([row.lat for row in rows], float))


def haversine_km(origins: Points, destinations: Points) -> Floats:
    """Great-circle kilometres, with the broadcasting of numpy."""
    phi_o, phi_d = np.radians(origins.lat), np.radians(destinations.lat)
    half_dphi = (phi_d - phi_o) / 2
    half_dlambda = np.radians(destinations.lon - origins.lon) / 2
    squared = np.sin(half_dphi) ** 2 + np.cos(phi_o) * np.cos(phi_d) * np.sin(half_dlambda) ** 2
    km: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(squared, 0.0, 1.0)))
    return km


def _straight(region: Region) -> Floats:
    origins = points_of((*region.places, *region.facilities))
    columns = Points(origins.lon[:, None], origins.lat[:, None])
    km = haversine_km(columns, points_of(region.facilities))
    return km * (region.travel.detour_factor * 60.0 / region.travel.km_per_hour)


# --- network ---


def _on_roads(region: Region) -> Floats:
    """Access at both ends + shortest path; infinite where no road leads."""
    minutes = np.full((len(region.places) + len(region.facilities), len(region.facilities)), np.inf)
    graph = _road_graph(region)
    if graph.nnz == 0 and not region.road_edges:
        return minutes
    node, access_min = _tied_to_roads(region)
    ends, column = np.unique(node[len(region.places) :], return_inverse=True)
    to_facility = _shortest(graph, ends, node, region.travel.cutoff_min)
    minutes[:] = access_min[:, None] + to_facility[:, column] + access_min[None, len(region.places) :]
    return minutes


def _tied_to_roads(region: Region) -> tuple[Ints, Floats]:
    """The nearest node with a road for each place and facility, and the minutes to it.

    The tree holds points on the sphere, so that chords order as great circles do: no projection to choose, and
    no seam at 180 degrees.
    """
    from scipy.spatial import cKDTree

    index = {row.id: number for number, row in enumerate(region.road_nodes)}
    used = np.unique([index[end] for edge in region.road_edges for end in (edge.origin, edge.destination)])
    nodes = points_of(region.road_nodes)
    points = points_of((*region.places, *region.facilities))
    _, nearest = cKDTree(_on_sphere(nodes)[used]).query(_on_sphere(points))
    node = used[nearest]
    km = haversine_km(points, Points(nodes.lon[node], nodes.lat[node]))
    return node, km * (60.0 / region.travel.access_km_per_hour)


def _on_sphere(points: Points) -> Floats:
    lon, lat = np.radians(points.lon), np.radians(points.lat)
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def edge_minutes(edges: Iterable[RoadEdge], speeds: Iterable[RoadSpeed]) -> Floats:
    """Minutes of every edge: given, or length / speed of its class. NaN where neither is known."""
    km_per_hour = {row.road_class: row.km_per_hour for row in speeds}
    return np.array(
        [
            edge.minutes
            if edge.minutes is not None
            else edge.km * 60.0 / km_per_hour.get(edge.road_class or "", np.nan)
            for edge in edges
        ],
        float,
    )


def _road_graph(region: Region) -> Any:
    """The roads backwards, as a sparse matrix of minutes: a search from a facility then finds all ways to it.

    Of parallel edges the fastest counts. An edge of zero minutes stays an edge: csgraph takes what is stored in
    a sparse matrix as an edge, even a zero.
    """
    from scipy.sparse import csr_array

    index = {row.id: number for number, row in enumerate(region.road_nodes)}
    edges = region.road_edges
    start = np.array([index[edge.origin] for edge in edges], np.intp)
    end = np.array([index[edge.destination] for edge in edges], np.intp)
    both_ways = np.array([not edge.oneway for edge in edges], bool)
    minutes = edge_minutes(edges, region.road_speeds)
    tails = np.concatenate((end, start[both_ways]))
    heads = np.concatenate((start, end[both_ways]))
    weights = np.concatenate((minutes, minutes[both_ways]))
    fastest_first = np.lexsort((weights, heads, tails))
    tails, heads, weights = tails[fastest_first], heads[fastest_first], weights[fastest_first]
    first = np.ones(len(tails), bool)
    first[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
    n_nodes = len(region.road_nodes)
    return csr_array((weights[first], (tails[first], heads[first])), shape=(n_nodes, n_nodes))


def _shortest(backward: Any, sources: Ints, wanted: Ints, cutoff_min: float) -> Floats:
    """Minutes from the wanted nodes to the sources: n_wanted x n_sources. Chunked, so that memory stays flat."""
    from scipy.sparse.csgraph import dijkstra

    chunk = max(1, _CHUNK_CELLS // max(1, backward.shape[0]))
    found = np.empty((len(wanted), len(sources)))
    for begin in range(0, len(sources), chunk):
        part = sources[begin : begin + chunk]
        reached = dijkstra(backward, directed=True, indices=part, limit=cutoff_min)
        found[:, begin : begin + chunk] = reached[:, wanted].T
    return found
