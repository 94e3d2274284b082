"""The tables of a plan as plain columns: what the CSV files and the workbook both write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from alloc.plan.plan import TABLES, Plan
from alloc.report.words import REFERS_TO, Names, code_word, field_name, word

Kind = Literal[
    "text", "name", "code", "weeks", "bool", "whole", "number", "money", "minutes", "share", "by_unit"
]
Cell = str | int | float | bool | tuple[int, ...] | None
_BY_UNIT = {
    *(("limits", name) for name in ("value", "limit_value", "room")),
    *(("indicators", name) for name in ("before", "after")),
}
_CODED = frozenset(
    {"bound_by", "category", "found_by", "goal", "holding", "indicator", "limit", "reason", "status", "unit"}
)
"""Free texts that are keys of labels; a Literal is one anyway."""


@dataclass(frozen=True)
class Column:
    """One column: ``key`` heads it in a CSV file, ``field`` is the row's attribute, ``kind`` how to show it.

    An id has two columns: its name (kind "name") and the id itself (kind "text").
    """

    key: str
    field: str
    kind: Kind


@cache
def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a plan table; a name follows each id. Raises KeyError for an unknown table."""
    found: list[Column] = []
    for name, field in TABLES[table].model_fields.items():
        if name in REFERS_TO or name == "scope":
            found.append(Column(name, name, "text"))
            found.append(Column(f"{name}_name", name, "name"))
        else:
            found.append(Column(name, name, _kind(table, name, field.annotation)))
    return tuple(found)


def header(table: str, column: Column, lang: str) -> str:
    """The header of a column in one language, with its unit."""
    named = column.kind == "text" and (column.field in REFERS_TO or column.field == "scope")
    return field_name(table, f"{column.field}_id" if named else column.field, lang)


def raw_rows(plan: Plan, table: str, names: Names) -> Iterator[list[Cell]]:
    """The cells of a table as the plan holds them, with the names of its ids beside them.

    Machines that are bought, moved or retired come before those that stay.
    """
    columns = columns_of(table)
    rows: list[Any] = list(plan.rows(table))
    if table == "machines":
        rows.sort(key=lambda row: row.action == "keep")
    for row in rows:
        yield [
            _named(names, c.field, getattr(row, c.field)) if c.kind == "name" else getattr(row, c.field)
            for c in columns
        ]


def told(column: Column, value: Cell, lang: str) -> Cell:
    """A cell as a planner reads it: words for codes, yes and no, weeks as a list; numbers stay numbers."""
    if value is None:
        return None
    if column.kind == "code" and isinstance(value, str):
        return code_word(column.field, value, lang)
    if column.kind == "bool":
        return word("plan.bool.yes" if value else "plan.bool.no", lang)
    if isinstance(value, tuple):
        return " ".join(str(week) for week in value)
    return value


def _named(names: Names, field: str, value: str | None) -> str:
    if field == "scope" and value is not None:
        return names.scope(value)
    return names.of(field, value)


def _kind(table: str, name: str, annotation: Any) -> Kind:
    kinds = [kind for kind in (get_args(annotation) or (annotation,)) if kind is not type(None)]
    if name in _CODED or get_origin(annotation) is Literal:
        return "code"
    if (table, name) in _BY_UNIT:
        return "by_unit"
    if kinds == [bool]:
        return "bool"
    if kinds == [int]:
        return "whole"
    if kinds == [float]:
        return _number_kind(name)
    return "weeks" if name == "weeks" else "text"


def _number_kind(name: str) -> Kind:
    if name.endswith("cny") or "_cny_" in name:
        return "money"
    if name == "minutes" or name.endswith("_min"):
        return "minutes"
    return "share" if name == "gap" or name.startswith("share_") else "number"
