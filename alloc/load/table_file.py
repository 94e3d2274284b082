"""One table out of one file: tells the file's kind, and which options it knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from alloc.errors import Fault
from alloc.load.csv_file import ENCODINGS, read_csv
from alloc.load.matrix import LAYOUTS
from alloc.load.positions import Document, Grid

if TYPE_CHECKING:
    from alloc.load.excel import Books

_OPTIONS: Mapping[str, tuple[str, ...]] = {
    ".csv": ("encoding", "layout"),
    ".xlsx": ("sheet", "layout"),
    ".gpkg": ("layer",),
    ".geojson": (),
    ".parquet": (),
}
_CHOICES: Mapping[str, tuple[str, ...]] = {"encoding": ENCODINGS, "layout": LAYOUTS}


def read_table_file(
    path: Path, table: str, options: Mapping[str, str], entry: Document, books: Books, faults: list[Fault]
) -> Grid | None:
    """The grid of a table that a manifest names by ``options``: ``file``, and how to read it.

    ``entry`` is the manifest's entry, for faults of the options; ``books`` are the workbooks open already.
    None, and faults, where the table cannot be read.
    """
    shown = options["file"]
    kind = Path(shown).suffix.lower()
    if kind not in _OPTIONS:
        faults.append(entry.fault("unknown_file_type", (), shown, known=", ".join(_OPTIONS)))
        return None
    before = len(faults)
    for name, value in options.items():
        choices = _CHOICES.get(name, ())
        if name not in ("file", *_OPTIONS[kind]):
            known = ", ".join(_OPTIONS[kind]) or "-"
            faults.append(entry.fault("option_unused", (name,), value, name=name, kind=kind, known=known))
        elif choices and value not in choices:
            nearest = choices[0]
            faults.append(
                entry.fault("not_a_choice", (name,), value, choices=", ".join(choices), nearest=nearest)
            )
    return None if len(faults) > before else _read(path, kind, table, options, books, faults)


def _read(
    path: Path, kind: str, table: str, options: Mapping[str, str], books: Books, faults: list[Fault]
) -> Grid | None:
    shown = options["file"]
    if kind == ".csv":
        return read_csv(path, options, table, faults)
    if kind == ".xlsx":
        from alloc.load.excel import read_sheet

        return read_sheet(path, options, table, books, faults)
    if kind == ".parquet":
        from alloc.load.parquet import read_parquet

        return read_parquet(path, shown, table, faults)
    from alloc.load import geo

    if kind == ".geojson":
        return geo.read_geojson(path, shown, table, faults)
    return geo.read_geopackage(path, shown, table, options.get("layer"), faults)
