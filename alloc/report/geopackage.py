"""A small GeoPackage writer on the standard library's SQLite.

A GeoPackage (OGC 12-128r18, version 1.3) is a database with three tables of its own and WKB behind an
eight-byte header. Writing it here takes milliseconds; GDAL's Python bindings first import GeoPandas.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SRS_ID = 4326
_APPLICATION_ID = 0x47504B47
_VERSION = 10300
_LITTLE_ENDIAN = 1
GeometryType = Literal["POINT", "LINESTRING", "MULTIPOLYGON"]
SqlType = Literal["TEXT", "INTEGER", "REAL", "BOOLEAN"]
Value = str | int | float | bool | None
_WGS_84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_OWN_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL,
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


@dataclass(frozen=True)
class Layer:
    """A layer, or with ``geometry_type`` None a table without geometry.

    ``columns`` are names and SQL types; each row has one value a column. ``shapes`` holds one WKB a row, None
    where a row has no geometry; ``bounds`` is the extent (min x, min y, max x, max y).
    """

    name: str
    description: str
    columns: Sequence[tuple[str, SqlType]]
    rows: Sequence[Sequence[Value]]
    geometry_type: GeometryType | None = None
    shapes: Sequence[bytes | None] = ()
    bounds: tuple[float, float, float, float] | None = None


def write_geopackage(path: Path, layers: Sequence[Layer], last_change: str) -> None:
    """Write a new file. ``last_change`` is UTC as ``2026-01-31T12:00:00.000Z``."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")  # the file is renamed into place when it is whole
        db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {_VERSION}")
        db.execute("BEGIN")
        for statement in _OWN_TABLES.strip().split(";\n"):
            db.execute(statement)
        db.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None),
                ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
                ("WGS 84 geodetic", SRS_ID, "EPSG", SRS_ID, _WGS_84, "longitude, latitude in degrees"),
            ],
        )
        for layer in layers:
            _write_layer(db, layer, last_change)
        db.execute("COMMIT")


def point(x: float, y: float) -> bytes:
    """A point as WKB."""
    return struct.pack("<BIdd", _LITTLE_ENDIAN, 1, x, y)


def line(a: tuple[float, float], b: tuple[float, float]) -> bytes:
    """A straight line as WKB."""
    return struct.pack("<BIIdddd", _LITTLE_ENDIAN, 2, 2, *a, *b)


def bounds_of(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float] | None:
    """The extent of some points; None of none."""
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _write_layer(db: sqlite3.Connection, layer: Layer, last_change: str) -> None:
    spatial = layer.geometry_type is not None
    names = [name for name, _ in layer.columns]
    if any(name.lower() in ("fid", "row", "geom") for name in names):
        raise ValueError(f"layer {layer.name!r}: a column cannot be named fid, row or geom")
    columns = [f"{_quoted(name)} {kind}" for name, kind in layer.columns]
    if layer.geometry_type is not None:
        columns.insert(0, f'"geom" {layer.geometry_type}')
    table = _quoted(layer.name)
    body = "".join(f", {column}" for column in columns)
    db.execute(f'CREATE TABLE {table} ("row" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{body})')
    db.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            layer.name,
            "features" if spatial else "attributes",
            layer.name,
            layer.description,
            last_change,
            *(layer.bounds or (None, None, None, None)),
            SRS_ID if spatial else None,
        ),
    )
    values: list[tuple[Value | bytes, ...]] = [tuple(row) for row in layer.rows]
    if layer.geometry_type is not None:
        own = (layer.name, "geom", layer.geometry_type, SRS_ID, 0, 0)
        db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", own)
        values = [(_blob(shape), *row) for shape, row in zip(layer.shapes, layer.rows, strict=True)]
    into = ", ".join([*(['"geom"'] if spatial else []), *(_quoted(name) for name in names)])
    marks = ", ".join("?" * (len(names) + spatial))
    db.executemany(f"INSERT INTO {table} ({into}) VALUES ({marks})", values)  # noqa: S608 - names are quoted


def _blob(wkb: bytes | None) -> bytes | None:
    """WKB behind the GeoPackage header: magic, version 0, little-endian without envelope, SRS."""
    return None if wkb is None else struct.pack("<2sBBi", b"GP", 0, 1, SRS_ID) + wkb


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
