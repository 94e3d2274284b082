"""Parquet files -> raw tables. A GeoParquet's geometry gives points and polygons as a GeoPackage's does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from alloc.errors import Fault
from alloc.load.bounds import CELLS, COLUMNS, LIMITS, ROWS, UNPACKED_BYTES
from alloc.load.crs import WGS84, check_crs
from alloc.load.files import check_file
from alloc.load.geometry import with_geometry
from alloc.load.positions import Grid, in_sheet


def read_parquet(path: Path, shown: str, table: str, faults: list[Fault]) -> Grid | None:
    """The grid of a Parquet file; None, and a fault, where it cannot be read."""
    if not check_file(path, shown, faults):
        return None
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        faults.append(Fault("needs_parquet", file=shown))
        return None
    try:
        file = parquet.ParquetFile(path)
        if _too_large(file.metadata):
            faults.append(Fault("table_too_large", file=shown, table=table, params=LIMITS))
            return None
        data = file.read()
    except (pa.ArrowException, OSError, ValueError):
        faults.append(Fault("not_a_parquet", file=shown))
        return None
    columns = {str(name): data.column(at).to_pylist() for at, name in enumerate(data.column_names)}
    geometry = _geometry_column(data.schema.metadata or {}, shown, table, faults)
    wkb = columns.pop(geometry, None) if geometry else None
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    grid = Grid(table, list(columns), rows, range(2, len(rows) + 2), in_sheet(shown))
    if wkb is None:
        return grid
    import shapely

    return with_geometry(grid, list(shapely.from_wkb(wkb, on_invalid="ignore")), faults)


def _too_large(meta: Any) -> bool:
    size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    cells = meta.num_rows * meta.num_columns
    return bool(size > UNPACKED_BYTES or meta.num_rows > ROWS or meta.num_columns > COLUMNS or cells > CELLS)


def _geometry_column(meta: dict[bytes, bytes], shown: str, table: str, faults: list[Fault]) -> str | None:
    """The name of a GeoParquet's geometry column, which must be in WGS-84."""
    try:
        geo = json.loads(meta.get(b"geo", b"null"))
        if geo is None:
            return None
        name = str(geo["primary_column"])
        column = geo["columns"][name]
        crs = column.get("crs", WGS84)
        if column.get("encoding", "WKB") != "WKB":
            raise ValueError("encoding")
    except (ValueError, KeyError, TypeError, AttributeError):
        faults.append(Fault("not_a_parquet", file=shown))
        return None
    if crs != WGS84:
        authority = crs.get("id", {}) if isinstance(crs, dict) else {}
        crs = f"{authority.get('authority')}:{authority.get('code')}" if authority else crs
        check_crs(crs, shown, None, table, faults)
    return name
