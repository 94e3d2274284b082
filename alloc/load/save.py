"""A Region -> files that load to the same region: a folder of YAML and CSV, a workbook, a JSON document."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from alloc.load.cells import EMPTY_LIST
from alloc.load.dump import dump_region
from alloc.schema import TABLES, Region
from alloc.schema.base import Frozen, Row

MANIFEST = "region.yaml"
_LAST = ("status", "source")
_ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in "\u2028\u2029\ufeff"}


def save_region(region: Region, path: str | Path, lang: str = "zh") -> Path:
    """Write a region, and return the file to load it from.

    ``path`` ends in ``.json``: one document. In ``.xlsx``: one workbook, with headers in ``lang`` ("zh" or
    "en"). Else it is a folder, made where needed: ``region.yaml`` and a CSV a table. Files are overwritten.

    Raises DataError when a workbook cannot hold a table or a cell, OSError when a file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() == ".json":
        path.write_text(dump_region(region), encoding="utf-8", newline="\n")
        return path
    if path.suffix.lower() == ".xlsx":
        from alloc.load.excel_write import write_workbook

        write_workbook(region, path, lang)
        return path
    path.mkdir(parents=True, exist_ok=True)
    written = [name for name in TABLES if getattr(region, name) or Region.model_fields[name].is_required()]
    for name in written:
        _write_csv(path / f"{name}.csv", name, getattr(region, name))
    text = "\n".join(_manifest(region, written)) + "\n"
    (path / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    return path / MANIFEST


def columns_of(name: str, rows: Iterable[Row], *, all_of_them: bool = False) -> list[str]:
    """The columns worth writing: all but those without any value, ``status`` and ``source`` last."""
    fields = [field for field in TABLES[name].model_fields if field not in _LAST] + list(_LAST)
    if all_of_them:
        return fields
    rows = list(rows)
    required = {field for field, info in TABLES[name].model_fields.items() if info.is_required()}
    return [f for f in fields if f in required or any(getattr(row, f) is not None for row in rows)]


def cell_text(value: object) -> str:
    """A value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or EMPTY_LIST
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _write_csv(path: Path, name: str, rows: tuple[Row, ...]) -> None:
    """UTF-8 with BOM: Excel would take it for GBK without."""
    fields = columns_of(name, rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(fields)
        writer.writerows([cell_text(getattr(row, field)) for field in fields] for row in rows)


def _manifest(region: Region, written: list[str]) -> Iterable[str]:
    yield f"schema_version: {region.schema_version}"
    for name, part in (("about", region.about), ("travel", region.travel)):
        yield f"{name}:"
        yield from (f"  {key}: {_scalar(value)}" for key, value in part)
    yield "tables:"
    yield from (f"  {name}: {name}.csv" for name in written)
    if region.scenarios:
        yield "scenarios:"
    for scenario in region.scenarios:
        for i, (key, value) in enumerate(scenario):
            if key != "changes":
                yield f"  {'-' if i == 0 else ' '} {key}: {_scalar(value)}"
        if scenario.changes:
            yield "    changes:"
            yield from (f"      - {_scalar(given(change))}" for change in scenario.changes)


def given(change: Frozen) -> dict[str, object]:
    """What a change says: the keys it was given, without empty ones but the value."""
    said = change.model_dump(mode="json", exclude_unset=True)
    return {key: value for key, value in said.items() if key == "value" or value not in (None, [], {})}


def _scalar(value: object) -> str:
    """JSON is YAML, but for three characters that YAML would take for line breaks or a mark."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_ESCAPED)
