"""Rows written out in a document (YAML, JSON, a mapping in memory) -> a raw table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alloc.errors import Fault
from alloc.load.positions import Document, Grid, Path, Place


def inline_grid(table: str, rows: Sequence[object], entry: Document, faults: list[Fault]) -> Grid:
    """The grid of a list of mappings; each key is a column. Items that are no mapping are faults."""
    first: dict[str, int] = {}
    items: list[tuple[int, Mapping[str, object]]] = []
    for i, item in enumerate(rows):
        if isinstance(item, Mapping):
            items.append((i, item))
            for name in item:
                first.setdefault(str(name), i)
        elif len(faults) < 1000:
            faults.append(entry.fault("row_not_a_mapping", (i,), None if isinstance(item, list) else item))

    def place(row: int | None, column: str | None) -> Place:
        path: Path = ()
        if row is not None:
            path = (items[row][0],)
        elif column in first:
            path = (first[column],)
        found = entry.where((*entry.root, *path, *([] if column is None else [column])))
        return found | {"column": column} | ({"row": None} if "line" in found else {})

    cells = [[item.get(name) for name in first] for _, item in items]
    return Grid(table, list(first), cells, [i + 2 for i, _ in items], place)
