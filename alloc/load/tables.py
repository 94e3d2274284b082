"""A raw table -> validated rows of the schema, and every fault on the way, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from alloc.errors import Fault
from alloc.load.bounds import CELLS, COLUMNS, FAULTS, LIMITS, ROWS
from alloc.load.cells import BadCell, Broken, Read, is_blank, is_id_field, reader
from alloc.load.geometry import read_polygon
from alloc.load.positions import Grid
from alloc.load.rules import rule_of
from alloc.load.words import column_words, fields_of, nearest, plain
from alloc.schema import TABLES
from alloc.schema.base import Row
from alloc.schema.checks.fault import TableFault
from alloc.schema.checks.points import is_swapped, swapped_points

NOTE = "#"
"""A column or sheet whose name starts so is the user's own note, and is not read."""


@dataclass
class Table:
    """A table after reading: its sound ``rows``, the row of the grid each came from, and the fields' headers.

    ``drafts`` are the cells of all rows, sound or not, as far as they could be read; unreadable and blank
    cells are missing.
    """

    grid: Grid
    headers: dict[str, str] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    origins: Sequence[int] = ()
    drafts: Sequence[dict[str, object]] = ()

    def fault(
        self, rule: str, row: int | None, name: str | None, value: object = None, **params: object
    ) -> Fault:
        """A fault of a field in a row of the grid."""
        column = None if name is None else self.headers.get(name, name)
        return self.grid.fault(rule, row, column, value, name=name, **params)

    def number(self, row: int) -> str:
        """The number by which a person finds a row of the grid: its line in a document, else its row."""
        fault = self.grid.fault("", row)
        return str(fault.line or fault.row)


def read_table(grid: Grid, faults: list[Fault]) -> Table:
    """All rows of a grid. Faults go to ``faults`` in the order of the sheet, at most FAULTS of them."""
    table = Table(grid)
    if _too_large(grid, faults):
        return table
    columns, table.headers = recognised(grid, faults)
    if grid.rows:
        faults += [
            table.fault("missing_column", None, name)
            for name, info in TABLES[grid.table].model_fields.items()
            if info.is_required() and name not in columns
        ]
    cells = _Cells(table, columns)
    found = sorted([*cells.faults, *_checked(table, cells)], key=lambda at: at[:2])
    faults += [fault for _, _, fault in found[:FAULTS]]
    if len(found) > FAULTS:
        faults.append(grid.fault("more_faults", count=len(found) - FAULTS))
    return table


def _too_large(grid: Grid, faults: list[Fault]) -> bool:
    if len(grid.rows) > ROWS or len(grid.header) > COLUMNS or len(grid.rows) * len(grid.header) > CELLS:
        faults.append(grid.fault("table_too_large", **LIMITS))
        return True
    return False


def recognised(grid: Grid, faults: list[Fault]) -> tuple[dict[str, int], dict[str, str]]:
    """Field -> index of its column, and field -> header. Unknown, doubled and nameless columns are faults."""
    words = column_words(grid.table)
    columns: dict[str, int] = {}
    headers: dict[str, str] = {}
    for index, header in enumerate(grid.header):
        name = words.get(plain(header))
        if header.startswith(NOTE):
            continue
        if name is None and not header.strip():
            if any(not is_blank(row[index]) for row in grid.rows):
                faults.append(grid.fault("column_without_name", column=str(index + 1)))
        elif name is None:
            near = nearest(header, words)
            known = near or ", ".join(fields_of(grid.table))
            faults.append(grid.fault("unknown_column", column=header, known=known))
        elif name in columns:
            faults.append(grid.fault("column_twice", column=header, name=name, other=headers[name]))
        else:
            columns[name] = index
            headers[name] = header
    return columns, headers


class _Cells:
    """The cells of a table read column by column; ``bad`` are those that could not be."""

    def __init__(self, table: Table, columns: dict[str, int]) -> None:
        self.faults: list[tuple[int, int, Fault]] = []
        self.bad: set[tuple[int, str]] = set()
        self.drafts: list[dict[str, object]] = [{} for _ in table.grid.rows]
        self.columns = columns
        readers = row_readers(table.grid.table)
        for name, index in columns.items():
            self._read_column(table, name, index, readers[name])

    def _read_column(self, table: Table, name: str, index: int, read: Read) -> None:
        known: dict[object, object] = {}  # a column says the same few words again and again
        for i, row in enumerate(table.grid.rows):
            cell = row[index]
            is_text = type(cell) is str
            if is_text and cell in known:
                self.drafts[i][name] = known[cell]
                continue
            if is_blank(cell):
                continue
            try:
                if isinstance(cell, Broken):
                    raise BadCell(cell.rule)
                value = self.drafts[i][name] = read(cell)
                if is_text:
                    known[cell] = value
            except BadCell as bad:
                self.bad.add((i, name))
                shown = None if isinstance(cell, Broken) else cell
                fault = table.fault(bad.rule, i, name, shown, **bad.params)
                self.faults.append((i, index, fault))


def _checked(table: Table, cells: _Cells) -> list[tuple[int, int, Fault]]:
    """Validate all rows; the sound ones go into the table."""
    points = _points(cells)
    swapped = {i for i, point in points.items() if is_swapped(*point)}
    found = [
        (-1 if one.row is None else one.row, cells.columns["lon"], _as_told(table, one))
        for one in swapped_points(table.grid.table, points)
    ]
    adapter = _adapter(table.grid.table)
    table.drafts = cells.drafts
    unsound = {i for i, _ in cells.bad}
    try:
        rows = adapter.validate_python(cells.drafts, strict=True)
        if not unsound:
            table.rows, table.origins = rows, range(len(rows))
            return found
    except ValidationError as error:
        for one in error.errors(include_url=False):
            i, name = int(one["loc"][0]), str(one["loc"][1]) if len(one["loc"]) > 1 else ""
            unsound.add(i)
            untold = name not in cells.columns and one["type"] == "missing"  # told once, as a missing column
            untold |= name == "lat" and i in swapped  # told as swapped, not as beyond the pole
            cells.drafts[i].pop(name, None)  # so that nothing else is told as its consequence
            if (i, name) not in cells.bad and not untold:
                found.append((i, cells.columns.get(name, 0), _fault(table, cells, i, name, one)))
    table.origins = [i for i in range(len(cells.drafts)) if i not in unsound]
    table.rows = adapter.validate_python([cells.drafts[i] for i in table.origins], strict=True)
    return found


def _points(cells: _Cells) -> dict[int, tuple[float, float]]:
    """Longitude and latitude of the rows in which both could be read."""
    return {
        i: (lon, lat)
        for i, draft in enumerate(cells.drafts)
        if isinstance(lon := draft.get("lon"), float) and isinstance(lat := draft.get("lat"), float)
    }


def _as_told(table: Table, fault: TableFault) -> Fault:
    return table.fault(fault.rule, fault.row, fault.field, fault.value, **fault.params)


def _fault(table: Table, cells: _Cells, row: int, name: str, error: Any) -> Fault:
    rule, params = rule_of(error)
    value = None
    if name in cells.columns:
        value = table.grid.rows[row][cells.columns[name]]
    return table.fault(rule, row, name or None, None if rule == "required" else value, **params)


@cache
def _adapter(table: str) -> TypeAdapter[list[Row]]:
    kind: Any = TABLES[table]
    return TypeAdapter(list[kind])


@cache
def row_readers(table: str) -> dict[str, Read]:
    """For each field of a table, the function that reads its cells."""
    special = {"polygon_wkt": read_polygon}
    return {
        name: special.get(name) or reader(info.annotation, name, is_id_field(info.metadata))
        for name, info in TABLES[table].model_fields.items()
    }
