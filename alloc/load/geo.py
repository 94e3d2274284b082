"""Layers of a GeoPackage, and GeoJSON files -> raw tables. Both must be in WGS-84.

GeoPackages go through GDAL, which opens whatever it recognises: only the bytes of real ones are handed to it.
GeoJSON is read here, since GDAL takes some JSON files for instructions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from pathlib import Path as File
from typing import Any
from warnings import catch_warnings

from alloc.errors import Fault
from alloc.load.bounds import DOCUMENT_BYTES, LIMITS, ROWS
from alloc.load.cells import is_blank
from alloc.load.crs import SAME, check_crs, crs_rule
from alloc.load.csv_file import decoded
from alloc.load.files import read_bytes
from alloc.load.geometry import with_geometry
from alloc.load.json_file import read_json
from alloc.load.positions import Document, Grid, Path, Place, in_sheet
from alloc.load.words import plain, sheet_words

_SQLITE = b"SQLite format 3\x00"
_APPLICATION = slice(68, 72)
_GEOPACKAGE = (b"GPKG", b"GP10", b"GP11")


@dataclass(frozen=True)
class Layer:
    """A layer as it stands in its file: ``shapes[i]`` and ``columns[k][i]`` belong to feature ``i``."""

    name: str
    crs: object
    fields: list[str]
    columns: list[list[object]]
    shapes: list[Any]


def read_geopackage(
    path: File, shown: str, table: str, layer: str | None, faults: list[Fault]
) -> Grid | None:
    """The grid of one layer: the named one, the one named like the table, or the only one."""
    found = open_layer(path, shown, table, layer, faults)
    if found is None:
        return None
    if any(shape is not None for shape in found.shapes):
        check_crs(found.crs, shown, found.name, table, faults)
    rows = [list(row) for row in zip(*found.columns, strict=True)] or [[] for _ in found.shapes]
    grid = Grid(table, found.fields, rows, range(2, len(rows) + 2), in_sheet(shown, found.name))
    return with_geometry(grid, found.shapes, faults)


def open_layer(path: File, shown: str, table: str, layer: str | None, faults: list[Fault]) -> Layer | None:
    """A layer of a GeoPackage; None, and a fault, where there is none, or no single one."""
    raw = read_bytes(path, shown, faults)
    if raw is None:
        return None
    if not raw.startswith(_SQLITE) or raw[_APPLICATION] not in _GEOPACKAGE:
        faults.append(Fault("not_a_geopackage", file=shown))
        return None
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        with catch_warnings(action="ignore", category=RuntimeWarning):  # that bytes have no file extension
            names = [str(name) for name, _ in pyogrio.list_layers(raw)]
            named = [name for name in names if sheet_words().get(plain(name)) == table]
            known = [name for name in names if name == layer] if layer else named or names
            if len(known) == 1 and pyogrio.read_info(raw, layer=known[0])["features"] <= ROWS:
                return _layer(known[0], pyogrio.raw.read(raw, layer=known[0]), shown, faults)
    except (DataSourceError, DataLayerError, ValueError, RuntimeError):
        faults.append(Fault("not_a_geopackage", file=shown))
        return None
    rule = "table_too_large" if len(known) == 1 else "no_such_layer"
    params = {"known": ", ".join(names), "name": table} | LIMITS
    faults.append(Fault(rule, file=shown, value=layer, table=table, params=params))
    return None


def _layer(name: str, found: Any, shown: str, faults: list[Fault]) -> Layer:
    import shapely

    meta, _, wkb, columns = found
    cells = [_column(column) for column in columns]
    shapes = [None] * (len(cells[0]) if cells else 0)
    if wkb is not None:
        shapes = list(shapely.from_wkb(wkb, on_invalid="ignore"))
        for i, (raw, shape) in enumerate(zip(wkb, shapes, strict=True)):
            if raw is not None and shape is None:
                faults.append(Fault("not_a_geometry", file=shown, sheet=name, row=i + 2))
    return Layer(name, meta["crs"], [str(field) for field in meta["fields"]], cells, shapes)


def read_geojson(path: File, shown: str, table: str, faults: list[Fault]) -> Grid | None:
    """The grid of a FeatureCollection: a row for each feature, a column for each property."""
    raw = read_bytes(path, shown, faults, DOCUMENT_BYTES)
    text = None if raw is None else decoded(raw, shown, "utf-8", faults)
    document = None if text is None else read_json(text, shown, faults)
    if document is None:
        return None
    data = document.data
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not all(_is_feature(one) for one in features):
        faults.append(Fault("not_geojson", file=shown))
        return None
    _check_member_crs(document, faults)
    rows = [_properties(one) for one in features]
    header = list(dict.fromkeys(str(name) for row in rows for name in row))

    def place(row: int | None, column: str | None) -> Place:
        at: Path = () if row is None else ("features", row, "properties")
        at += () if column is None else (column,)
        return document.where(at) | {"column": column}

    cells = [[row.get(name) for name in header] for row in rows]
    grid = Grid(table, header, cells, range(2, len(rows) + 2), place)
    return with_geometry(grid, [_shape(grid, i, one, faults) for i, one in enumerate(features)], faults)


def _is_feature(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("properties"), dict | None) and "geometry" in one


def _properties(feature: Mapping[str, Any]) -> dict[str, object]:
    """The properties; the feature's own id is one of them, unless they have one."""
    outer = {} if is_blank(feature.get("id")) else {"id": feature["id"]}
    return outer | (feature.get("properties") or {})


def _shape(grid: Grid, row: int, feature: Mapping[str, Any], faults: list[Fault]) -> Any:
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    if feature["geometry"] is None:
        return None
    try:
        return shape(feature["geometry"])
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        faults.append(grid.fault("not_a_geometry", row, "geometry"))
        return None


def _check_member_crs(document: Document, faults: list[Fault]) -> None:
    """GeoJSON is WGS-84, unless the old member ``crs`` says otherwise."""
    data = document.data
    member = data.get("crs") if isinstance(data, dict) else None
    if member is None:
        return
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else member
    if name not in SAME:
        faults.append(document.fault(crs_rule(name) or "crs_other", ("crs",), name))


def _column(column: Any) -> list[object]:
    """Plain Python values; NaN and NaT, which stand for no value in a layer, become None."""
    from numpy import isnat

    if column.dtype.kind == "M":
        return [None if gone else one for one, gone in zip(column.tolist(), isnat(column), strict=True)]
    return [None if isinstance(one, float) and isnan(one) else one for one in column.tolist()]
