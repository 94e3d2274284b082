"""The Excel workbook of a plan: a summary, the roster as a calendar for the wall, and every table.

Headers are in Chinese and English, contents in one language. No cell is ever a formula or a link: every text
is written as text. A plan that is not proven says so on top of every sheet and in every printed header.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alloc.plan.plan import Plan
from alloc.report.book import HEAD, OTHER_FORMAT, UNIT_FORMATS, Book, both, marks, open_book, width_of
from alloc.report.tables import Cell, Column, columns_of, header, raw_rows, told
from alloc.report.words import Names, own_name

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEETS: Final = (
    *("indicators", "machines", "centres", "reading", "visits", "roster", "beds", "slots", "staff", "costs"),
    *("limits", "sites", "exam_flows", "consult_flows", "episode_flows", "passes"),
)
"""The table sheets in their order, after the summary and the roster's calendar."""
NUMBER_FORMATS: Final = {
    "whole": "0",
    "number": "#,##0.0",
    "money": "#,##0",
    "minutes": "0.0",
    "share": "0.0%",
    "by_unit": OTHER_FORMAT,
}
_MOST_ROWS: Final = 1_000_000
_FIRST_ROW: Final = 3
_HEADER_HEIGHT: Final = 16.0
_WIDEST, _NARROWEST = 64.0, 7.0
_BOLD, _FILTER_BUTTON = 1.1, 2.0


class PlanBook(Book):
    """The workbook of a plan."""

    def __init__(self, book: Workbook, plan: Plan, lang: str) -> None:
        super().__init__(book, _about(plan, lang), plan.holding == "proven", lang)
        self.plan, self.names = plan, Names(plan.region, lang)


def write_workbook(plan: Plan, path: Path, lang: str) -> None:
    """Write the workbook."""
    from alloc.report.sheet_roster import roster_sheet
    from alloc.report.sheet_summary import summary_sheet

    with open_book(path, _about(plan, lang), plan.record.created) as file:
        book = PlanBook(file, plan, lang)
        summary_sheet(book)
        roster_sheet(book)
        for table in SHEETS:
            table_sheet(book, table)


def table_sheet(book: PlanBook, table: str) -> None:
    """One table: a title, a header row in each language, filters, frozen headers, number formats."""
    sheet = book.sheet("roster_rows" if table == "roster" else table)
    book.title(sheet, both(f"plan.table.{table}"))
    columns = columns_of(table)
    order = sorted(range(len(columns)), key=lambda n: (_is_id(columns[n]), n))
    shown = [columns[n] for n in order]
    widths = _header_rows(book, sheet, table, shown)
    unit_at = next((n for n, column in enumerate(columns) if column.key == "unit"), None)
    first = _FIRST_ROW + 1
    last = first
    for offset, row in enumerate(islice(raw_rows(book.plan, table, book.names), _MOST_ROWS)):
        last = first + offset
        unit = "" if unit_at is None else str(row[unit_at])
        for col, (column, n) in enumerate(zip(shown, order, strict=True)):
            cell = told(column, row[n], book.lang)
            _write_cell(book, sheet, last, col, column, cell, unit)
            widths[col] = max(widths[col], _cell_width(cell))
    for col, width in enumerate(widths):
        sheet.set_column(col, col, min(max(width + 2, _NARROWEST), _WIDEST))
    sheet.autofilter(_FIRST_ROW, 0, last, len(shown) - 1)
    sheet.freeze_panes(first, 1)
    sheet.repeat_rows(_FIRST_ROW - 1, _FIRST_ROW)
    sheet.print_area(0, 0, last, sum(not _is_id(column) for column in columns) - 1)
    sheet.fit_to_pages(1, 0)


def _header_rows(book: PlanBook, sheet: Worksheet, table: str, shown: list[Column]) -> list[float]:
    """Write the two header rows, units on a line of their own; the width that each column needs for them."""
    widths = [0.0] * len(shown)
    for row, lang in enumerate(("zh", "en"), start=_FIRST_ROW - 1):
        texts = [header(table, column, lang).replace("(", "\n(") for column in shown]
        sheet.set_row(row, _HEADER_HEIGHT * (1 + any("\n" in text for text in texts)))
        for col, (column, text) in enumerate(zip(shown, texts, strict=True)):
            number = column.kind in NUMBER_FORMATS
            align = "right" if number else "left"
            book.text(sheet, row, col, text, **HEAD, align=align, indent=int(not number and col > 0))
            room = max(width_of(part) for part in text.split("\n"))
            widths[col] = max(widths[col], _BOLD * room + _FILTER_BUTTON)
    return widths


def _write_cell(
    book: PlanBook, sheet: Worksheet, row: int, col: int, column: Column, cell: Cell, unit: str
) -> None:
    if isinstance(cell, str):
        if _is_id(column):
            book.text(sheet, row, col, cell, font_color="#7F7F7F", align="left", indent=1)
        else:
            book.text(sheet, row, col, cell, align="left", indent=min(col, 1))
    elif isinstance(cell, int | float):
        pattern = UNIT_FORMATS.get(unit if column.kind == "by_unit" else "") or NUMBER_FORMATS[column.kind]
        sheet.write_number(row, col, cell + 0.0, book.format(num_format=pattern))


def _cell_width(cell: Cell) -> float:
    """Roughly the width of what a cell shows."""
    if isinstance(cell, float | int):
        return float(len(f"{cell:,.1f}"))
    return width_of(str(cell)) if cell else 0.0


def _is_id(column: Column) -> bool:
    """Ids stand at the right, for programs; people read the names. A specialist has no other name."""
    return column.kind == "text" and column.field != "specialist"


def _about(plan: Plan, lang: str) -> str:
    """Region, scenario, and what must be known of them wherever they are shown."""
    return " · ".join((own_name(plan.region.about, lang), own_name(plan.scenario, lang), *marks(plan)))
