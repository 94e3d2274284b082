"""Roads -> the tables ``road_nodes`` and ``road_edges``: from GraphML, as osmnx saves it, or from lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from alloc.errors import DataError, Fault
from alloc.load.cells import BadCell, is_blank, read_bool
from alloc.load.files import read_bytes
from alloc.load.positions import Grid, in_sheet

ROAD_TABLES = ("road_nodes", "road_edges")
SNAP_DEGREES = 1e-6
"""Ends of lines nearer than this, in both directions, are one node: about 0.1 m."""

_CLASSES = ("road_class", "highway", "fclass")
_BACKWARDS = ("-1", "t", "reverse")
_FORWARDS = ("f",)
_BOTH = ("b", "reversible", "alternating")
_NODE_FIELDS = ("id", "lon", "lat")
_EDGE_FIELDS = ("origin", "destination", "km", "road_class", "minutes", "oneway")
_KM = 6371.0088


def read_graphml(path: str | Path) -> dict[str, Grid]:
    """The two tables of a GraphML file: nodes with x, y in WGS-84, edges with ``length`` in metres.

    ``region_from_frames`` takes them among its tables.
    Raises DataError with every fault.
    """
    return _read_or_raise(Path(path), None)


def read_road_layer(path: str | Path, layer: str | None = None) -> dict[str, Grid]:
    """The two tables of a layer of lines in a GeoPackage. Lines meet at their ends, and nowhere else.

    Raises DataError with every fault.
    """
    return _read_or_raise(Path(path), layer)


def read_roads(path: Path, shown: str, layer: object, faults: list[Fault]) -> dict[str, Grid]:
    """The two tables of a road file; none, and faults, where it cannot be read."""
    kind = path.suffix.lower()
    if kind == ".graphml":
        return _graphml(path, shown, faults)
    if kind == ".gpkg":
        return _line_layer(path, shown, None if layer is None else str(layer), faults)
    faults.append(Fault("unknown_file_type", file=shown, params={"known": ".graphml, .gpkg"}))
    return {}


def _read_or_raise(path: Path, layer: str | None) -> dict[str, Grid]:
    faults: list[Fault] = []
    grids = read_roads(path, path.name, layer, faults)
    if faults:
        raise DataError(faults)
    return grids


def _graphml(path: Path, shown: str, faults: list[Fault]) -> dict[str, Grid]:
    from io import BytesIO
    from xml.etree.ElementTree import ParseError

    from alloc.load.road_graph import graph_grids

    raw = read_bytes(path, shown, faults)
    if raw is None:
        return {}
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"\x00" in raw[:200]:
        faults.append(Fault("not_graphml", file=shown))
        return {}
    import networkx as nx

    try:
        graph = nx.read_graphml(BytesIO(raw), node_type=str)
    except (ParseError, nx.NetworkXError, ValueError, LookupError, AttributeError, TypeError):
        faults.append(Fault("not_graphml", file=shown))
        return {}
    return graph_grids(graph, shown, faults)


def _line_layer(path: Path, shown: str, layer: str | None, faults: list[Fault]) -> dict[str, Grid]:
    from alloc.load.crs import check_crs
    from alloc.load.geo import open_layer

    found = open_layer(path, shown, "road_edges", layer, faults)
    if found is None:
        return {}
    check_crs(found.crs, shown, found.name, "road_edges", faults)
    header = [field.lower() for field in found.fields]
    rows = list(zip(*found.columns, strict=True)) or [() for _ in found.shapes]
    lines = _Lines(in_sheet(shown, found.name), faults)
    for i, shape in enumerate(found.shapes):
        lines.add(i + 2, shape, dict(zip(header, rows[i], strict=True)))
    return lines.grids()


class _Lines:
    """Collects the lines of a layer: their ends become nodes, each part becomes an edge."""

    def __init__(self, place: Any, faults: list[Fault]) -> None:
        self._place, self._faults = place, faults
        self._nodes: list[tuple[str, float, float]] = []
        self._edges: list[Sequence[object]] = []
        self._numbers: list[int] = []
        self._near: dict[tuple[int, int], int] = {}

    def add(self, number: int, shape: Any, cells: Mapping[str, object]) -> None:
        """One feature of the layer, which stands in the given row."""
        parts = [] if shape is None else list(getattr(shape, "geoms", [shape]))
        if not parts or any(part.geom_type != "LineString" or part.is_empty for part in parts):
            self._fault(number, "not_a_line", None if shape is None else shape.geom_type)
            return
        if len(parts) > 1 and not is_blank(cells.get("minutes")):
            self._fault(number, "minutes_of_parts", cells.get("minutes"))
        road_class = next((cells[key] for key in _CLASSES if not is_blank(cells.get(key))), None)
        backwards, oneway = self._direction(number, cells.get("oneway"))
        for part in parts:
            points = list(part.coords)[:: -1 if backwards else 1]
            ends = self._node(*points[0][:2]), self._node(*points[-1][:2])
            km = self._km(number, cells, points, len(parts))
            self._edges.append((*ends, km, road_class, cells.get("minutes"), oneway))
            self._numbers.append(number)

    def grids(self) -> dict[str, Grid]:
        """Both tables; nodes are told at the row of no feature."""
        node_numbers = range(2, len(self._nodes) + 2)
        return {
            "road_nodes": Grid("road_nodes", _NODE_FIELDS, self._nodes, node_numbers, self._place),
            "road_edges": Grid("road_edges", _EDGE_FIELDS, self._edges, self._numbers, self._place),
        }

    def _fault(self, number: int, rule: str, value: object = None) -> None:
        grid = Grid("road_edges", (), [()], [number], self._place)
        self._faults.append(grid.fault(rule, 0, None, value))

    def _km(self, number: int, cells: Mapping[str, object], points: list[Any], parts: int) -> object:
        """The length given in km, else that of the line itself on the sphere."""
        if not is_blank(cells.get("km")) and parts == 1:
            return cells["km"]
        return math.fsum(_great_circle_km(a, b) for a, b in pairwise(points))

    def _direction(self, number: int, cell: object) -> tuple[bool, bool]:
        """(digitised against the traffic, one way only), in the words of OpenStreetMap and of Geofabrik."""
        word = str(cell).strip().lower()
        if is_blank(cell) or word in _BOTH:
            return False, False
        if word in _BACKWARDS or word in _FORWARDS:
            return word in _BACKWARDS, True
        try:
            return False, read_bool(cell)
        except BadCell as bad:
            self._fault(number, bad.rule, cell)
            return False, False

    def _node(self, lon: float, lat: float) -> str:
        cell = round(lon / SNAP_DEGREES), round(lat / SNAP_DEGREES)
        for across in (0, -1, 1):
            for up in (0, -1, 1):
                at = self._near.get((cell[0] + across, cell[1] + up))
                if at is not None:
                    name, x, y = self._nodes[at]
                    if abs(x - lon) <= SNAP_DEGREES and abs(y - lat) <= SNAP_DEGREES:
                        return name
        self._near[cell] = len(self._nodes)
        self._nodes.append((f"{lon:.6f},{lat:.6f}", lon, lat))
        return self._nodes[-1][0]


def _great_circle_km(a: Sequence[float], b: Sequence[float]) -> float:
    """Haversine distance of two points in degrees."""
    phi, psi = math.radians(a[1]), math.radians(b[1])
    half = math.sin((psi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(psi) * math.sin(math.radians(b[0] - a[0]) / 2) ** 2
    return 2 * _KM * math.asin(min(1.0, math.sqrt(half)))
