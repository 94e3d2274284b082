"""What goes to stdout and stderr, on any console: symbols that it lacks are written in ASCII."""

from __future__ import annotations

import codecs
import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_ASCII: Final = {
    "→": "->", "←": "<-", "×": "x", "·": "-", "…": "...", "–": "-", "—": "-", "−": "-", "≤": "<=", "≥": ">=",
    "≈": "~", "‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "²": "2", "³": "3",
    "，": ", ", "。": ". ", "：": ": ", "；": "; ", "、": ", ", "（": "(", "）": ")",
}  # fmt: skip
_LACKING: Final = "alloc_ascii"
_NO_READER: Final = (errno.EPIPE, errno.EINVAL)  # Windows says EINVAL of a closed pipe
_WIDTH: Final = 100


def settle_streams() -> None:
    """From now on a character that the console lacks is replaced, and never an error."""
    codecs.register_error(_LACKING, _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_LACKING)


def write(text: str) -> None:
    """Write to stdout; a reader who has had enough (`alloc show plan | head`) is no error."""
    with _to_reader():
        sys.stdout.write(text)
        sys.stdout.flush()


def show(renderable: RenderableType) -> None:
    """Write a page: in colour on a terminal, else as plain text."""
    from alloc.report.screen import as_text

    if not sys.stdout.isatty():
        write(as_text(renderable, shutil.get_terminal_size((_WIDTH, 24)).columns))
        return
    with _to_reader():
        console_on(sys.stdout).print(renderable)


def document(record: Mapping[str, object]) -> None:
    """Write one JSON document."""
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    write(json.dumps(record, ensure_ascii=encoding != "utf8", indent=2, allow_nan=False) + "\n")


def aside(text: str, style: str = "") -> None:
    """Write to stderr what is not the answer itself; in a style of rich on a terminal."""
    with suppress(OSError, ValueError):
        if style and sys.stderr.isatty():
            console_on(sys.stderr).print(text, style=style, soft_wrap=True)
        else:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()


def quoted(path: object) -> str:
    """A path as it may be typed: in quotes when it has blanks."""
    return f'"{path}"' if " " in str(path) else str(path)


def console_on(stream: TextIO) -> Console:
    """A console of rich that takes every text as it is."""
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_ASCII.get(char, "?") for char in error.object[error.start : error.end]), error.end


@contextmanager
def _to_reader() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_READER:
            raise
        # What is still in the buffer must go somewhere when Python ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
