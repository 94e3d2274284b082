"""Tables made by hand in as few words as they need."""

from __future__ import annotations

from typing import Any


def rows(columns: str, *lines: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Rows of a table from its columns, in one text, and its lines; None leaves a column out."""
    names = columns.split()
    return [
        {name: value for name, value in zip(names, line, strict=True) if value is not None} for line in lines
    ]
