"""DataFrames, GeoDataFrames and a road graph -> a Region, with the checks and messages of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from alloc.errors import Fault
from alloc.load.assemble import Parts, assemble
from alloc.load.crs import check_crs
from alloc.load.geometry import with_geometry
from alloc.load.inline import inline_grid
from alloc.load.positions import Document, Grid
from alloc.load.words import nearest
from alloc.schema import TABLES, Region, Scenario
from alloc.schema.base import Frozen

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    Frame = pd.DataFrame | Sequence[Mapping[str, object]] | Grid


def region_from_frames(
    *,
    about: Mapping[str, object],
    tables: Mapping[str, Frame],
    travel: Mapping[str, object] | None = None,
    scenarios: Sequence[Mapping[str, object] | Scenario] = (),
    roads: nx.Graph[Any] | None = None,
) -> Region:
    """A region out of tables in memory; columns are named as in files, in English or Chinese.

    ``tables``: DataFrames, GeoDataFrames (EPSG:4326; points become ``lon`` and ``lat``, polygons
    ``polygon_wkt``), lists of mappings, or what ``read_graphml`` and ``read_road_layer`` give, by table. NaN,
    None and NaT are blank cells; a named index is a column.

    ``about`` and ``travel``: as in a region file. ``roads``: a networkx graph, as osmnx makes it, in place of
    the tables ``road_nodes`` and ``road_edges``.

    Raises DataError with every fault: table, row (as in a sheet: the first one is row 2), column, value.
    """
    faults: list[Fault] = []
    parts = Parts(about=_document("about", about), scenarios=_document("scenarios", list(scenarios)))
    parts.travel = None if travel is None else _document("travel", travel)
    for name, frame in tables.items():
        if name not in TABLES:
            known = nearest(str(name), TABLES) or ", ".join(TABLES)
            faults.append(Fault("unknown_table", value=str(name), params={"known": known}))
        else:
            parts.grids[name] = _grid(name, frame, faults)
    if roads is not None:
        from alloc.load.road_graph import graph_grids

        grids = graph_grids(roads, None, faults)
        faults += [Fault("table_twice", table=name, value=name) for name in grids if name in parts.grids]
        parts.grids |= grids
    return assemble(parts, faults)


def _document(name: str, data: object) -> Document:
    def plain(one: object) -> object:
        return one.model_dump(exclude_unset=True) if isinstance(one, Frozen) else one

    if isinstance(data, list):
        return Document([plain(one) for one in data], root=(name,))
    read = plain(data)
    return Document(dict(read) if isinstance(read, Mapping) else read, root=(name,))


def _grid(table: str, frame: Any, faults: list[Fault]) -> Grid:
    if isinstance(frame, Grid):
        return frame
    if not hasattr(frame, "columns"):
        if isinstance(frame, Sequence) and not isinstance(frame, str):
            return inline_grid(table, frame, Document(frame, root=(table,)), faults)
        faults.append(Fault("not_a_table", table=table, value=type(frame).__name__, params={"name": table}))
        return Grid(table, (), (), ())
    shapes = None
    geometry = getattr(frame, "active_geometry_name", None)
    if geometry is not None:
        shapes = [None if shape is None else shape for shape in frame.geometry]
        if any(shape is not None for shape in shapes):
            check_crs(_crs_name(frame.crs), None, None, table, faults)
        frame = frame.drop(columns=geometry)
    named = [name for name in frame.index.names if name is not None]
    columns = [_cells(frame.index.get_level_values(name)) for name in named]
    columns += [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    header = [str(name) for name in (*named, *frame.columns)]
    rows = list(zip(*columns, strict=True)) if columns else [() for _ in range(len(frame))]
    grid = Grid(table, header, rows, range(2, len(rows) + 2))
    return grid if shapes is None else with_geometry(grid, shapes, faults)


def _crs_name(crs: Any) -> str | None:
    if crs is None:
        return None
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)


def _cells(column: Any) -> list[object]:
    """Plain Python values; what pandas counts as missing becomes None."""
    missing = column.isna().tolist()
    return [
        None if gone else cell.item() if hasattr(cell, "dtype") else cell
        for cell, gone in zip(column.tolist(), missing, strict=True)
    ]
