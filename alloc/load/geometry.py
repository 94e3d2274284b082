"""Geometries -> the columns of a table: points give ``lon`` and ``lat``, polygons give ``polygon_wkt``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alloc.errors import Fault
from alloc.load.cells import BadCell, is_blank, read_number, read_text
from alloc.load.positions import Grid
from alloc.load.words import column_words, fields_of, plain

_SURFACES = ("Polygon", "MultiPolygon")


def read_polygon(cell: object) -> str:
    """A polygon as text, in its one canonical form. What is no geometry is left for the check of polygons."""
    import numpy as np
    import shapely

    text = read_text(cell)
    with np.errstate(all="ignore"):  # numbers past all bounds are told below
        shape: Any = shapely.from_wkt(text, on_invalid="ignore")
    if shape is None:
        return text
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise BadCell("polygon_unreadable")
    return wkt(shape)


def wkt(shape: Any) -> str:
    """A geometry as text, with every digit of its coordinates."""
    import shapely

    return str(shapely.to_wkt(shape, rounding_precision=-1))


def with_geometry(grid: Grid, shapes: Sequence[Any], faults: list[Fault]) -> Grid:
    """The grid with the columns that its geometries give; ``shapes[i]`` belongs to ``grid.rows[i]``."""
    if all(shape is None for shape in shapes):
        return grid
    given: list[dict[str, object]] = []
    for i, shape in enumerate(shapes):
        rule, cells = _cells_of(shape, fields_of(grid.table))
        if rule is not None:
            kind = str(getattr(shape, "geom_type", ""))
            faults.append(grid.fault(rule, i, "geometry", kind, name=grid.table))
        given.append(cells)
    words = column_words(grid.table)
    known = {words.get(plain(name)): at for at, name in enumerate(grid.header)}
    added = [name for name in ("lon", "lat", "polygon_wkt") if any(name in cells for cells in given)]
    new = [name for name in added if name not in known]
    rows = []
    for i, row in enumerate(grid.rows):
        filled = [*row, *(given[i].get(name) for name in new)]
        for name in (name for name in added if name in known):
            filled[known[name]] = _agreed(grid, i, name, filled[known[name]], given[i].get(name), faults)
        rows.append(filled)
    return Grid(grid.table, [*grid.header, *new], rows, grid.numbers, grid.place)


def _cells_of(shape: Any, fields: Sequence[str]) -> tuple[str | None, dict[str, object]]:
    if shape is None or shape.is_empty:
        return None, {}
    if "lon" not in fields:
        return "geometry_not_wanted", {}
    if shape.has_z:
        return "geometry_with_height", {}
    if shape.geom_type == "Point":
        return None, {"lon": shape.x, "lat": shape.y}
    if shape.geom_type in _SURFACES and "polygon_wkt" in fields:
        return None, {"polygon_wkt": wkt(shape)}
    return "geometry_of_other_kind", {}


def _agreed(grid: Grid, row: int, name: str, cell: object, given: object, faults: list[Fault]) -> object:
    """The cell of a column that the geometry gives too: both must say the same."""
    if given is None or is_blank(cell):
        return cell if given is None else given
    try:
        same = (read_polygon(cell) if name == "polygon_wkt" else read_number(cell)) == given
    except BadCell:
        return cell
    if not same:
        faults.append(grid.fault("geometry_differs", row, name, cell, name=name, other=given))
    return cell
