"""A comparison on the disk: as a workbook for people, as CSV and JSON for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alloc.cli.records import comparison_record
from alloc.report.comparison_workbook import write_comparison_workbook
from alloc.report.formulas import guarded

if TYPE_CHECKING:
    from alloc.cli.manner import Manner
    from alloc.report.comparison import Comparison

BOOK_FILE, CSV_FILE, JSON_FILE = "comparison.xlsx", "comparison.csv", "comparison.json"
_HEADS = ("region", "scenario", "scenario_name", "method", "status", "holding", "gap")


def save_comparison(comparison: Comparison, folder: Path, manner: Manner) -> list[Path]:
    """Write the files and return them. Raises OSError when they cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    record = comparison_record(comparison, manner)
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    writers: dict[str, Callable[[Path], object]] = {
        BOOK_FILE: lambda path: write_comparison_workbook(comparison, path, manner.lang),
        CSV_FILE: lambda path: path.write_bytes(_table(record).encode("utf-8-sig")),
        JSON_FILE: lambda path: path.write_bytes(text.encode()),
    }
    for name, write in writers.items():
        new = folder / f".{name}.new"
        write(new)
        new.replace(folder / name)
    return [folder / name for name in writers]


def _table(record: dict[str, list[dict[str, Any]]]) -> str:
    """One row a plan, one column a measure."""
    keys = [measure["key"] for measure in record["measures"]]
    text = StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([*_HEADS, *keys])
    for plan in record["plans"]:
        cells = [plan[head] for head in _HEADS] + [plan["values"].get(key) for key in keys]
        out.writerow([_cell(cell) for cell in cells])
    return text.getvalue()


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    return repr(round(cell, 6) + 0.0) if isinstance(cell, float) else guarded(str(cell))
