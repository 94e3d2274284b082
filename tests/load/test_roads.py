"""Roads from GraphML, from networkx graphs and from layers of lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import pytest
import shapely

from alloc.errors import DataError
from alloc.load import load_region, read_graphml, read_road_layer, region_from_frames

SPEEDS = [{"road_class": "primary", "km_per_hour": 50}, {"road_class": "secondary", "km_per_hour": 40}]


def like_osmnx() -> nx.MultiDiGraph:
    """Three nodes; a two-way road, a one-way road, and a class that was joined of two."""
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, (x, y) in enumerate([(120.1, 30.1), (120.15, 30.15), (120.2, 30.2)], start=10):
        graph.add_node(node, x=x, y=y, street_count=3)
    for u, v in ((10, 11), (11, 10)):
        graph.add_edge(u, v, length=7300.5, highway="primary", oneway=False, reversed=u > v, osmid=1)
    graph.add_edge(11, 12, length=7400.0, highway=["secondary", "primary"], oneway=True, osmid=[2, 3])
    return graph


def rows(grids: dict[str, Any], name: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in grids[name].rows]


EDGES = [("10", "11", 7.3005, "primary", None, False), ("11", "12", 7.4, "secondary", None, True)]


def test_a_graph_as_osmnx_saves_it(tmp_path: Path, small) -> None:
    graph = like_osmnx()
    for _, _, data in graph.edges(data=True):
        data.update({key: str(value) for key, value in data.items()})  # osmnx saves everything as text
    for _, data in graph.nodes(data=True):
        data.update({key: str(value) for key, value in data.items()})
    nx.write_graphml(graph, tmp_path / "roads.graphml")
    grids = read_graphml(tmp_path / "roads.graphml")
    assert rows(grids, "road_edges") == EDGES
    assert rows(grids, "road_nodes")[0] == ("10", "120.1", "30.1")
    tables = {name: value for name, value in small.items() if isinstance(value, list)}
    region = region_from_frames(about=small["about"], tables=tables | {"road_speeds": SPEEDS} | grids)
    assert region.road_edges[1].km == 7.4


def test_a_graph_in_memory_gives_the_tables_of_a_region(small) -> None:
    tables = {name: value for name, value in small.items() if isinstance(value, list)}
    region = region_from_frames(
        about=small["about"],
        travel={"method": "network"},
        tables=tables | {"road_speeds": SPEEDS},
        roads=like_osmnx(),
    )
    assert [tuple(dict(edge).values())[2:] for edge in region.road_edges] == EDGES
    assert [node.id for node in region.road_nodes] == ["10", "11", "12"]


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiGraph])
def test_an_undirected_graph_has_roads_both_ways(small, kind: type) -> None:
    graph = kind()
    graph.add_node("a", lon=120.1, lat=30.1)
    graph.add_node("b", lon=120.2, lat=30.2)
    graph.add_edge("a", "b", km=14.5, travel_time=900)
    tables = {name: value for name, value in small.items() if isinstance(value, list)}
    region = region_from_frames(
        about=small["about"], travel={"method": "network"}, tables=tables, roads=graph
    )
    edge = region.road_edges[0]
    assert (edge.km, edge.minutes, edge.oneway) == (14.5, 15.0, False)


def test_a_digraph_has_one_way_roads_unless_it_says_otherwise(small) -> None:
    graph = nx.DiGraph()
    for name in "abc":
        graph.add_node(name, lon=120.1, lat=30.1)
    graph.add_edge("a", "b", km=1, minutes=1)
    graph.add_edge("b", "c", km=1, minutes=1, oneway=False)
    tables = {name: value for name, value in small.items() if isinstance(value, list)}
    region = region_from_frames(
        about=small["about"], travel={"method": "network"}, tables=tables, roads=graph
    )
    assert [edge.oneway for edge in region.road_edges] == [True, False]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda g: g.graph.update(crs="epsg:3857"), "crs_other"),
        (lambda g: g.graph.pop("crs"), "layer_crs_missing"),
        (lambda g: g.nodes[10].pop("x"), "required"),
        (lambda g: g.nodes[10].update(x="east"), "not_a_number"),
        (lambda g: g.edges[10, 11, 0].pop("length"), "required"),
        (lambda g: g.edges[10, 11, 0].update(length="far"), "not_a_number"),
        (lambda g: g.edges[10, 11, 0].update(length=-5), "at_least"),
    ],
)
def test_graphs_that_are_wrong(small, faults_of, change, rule: str) -> None:
    graph = like_osmnx()
    change(graph)
    tables = {name: value for name, value in small.items() if isinstance(value, list)}
    tables["road_speeds"] = SPEEDS
    found = faults_of(graph, lambda g: region_from_frames(about=small["about"], tables=tables, roads=g))
    assert rule in [fault.rule for fault in found]


@pytest.mark.parametrize(
    "raw", [b"", b"<graphml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><graphml>&a;</graphml>", b"<html></html>"]
)
def test_files_that_are_no_graphml(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "r.graphml").write_bytes(raw)
    with pytest.raises(DataError) as error:
        read_graphml(tmp_path / "r.graphml")
    assert [fault.rule for fault in error.value.faults] == ["not_graphml"]


def line_layer(path: Path, lines: list[Any], crs: Any = 4326, **columns: Any) -> Path:
    gpd.GeoDataFrame(columns, geometry=lines, crs=crs).to_file(path / "roads.gpkg", layer="roads")
    return path / "roads.gpkg"


def test_lines_meet_at_their_ends(tmp_path: Path) -> None:
    hair = 4e-7
    lines = [
        shapely.LineString([(120.1, 30.1), (120.12, 30.11), (120.15, 30.15)]),
        shapely.LineString([(120.15 + hair, 30.15 - hair), (120.2, 30.2)]),
        shapely.LineString([(120.2, 30.2 + 2e-6), (120.3, 30.3)]),
    ]
    path = line_layer(tmp_path, lines, fclass=["primary", "secondary", None], oneway=["B", "F", "T"])
    grids = read_road_layer(path)
    edges = rows(grids, "road_edges")
    assert edges[0][1] == edges[1][0]  # snapped
    assert edges[1][1] != edges[2][1]  # too far apart; and the third is drawn against its traffic
    assert edges[2][:2] == ("120.300000,30.300000", "120.200000,30.200002")
    assert [edge[5] for edge in edges] == [False, True, True]
    assert [edge[3] for edge in edges] == ["primary", "secondary", None]
    assert edges[0][2] == pytest.approx(2.22 + 5.30, abs=0.02)


@pytest.mark.parametrize(
    ("layer", "rule"),
    [
        ({"lines": [shapely.Point(120, 30)]}, "not_a_line"),
        ({"lines": [shapely.LineString([(120, 30), (121, 30)])], "oneway": ["maybe"]}, "not_yes_no"),
        ({"lines": [shapely.LineString([(120, 30), (121, 30)])], "crs": 3857}, "crs_other"),
        (
            {
                "lines": [shapely.MultiLineString([[(120, 30), (121, 30)], [(122, 30), (123, 30)]])],
                "minutes": [5.0],
            },
            "minutes_of_parts",
        ),
    ],
)
def test_layers_that_are_no_roads(tmp_path: Path, layer: dict[str, Any], rule: str) -> None:
    path = line_layer(tmp_path, **layer)
    with pytest.raises(DataError) as error:
        read_road_layer(path)
    assert [(fault.rule, fault.file) for fault in error.value.faults] == [(rule, "roads.gpkg")]


def test_roads_of_a_manifest(manifest, tmp_path: Path, faults_of) -> None:
    line_layer(tmp_path, [shapely.LineString([(120.1, 30.1), (120.2, 30.2)])], minutes=[20.0])
    path = manifest("roads: {file: roads.gpkg, layer: roads}\n")
    assert load_region(path).road_edges[0].minutes == 20.0
    path = manifest("roads: roads.gpkg\n")
    assert len(load_region(path).road_nodes) == 2
    path = manifest("  road_nodes: []\nroads: roads.gpkg\n")
    assert "table_twice" in [fault.rule for fault in faults_of(path)]
    path = manifest("roads: roads.shp\n", {"roads.shp": ""})
    assert [fault.rule for fault in faults_of(path)] == ["unknown_file_type"]
    path = manifest("roads: 3\n")
    assert [fault.rule for fault in faults_of(path)] == ["unknown_file_type"]
    path = manifest("roads: [1]\n")
    assert [fault.rule for fault in faults_of(path)] == ["no_file_named"]
