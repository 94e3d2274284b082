"""The Excel workbook of a plan: a summary, the roster as a calendar for the wall, and every table.

Headers are in Chinese and English, contents in one language. No cell is ever a formula or a link: every text
is written as text. A plan that is not proven says so on top of every sheet and in every printed header.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alloc import labels
from alloc.plan.plan import Plan
from alloc.report.tables import Cell, Column, columns_of, header, raw_rows, told
from alloc.report.words import Names, code_word, own_name

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
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
    "by_unit": "#,##0.00",
}
UNIT_FORMATS: Final = {
    "share": "0.0%",
    "CNY": "#,##0",
    "CNY/year": "#,##0",
    "h/year": "#,##0",
    "cny_per_stay": "#,##0",
    "cny_per_resident": "#,##0",
    "cases_per_year": "#,##0",
    "machines": "0",
    "centres": "0",
    "readers": "0",
    "beds": "#,##0.0",
    "half_days_per_cycle": "#,##0.0",
    "days_per_cycle": "#,##0.0",
    "min": "0.0",
}
_MOST_ROWS: Final = 1_000_000
_MOST_TEXT: Final = 32_000
_FIRST_ROW: Final = 3
_HEADER_HEIGHT: Final = 16.0
_WIDEST, _NARROWEST = 64.0, 7.0
_BOLD, _FILTER_BUTTON = 1.1, 2.0
_A4: Final = 9


class Book:
    """An open workbook: its formats, its language, and what every sheet says about the plan."""

    def __init__(self, book: Workbook, plan: Plan, lang: str) -> None:
        self.book, self.plan, self.lang = book, plan, lang
        self.names = Names(plan.region, lang)
        self.sure = plan.holding == "proven"
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """A cell format; the same properties give the same format."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def text(self, sheet: Worksheet, row: int, col: int, value: str, **properties: Any) -> None:
        """Write a text as a text, whatever it looks like."""
        cut = value if len(value) <= _MOST_TEXT else f"{value[:_MOST_TEXT]}…"
        sheet.write_string(row, col, cut, self.format(**properties) if properties else None)

    def sheet(self, name: str) -> Worksheet:
        """A new sheet with a name in both languages, set up for print: landscape A4, one page wide."""
        sheet = self.book.add_worksheet(both(f"plan.sheet.{name}")[:31])
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        page = labels.text("plan.roster.page", self.lang).replace("{", "").replace("}", "")
        sheet.set_header(f"&L{_in_header(self.about())}&R&A")
        sheet.set_footer(f"&C{page}")
        if not self.sure:
            sheet.set_tab_color("#C00000")
        return sheet

    def about(self) -> str:
        """Region, scenario, how sure the plan is, and whether its region is made up in part."""
        plan = self.plan
        names = (own_name(plan.region.about, self.lang), own_name(plan.scenario, self.lang))
        holding = " / ".join(dict.fromkeys(code_word("holding", plan.holding, lang) for lang in ("zh", "en")))
        made_up = [both("plan.say.semi_synthetic", " / ")] if plan.region.about.semi_synthetic else []
        return " · ".join((*names, holding, *made_up))

    def title(self, sheet: Worksheet, text: str) -> None:
        """The first line of a sheet, red when the plan is not proven."""
        self.text(sheet, 0, 0, text, bold=True, font_size=13)
        self.text(
            sheet, 1, 0, self.about(), font_color="#595959" if self.sure else "#C00000", bold=not self.sure
        )


def both(key: str, between: str = " ") -> str:
    """A label in Chinese and English."""
    zh, en = labels.text(key, "zh"), labels.text(key, "en")
    return zh if zh == en else f"{zh}{between}{en}"


def width_of(text: str) -> float:
    """The width of a text in a column, where a Chinese character counts for two."""
    if text.isascii():
        return float(len(text))
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + 0.85 * wide


def write_workbook(plan: Plan, path: Path, lang: str) -> None:
    """Write the workbook. The same plan gives the same bytes: its date is that of the record."""
    from xlsxwriter import Workbook

    from alloc.report.sheet_roster import roster_sheet
    from alloc.report.sheet_summary import summary_sheet

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
        "default_format_properties": {"font_name": "Microsoft YaHei", "font_size": 10},
    }
    with Workbook(str(path), options) as file:
        book = Book(file, plan, lang)
        file.set_properties({"title": book.about(), "created": _created(plan), "author": "alloc"})
        summary_sheet(book)
        roster_sheet(book)
        for table in SHEETS:
            table_sheet(book, table)


def table_sheet(book: Book, table: str) -> None:
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


def _header_rows(book: Book, sheet: Worksheet, table: str, shown: list[Column]) -> list[float]:
    """Write the two header rows, units on a line of their own; the width that each column needs for them."""
    head = {"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "text_wrap": True, "valign": "top"}
    widths = [0.0] * len(shown)
    for row, lang in enumerate(("zh", "en"), start=_FIRST_ROW - 1):
        texts = [header(table, column, lang).replace("(", "\n(") for column in shown]
        sheet.set_row(row, _HEADER_HEIGHT * (1 + any("\n" in text for text in texts)))
        for col, (column, text) in enumerate(zip(shown, texts, strict=True)):
            number = column.kind in NUMBER_FORMATS
            align = "right" if number else "left"
            book.text(sheet, row, col, text, **head, align=align, indent=int(not number and col > 0))
            room = max(width_of(part) for part in text.split("\n"))
            widths[col] = max(widths[col], _BOLD * room + _FILTER_BUTTON)
    return widths


def _write_cell(
    book: Book, sheet: Worksheet, row: int, col: int, column: Column, cell: Cell, unit: str
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


def _in_header(text: str) -> str:
    """Excel reads codes behind an ampersand in page headers, and allows 255 characters."""
    return text.replace("&", "&&")[:180]


def _created(plan: Plan) -> datetime:
    try:
        moment = datetime.fromisoformat(plan.record.created)
    except ValueError:
        return datetime.now(UTC).replace(tzinfo=None)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
