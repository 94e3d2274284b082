"""Ids that are doubled or unknown, told even while other cells of the tables cannot be read yet.

All rules between tables are checked once every cell is sound. Ids are the exception: a wrong id and a wrong
number in one file should be told in one go. Only what no other fault can have caused is told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from alloc.errors import Fault
from alloc.load.tables import Table
from alloc.schema import TABLES, Region
from alloc.schema.checks.ids import KEYS, REFERENCES, keys_once, known_ids


def id_faults(tables: Mapping[str, Table], unread: set[str]) -> list[Fault]:
    """Doubled keys and unknown ids among the cells that could be read."""
    rows = {name: [SimpleNamespace(**draft) for draft in table.drafts] for name, table in tables.items()}
    return [*_doubled(tables), *_unknown(tables, rows, unread)]


def _doubled(tables: Mapping[str, Table]) -> Iterator[Fault]:
    for name, fields in KEYS.items():
        if name not in tables:
            continue
        info = TABLES[name].model_fields
        needed = {key for key in fields if info[key].is_required()}
        whole = [i for i, draft in enumerate(tables[name].drafts) if needed <= draft.keys()]
        rows = [_row(tables[name].drafts[i], fields) for i in whole]
        for fault in keys_once(cast("Region", _Partly({name: rows}))):
            row = None if fault.row is None else whole[fault.row]
            first = renumbered(fault.params, tables[name], whole)
            yield tables[name].fault(fault.rule, row, fault.field, fault.value, **first)


def renumbered(
    params: Mapping[str, str], table: Table | None, origins: Sequence[int] | None = None
) -> dict[str, str]:
    """``first``, the sheet row of an earlier twin, as the number by which a person finds it."""
    if table is None or "first" not in params:
        return dict(params)
    row = (table.origins if origins is None else origins)[int(params["first"]) - 2]
    return {**params, "first": table.number(row)}


def _unknown(tables: Mapping[str, Table], rows: Mapping[str, Any], unread: set[str]) -> Iterator[Fault]:
    unsure = {name for name, found in rows.items() if any(not hasattr(row, "id") for row in found)} | unread
    unsure |= {name for name in TABLES if Region.model_fields[name].is_required() and name not in tables}
    region = cast("Region", _Partly(rows))
    for name, field, targets in REFERENCES:
        if name not in tables or unsure & set(targets):
            continue
        known = known_ids(region, *targets)
        for i, draft in enumerate(tables[name].drafts):
            wanted = draft.get(field)
            if isinstance(wanted, str) and wanted not in known:
                fault = known.unknown(wanted, name, i, field)
                yield tables[name].fault(fault.rule, i, field, wanted, **fault.params)


def _row(draft: Mapping[str, object], fields: tuple[str, ...]) -> SimpleNamespace:
    return SimpleNamespace(**{name: draft.get(name) for name in fields})


class _Partly:
    """Stands in for a region: the tables that are known, and no rows for any other."""

    def __init__(self, tables: Mapping[str, list[Any]]) -> None:
        self._tables = tables

    def __getattr__(self, name: str) -> list[Any]:
        return self._tables.get(name, [])
