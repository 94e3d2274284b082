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
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

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
    from rich.console import Console

    with _to_reader():
        Console(file=sys.stdout, highlight=False, markup=False, emoji=False).print(renderable)


def document(record: Mapping[str, object]) -> None:
    """Write one JSON document."""
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    write(json.dumps(record, ensure_ascii=encoding != "utf8", indent=2, allow_nan=False) + "\n")


def aside(text: str, **style: bool | str) -> None:
    """Write to stderr: what is not the answer itself."""
    with suppress(OSError, ValueError):
        click.secho(text, err=True, **style)  # type: ignore[arg-type]  # click names each of its styles


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
