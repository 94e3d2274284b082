"""A region's document: what it is, and its tables, each in a file of its own, in a sheet, or written out.

The same keys in YAML (``region.yaml``) and JSON, and in a mapping in memory. One JSON document has its tables
at the top level, a manifest has them under ``tables``; both may be mixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alloc.errors import Fault
from alloc.load.assemble import Parts
from alloc.load.cells import is_blank
from alloc.load.files import inside
from alloc.load.inline import inline_grid
from alloc.load.positions import Document, Grid
from alloc.load.road_files import ROAD_TABLES, read_roads
from alloc.load.table_file import read_table_file
from alloc.load.words import nearest
from alloc.schema import TABLES

if TYPE_CHECKING:
    from alloc.load.excel import Books

_HEAD = ("schema_version", "about", "travel", "scenarios")
_OPTIONS = ("file", "sheet", "layer", "layout", "encoding")


def read_manifest(document: Document, shown: str | None, folder: Path | None, faults: list[Fault]) -> Parts:
    """The parts that a document names. ``folder`` None: all rows must be in it."""
    parts = Parts(file=shown)
    if not isinstance(document.data, Mapping):
        faults.append(document.fault("not_a_region"))
        return parts
    roads = None
    work = _Tables(document, folder, parts, faults)
    for key, value in document.data.items():
        if key in _HEAD:
            setattr(parts, key, document.part(key) if value is not None else None)
        elif key == "tables":
            work.read_all(document.part(key))
        elif key == "roads":
            roads = document.part(key)
        elif key in TABLES:
            work.read(key, document.part(key))
        else:
            keys = (*_HEAD, "tables", "roads")
            known = nearest(str(key), (*keys, *TABLES)) or ", ".join(keys)
            faults.append(document.fault("unknown_key", (key,), key, known=known))
    if roads is not None:
        work.read_roads(roads)
    return parts


class _Tables:
    """Reads the tables that a document names, each once."""

    def __init__(self, document: Document, folder: Path | None, parts: Parts, faults: list[Fault]) -> None:
        self.document, self.folder, self.parts, self.faults = document, folder, parts, faults
        self.books: Books = {}

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

    def read_roads(self, entry: Document) -> None:
        """The road network of one file: two tables at once."""
        for name in ROAD_TABLES:
            if name in self.parts.grids or name in self.parts.unread:
                self.faults.append(entry.fault("table_twice", value=name))
        options = {"file": entry.data} if isinstance(entry.data, str) else entry.data
        if not isinstance(options, Mapping):
            self.faults.append(entry.fault("no_file_named", name="roads"))
            return
        self.parts.unread.update(ROAD_TABLES)
        path = self._path_of("roads", entry, options, ("file", "layer"))
        if path is not None:
            self.parts.grids |= read_roads(path, str(options["file"]), options.get("layer"), self.faults)

    def _from_file(self, name: str, entry: Document, options: Mapping[str, Any]) -> Grid | None:
        path = self._path_of(name, entry, options, _OPTIONS)
        if path is None:
            return None
        texts = {key: str(value) for key, value in options.items()}
        return read_table_file(path, name, texts, entry, self.books, self.faults)

    def _path_of(
        self, name: str, entry: Document, options: Mapping[str, Any], keys: tuple[str, ...]
    ) -> Path | None:
        """The file that an entry names; None, and faults, where it must not be opened."""
        before = len(self.faults)
        for key, value in options.items():
            if key not in keys:
                known = nearest(str(key), keys) or ", ".join(keys)
                self.faults.append(entry.fault("unknown_key", (key,), key, known=known))
            elif not isinstance(value, str):
                self.faults.append(entry.fault("not_text", (key,), value))
        if is_blank(options.get("file")):
            self.faults.append(entry.fault("no_file_named", name=name))
        if len(self.faults) > before:
            return None
        shown = str(options["file"])
        at = ("file",) if isinstance(entry.data, Mapping) else ()
        path = None if self.folder is None else inside(self.folder, shown)
        if path is None:
            rule = "no_files_here" if self.folder is None else "path_outside"
            self.faults.append(entry.fault(rule, at, shown))
        return path
