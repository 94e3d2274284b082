"""The numbers of a text file, one after another, each with the line it stands on."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, NoReturn

import numpy as np

from alloc.errors import DataError, Fault
from alloc.location.pairs import Values

MOST_BYTES: Final = 256 * 2**20
MOST_CELLS: Final = 400_000_000
"""Of a dense cost matrix: 3.2 GB."""


class Numbers:
    """Numbers between blanks; what is asked for and not there is a DataError with file and line."""

    def __init__(self, path: str | Path, lines: list[str] | None = None, first_line: int = 1) -> None:
        self.file = str(path)
        self.lines = text_lines(path) if lines is None else lines
        self._words: list[str] = []
        self._line_of: list[int] = []
        for number, line in enumerate(self.lines, first_line):
            words = line.split()
            self._words += words
            self._line_of += [number] * len(words)
        self._next = 0

    def one(self, least: float = -math.inf) -> float:
        """The next number, finite and not below ``least``."""
        return float(self.many(1, least)[0])

    def whole(self, least: int = 0, most: int = 10_000_000) -> int:
        """The next number, which must be a whole one within bounds."""
        at = self._next
        value = self.one()
        if value != int(value) or not least <= value <= most:
            self.refuse("whole", at, least=least, most=most)
        return int(value)

    def many(self, n: int, least: float = -math.inf) -> Values:
        """The next ``n`` numbers, finite and not below ``least``."""
        begin, end = self._next, self._next + n
        if end > len(self._words):
            self.refuse("too_short", max(len(self._words) - 1, 0), missing=end - len(self._words))
        words = self._words[begin:end]
        try:
            values = np.array(words, dtype=float)
        except ValueError:
            self.refuse("not_a_number", begin + next(i for i, w in enumerate(words) if not _is_number(w)))
        bad = np.flatnonzero(~(np.isfinite(values) & (values >= least)))
        if len(bad):
            self.refuse("number_bounds", begin + int(bad[0]), least=f"{least:g}")
        self._next = end
        return values

    def table(self, rows: int, columns: int, least: float = -math.inf) -> Values:
        """The next rows of numbers, (rows, columns)."""
        return self.many(rows * columns, least).reshape(rows, columns)

    def check_not_negative(self, values: Values, first: int, step: int) -> None:
        """Refuse a negative number in a column of words ``first``, ``first + step`` ..."""
        wrong = np.flatnonzero(values < 0.0)
        if len(wrong):
            self.refuse("number_bounds", first + step * int(wrong[0]), least=0)

    def end(self) -> None:
        """Nothing may be left."""
        if self._next < len(self._words):
            self.refuse("too_long", self._next, left=len(self._words) - self._next)

    def refuse(self, rule: str, at: int | None = None, **params: object) -> NoReturn:
        """Raise the fault of a word; without ``at``, of the last one read."""
        at = self._next - 1 if at is None else at
        known = 0 <= at < len(self._words)
        refuse(
            self.file,
            rule,
            self._line_of[at] if known else None,
            self._words[at] if known and rule != "too_short" else None,
            **params,
        )


def refuse(
    file: str | Path, rule: str, line: int | None = None, value: str | None = None, **params: object
) -> NoReturn:
    """Raise a DataError with one fault of a file."""
    told = {name: str(param) for name, param in params.items()}
    raise DataError(Fault(f"location_file.{rule}", file=str(file), line=line, value=value, params=told))


def check_cells(file: str | Path, n_clients: int, n_sites: int) -> None:
    """Refuse a file whose cost matrix would not fit into memory."""
    if n_clients * n_sites > MOST_CELLS:
        refuse(file, "too_many", clients=n_clients, sites=n_sites, most=MOST_CELLS)


def text_lines(path: str | Path) -> list[str]:
    """The lines of a file."""
    return text_of(path).splitlines()


def text_of(path: str | Path) -> str:
    """The text of a file; NULs and a Ctrl-Z at its end, as old programs wrote them, are dropped."""
    raw = _bytes(Path(path))
    try:
        text = raw.rstrip(b"\0\x1a \r\n\t").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(path, "not_text", line=raw.count(b"\n", 0, error.start) + 1)
    if "\0" in text:
        refuse(path, "not_text", line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise DataError(Fault("is_a_folder" if path.is_dir() else "no_such_file", file=str(path)))
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except ValueError:  # a NUL in the name
        raise DataError(Fault("no_such_file", file=str(path))) from None
    except OSError as error:
        detail = {"detail": error.strerror or str(error)}
        raise DataError(Fault("unreadable_file", file=str(path), params=detail)) from None
    if len(raw) > MOST_BYTES:
        raise DataError(
            Fault("file_too_large", file=str(path), params={"limit": f"{MOST_BYTES // 2**20} MiB"})
        )
    return raw


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
