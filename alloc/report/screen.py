"""Pieces of a terminal page: headings, prose, rows in columns, plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from typing import Final

from rich.cells import cell_len, chop_cells
from rich.console import Console, JustifyMethod, OverflowMethod, RenderableType
from rich.containers import Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alloc import labels

WIDTH: Final = 100
_MOST: Final = {"equipment": 9, "centres": 6, "roster": 10, "limits": 6, "warnings": 7}
"""Rows that a section shows; the rest are counted."""
Row = list[str]
_COMMAS: Final = "、，。；："
_CLOSING: Final = _COMMAS + "%）)"
_PIECE: Final = re.compile(rf".+?(?:[{_COMMAS}]+|(?<!\d)\s+|$)", re.DOTALL)
"""A name, a word, or a number with its unit, and the comma or blank that ends it."""


class Prose(Text):
    """A text whose lines end after a comma or a word: names stay whole, and no line starts with a comma."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """The text in lines of at most `width` columns."""
        if no_wrap or overflow == "ellipsis":
            return super().wrap(
                console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap
            )
        lines = self.divide(line_breaks(self.plain, width))
        for line in lines:
            line.rstrip()
            if justify == "right":
                line.align("right", width)
        return lines


def pieces(text: str) -> list[str]:
    """The pieces of a text that stay whole on a line."""
    return [piece.rstrip() for piece in _PIECE.findall(text)]


def line_breaks(text: str, width: int) -> list[int]:
    """Where lines of at most `width` columns start; a piece longer than a line is cut."""
    breaks: list[int] = []
    at = start = 0
    for piece in _PIECE.findall(text):
        if at > start and cell_len(text[start:at] + piece.rstrip()) > width:
            breaks.append(start := at)
        parts = chop_cells(piece.rstrip(), width)
        if len(parts) > 1 and parts[-1] in _CLOSING:  # a comma alone takes a character along
            parts[-2:] = parts[-2][:-1], parts[-2][-1] + parts[-1]
        breaks += [start := start + len(part) for part in parts[:-1]]
        at += len(piece)
    return breaks


def section(key: str, rows: list[Row], lang: str, style: str = "") -> Iterator[RenderableType]:
    """A heading and its rows in columns; rows above the section's number are counted, not shown."""
    if not rows:
        return
    yield heading(key, lang)
    most = _MOST.get(key, len(rows))
    table = Table.grid(padding=(0, 2))
    columns = max(len(row) for row in rows)
    for n in range(columns):
        last = n == columns - 1
        table.add_column(overflow="fold", no_wrap=not last and columns > 1, ratio=1 if last else None)
    for row in rows[:most]:
        table.add_row(*(Prose(cell, style=style) for cell in row))
    if table.row_count:
        yield indented(table)
    if len(rows) > most:
        yield indented(Prose(labels.text("plan.say.more", lang, n=len(rows) - most), style="dim"))


def heading(key: str, lang: str) -> Text:
    """The heading of a section."""
    return Text(labels.text(f"plan.head.{key}", lang), style="bold cyan")


def indented(renderable: RenderableType) -> Padding:
    """A part of a section, two columns in."""
    return Padding(renderable, (0, 0, 0, 2))


def as_text(renderable: RenderableType, width: int = WIDTH) -> str:
    """Any renderable as plain text."""
    console = Console(
        file=StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False
    )
    with console.capture() as capture:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"
