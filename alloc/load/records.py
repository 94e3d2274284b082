"""The rows of a sheet, as CSV and Excel have them -> a raw table with a header."""

from __future__ import annotations

from collections.abc import Sequence

from alloc.errors import Fault
from alloc.load.cells import is_blank
from alloc.load.positions import Grid, in_sheet


def grid_of(
    records: Sequence[Sequence[object]], table: str, file: str, sheet: str | None, faults: list[Fault]
) -> Grid | None:
    """A grid of a sheet's records: the first one with any cell is the header, blank ones are left out."""
    filled = [i for i, record in enumerate(records) if any(not is_blank(cell) for cell in record)]
    if not filled:
        faults.append(Fault("no_header", file=file, sheet=sheet, table=table))
        return None
    head = [_head(cell) for cell in records[filled[0]]]
    while head and not head[-1]:
        head.pop()
    width = len(head)
    rows, numbers = [], []
    for i in filled[1:]:
        record = records[i]
        if len(record) != width:
            if any(not is_blank(cell) for cell in record[width:]) or (sheet is None and len(record) < width):
                params = {"cells": str(len(record)), "columns": str(width)}
                fault = Fault("row_length", file=file, sheet=sheet, row=i + 1, table=table, params=params)
                faults.append(fault)
            record = [*record[:width], *[None] * (width - len(record))]
        rows.append(record)
        numbers.append(i + 1)
    return Grid(table, head, rows, numbers, in_sheet(file, sheet))


def _head(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
