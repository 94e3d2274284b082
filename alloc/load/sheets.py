"""The sheets of a workbook that are no tables: about and travel (an item a row), scenarios, changes."""

from __future__ import annotations

from typing import Any

from alloc.errors import Fault
from alloc.load.cells import BadCell, Broken, Plain, is_blank
from alloc.load.pairs import read_pairs, read_value
from alloc.load.positions import Document, Grid, Path, Place
from alloc.load.tables import recognised
from alloc.load.words import choice_words, column_words, label_of_field, nearest, plain, sheet_words
from alloc.schema import TABLES
from alloc.schema.base import Frozen
from alloc.schema.region import About
from alloc.schema.travel import Travel

_KINDS: dict[str, type[Frozen]] = {"about": About, "travel": Travel}
_OPS = ("set", "scale", "add", "remove")


def key_values(grid: Grid | None, sheet: str, faults: list[Fault]) -> tuple[Document | None, Document | None]:
    """The document of a sheet with an item a row, and that of its ``schema_version``, where it has one."""
    if grid is None:
        return None, None
    columns, headers = recognised(grid, faults)
    names = (*_KINDS[sheet].model_fields, "schema_version")
    words = {
        plain(word): name
        for name in names
        for word in (name, *(label_of_field(sheet, name, lang) for lang in ("zh", "en")))
    }
    data: dict[str, object] = {}
    rows: dict[str, int] = {}
    for i, row in enumerate(grid.rows):
        key, value = (row[columns[name]] if name in columns else None for name in ("key", "value"))
        if isinstance(key, str) and key.startswith("#"):
            continue
        name = words.get(plain(str(key)))
        if name is None:
            known = nearest(str(key), words) or ", ".join(names)
            faults.append(grid.fault("unknown_key", i, headers.get("key"), key, known=known))
        elif name in data:
            faults.append(grid.fault("key_twice", i, headers.get("key"), key))
        elif isinstance(value, Broken):
            faults.append(grid.fault(value.rule, i, headers.get("value")))
        else:
            data[name], rows[name] = value, i

    def where(path: Path) -> Place:
        row = rows.get(str(path[0])) if path else None
        return _place(grid, row, headers.get("value"))

    version = data.pop("schema_version", None)
    document = Document(data, where)
    return document, None if is_blank(version) else Document(version, where, ("schema_version",))


def scenarios_of(scenarios: Grid | None, changes: Grid | None, faults: list[Fault]) -> Document | None:
    """The list of scenarios, each with its changes, of two sheets."""
    if scenarios is None and changes is None:
        return None
    data: list[dict[str, Any]] = []
    places: dict[Path, Place] = {}
    if scenarios is not None:
        columns, headers = recognised(scenarios, faults)
        for i, row in enumerate(scenarios.rows):
            data.append({name: row[at] for name, at in columns.items()} | {"changes": []})
            _note_places(places, (i,), scenarios, i, headers)
    if changes is not None:
        _add_changes(data, changes, places, faults)

    def where(path: Path) -> Place:
        while path and path not in places:
            path = path[:-1]
        return places.get(path, {"file": _place(scenarios or changes, None, None).get("file")})

    return Document(data, where)


def _add_changes(
    data: list[dict[str, Any]], grid: Grid, places: dict[Path, Place], faults: list[Fault]
) -> None:
    columns, headers = recognised(grid, faults)
    by_id = {str(one.get("id")): i for i, one in enumerate(data)}
    for i, row in enumerate(grid.rows):
        cells = {name: row[at] for name, at in columns.items()}
        scenario = str(cells.pop("scenario", "") or "")
        if scenario not in by_id:
            known = nearest(scenario, by_id) or ", ".join(by_id) or "-"
            faults.append(grid.fault("unknown_scenario", i, headers.get("scenario"), scenario, known=known))
            continue
        mine = data[by_id[scenario]]["changes"]
        _note_places(places, (by_id[scenario], "changes", len(mine)), grid, i, headers)
        mine.append(_change(cells, grid, i, headers, faults))


def _change(
    cells: dict[str, Any], grid: Grid, row: int, headers: dict[str, str], faults: list[Fault]
) -> dict[str, Any]:
    """A change as YAML would hold it: words of either language become names, short forms values."""
    change: dict[str, Any] = {name: cell for name, cell in cells.items() if not is_blank(cell)}
    if "op" in change:
        change["op"] = choice_words("op", _OPS).get(plain(str(change["op"])), change["op"])
    if "table" in change:
        change["table"] = sheet_words().get(plain(str(change["table"])), change["table"])
    table = str(change.get("table"))
    if "field" in change:
        change["field"] = _field_name(table, str(change["field"]))
    for name, read in (("where", _pairs_of), ("value", _value_of), ("rows", _rows_of)):
        if name not in change:
            continue
        try:
            change[name] = read(change[name], table)
        except BadCell as bad:
            faults.append(grid.fault(bad.rule, row, headers.get(name), change.pop(name), **bad.params))
    return change


def _pairs_of(cell: object, table: str) -> dict[str, object]:
    return {_field_name(table, name): value for name, value in read_pairs(str(cell)).items()}


def _rows_of(cell: object, table: str) -> list[dict[str, object]]:
    return [_pairs_of(line, table) for line in str(cell).splitlines() if line.strip()]


def _value_of(cell: object, table: str) -> object:
    if isinstance(cell, Broken):
        raise BadCell(cell.rule)
    return read_value(cell) if isinstance(cell, str) and not isinstance(cell, Plain) else cell


def _field_name(table: str, word: str) -> str:
    return column_words(table).get(plain(word), word) if table in TABLES else word


def _note_places(
    places: dict[Path, Place], path: Path, grid: Grid, row: int, headers: dict[str, str]
) -> None:
    places[path] = _place(grid, row, None)
    for name, header in headers.items():
        places[*path, name] = _place(grid, row, header)


def _place(grid: Grid | None, row: int | None, column: str | None) -> Place:
    if grid is None:
        return {}
    fault = grid.fault("", row, column)
    return {"file": fault.file, "sheet": fault.sheet, "row": fault.row, "column": fault.column}
