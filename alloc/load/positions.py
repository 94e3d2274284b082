"""Where a value stands: the file, sheet, row, column or line that a person can go to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from alloc.errors import Fault

Path = tuple[str | int, ...]
"""The way into a document: ("tables", "places", 3, "residents")."""

KEY = "\x00key"
"""The last step of a path to a key itself, beside its value."""

_OF_KEYS = ("unknown_key", "unknown_table", "option_unused")

Place = dict[str, Any]
"""Some of the keyword arguments ``file``, ``sheet``, ``row``, ``column``, ``line`` of a Fault."""


def told(value: object) -> str | None:
    """A value as a fault shows it; None stays None."""
    return None if value is None else str(value)[:1000]


@dataclass(frozen=True)
class Document:
    """Nested mappings, lists and scalars (of YAML, JSON, or in memory), and where each stands.

    ``where`` takes the path of a value; for a path that does not exist it tells the nearest parent.
    """

    data: object
    where: Callable[[Path], Place] = lambda path: {}
    root: Path = ()

    def part(self, *keys: str | int) -> Document:
        """The part below some keys, which must exist."""
        data: Any = self.data
        for key in keys:
            data = data[key]
        return Document(data, self.where, (*self.root, *keys))

    def fault(self, rule: str, path: Path = (), value: object = None, **params: object) -> Fault:
        """A fault of the value at ``path`` below this part."""
        whole = (*self.root, *path)
        place = self.where((*whole, KEY) if rule in _OF_KEYS else whole)
        return Fault(
            rule,
            **place,
            value=told(value),
            field=dotted(whole) or None,
            params={name: str(param) for name, param in params.items()},
        )


def dotted(path: Path) -> str:
    """A path as text: ``travel.method``, ``scenarios[2].id``."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


@dataclass(frozen=True)
class Grid:
    """One table as it was handed in: a header, and rows of raw cells as long as the header.

    ``rows[i]`` stands in row ``numbers[i]`` of its sheet (the header is row 1; where there is none, as in a
    DataFrame, rows are counted as if there were). ``place`` gives what else is known: file and sheet, or, for
    rows of a document, the line of a row and column.
    """

    table: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int]
    place: Callable[[int | None, str | None], Place] = lambda row, column: {}

    def fault(
        self,
        rule: str,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        *,
        name: str | None = None,
        **params: object,
    ) -> Fault:
        """A fault of one cell, row (``column`` None), column (``row`` None) or the whole table.

        ``column`` is the header as the user wrote it, ``name`` the field's name in the schema.
        """
        place: Place = {"column": column}
        if row is not None:
            place["row"] = self.numbers[row]
        place |= self.place(row, column)
        return Fault(
            rule,
            **place,
            table=self.table,
            field=name,
            value=told(value),
            params={key: str(param) for key, param in params.items()},
        )


def in_sheet(file: str | None, sheet: str | None = None) -> Callable[[int | None, str | None], Place]:
    """The ``place`` of a grid that is one sheet of one file."""
    known = {"file": file, "sheet": sheet}
    return lambda row, column: dict(known)
