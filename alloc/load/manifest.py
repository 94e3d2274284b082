"""A region's document: what it is, and its tables, each in a file of its own, in a sheet, or written out.

The same keys in YAML (``region.yaml``) and JSON, and in a mapping in memory. One JSON document has its tables
at the top level, a manifest has them under ``tables``; both may be mixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alloc.errors import Fault
from alloc.load.assemble import Parts
from alloc.load.csv_file import ENCODINGS, read_csv
from alloc.load.files import inside
from alloc.load.inline import inline_grid
from alloc.load.positions import Document, Grid
from alloc.load.words import nearest
from alloc.schema import TABLES

_HEAD = ("schema_version", "about", "travel", "scenarios")
_OPTIONS = ("file", "sheet", "layer", "layout", "encoding")
_KINDS = (".csv", ".xlsx", ".gpkg", ".geojson", ".parquet")


def read_manifest(document: Document, shown: str | None, folder: Path | None, faults: list[Fault]) -> Parts:
    """The parts that a document names. ``folder`` None: all rows must be in it."""
    parts = Parts(file=shown)
    if not isinstance(document.data, Mapping):
        faults.append(document.fault("not_a_region"))
        return parts
    work = _Tables(document, folder, parts, faults)
    for key, value in document.data.items():
        if key in _HEAD:
            setattr(parts, key, document.part(key) if value is not None else None)
        elif key == "tables":
            work.read_all(document.part(key))
        elif key in TABLES:
            work.read(key, document.part(key))
        else:
            keys = (*_HEAD, "tables", "roads")
            known = nearest(str(key), (*keys, *TABLES)) or ", ".join(keys)
            faults.append(document.fault("unknown_key", (key,), key, known=known))
    return parts


class _Tables:
    """Reads the tables that a document names, each once."""

    def __init__(self, document: Document, folder: Path | None, parts: Parts, faults: list[Fault]) -> None:
        self.document, self.folder, self.parts, self.faults = document, folder, parts, faults

    def read_all(self, tables: Document) -> None:
        if tables.data is None:
            return
        if not isinstance(tables.data, Mapping):
            self.faults.append(tables.fault("not_a_mapping"))
            return
        for name in tables.data:
            if name not in TABLES:
                known = nearest(str(name), TABLES) or ", ".join(TABLES)
                self.faults.append(tables.fault("unknown_table", (name,), name, known=known))
            else:
                self.read(name, tables.part(name))

    def read(self, name: str, entry: Document) -> None:
        """One table: rows, the name of a file, or a mapping with ``file`` and how to read it."""
        if name in self.parts.grids or name in self.parts.unread:
            self.faults.append(entry.fault("table_twice", value=name))
            return
        grid = None
        if isinstance(entry.data, list | tuple):
            grid = inline_grid(name, entry.data, entry, self.faults)
        elif isinstance(entry.data, str):
            grid = self._from_file(name, entry, {"file": entry.data})
        elif isinstance(entry.data, Mapping):
            grid = self._from_file(name, entry, entry.data)
        else:
            self.faults.append(entry.fault("not_a_table", value=entry.data, name=name))
        if grid is None:
            self.parts.unread.add(name)
        else:
            self.parts.grids[name] = grid

    def _from_file(self, name: str, entry: Document, options: Mapping[str, Any]) -> Grid | None:
        before = len(self.faults)
        for key, value in options.items():
            if key not in _OPTIONS:
                known = nearest(str(key), _OPTIONS) or ", ".join(_OPTIONS)
                self.faults.append(entry.fault("unknown_key", (key,), key, known=known))
            elif not isinstance(value, str):
                self.faults.append(entry.fault("not_text", (key,), value))
        if not isinstance(options.get("file"), str):
            self.faults.append(entry.fault("no_file_named", name=name))
        if len(self.faults) > before:
            return None
        shown = str(options["file"])
        at = ("file",) if isinstance(entry.data, Mapping) else ()
        if self.folder is None:
            self.faults.append(entry.fault("no_files_here", at, shown))
            return None
        path = inside(self.folder, shown)
        if path is None:
            self.faults.append(entry.fault("path_outside", at, shown))
            return None
        return self._read_file(name, entry, path, {key: str(value) for key, value in options.items()})

    def _read_file(self, name: str, entry: Document, path: Path, options: dict[str, str]) -> Grid | None:
        kind = Path(options["file"]).suffix.lower()
        encoding = options.get("encoding", "utf-8").lower()
        if encoding not in ENCODINGS:
            known = ", ".join(ENCODINGS)
            self.faults.append(entry.fault("unknown_encoding", ("encoding",), encoding, known=known))
            return None
        if kind == ".csv":
            return read_csv(path, options["file"], name, encoding, self.faults)
        self.faults.append(entry.fault("unknown_file_type", (), options["file"], known=", ".join(_KINDS)))
        return None
