"""Travel times against hand values and against networkx."""

from __future__ import annotations

import math
import random
from typing import Any

import networkx as nx
import numpy as np
import pytest

from alloc.errors import DataError
from alloc.load.sphere import EARTH_KM, Points, haversine_km
from alloc.load.travel import TravelMatrix, check_reach, travel_matrix
from alloc.schema import Region


def region(places: list[Any], facilities: list[Any], travel: dict[str, Any], **tables: Any) -> Region:
    """A region of bare points: (id, lon, lat) each."""
    return Region.model_validate(
        {
            "about": {"id": "r", "planning_year": 2025, "crs": "EPSG:4326"},
            "travel": travel,
            "age_bands": [{"id": "all"}],
            "places": [{"id": i, "area": "rural", "lon": x, "lat": y} for i, x, y in places],
            "population": [{"place": i, "age_band": "all", "residents": 100} for i, _, _ in places],
            "facilities": [
                {"id": i, "area": "rural", "tier": "county", "lon": x, "lat": y} for i, x, y in facilities
            ],
            **tables,
        }
    )


# --- great circle ---


def test_haversine_of_a_quarter_meridian_and_of_one_degree() -> None:
    pole = haversine_km(Points(np.array(0.0), np.array(0.0)), Points(np.array(0.0), np.array(90.0)))
    degree = haversine_km(Points(np.array(179.5), np.array(0.0)), Points(np.array(-179.5), np.array(0.0)))
    assert pole == pytest.approx(EARTH_KM * math.pi / 2)
    assert degree == pytest.approx(111.195, abs=0.001)


def test_haversine_of_a_published_distance() -> None:
    # Nashville BNA to Los Angeles LAX on a sphere of 6372.8 km: 2887.2599 km (Rosetta Code).
    bna = Points(np.array(-86.67), np.array(36.12))
    lax = Points(np.array(-118.40), np.array(33.94))
    assert haversine_km(bna, lax) == pytest.approx(2887.2599 * EARTH_KM / 6372.8, rel=1e-7)


def test_great_circle_minutes_by_hand() -> None:
    travel = {"method": "great_circle", "detour_factor": 1.5, "km_per_hour": 30, "fixed_min": 4}
    matrix = travel_matrix(region([("p", 120.0, 30.0)], [("f", 120.0, 30.1), ("g", 120.0, 30.0)], travel))
    km = EARTH_KM * math.radians(0.1)
    assert matrix.origins == ("p", "f", "g")
    assert matrix.destinations == ("f", "g")
    assert matrix.minutes_between("p", "f") == pytest.approx(km * 1.5 / 30 * 60 + 4)
    assert matrix.minutes_between("p", "g") == pytest.approx(4.0)  # same point, but a trip all the same
    assert matrix.minutes_between("f", "f") == 0.0
    assert matrix.minutes_between("g", "f") == matrix.minutes_between("f", "g")


def test_beyond_the_cutoff_is_infinite() -> None:
    travel = {"method": "great_circle", "cutoff_min": 10}
    matrix = travel_matrix(region([("p", 120.0, 30.0)], [("f", 121.0, 30.0)], travel))
    assert matrix.minutes_between("p", "f") == math.inf


def test_a_missing_point_is_told_and_not_guessed() -> None:
    for method in ("great_circle", "network"):
        with pytest.raises(DataError) as caught:
            travel_matrix(region([("p", None, None)], [("f", 121.0, 30.0)], {"method": method}))
        assert [fault.rule for fault in caught.value.faults] == ["point_missing"]


def test_the_matrix_is_read_only_and_remembered() -> None:
    built = region([("p", 120.0, 30.0)], [("f", 120.1, 30.0)], {})
    matrix = travel_matrix(built)
    with pytest.raises(ValueError, match="read-only"):
        matrix.minutes[0, 0] = 1.0
    assert travel_matrix(built.model_copy(update={"population": ()})) is matrix
    slower = built.model_copy(update={"travel": built.travel.model_copy(update={"km_per_hour": 20.0})})
    assert travel_matrix(slower) is not matrix
    assert travel_matrix(slower).minutes[0, 0] > matrix.minutes[0, 0]


def test_views_by_kind_of_origin() -> None:
    built = region([("p", 120.0, 30.0), ("q", 120.2, 30.0)], [("f", 120.1, 30.0)], {})
    matrix = travel_matrix(built)
    assert matrix.from_places.shape == (2, 1)
    assert matrix.between_facilities.tolist() == [[0.0]]
    with pytest.raises(KeyError):
        matrix.minutes_between("nobody", "f")


# --- table ---


def table_matrix(rows: list[tuple[str, str, float]], symmetric: bool = True) -> TravelMatrix:
    given = [{"origin": o, "destination": d, "minutes": m} for o, d, m in rows]
    travel = {"method": "table", "symmetric": symmetric}
    places = [("p", None, None)]
    facilities = [("f", None, None), ("g", None, None)]
    return travel_matrix(region(places, facilities, travel, travel_minutes=given))


def test_table_fills_in_the_missing_direction() -> None:
    matrix = table_matrix([("p", "f", 11), ("g", "p", 12), ("f", "g", 13)])
    assert matrix.minutes_between("p", "f") == 11
    assert matrix.minutes_between("p", "g") == 12
    assert matrix.minutes_between("f", "g") == matrix.minutes_between("g", "f") == 13
    assert matrix.minutes_between("f", "f") == 0.0


def test_a_given_direction_is_never_overwritten() -> None:
    matrix = table_matrix([("g", "f", 20), ("f", "g", 13)])
    assert matrix.minutes_between("g", "f") == 20
    assert matrix.minutes_between("f", "g") == 13


def test_an_asymmetric_table_keeps_its_holes() -> None:
    matrix = table_matrix([("p", "f", 11), ("f", "g", 13)], symmetric=False)
    assert matrix.minutes_between("g", "f") == math.inf
    assert matrix.minutes_between("p", "g") == math.inf


# --- network ---

LONS = (120.0, 120.5)
LATS = (30.0, 30.5)


def network_region(nodes: list[Any], edges: list[Any], places: list[Any], facilities: list[Any]) -> Region:
    return region(
        places,
        facilities,
        {"method": "network", "access_km_per_hour": 10, "cutoff_min": 10_000},
        road_speeds=[{"road_class": "main", "km_per_hour": 60}, {"road_class": "track", "km_per_hour": 20}],
        road_nodes=[{"id": i, "lon": x, "lat": y} for i, x, y in nodes],
        road_edges=edges,
    )


def random_network(seed: int) -> tuple[Region, nx.MultiDiGraph]:
    """A random road net with one-way, parallel and zero-length edges; and the same in networkx."""
    draw = random.Random(seed)
    nodes = [(f"n{k}", draw.uniform(*LONS), draw.uniform(*LATS)) for k in range(40)]
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    edges = []
    for _ in range(90):
        start, end = draw.sample(range(40), 2)
        edge: dict[str, Any] = {
            "origin": f"n{start}",
            "destination": f"n{end}",
            "km": draw.choice([0.0, draw.uniform(0.5, 30)]),
            "road_class": draw.choice(["main", "track"]),
            "minutes": draw.choice([None, None, draw.uniform(1, 20)]),
            "oneway": draw.random() < 0.3,
        }
        edges.append(edge)
        speed = {"main": 60, "track": 20}[edge["road_class"]]
        weight = edge["minutes"] if edge["minutes"] is not None else edge["km"] * 60 / speed
        graph.add_edge(edge["origin"], edge["destination"], weight=weight)
        if not edge["oneway"]:
            graph.add_edge(edge["destination"], edge["origin"], weight=weight)
    points = [(f"x{k}", draw.uniform(*LONS), draw.uniform(*LATS)) for k in range(20)]
    return network_region(nodes, edges, points[:14], points[14:]), graph


def nearest(point: Any, nodes: list[Any]) -> tuple[str, float]:
    def km(node: Any) -> float:
        here, there = (Points(np.array(p.lon), np.array(p.lat)) for p in (point, node))
        return float(haversine_km(here, there))

    node = min(nodes, key=km)
    return node.id, km(node) * 6.0  # 10 km/h


@pytest.mark.parametrize("seed", range(8))
def test_network_minutes_equal_those_of_networkx(seed: int) -> None:
    built, graph = random_network(seed)
    matrix = travel_matrix(built)
    nodes = [node for node in built.road_nodes if node.id in graph]
    for origin in (*built.places, *built.facilities):
        start, out = nearest(origin, nodes)
        ways = nx.single_source_dijkstra_path_length(graph, start)
        for facility in built.facilities:
            end, in_ = nearest(facility, nodes)
            expected = 0.0 if origin.id == facility.id else ways.get(end, math.inf) + out + in_
            assert matrix.minutes_between(origin.id, facility.id) == pytest.approx(expected, abs=1e-9)


def test_oneway_parallel_and_zero_edges_by_hand() -> None:
    nodes = [("a", 120.0, 30.0), ("b", 120.1, 30.0), ("c", 120.2, 30.0), ("lonely", 120.3, 30.0)]
    edges = [
        {"origin": "a", "destination": "b", "km": 60, "road_class": "main"},
        {"origin": "a", "destination": "b", "km": 10, "road_class": "main"},
        {"origin": "a", "destination": "b", "km": 30, "road_class": "main"},
        {"origin": "b", "destination": "c", "km": 0, "road_class": "main", "oneway": True},
    ]
    places = [("pa", 120.0, 30.0), ("pc", 120.2, 30.0)]
    matrix = travel_matrix(network_region(nodes, edges, places, [("fc", 120.2, 30.0), ("fa", 120.0, 30.0)]))
    assert matrix.minutes_between("pa", "fc") == 10.0
    assert matrix.minutes_between("pc", "fc") == 0.0
    assert matrix.minutes_between("pc", "fa") == math.inf


def test_a_point_goes_to_the_nearest_node_that_has_a_road() -> None:
    nodes = [("a", 120.0, 30.0), ("b", 120.1, 30.0), ("lonely", 120.3, 30.0)]
    edges = [{"origin": "a", "destination": "b", "km": 10, "road_class": "main"}]
    matrix = travel_matrix(network_region(nodes, edges, [("p", 120.3, 30.0)], [("f", 120.0, 30.0)]))
    access = EARTH_KM * 2 * math.asin(math.cos(math.radians(30)) * math.sin(math.radians(0.1))) * 6.0
    assert matrix.minutes_between("p", "f") == pytest.approx(10.0 + access)


def test_chunks_give_the_same_as_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    built, _ = random_network(3)
    whole = travel_matrix(built).minutes
    monkeypatch.setattr("alloc.load.travel._remembered", None)
    monkeypatch.setattr("alloc.load.roads._CHUNK_CELLS", 80)
    np.testing.assert_array_equal(travel_matrix(built).minutes, whole)


def test_no_roads_at_all_means_no_way() -> None:
    matrix = travel_matrix(network_region([], [], [("p", 120.0, 30.0)], [("f", 120.1, 30.0)]))
    assert matrix.minutes_between("p", "f") == math.inf


# --- reach ---


def test_check_reach_tells_far_places_from_cut_off_ones() -> None:
    nodes = [("a", 120.0, 30.0), ("b", 120.1, 30.0), ("c", 120.5, 30.0), ("d", 120.6, 30.0), ("e", 121, 30.0)]
    edges = [
        {"origin": "a", "destination": "b", "km": 10, "road_class": "main"},
        {"origin": "c", "destination": "d", "km": 10, "road_class": "main"},
        {"origin": "b", "destination": "e", "km": 11_000, "road_class": "main"},
    ]
    places = [("near", 120.1, 30.0), ("island", 120.6, 30.0), ("far", 121.0, 30.0)]
    built = network_region(nodes, edges, places, [("f", 120.0, 30.0)])
    assert [(fault.rule, fault.value) for fault in check_reach(built)] == [
        ("place_disconnected", "island"),
        ("place_unreachable", "far"),
    ]
    no_roads = network_region([], [], places, [("f", 120.0, 30.0)])
    assert {fault.rule for fault in check_reach(no_roads)} == {"place_disconnected"}


def test_check_reach_looks_past_facilities_that_must_not_be_used() -> None:
    built = region([("p", 120.0, 30.0)], [("f", 120.1, 30.0)], {})
    assert check_reach(built) == []
    closed = built.facilities[0].model_copy(update={"operating": "prohibited"})
    assert [f.rule for f in check_reach(built.model_copy(update={"facilities": (closed,)}))] == [
        "place_unreachable"
    ]
