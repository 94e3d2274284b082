"""A networkx graph of roads -> the tables ``road_nodes`` and ``road_edges``.

Of a node are read ``x`` and ``y``, or ``lon`` and ``lat``, in WGS-84. Of an edge: ``length`` in metres (as
osmnx has it) or ``km``; ``road_class`` or ``highway`` (the first, where osmnx joined several); ``minutes`` or
``travel_time`` in seconds; ``oneway``. Everything else that a graph may carry is of no use here.
"""

from __future__ import annotations

from ast import literal_eval
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alloc.errors import Fault
from alloc.load.cells import BadCell, is_blank, read_bool, read_number
from alloc.load.crs import check_crs
from alloc.load.positions import Grid, in_sheet

_NODE_FIELDS = ("id", "lon", "lat")
_EDGE_FIELDS = ("origin", "destination", "km", "road_class", "minutes", "oneway")
_Edge = tuple[str, str, object, object, object]


def graph_grids(graph: Any, shown: str | None, faults: list[Fault]) -> dict[str, Grid]:
    """Both tables of a Graph, DiGraph or either Multi form.

    Of a directed graph, an edge and its equal back make one road both ways; an edge without one is one-way
    unless it says ``oneway: False``.
    """
    place = in_sheet(shown)
    nodes = [
        (str(name), _first(data, "lon", "x"), _first(data, "lat", "y"))
        for name, data in graph.nodes(data=True)
    ]
    if any("x" in data for _, data in graph.nodes(data=True)):
        crs = graph.graph.get("crs")
        check_crs(None if crs is None else str(crs).upper(), shown, None, "road_nodes", faults)
    edges = [
        (*edge, oneway)
        for edge, oneway in (
            _paired(graph, faults, shown) if graph.is_directed() else _both_ways(graph, faults, shown)
        )
    ]
    return {
        "road_nodes": Grid("road_nodes", _NODE_FIELDS, nodes, range(2, len(nodes) + 2), place),
        "road_edges": Grid("road_edges", _EDGE_FIELDS, edges, range(2, len(edges) + 2), place),
    }


def _both_ways(graph: Any, faults: list[Fault], shown: str | None) -> Iterator[tuple[_Edge, bool]]:
    for origin, destination, data in graph.edges(data=True):
        if _oneway(data):
            value = f"{origin} - {destination}"
            faults.append(Fault("oneway_undirected", file=shown, table="road_edges", value=value))
        yield _edge(origin, destination, data), False


def _paired(graph: Any, faults: list[Fault], shown: str | None) -> Iterator[tuple[_Edge, bool]]:
    waiting: dict[Any, list[int]] = defaultdict(list)
    edges: list[_Edge] = []
    oneway: list[bool] = []
    for origin, destination, data in graph.edges(data=True):
        edge = _edge(origin, destination, data)
        back = waiting[edge[1], edge[0], *map(str, edge[2:])]
        said = _oneway(data)
        if back:
            oneway[back.pop()] = False
            continue
        waiting[edge[0], edge[1], *map(str, edge[2:])].append(len(edges))
        edges.append(edge)
        oneway.append(said is not False)
    yield from zip(edges, oneway, strict=True)


def _edge(origin: object, destination: object, data: Mapping[str, object]) -> _Edge:
    km, minutes = data.get("km"), data.get("minutes")
    if is_blank(km):
        km = _scaled(data.get("length"), 1000.0)
    if is_blank(minutes):
        minutes = _scaled(data.get("travel_time"), 60.0)
    return str(origin), str(destination), km, _class_of(_first(data, "road_class", "highway")), minutes


def _scaled(cell: object, by: float) -> object:
    """A number in a smaller unit; what is no number stays as it is, and becomes a fault of its cell."""
    if is_blank(cell):
        return None
    try:
        return read_number(cell) / by
    except BadCell:
        return cell


def _class_of(cell: object) -> object:
    """One class, also where osmnx joined several in a list, or saved the list as text."""
    if isinstance(cell, str) and cell.startswith("["):
        try:
            cell = literal_eval(cell[:1000])
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return cell
    return cell[0] if isinstance(cell, Sequence) and not isinstance(cell, str) and cell else cell


def _oneway(data: Mapping[str, object]) -> bool | None:
    cell = data.get("oneway")
    if is_blank(cell):
        return None
    try:
        return read_bool(cell)
    except BadCell:
        return True


def _first(data: Mapping[str, object], *names: str) -> object:
    return next((data[name] for name in names if not is_blank(data.get(name))), None)
