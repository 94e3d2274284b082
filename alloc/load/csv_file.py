"""CSV -> a raw table of text. UTF-8, with or without BOM; another encoding where the manifest names it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from alloc.errors import Fault
from alloc.load.bounds import CELL_CHARACTERS, ROWS
from alloc.load.files import read_bytes
from alloc.load.matrix import laid_out
from alloc.load.positions import Grid

ENCODINGS = ("utf-8", "gb18030")


def read_csv(path: Path, options: Mapping[str, str], table: str, faults: list[Fault]) -> Grid | None:
    """The grid of a CSV file; None, and a fault, where it cannot be read at all."""
    shown, encoding = options["file"], options.get("encoding", "utf-8")
    raw = read_bytes(path, shown, faults)
    if raw is None:
        return None
    text = decoded(raw, shown, encoding, faults)
    if text is None:
        return None
    csv.field_size_limit(max(csv.field_size_limit(), CELL_CHARACTERS))
    records: list[list[str]] = []
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for record in lines:
            records.append(record)
            if len(records) > ROWS + 1:
                break
    except csv.Error as error:
        faults.append(Fault("csv_syntax", file=shown, line=lines.line_num, params={"detail": str(error)}))
        return None
    return laid_out(options.get("layout", "table"), records, table, shown, None, faults)


def decoded(raw: bytes, shown: str, encoding: str, faults: list[Fault]) -> str | None:
    """The text in a file's bytes; None, and a fault with the line, where they are in another encoding."""
    try:
        return raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        rule = "not_utf8" if encoding == "utf-8" else "not_in_encoding"
        faults.append(Fault(rule, file=shown, line=line, params={"encoding": encoding}))
        return None
