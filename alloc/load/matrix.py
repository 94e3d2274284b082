"""Travel times laid out as a matrix: origins down the first column, destinations across the header."""

from __future__ import annotations

from collections.abc import Sequence

from alloc.errors import Fault
from alloc.load.cells import BadCell, is_blank, read_id
from alloc.load.positions import Grid, Place
from alloc.load.records import grid_of

LAYOUTS = ("table", "matrix")


def laid_out(
    layout: str,
    records: Sequence[Sequence[object]],
    table: str,
    file: str,
    sheet: str | None,
    faults: list[Fault],
) -> Grid | None:
    """The grid of a sheet in either layout."""
    read = matrix_grid if layout == "matrix" else grid_of
    return read(records, table, file, sheet, faults)


def matrix_grid(
    records: Sequence[Sequence[object]], table: str, file: str, sheet: str | None, faults: list[Fault]
) -> Grid | None:
    """The grid with a row for each filled cell: origin, destination, minutes. Blank: no way given."""
    if table != "travel_minutes":
        faults.append(Fault("no_matrix", file=file, sheet=sheet, table=table, params={"name": table}))
        return None
    wide = grid_of(records, table, file, sheet, faults)
    if wide is None:
        return None
    seen: set[str] = set()
    for destination in wide.header[1:]:
        if not destination or destination in seen:
            rule = "column_twice" if destination else "column_without_name"
            faults.append(wide.fault(rule, None, destination or None, other=destination))
        seen.add(destination)
    rows: list[tuple[object, str, object]] = []
    at: list[int] = []
    for i, row in enumerate(wide.rows):
        origin = _origin(wide, i, row[0], faults)
        for destination, minutes in zip(wide.header[1:], row[1:], strict=True):
            if not is_blank(minutes):
                rows.append((origin, destination, minutes))
                at.append(wide.numbers[i])

    def place(row: int | None, column: str | None) -> Place:
        if row is None or column is None:
            return {"file": file, "sheet": sheet}
        name = wide.header[0] or "1" if column == "origin" else rows[row][1]
        return {"file": file, "sheet": sheet, "column": name}

    return Grid(table, ("origin", "destination", "minutes"), rows, at, place)


def _origin(wide: Grid, row: int, cell: object, faults: list[Fault]) -> object:
    try:
        return read_id(cell)
    except BadCell as bad:
        rule = "required" if is_blank(cell) else bad.rule
        faults.append(wide.fault(rule, row, wide.header[0], cell))
        return "-"
