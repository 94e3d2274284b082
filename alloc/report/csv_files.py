"""One CSV file a table: UTF-8 with a byte-order mark for Excel, and no cell that Excel would run.

A text that starts like a formula (``= + - @``, also full-width or after blanks) gets an apostrophe before it.
Only texts are guarded: a negative number stays a number. Whoever reads such a text back takes one leading
apostrophe off.
"""

from __future__ import annotations

import csv
from pathlib import Path

from alloc.plan.plan import TABLES, Plan
from alloc.report.formulas import guarded
from alloc.report.tables import Cell, columns_of, raw_rows
from alloc.report.words import Names


def write_tables(plan: Plan, folder: Path, lang: str) -> None:
    """Write every table of the plan into ``folder``, with a header row even when it has no rows.

    Columns carry the names of the fields; beside each id stands its name in ``lang``. Numbers are rounded to
    six decimals; ``plan.json`` holds them exactly.
    """
    names = Names(plan.region, lang)
    for table in TABLES:
        with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file, lineterminator="\r\n")
            out.writerow([column.key for column in columns_of(table)])
            out.writerows([_text(cell) for cell in row] for row in raw_rows(plan, table, names))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return repr(round(cell, 6) + 0.0)
    if isinstance(cell, tuple):
        return " ".join(str(week) for week in cell)
    return guarded(cell) if isinstance(cell, str) else str(cell)
