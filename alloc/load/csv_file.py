"""CSV -> a raw table of text. UTF-8, with or without BOM; another encoding where the manifest names it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from alloc.errors import Fault
from alloc.load.bounds import CELL_CHARACTERS, ROWS
from alloc.load.cells import is_blank
from alloc.load.files import read_bytes
from alloc.load.positions import Grid, in_sheet

ENCODINGS = ("utf-8", "gb18030")


def read_csv(path: Path, shown: str, table: str, encoding: str, faults: list[Fault]) -> Grid | None:
    """The grid of a CSV file; None, and a fault, where it cannot be read at all."""
    raw = read_bytes(path, shown, faults)
    if raw is None:
        return None
    text = _decoded(raw, shown, encoding, faults)
    if text is None:
        return None
    csv.field_size_limit(max(csv.field_size_limit(), CELL_CHARACTERS))
    records: list[list[str]] = []
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for record in lines:
            records.append(record)
            if len(records) > ROWS + 1:
                break
    except csv.Error as error:
        faults.append(Fault("csv_syntax", file=shown, line=lines.line_num, params={"detail": str(error)}))
        return None
    return grid_of(records, table, shown, None, faults)


def grid_of(
    records: Sequence[Sequence[object]], table: str, file: str, sheet: str | None, faults: list[Fault]
) -> Grid | None:
    """A grid of the records of a sheet: the first one with any cell is the header, blank ones are passed over."""
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


def _decoded(raw: bytes, shown: str, encoding: str, faults: list[Fault]) -> str | None:
    try:
        return raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        rule = "not_utf8" if encoding == "utf-8" else "not_in_encoding"
        faults.append(Fault(rule, file=shown, line=line, params={"encoding": encoding}))
        return None
