"""The Excel workbook of a comparison: measures down, plans across; then what planning jointly gains."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alloc import labels
from alloc.report.book import HEAD, OTHER_FORMAT, UNIT_FORMATS, Book, both, marks, open_book
from alloc.report.comparison import Comparison, Gain, Measure
from alloc.report.comparison_words import measure_name, plan_titles
from alloc.report.words import Names, code_word, holding_word, own_name

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_MEASURE_WIDTH, _UNIT_WIDTH, _PLAN_WIDTH = 46.0, 28.0, 18.0
_HEAD_ROW: Final = 3
_HEAD_HEIGHT: Final = 36.0
_GAIN_COLUMNS: Final = ("joint", "sequential", "difference", "relative")


def write_comparison_workbook(comparison: Comparison, path: Path, lang: str) -> None:
    """Write the workbook; it says on every sheet when one of the plans is not proven."""
    regions = dict.fromkeys(own_name(plan.region.about, lang) for plan in comparison.plans)
    known = dict.fromkeys(mark for plan in comparison.plans for mark in marks(plan)[1:])
    sure = all(plan.holding == "proven" or plan.method == "evaluate" for plan in comparison.plans)
    unsure = [] if sure else [labels.text("plan.warning.some_not_proven", lang)]
    about = " · ".join((*regions, *known, *unsure))
    with open_book(path, about, comparison.plans[0].record.created) as file:
        book = Book(file, about, sure, lang)
        _plans_sheet(book, comparison)
        if gains := comparison.gains():
            _gains_sheet(book, comparison, gains)


def _plans_sheet(book: Book, comparison: Comparison) -> None:
    sheet = _sheet(book, "comparison", len(comparison.plans))
    names = Names(comparison.plans[0].region, book.lang)
    _heads(book, sheet, plan_titles(comparison, book.lang))
    book.text(sheet, _HEAD_ROW + 1, 0, both("plan.column.holding"))
    book.text(sheet, _HEAD_ROW + 2, 0, both("plan.measure.gap"))
    for col, plan in enumerate(comparison.plans, start=2):
        color = "#375623" if plan.holding == "proven" else "#C00000"
        holding = holding_word(plan, book.lang)
        book.text(sheet, _HEAD_ROW + 1, col, holding, font_color=color, align="right", text_wrap=True)
        if plan.gap is not None:
            sheet.write_number(_HEAD_ROW + 2, col, plan.gap, book.format(num_format="0.00%"))
    row = _HEAD_ROW + 3
    for _, measures in groupby(comparison.measures, key=lambda measure: measure.section):
        row += 1
        for measure in measures:
            values = [plan.values.get(measure.key) for plan in comparison.rows]
            _measure_row(book, sheet, row, measure, values, names)
            row += 1


def _measure_row(
    book: Book, sheet: Worksheet, row: int, measure: Measure, values: list[float | None], names: Names
) -> None:
    book.text(sheet, row, 0, measure_name(measure, names))
    book.text(sheet, row, 1, code_word("unit", measure.unit, book.lang), font_color="#7F7F7F")
    pen = book.format(num_format=UNIT_FORMATS.get(measure.unit, OTHER_FORMAT))
    for col, value in enumerate(values, start=2):
        if value is not None:
            sheet.write_number(row, col, value, pen)


def _gains_sheet(book: Book, comparison: Comparison, gains: list[Gain]) -> None:
    sheet = _sheet(book, "gains", len(_GAIN_COLUMNS))
    names = Names(comparison.plans[0].region, book.lang)
    measures = {measure.key: measure for measure in comparison.measures}
    scenarios = {plan.scenario.id: own_name(plan.scenario, book.lang) for plan in comparison.plans}
    _heads(book, sheet, [both(f"plan.column.{key}", "\n") for key in _GAIN_COLUMNS])
    row = _HEAD_ROW + 1
    for scenario, own in groupby(gains, key=lambda gain: gain.scenario):
        book.text(sheet, row, 0, scenarios[scenario], bold=True)
        row += 1
        for gain in own:
            measure = measures[gain.measure]
            _measure_row(book, sheet, row, measure, [gain.joint, gain.sequential, gain.difference], names)
            if gain.share is not None:
                sheet.write_number(row, 5, gain.share, book.format(num_format="+0.0%;-0.0%;0.0%"))
            row += 1


def _sheet(book: Book, name: str, columns: int) -> Worksheet:
    sheet = book.sheet(name)
    book.title(sheet, both(f"plan.sheet.{name}"))
    sheet.set_column(0, 0, _MEASURE_WIDTH)
    sheet.set_column(1, 1, _UNIT_WIDTH)
    sheet.set_column(2, 1 + columns, _PLAN_WIDTH)
    sheet.freeze_panes(_HEAD_ROW + 1, 2)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.fit_to_pages(1, 0)
    return sheet


def _heads(book: Book, sheet: Worksheet, columns: list[str]) -> None:
    sheet.set_row(_HEAD_ROW, _HEAD_HEIGHT)
    book.text(sheet, _HEAD_ROW, 0, both("plan.column.measure"), **HEAD)
    book.text(sheet, _HEAD_ROW, 1, both("plan.field.any.unit"), **HEAD)
    for col, text in enumerate(columns, start=2):
        book.text(sheet, _HEAD_ROW, col, text, **HEAD, align="right")
