"""Pieces of a terminal page: headings, rows in columns, plain text."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alloc import labels

WIDTH: Final = 100
_MOST: Final = {"equipment": 9, "centres": 6, "roster": 10, "limits": 6, "warnings": 7}
"""Rows that a section shows; the rest are counted."""
Row = list[str]


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
        table.add_row(*(Text(cell, style=style) for cell in row))
    if table.row_count:
        yield indented(table)
    if len(rows) > most:
        yield indented(Text(labels.text("plan.say.more", lang, n=len(rows) - most), style="dim"))


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
