"""Excel workbooks (``.xlsx``) -> raw tables, read with calamine: values as they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alloc.errors import Fault
from alloc.load.assemble import Parts
from alloc.load.excel_scan import Marks, Scan, scan
from alloc.load.files import check_file
from alloc.load.matrix import laid_out
from alloc.load.positions import Grid
from alloc.load.records import letters_of
from alloc.load.sheets import key_values, scenarios_of
from alloc.load.tables import NOTE
from alloc.load.words import MATRIX, SHEETS, nearest, plain, sheet_words

Records = list[Sequence[object]]


class Workbook:
    """An open workbook. Sheets are read one by one; broken cells are marked, merged ones are faults."""

    def __init__(self, book: Any, found: Scan, shown: str) -> None:
        self._book, self._found, self._shown = book, found, shown
        self.names = [one.name for one in book.sheets_metadata if str(one.typ).endswith("WorkSheet")]

    def records(self, sheet: str, faults: list[Fault]) -> Records:
        """All rows of a sheet from its first row on."""
        from python_calamine import CalamineError

        try:
            found = self._book.get_sheet_by_name(sheet)
            records: Records = found.to_python(skip_empty_area=False)
            merged = found.merged_cell_ranges or []
        except CalamineError as error:
            params = {"detail": str(error)}
            faults.append(Fault("unreadable_sheet", file=self._shown, sheet=sheet, params=params))
            return []
        for (top, left), (bottom, right) in merged:
            value = f"{letters_of(left)}{top + 1}:{letters_of(right)}{bottom + 1}"
            faults.append(Fault("merged_cells", file=self._shown, sheet=sheet, row=top + 1, value=value))
        unplaced = self._found.unplaced.get(sheet, ())
        faults += [Fault(rule, file=self._shown, sheet=sheet) for rule in sorted(unplaced)]
        return _marked(records, self._found.broken.get(sheet, {}))


def open_workbook(path: Path, shown: str, faults: list[Fault]) -> Workbook | None:
    """A workbook; None, and a fault, where it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook

    if not check_file(path, shown, faults):
        return None
    found = scan(path, shown, faults)
    if found is None:
        return None
    try:
        return Workbook(CalamineWorkbook.from_path(path), found, shown)
    except (CalamineError, OSError, ValueError):
        faults.append(Fault("not_a_workbook", file=shown))
        return None


Books = dict[Path, Workbook | None]
"""The workbooks that one load has opened: many tables may stand in one of them."""


def read_sheet(
    path: Path, options: Mapping[str, str], table: str, books: Books, faults: list[Fault]
) -> Grid | None:
    """The grid of one sheet: the named one, the one named like the table, or the only one."""
    shown, sheet = options["file"], options.get("sheet")
    if path not in books:
        books[path] = open_workbook(path, shown, faults)
    book = books[path]
    if book is None:
        return None
    named = [name for name in book.names if sheet_words().get(plain(name)) == table]
    known = [name for name in book.names if name == sheet] if sheet else named or book.names
    if len(known) != 1:
        params = {"known": ", ".join(book.names), "name": table}
        faults.append(Fault("no_such_sheet", file=shown, value=sheet, params=params))
        return None
    return laid_out(
        options.get("layout", "table"), book.records(known[0], faults), table, shown, known[0], faults
    )


def read_workbook(path: Path, shown: str, faults: list[Fault]) -> Parts | None:
    """A whole region in one workbook, a sheet a table; None, and a fault, where it cannot be read."""
    book = open_workbook(path, shown, faults)
    if book is None:
        return None
    parts = Parts(file=shown)
    others: dict[str, Grid] = {}
    first: dict[str, str] = {}
    for sheet in book.names:
        table = sheet_words().get(plain(sheet))
        if sheet.startswith(NOTE):
            continue
        target = "travel_minutes" if table == MATRIX else table
        if target is None:
            known = nearest(sheet, sheet_words()) or ", ".join(
                ("about", "places", "population", "facilities")
            )
            faults.append(Fault("unknown_sheet", file=shown, sheet=sheet, params={"known": known}))
        elif target in first:
            faults.append(Fault("sheet_twice", file=shown, sheet=sheet, params={"other": first[target]}))
        else:
            first[target] = sheet
            layout = "matrix" if table == MATRIX else "table"
            grid = laid_out(layout, book.records(sheet, faults), target, shown, sheet, faults)
            _keep(target, grid, parts, others)
    parts.about, parts.schema_version = key_values(others.get("about"), "about", faults)
    parts.travel, _ = key_values(others.get("travel"), "travel", faults)
    parts.scenarios = scenarios_of(others.get("scenarios"), others.get("changes"), faults)
    return parts


def _keep(table: str, grid: Grid | None, parts: Parts, others: dict[str, Grid]) -> None:
    if grid is None:
        parts.unread.add(table)
    elif table in SHEETS:
        others[table] = grid
    else:
        parts.grids[table] = grid


def _marked(records: Records, marks: Marks) -> Records:
    for (row, column), broken in marks.items():
        while len(records) <= row:
            records.append([])
        cells = list(records[row])
        cells += [None] * (column + 1 - len(cells))
        cells[column] = broken
        records[row] = cells
    return records
