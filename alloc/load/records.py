"""The rows of a sheet, as CSV and Excel have them -> a raw table with a header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from alloc.errors import Fault
from alloc.load.cells import Broken, is_blank
from alloc.load.positions import Grid, Place, in_sheet, told
from alloc.load.words import column_words, plain

Record = Sequence[object]
_NOTE = "#"


def grid_of(
    records: Sequence[Record], table: str, file: str, sheet: str | None, faults: list[Fault]
) -> Grid | None:
    """A grid of a sheet's records: the first one with any cell is the header, blank ones are left out."""
    filled = [i for i, record in enumerate(records) if any(not is_blank(cell) for cell in record)]
    if not filled:
        faults.append(Fault("no_header", file=file, sheet=sheet, table=table))
        return None
    if len(filled) > 1 and _is_title(records[filled[0]], records[filled[1]], table):
        title = next(told(cell) for cell in records[filled[0]] if not is_blank(cell))
        row = filled.pop(0) + 1
        faults.append(Fault("title_above_header", file=file, sheet=sheet, row=row, value=title, table=table))
    head = _header(records[filled[0]], filled[0] + 1, table, file, sheet, faults)
    if sheet is not None:
        head += [""] * _nameless([records[i] for i in filled[1:]], len(head))
    rows, numbers = [], []
    for i in filled[1:]:
        record = records[i]
        if len(record) != len(head):
            place: Place = {"file": file, "sheet": sheet, "row": i + 1, "table": table}
            faults += _misfit(record, len(head), place)
            record = [*record[: len(head)], *[None] * (len(head) - len(record))]
        rows.append(record)
        numbers.append(i + 1)
    return Grid(table, head, rows, numbers, in_sheet(file, sheet))


def letters_of(column: int) -> str:
    """The name of a column, counted from 0, as a spreadsheet shows it: A, B, ..., Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _is_title(first: Record, second: Record, table: str) -> bool:
    """Whether a title stands where the header belongs: it names no column, but the row below names some."""
    words = column_words(table)

    def named(record: Record) -> int:
        return sum(plain(_head(cell)) in words for cell in record)

    return named(first) == 0 and named(second) > 1


def _header(
    record: Record, row: int, table: str, file: str, sheet: str | None, faults: list[Fault]
) -> list[str]:
    head = [_head(cell) for cell in record]
    while head and not head[-1]:
        head.pop()
    for i, cell in enumerate(record):
        if isinstance(cell, Broken):
            column = letters_of(i)
            faults.append(Fault(cell.rule, file=file, sheet=sheet, row=row, column=column, table=table))
            head[i] = _NOTE
    return head


def _nameless(records: Sequence[Record], width: int) -> int:
    """How many columns without a name follow the named ones: a single cell there is a note, and no column."""
    cells = Counter(i for record in records for i in range(width, len(record)) if not is_blank(record[i]))
    return max((i + 1 - width for i, count in cells.items() if count > 1), default=0)


def _head(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _misfit(record: Record, width: int, place: Place) -> Iterator[Fault]:
    """What is wrong with a row that is not as long as the header; a sheet's row may be shorter."""
    beyond = next((i for i in range(width, len(record)) if not is_blank(record[i])), None)
    if place["sheet"] is None and (beyond is not None or len(record) < width):
        params = {"cells": str(len(record)), "columns": str(width)}
        yield Fault("row_length", **place, params=params)
    elif beyond is not None:
        value = None if isinstance(record[beyond], Broken) else told(record[beyond])
        yield Fault("cell_beyond_header", **place, column=letters_of(beyond), value=value)
