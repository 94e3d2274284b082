"""Which format a benchmark file is of: told by its words and by how many numbers it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alloc.location.files.instance import SitingInstance
from alloc.location.files.numbers import refuse, text_lines
from alloc.location.files.orlib import read_orlib_cap, read_orlib_pmed, read_orlib_pmedcap
from alloc.location.files.others import read_cpmp, read_holmberg, read_mclp, read_tsplib

READERS: Final[dict[str, Callable[[str | Path], SitingInstance]]] = {
    "orlib-pmed": read_orlib_pmed,
    "orlib-cap": read_orlib_cap,
    "orlib-pmedcap": read_orlib_pmedcap,
    "tsplib": read_tsplib,
    "cpmp": read_cpmp,
    "holmberg": read_holmberg,
    "mclp": read_mclp,
}


def read_instance(path: str | Path, file_format: str | None = None) -> SitingInstance:
    """A benchmark file, of a format of `READERS` or of whichever it looks like. Raises DataError."""
    if file_format is None:
        file_format = format_of(text_lines(path))
    if file_format is None:
        refuse(path, "unknown_layout")
    return READERS[file_format](path)


def format_of(lines: list[str]) -> str | None:
    """The one format that the words or the number of numbers fit; None where none or several do."""
    stripped = {line.strip() for line in lines}
    if "NODE_COORD_SECTION" in stripped:
        return "mclp" if "DEMAND_SECTION" in stripped else "tsplib"
    counts = [len(line.split()) for line in lines]
    head = [_whole(word) for line in lines[:5] for word in line.split()[:5]][:5]
    fits = _by_count(head, sum(counts))
    if fits == {"orlib-cap", "holmberg"}:
        # Both hold as many numbers: OR-Library has each client's demand on a line of its own.
        m, before, number = head[0] or 0, 0, 0
        while number < len(counts) and before < 2 + 2 * m:
            before, number = before + counts[number], number + 1
        after = next((count for count in counts[number:] if count), 0)
        return "orlib-cap" if after == 1 else "holmberg"
    return fits.pop() if len(fits) == 1 else None


def _by_count(head: list[int | None], n_words: int) -> set[str]:
    """Formats whose own count of numbers is that of the file."""
    a, b = [*head, None, None][:2]
    third = head[2] if len(head) > 2 else None
    expected = {
        "orlib-pmed": None if b is None else 3 + 3 * b,
        "orlib-cap": None if a is None or b is None else 2 + 2 * a + b * (a + 1),
        "holmberg": None if a is None or b is None else 2 + 2 * a + b * (a + 1),
        "orlib-pmedcap": None if third is None else 5 + 4 * third,
        "cpmp": None if a is None else 2 + 4 * a,
    }
    return {name for name, count in expected.items() if count == n_words}


def _whole(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 12 else None
