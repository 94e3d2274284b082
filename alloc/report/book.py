"""An open Excel workbook: its formats, its language, and what every sheet of it says.

No cell is ever a formula or a link: every text is written as text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alloc import labels
from alloc.plan.plan import Plan
from alloc.report.words import holding_word

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

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
OTHER_FORMAT: Final = "#,##0.00"
HEAD: Final = {"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "text_wrap": True, "valign": "top"}
_MOST_TEXT: Final = 32_000
_A4: Final = 9


class Book:
    """A workbook being written; ``about`` stands on every sheet and page, in red when it is not ``sure``."""

    def __init__(self, book: Workbook, about: str, sure: bool, lang: str) -> None:
        self.book, self.about, self.sure, self.lang = book, about, sure, lang
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
        sheet.set_header(f"&L{_in_header(self.about)}&R&A")
        sheet.set_footer(f"&C{page}")
        if not self.sure:
            sheet.set_tab_color("#C00000")
        return sheet

    def title(self, sheet: Worksheet, text: str) -> None:
        """The first line of a sheet, red when the plan is not proven."""
        self.text(sheet, 0, 0, text, bold=True, font_size=13)
        self.text(
            sheet, 1, 0, self.about, font_color="#595959" if self.sure else "#C00000", bold=not self.sure
        )


@contextmanager
def open_book(path: Path, about: str, made: str) -> Iterator[Workbook]:
    """A new workbook file. The same contents give the same bytes: its date is ``made``, an ISO time."""
    from xlsxwriter import Workbook

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
        "default_format_properties": {"font_name": "Microsoft YaHei", "font_size": 10},
    }
    with Workbook(str(path), options) as file:
        file.set_properties({"title": about, "created": _moment(made), "author": "alloc"})
        yield file


def marks(plan: Plan) -> list[str]:
    """In both languages: how sure the plan is, and whether its region is made up in part."""
    holding = " / ".join(dict.fromkeys(holding_word(plan, lang) for lang in ("zh", "en")))
    made_up = [both("plan.say.semi_synthetic", " / ")] if plan.region.about.semi_synthetic else []
    return [holding, *made_up]


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


def _in_header(text: str) -> str:
    """Excel reads codes behind an ampersand in page headers, and allows 255 characters."""
    return text.replace("&", "&&")[:180]


def _moment(made: str) -> datetime:
    try:
        moment = datetime.fromisoformat(made)
    except ValueError:
        return datetime.now(UTC).replace(tzinfo=None)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
