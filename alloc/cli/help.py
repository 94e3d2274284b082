"""Help pages, wrapped by the width that characters take on a terminal: a Chinese one takes two columns."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator

_LEFT_MOST = 26
_WIDEST = 100
_NARROWEST = 40
_INDENT = "  "
# A run of narrow characters, or one wide character with the punctuation that must not start a line.
_PIECE = re.compile(
    r"\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+[，。；：、）！？”’]*|.[，。；：、）！？”’]*"
)


def terminal_width() -> int:
    """The columns to fill."""
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((80, 24)).columns - 1))


def columns_of(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def wrapped(text: str, width: int) -> list[str]:
    """A paragraph as lines of at most `width` columns; only a single word may be longer."""
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if columns_of(line + piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def hanging(text: str, first: str, rest: str, width: int) -> str:
    """A paragraph with `first` before its first line and `rest` before the others."""
    lines = wrapped(text, max(_NARROWEST // 2, width - max(columns_of(first), columns_of(rest))))
    return "\n".join(f"{first if n == 0 else rest}{line}" for n, line in enumerate(lines))


def paragraphs(text: str, width: int) -> Iterator[str]:
    """Each line of a text wrapped; indented lines keep their indent."""
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        yield hanging(line.strip(), indent, indent, width) if line.strip() else ""


def definitions(rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Terms on the left, what they mean on the right."""
    listed = list(rows)
    left = min(_LEFT_MOST, max((columns_of(term) for term, _ in listed), default=0)) + 2
    margin = " " * (len(_INDENT) + left)
    for term, meaning in listed:
        gap = left - columns_of(term)
        if gap < 2:
            yield _INDENT + term
            yield hanging(meaning, margin, margin, width)
        else:
            yield hanging(meaning, _INDENT + term + " " * gap, margin, width)
