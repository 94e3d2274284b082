"""CSV tables as text: ids keep their zeros, and what is wrong with a cell is told with its row and column."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from alloc.errors import DataError, Fault
from alloc.location.costs import Costs, MatrixCosts, SparseCosts
from alloc.location.files.numbers import check_cells, refuse, text_of
from alloc.location.pairs import Values
from alloc.location.read_numbers import ids_of

_MOST_FAULTS: Final = 1000
_CELL_CHARACTERS: Final = 1_000_000
_NOT_ADMISSIBLE: Final = ("", "inf", "infinity", "+inf")


@dataclass(frozen=True, eq=False)
class TextTable:
    """A header and rows of text, stripped; ``rows[i]`` stands in row ``row_numbers[i]`` of the file."""

    file: str
    header: list[str]
    rows: list[list[str]]
    row_numbers: list[int]

    def place(self, name: str) -> int:
        """Where a column stands. Raises DataError."""
        if name not in self.header:
            refuse(self.file, "no_column", value=name, known=", ".join(self.header))
        return self.header.index(name)

    def texts(self, name: str) -> list[str]:
        """The cells of a column."""
        at = self.place(name)
        return [row[at] for row in self.rows]

    def numbers(self, name: str) -> Values:
        """The cells of a column as numbers from 0 up. Raises DataError."""
        faults: list[Fault] = []
        at = self.place(name)
        values = np.array([self.number(i, at, faults) for i in range(len(self.rows))], dtype=float)
        raise_any(faults)
        return values

    def number(self, row: int, column: int, faults: list[Fault], *, any_sign: bool = False) -> float:
        """One cell as a finite number; a fault, and 0, where it is none."""
        cell = self.rows[row][column]
        try:
            value = math.nan if "_" in cell else float(cell)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and (any_sign or value >= 0.0):
            return value
        rule = "cell_empty" if not cell else "cell_negative" if value < 0.0 else "cell_not_a_number"
        faults.append(self.fault(rule, row, self.header[column], cell or None))
        return 0.0

    def fault(
        self, rule: str, row: int | None, column: str | None, value: str | None = None, **params: object
    ) -> Fault:
        """A fault of a cell."""
        told = {name: str(param) for name, param in params.items()}
        number = None if row is None else self.row_numbers[row]
        return Fault(
            f"location_file.{rule}", file=self.file, row=number, column=column, value=value, params=told
        )

    def ids(self, name: str, kind: str) -> list[str]:
        """A column of ids: filled in, and each there once. Raises DataError."""
        faults: list[Fault] = []
        seen: dict[str, int] = {}
        for i, one in enumerate(self.texts(name)):
            if not one:
                faults.append(self.fault("no_id", i, name))
            elif one in seen:
                faults.append(
                    self.fault("id_twice", i, name, one, other=self.row_numbers[seen[one]], kind=kind)
                )
            seen.setdefault(one, i)
        raise_any(faults)
        return list(seen)


def read_table(path: str | Path) -> TextTable:
    """A CSV file: UTF-8, with or without a mark, commas. Raises DataError with all rows of a wrong length."""
    text = text_of(path)
    csv.field_size_limit(max(csv.field_size_limit(), _CELL_CHARACTERS))
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        for record in lines:
            cells = [_unguarded(cell.strip()) for cell in record]
            if any(cells):
                records.append((lines.line_num, cells))
    except csv.Error as error:
        raise DataError(
            Fault("csv_syntax", file=str(path), line=lines.line_num, params={"detail": str(error)})
        ) from None
    if len(records) < 2:
        refuse(path, "empty")
    header, rows = records[0][1], records[1:]
    while header and not header[-1]:  # Excel writes trailing commas where cells were once filled
        header = header[:-1]
    table = TextTable(str(path), header, [row for _, row in rows], [number for number, _ in rows])
    _check_shape(table)
    return table


def _check_shape(table: TextTable) -> None:
    faults = []
    width = len(table.header)
    for column in range(width):
        name = table.header[column]
        if column and name in table.header[:column]:
            faults.append(table.fault("column_twice", None, name))
    for i, row in enumerate(table.rows):
        if any(row[width:]) or len(row) < width:
            faults.append(table.fault("row_length", i, None, cells=len(row), columns=width))
    raise_any(faults)


def read_matrix(table: TextTable) -> Costs:
    """Client ids in the first column, site ids in the header; an empty cell or ``inf`` is not admissible."""
    clients = table.ids(table.header[0], "client")
    sites = table.header[1:]
    check_cells(table.file, len(clients), max(len(sites), 1))
    if not sites:
        refuse(table.file, "unknown_layout")
    faults: list[Fault] = []
    matrix = np.full((len(clients), len(sites)), np.inf)
    for i, row in enumerate(table.rows):
        for j in range(1, len(sites) + 1):
            if row[j].lower() not in _NOT_ADMISSIBLE:
                matrix[i, j - 1] = table.number(i, j, faults)
    raise_any(faults)
    return MatrixCosts(matrix, ids_of(clients), ids_of(sites))


def read_pairs(table: TextTable, columns: tuple[str, str, str]) -> Costs:
    """A row for each admissible pair: columns of client, site and cost. Ids in the order of the file."""
    faults: list[Fault] = []
    at = [table.place(name) for name in columns]
    clients: dict[str, int] = {}
    sites: dict[str, int] = {}
    first: dict[tuple[int, int], int] = {}
    costs: list[float] = []
    for i, row in enumerate(table.rows):
        client, site = row[at[0]], row[at[1]]
        if not client or not site:
            faults.append(table.fault("no_id", i, columns[0] if not client else columns[1]))
            continue
        pair = clients.setdefault(client, len(clients)), sites.setdefault(site, len(sites))
        if pair in first:
            value = f"{client} - {site}"
            faults.append(table.fault("pair_twice", i, None, value, other=table.row_numbers[first[pair]]))
            continue
        first[pair] = i
        costs.append(table.number(i, at[2], faults))
    raise_any(faults)
    pairs = np.array(list(first), dtype=np.int64).reshape(-1, 2)
    matrix = csr_array((costs, (pairs[:, 0], pairs[:, 1])), shape=(len(clients), len(sites)))
    return SparseCosts(matrix, ids_of(clients), ids_of(sites))


def numbers_by_id(table: TextTable, ids: Sequence[Any], kind: str, column: str | None = None) -> Values:
    """Numbers from 0 up of a table ``id, number``, in the order of some ids; each must have one.

    A table with more columns needs the name of the one that counts.
    """
    faults: list[Fault] = []
    found: dict[str, float] = {}
    if column is None and len(table.header) != 2:
        refuse(table.file, "which_column", known=", ".join(table.header))
    at = 1 if column is None else table.place(column)
    named = table.ids(table.header[0], kind)
    known = {str(one) for one in ids}
    for i, one in enumerate(named):
        if one not in known:
            faults.append(table.fault(f"unknown_{kind}", i, table.header[0], one))
        found[one] = table.number(i, at, faults)
    absent = [str(one) for one in ids if str(one) not in found]
    faults += [table.fault(f"absent_{kind}", None, table.header[at], None, id=one) for one in absent]
    raise_any(faults)
    return np.array([found[str(one)] for one in ids], dtype=float)


def raise_any(faults: list[Fault]) -> None:
    """Raise DataError where there are faults; very many are counted."""
    if len(faults) > _MOST_FAULTS:
        left = len(faults) - _MOST_FAULTS
        faults = [
            *faults[:_MOST_FAULTS],
            Fault("more_faults", file=faults[0].file, params={"count": str(left)}),
        ]
    if faults:
        raise DataError(faults)


def _unguarded(text: str) -> str:
    """Without the apostrophe that alloc writes before a text that a spreadsheet would run."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip()[:1] in tuple("=+-@") else text
