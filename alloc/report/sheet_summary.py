"""The first sheet: how sure the plan is, what to buy, move and retire, before and after, warnings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from alloc import labels
from alloc.report.book import HEAD, OTHER_FORMAT, UNIT_FORMATS, both, width_of
from alloc.report.digest import (
    ENDS,
    at_places,
    binding_limits,
    indicator_name,
    key_indicators,
    move_ways,
    moves,
    need_ends,
    purchases,
    reading_rooms,
    step_downs,
    up_referrals,
    warnings,
    yearly_by_payer,
)
from alloc.report.words import code_word, method_word, number, own_name, own_note, verdict
from alloc.report.workbook import PlanBook

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = (42.0, 26.0, 16.0, 16.0, 16.0, 60.0)
_LAST: Final = len(_WIDTHS) - 1
_NUMBERS_FIRST: Final = ("money", "referral")
"""Sections whose second column holds numbers; the columns from the third to the last but one always do."""
_LINE_HEIGHT: Final = 16.5
_PRINT_SCALE: Final = 65
"""In per cent: the columns then fit landscape A4 in Excel, WPS and LibreOffice, whose widths differ."""
_PAGE_HEIGHT: Final = 470.0 / (_PRINT_SCALE / 100)
"""In points: landscape A4 less its margins."""


class _Pen:
    """Writes the sheet line by line."""

    def __init__(self, book: PlanBook, sheet: Worksheet) -> None:
        self.book, self.sheet, self.row = book, sheet, 0
        self.height = 0.0
        self.breaks: list[int] = []

    def head(self, key: str, *columns: str) -> None:
        """A section's heading, and the headings of its columns; never the last on a page."""
        self._start(_LINE_HEIGHT)
        self.row += 1
        self._start(2 * _LINE_HEIGHT, followed_by=2 * _LINE_HEIGHT)
        self.book.text(self.sheet, self.row, 0, both(f"plan.head.{key}", "\n"), **HEAD)
        for col in range(1, len(_WIDTHS)):
            text = columns[col - 1] if col <= len(columns) else ""
            right = 1 < col < _LAST or (col == 1 and key in _NUMBERS_FIRST)
            self.book.text(self.sheet, self.row, col, text, **HEAD, align="right" if right else "left")
        self.row += 1

    def line(self, *cells: str | float | None, pattern: str = "#,##0") -> None:
        """One line: texts as texts, as high as they need, numbers with a pattern."""
        lines = max(
            (math.ceil(width_of(cell) / _WIDTHS[n]) for n, cell in enumerate(cells) if isinstance(cell, str)),
            default=1,
        )
        self._start(lines * _LINE_HEIGHT)
        for col, cell in enumerate(cells):
            if isinstance(cell, str):
                self.book.text(
                    self.sheet,
                    self.row,
                    col,
                    cell,
                    valign="vcenter",
                    text_wrap=True,
                    align="left",
                    indent=min(col, 1),
                )
            elif cell is not None:
                pen = self.book.format(num_format=pattern, valign="vcenter", align="right")
                self.sheet.write_number(self.row, col, cell, pen)
        self.row += 1

    def wide(self, text: str, **properties: object) -> None:
        """A sentence over the whole width."""
        self._start(_LINE_HEIGHT)
        self.book.text(self.sheet, self.row, 0, text, **properties)
        self.row += 1

    def _start(self, height: float, followed_by: float = 0.0) -> None:
        """Give the row its height, on a new page when it and what must follow it have no room on this one."""
        self.sheet.set_row(self.row, height)
        if self.height + height + followed_by > _PAGE_HEIGHT:
            self.breaks.append(self.row)
            self.height = 0.0
        self.height += height


def summary_sheet(book: PlanBook) -> None:
    """Write the sheet; it prints on landscape A4, one page wide."""
    sheet = book.sheet("summary")
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    pen = _Pen(book, sheet)
    book.title(sheet, both("plan.sheet.summary"))
    pen.row = 2
    pen.wide(verdict(book.plan, book.lang), bold=True, font_color="#375623" if book.sure else "#C00000")
    for text in warnings(book.plan, book.lang):
        pen.wide(f"• {text}", font_color="#9C5700")
    _money(pen)
    _indicators(pen)
    _machines(pen)
    _centres(pen)
    _needs(pen)
    _limits(pen)
    _facts(pen)
    sheet.freeze_panes(3, 0)
    sheet.set_print_scale(_PRINT_SCALE)
    sheet.set_h_pagebreaks(pen.breaks)


def _facts(pen: _Pen) -> None:
    plan, lang = pen.book.plan, pen.book.lang
    pen.head("about")
    facts = (
        ("region", f"{own_name(plan.region.about, lang)} ({plan.region.about.id})"),
        ("scenario", f"{own_name(plan.scenario, lang)} ({plan.scenario.id})"),
        ("model", f"{own_name(plan.model, lang)} ({plan.model.id})"),
        ("method", method_word(plan.method, lang)),
        ("year", str(plan.region.about.planning_year)),
        ("created", f"{plan.record.created} · alloc {plan.record.alloc}"),
        ("note", own_note(plan.region.about, lang)),
    )
    for key, text in facts:
        pen.book.text(pen.sheet, pen.row, 1, text, align="left", indent=1, valign="vcenter")
        pen.line(both(f"plan.head.{key}"))


def _money(pen: _Pen) -> None:
    plan = pen.book.plan
    budget = plan.model.limits.budget_cny
    pen.head("money", both("plan.money.unit"))
    pen.line(both("plan.measure.spend_cny"), plan.spend_cny)
    if budget is not None:
        pen.line(both("plan.measure.budget_cny"), budget)
        pen.line(both("plan.measure.unspent_cny"), budget - plan.spend_cny)
    pen.line(both("plan.measure.yearly_cost_cny"), plan.yearly_cost_cny)
    for payer, cny in yearly_by_payer(plan).items():
        pen.line(f"  {code_word('payer', payer, pen.book.lang)}", cny)


def _machines(pen: _Pen) -> None:
    plan, lang, names = pen.book.plan, pen.book.lang, pen.book.names
    columns = [
        f"plan.field.machines.{f}" if f == "spend_cny" else f"plan.field.any.{f}"
        for f in ("count", "spend_cny")
    ]
    pen.head(
        "equipment",
        both("plan.field.any.equipment_type"),
        *(both(c, "\n") for c in columns),
        "",
        both("plan.column.detail"),
    )
    start = pen.row
    for action in ("buy", "retire"):
        for item in purchases(plan, action):
            kind = names.of("equipment_type", item.equipment_type)
            where = at_places(names, item.at, lang)
            pen.line(both(f"plan.say.{action}"), kind, item.count, item.cny, "", where)
    for move in moves(plan):
        kind = names.of("equipment_type", move.equipment_type)
        pen.line(both("plan.say.move"), kind, move.count, move.cny, "", move_ways(names, move))
    if pen.row == start:
        pen.line(labels.text("plan.say.no_machines", lang))


def _centres(pen: _Pen) -> None:
    plan, lang, names = pen.book.plan, pen.book.lang, pen.book.names
    rooms = reading_rooms(plan)
    if not rooms:
        return
    fields = ("sites_read_for", "readers_on_duty", "readers_released")
    pen.head(
        "centres", *(both(f"plan.field.{f}", "\n") for f in ("any.centre", *(f"centres.{f}" for f in fields)))
    )
    comma = labels.text("plan.say.list", lang)
    for room in rooms:
        row, sites = room.row, comma.join(names.facility(f) for f in room.reads_for)
        group = code_word("reading_group", row.reading_group, lang)
        counts = (len(room.reads_for), row.readers_on_duty, row.readers_released)
        pen.line(group, names.facility(row.facility), *counts, sites)


def _needs(pen: _Pen) -> None:
    plan, lang = pen.book.plan, pen.book.lang
    ends = need_ends(plan)
    if not ends:
        return
    pen.head("referral", *(both(f"ends.{end}", "\n") for end in ENDS))
    for stream, amounts in ends.items():
        total = sum(amounts.values())
        shares = [amounts[end] / total for end in ENDS]
        pen.line(code_word("stream", stream, lang), *shares, pattern="0.0%")
    if "episodes" in ends:
        freed = sum(row.freed_by_step_down_beds for row in plan.decisions.beds)
        pen.line(labels.text("plan.say.up_referrals", lang, n=number(up_referrals(plan))))
        pen.line(labels.text("plan.say.step_downs", lang, n=number(step_downs(plan)), beds=number(freed)))


def _indicators(pen: _Pen) -> None:
    book, lang = pen.book, pen.book.lang
    rows = key_indicators(book.plan)
    if not rows:
        return
    columns = ("field.any.unit", "column.before", "column.after", "column.change")
    pen.head("indicators", *(both(f"plan.{c}", "\n") for c in columns))
    for row in rows:
        change = None if row.before is None or row.after is None else row.after - row.before
        name, unit = indicator_name(book.names, row), code_word("unit", row.unit, lang)
        pattern = UNIT_FORMATS.get(row.unit, OTHER_FORMAT)
        pen.line(name, unit, row.before, row.after, change, pattern=pattern)


def _limits(pen: _Pen) -> None:
    lang, names = pen.book.lang, pen.book.names
    columns = ("any.scope", "limits.value", "limits.limit_value", "limits.room", "any.unit")
    pen.head("limits", *(both(f"plan.field.{c}", "\n") for c in columns))
    rows = binding_limits(pen.book.plan)
    for row in rows:
        name, unit = code_word("limit", row.limit, lang), code_word("unit", row.unit, lang)
        pattern = UNIT_FORMATS.get(row.unit, OTHER_FORMAT)
        pen.line(name, names.scope(row.scope), row.value, row.limit_value, row.room, unit, pattern=pattern)
    if not rows:
        pen.line(labels.text("plan.say.none_binding", lang))
