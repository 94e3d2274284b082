"""The roster as a clinic hangs it on its wall: a page a clinic, weekdays across, the four weeks down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from alloc import labels
from alloc.report.book import both, width_of
from alloc.report.digest import clinics
from alloc.report.words import code_word
from alloc.report.workbook import PlanBook
from alloc.schema.outreach import WEEKDAYS
from alloc.schema.plan import RosterRow

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HALVES: Final = ("am", "pm")
WEEKS: Final = (1, 2, 3, 4)
_BORDER: Final = {"border": 1, "border_color": "#A6A6A6"}
_CELL_WIDTH: Final = 13.0
_LINE_HEIGHT: Final = 18.0
_LINES: Final = 6
_PRINT_SCALE: Final = 78
"""In per cent: the columns then fit landscape A4 in Excel, WPS and LibreOffice, whose widths differ."""
_COLUMNS: Final = 1 + len(WEEKDAYS) * len(HALVES)
Calendar = dict[tuple[int, str, str], list[RosterRow]]
"""(week, weekday, half of the day) -> who sits there."""


def calendar_of(rows: Iterable[RosterRow]) -> Calendar:
    """One clinic's roster as a calendar. A whole day fills both halves."""
    found: Calendar = defaultdict(list)
    for row in rows:
        for week in row.weeks:
            for half in HALVES if row.part == "day" else (row.part,):
                found[week, row.weekday, half].append(row)
    return found


def roster_sheet(book: PlanBook) -> None:
    """One sheet; each clinic starts a new page of landscape A4."""
    sheet = book.sheet("roster")
    sheet.set_column(0, 0, 8.0)
    sheet.set_column(1, _COLUMNS - 1, _CELL_WIDTH)
    sheet.set_print_scale(_PRINT_SCALE)
    sheet.center_horizontally()
    by_clinic = clinics(book.plan)
    if not by_clinic:
        book.title(sheet, labels.text("plan.roster.empty", book.lang))
        return
    breaks: list[int] = []
    row = 0
    for clinic, rows in by_clinic.items():
        if row:
            breaks.append(row)
        row = _clinic_page(book, sheet, row, clinic, rows) + 1
    sheet.set_h_pagebreaks(breaks)
    sheet.print_area(0, 0, row, _COLUMNS - 1)


def _clinic_page(book: PlanBook, sheet: Worksheet, top: int, clinic: str, rows: list[RosterRow]) -> int:
    """Write one clinic's block from row ``top``; the row after it."""
    name = book.names.facility(clinic)
    book.text(
        sheet, top, 0, labels.text("plan.roster.title", book.lang, clinic=name), bold=True, font_size=16
    )
    color = "#595959" if book.sure else "#C00000"
    year = f"{both('plan.head.year')} {book.plan.region.about.planning_year}"
    line = " · ".join((book.about, year, labels.text("plan.roster.cycle", book.lang)))
    book.text(sheet, top + 1, 0, line, font_color=color)
    head = {**_BORDER, "bold": True, "bg_color": "#DDEBF7", "align": "center", "valign": "vcenter"}
    sheet.merge_range(top + 2, 0, top + 3, 0, "", book.format(**head))
    for n, weekday in enumerate(WEEKDAYS):
        col = 1 + n * len(HALVES)
        text = both(f"plan.code.weekday.{weekday}")
        sheet.merge_range(top + 2, col, top + 2, col + 1, "", book.format(**head))
        book.text(sheet, top + 2, col, text, **head)
        for offset, half in enumerate(HALVES):
            book.text(sheet, top + 3, col + offset, both(f"plan.code.part.{half}"), **head)
    weeks = {week: _cells(book, calendar_of(rows), week) for week in WEEKS}
    lines = max(_lines(cell) for cells in weeks.values() for cell in cells)
    for n, (week, cells) in enumerate(weeks.items()):
        sheet.set_row(top + 4 + n, max(_LINES, lines) * _LINE_HEIGHT)
        _week_row(book, sheet, top + 4 + n, week, cells, head)
    last = top + 4 + len(WEEKS)
    sheet.merge_range(last, 0, last, _COLUMNS - 1, "", book.format(text_wrap=True, valign="top"))
    legend = labels.text("plan.roster.homes", book.lang, homes=_homes(book, rows))
    book.text(sheet, last, 0, legend, text_wrap=True, valign="top", font_color="#595959", font_size=9)
    room = 8.0 + _CELL_WIDTH * (_COLUMNS - 1)
    sheet.set_row(last, _LINE_HEIGHT * (1 + width_of(legend) // room))
    return last + 1


@dataclass(frozen=True)
class _Cell:
    """What stands in one half of a day, or in both."""

    text: str
    halves: int = 1


def _cells(book: PlanBook, calendar: Calendar, week: int) -> list[_Cell]:
    """One week's cells from left to right; two halves of a day that say the same are one cell."""
    found: list[_Cell] = []
    for weekday in WEEKDAYS:
        am, pm = (
            "\n".join(dict.fromkeys(_entry(book, row) for row in calendar.get((week, weekday, half), ())))
            for half in HALVES
        )
        found += [_Cell(am, len(HALVES))] if am and am == pm else [_Cell(am), _Cell(pm)]
    return found


def _week_row(
    book: PlanBook, sheet: Worksheet, row: int, week: int, cells: list[_Cell], head: dict[str, object]
) -> None:
    zh, en = (labels.text("plan.roster.week", lang, n=week) for lang in ("zh", "en"))
    book.text(sheet, row, 0, f"{zh}\n{en}", **head, text_wrap=True)
    body = {**_BORDER, "text_wrap": True, "valign": "vcenter", "align": "center", "font_size": 11}
    col = 1
    for cell in cells:
        pen = {**body, "bg_color": "#F2F9EC" if cell.text else "#FFFFFF"}
        if cell.halves > 1:
            sheet.merge_range(row, col, row, col + cell.halves - 1, "", book.format(**pen))
        book.text(sheet, row, col, cell.text, **pen)
        col += cell.halves


def _entry(book: PlanBook, row: RosterRow) -> str:
    specialty = book.names.of("specialty", row.specialty)
    specialist = book.names.of("specialist", row.specialist)
    if row.session_type == "clinic":
        return labels.text("plan.roster.entry", book.lang, specialty=specialty, specialist=specialist)
    session = code_word("session_type", row.session_type, book.lang)
    return labels.text(
        "plan.roster.entry_as", book.lang, specialty=specialty, specialist=specialist, session=session
    )


def _lines(cell: _Cell) -> int:
    """Lines that a text takes in its cell, broken to the cell's width."""
    room = cell.halves * _CELL_WIDTH - 1
    return sum(1 + int(1.15 * width_of(part) // room) for part in cell.text.split("\n"))


def _homes(book: PlanBook, rows: list[RosterRow]) -> str:
    """Which hospital each specialist comes from."""
    pairs = sorted({(row.home, row.specialist) for row in rows})
    by_home: dict[str, list[str]] = defaultdict(list)
    for home, specialist in pairs:
        by_home[home].append(book.names.of("specialist", specialist))
    comma = labels.text("plan.say.list", book.lang)
    told = [
        labels.text("plan.roster.home", book.lang, specialist=comma.join(who), home=book.names.facility(home))
        for home, who in by_home.items()
    ]
    return labels.text("plan.say.parts", book.lang).join(told)
