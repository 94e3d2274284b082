"""Minutes by road: shortest paths by time on a network.

Dijkstra's method (1959, doi:10.1007/BF01386390) as implemented in ``scipy.sparse.csgraph``, in chunks and
with the cutoff as its limit. Points are tied to the nearest node that has a road, and pay for the way to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alloc.load.sphere import Floats, Points, haversine_km, on_unit_sphere, points_of
from alloc.schema.region import Region
from alloc.schema.travel import RoadEdge, RoadSpeed

Ints = NDArray[np.intp]

_CHUNK_CELLS = 4_000_000


def road_minutes(region: Region) -> Floats:
    """Access at both ends + shortest path; infinite where no road leads."""
    if not region.road_edges:
        return np.full((len(region.places) + len(region.facilities), len(region.facilities)), np.inf)
    graph = _road_graph(region)
    node, access_min = _tied_to_roads(region)
    ends, column = np.unique(node[len(region.places) :], return_inverse=True)
    to_facility = _shortest(graph, ends, node, region.travel.cutoff_min)
    minutes: Floats = access_min[:, None] + to_facility[:, column] + access_min[None, len(region.places) :]
    return minutes


def cut_off(region: Region, usable: NDArray[np.bool_]) -> set[int]:
    """The rows of the places whose piece of the network holds no usable facility."""
    from scipy.sparse.csgraph import connected_components

    if not region.road_edges:
        return set(range(len(region.places)))
    node, _ = _tied_to_roads(region)
    _, piece = connected_components(_road_graph(region), directed=False)
    n_places = len(region.places)
    with_facility = piece[node[n_places:][usable]]
    return set(np.flatnonzero(~np.isin(piece[node[:n_places]], with_facility)).tolist())


def _tied_to_roads(region: Region) -> tuple[Ints, Floats]:
    """The nearest node with a road for each place and facility, and the minutes to it.

    The tree holds points on the sphere: there is no projection to choose, and no seam at 180 degrees.
    """
    from scipy.spatial import cKDTree

    index = {row.id: number for number, row in enumerate(region.road_nodes)}
    used = np.unique([index[end] for edge in region.road_edges for end in (edge.origin, edge.destination)])
    nodes = points_of(region.road_nodes)
    points = points_of((*region.places, *region.facilities))
    _, nearest = cKDTree(on_unit_sphere(nodes)[used]).query(on_unit_sphere(points))
    node = used[nearest]
    km = haversine_km(points, Points(nodes.lon[node], nodes.lat[node]))
    return node, km * (60.0 / region.travel.access_km_per_hour)


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
    """The roads backwards, as a sparse matrix of minutes: a search from a facility finds all ways to it.

    Of parallel edges the fastest counts. An edge of zero minutes stays an edge: csgraph takes what is stored
    in a sparse matrix as an edge, even a zero.
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
    """Minutes from the wanted nodes to the sources: n_wanted x n_sources. In chunks, to keep memory flat."""
    from scipy.sparse.csgraph import dijkstra

    chunk = max(1, _CHUNK_CELLS // max(1, backward.shape[0]))
    found = np.empty((len(wanted), len(sources)))
    for begin in range(0, len(sources), chunk):
        part = sources[begin : begin + chunk]
        reached = dijkstra(backward, directed=True, indices=part, limit=cutoff_min)
        found[:, begin : begin + chunk] = reached[:, wanted].T
    return found
