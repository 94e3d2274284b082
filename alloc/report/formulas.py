"""Texts that a spreadsheet would run as a formula get an apostrophe before them.

Only texts are guarded: a negative number stays a number. Whoever reads such a text back takes one leading
apostrophe off.
"""

from __future__ import annotations

import unicodedata

_STARTS_FORMULA = frozenset("=+-@")
_STARTS_COMMAND = frozenset("\t\r\n\0")


def guarded(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    start = text.lstrip()[:1]
    if text[:1] in _STARTS_COMMAND or (start and unicodedata.normalize("NFKC", start) in _STARTS_FORMULA):
        return f"'{text}"
    return text
