"""CSV -> a raw table of text. UTF-8, with or without BOM; another encoding where the manifest names it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from alloc.errors import Fault
from alloc.load.bounds import CELL_CHARACTERS, ROWS
from alloc.load.files import read_bytes
from alloc.load.matrix import laid_out
from alloc.load.positions import Grid
from alloc.load.words import column_words, plain

ENCODINGS = ("utf-8", "gb18030")
_MARK = "\ufeff"
_OTHER_SEPARATORS = {";": ";", "\t": "TAB", "|": "|"}


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
    separator = _other_separator(records, table)
    if separator is not None:
        faults.append(Fault("csv_separator", file=shown, table=table, params={"separator": separator}))
        return None
    return laid_out(options.get("layout", "table"), records, table, shown, None, faults)


def decoded(raw: bytes, shown: str, encoding: str, faults: list[Fault]) -> str | None:
    """The text in a file's bytes; None, and a fault with the line, where they are in another encoding."""
    if encoding != "utf-8" and _is_utf8(raw):
        faults.append(Fault("utf8_after_all", file=shown, params={"encoding": encoding}))
        return None
    try:
        return raw.decode(encoding).lstrip(_MARK)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        rule = "not_in_encoding"
        if encoding == "utf-8":
            rule = "not_utf8" if Path(shown).suffix.lower() == ".csv" else "document_not_utf8"
        faults.append(Fault(rule, file=shown, line=line, params={"encoding": encoding}))
        return None


def _is_utf8(raw: bytes) -> bool:
    """Whether bytes that are said to be GBK are UTF-8: as GBK they would be read, and make no sense.

    Chinese characters take three bytes there, which a whole file of GBK never looks like by chance.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return raw.startswith(codecs.BOM_UTF8) or any("\u2e80" <= char <= "\uffef" for char in text)


def _other_separator(records: Sequence[Sequence[str]], table: str) -> str | None:
    """What separates the columns, where it is not the comma: the first line is then one cell."""
    head = next((record for record in records if any(cell.strip() for cell in record)), [])
    if len(head) != 1:
        return None
    for mark, name in _OTHER_SEPARATORS.items():
        names = head[0].split(mark)
        if len(names) > 1 and any(plain(one) in column_words(table) for one in names):
            return name
    return None
