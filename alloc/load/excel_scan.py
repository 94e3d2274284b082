"""A look into a workbook's XML before it is read: how large it is, and which cells hold no value.

The reader that follows lays every sheet out as a rectangle, and returns broken cells as blank ones. So sheets
that claim to reach far are refused here, and cells with an error (``#REF!``) or with a formula that was never
calculated are marked. No formula is ever calculated.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from posixpath import join, normpath

from alloc.errors import Fault
from alloc.load.bounds import CELLS, COLUMNS, LIMITS, ROWS, UNPACKED_BYTES
from alloc.load.cells import Broken

_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,6})(\d{1,12})["']""")
_ERROR = re.compile(rb"""<(?:\w+:)?c\b[^>]*\bt\s*=\s*["']e["'][^>]*>""")
_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*[^/>]>[^<]*</(?:\w+:)?f>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(OSError, RuntimeError, NotImplementedError, ValueError, EOFError),
)
"""What zipfile raises for a broken, encrypted or strangely packed archive."""

Marks = dict[tuple[int, int], Broken]
"""(row, column), both from 0 -> what is wrong there."""


@dataclass
class Scan:
    """The broken cells of every sheet, by the sheet's name."""

    broken: dict[str, Marks] = field(default_factory=dict)


def scan(path: Path, shown: str, faults: list[Fault]) -> Scan | None:
    """The broken cells of a workbook; None, and a fault, where it is no workbook or too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = _unpacked(archive)
    except _BROKEN:
        faults.append(Fault("not_a_workbook", file=shown))
        return None
    if members is None:
        limit = f"{UNPACKED_BYTES // 2**20} MiB"
        faults.append(Fault("file_too_large", file=shown, params={"limit": limit}))
        return None
    found = Scan()
    if not all(map(_is_plain, members.values())):
        faults.append(Fault("not_a_workbook", file=shown))
        return None
    for raw in members.values():
        if not _bounded(raw):
            faults.append(Fault("table_too_large", file=shown, params=LIMITS))
            return None
    for sheet, name in _sheet_files(members).items():
        found.broken[sheet] = _marks(members.get(name, b""))
    return found


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes] | None:
    """The XML members; None when they unpack to more than may be. Sizes are counted, not believed."""
    room = UNPACKED_BYTES
    members: dict[str, bytes] = {}
    for info in archive.infolist():
        with archive.open(info) as packed:
            raw = packed.read(room + 1)
        room -= len(raw)
        if room < 0:
            return None
        if info.filename.lower().endswith((".xml", ".rels")):
            members[info.filename] = raw
    return members


def _is_plain(raw: bytes) -> bool:
    """UTF-8 without entities of its own, as Excel writes it: otherwise cells could hide from this look."""
    return b"\x00" not in raw[:200] and b"<!DOCTYPE" not in raw


def _bounded(raw: bytes) -> bool:
    """Whether the cells of a sheet lie within bounds."""
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    for column, row in _REFERENCE.findall(raw):
        rows.add(row)
        columns.add(column)
    height = max(map(int, rows), default=0)
    width = max((_column(letters) for letters in columns if letters), default=0)
    return height <= ROWS and width <= COLUMNS and height * width <= CELLS


def _marks(raw: bytes) -> Marks:
    found: Marks = {}
    for match in _ERROR.finditer(raw):
        _mark(found, match.group(), "excel_error")
    if b"<f" in raw or b":f" in raw:
        for match in _FORMULA.finditer(raw):
            _mark(found, match[1], "formula_without_value")
    return found


def _mark(found: Marks, cell: bytes, rule: str) -> None:
    reference = _REFERENCE.search(cell)
    if reference is not None and reference[1]:
        found[int(reference[2]) - 1, _column(reference[1]) - 1] = Broken(rule)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _sheet_files(members: Mapping[str, bytes]) -> dict[str, str]:
    """The name of each sheet -> the member that holds it."""
    main = next((name for name in members if name.lower() == "xl/workbook.xml"), "xl/workbook.xml")
    relations = {
        attributes.get("Id", ""): normpath(join("xl", attributes.get("Target", ""))).lstrip("/")
        for attributes in _attributes(_RELATION, members.get("xl/_rels/workbook.xml.rels", b""))
    }
    sheets = {}
    for attributes in _attributes(_SHEET, members.get(main, b"")):
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        sheets[attributes.get("name", "")] = relations.get(relation, "")
    return sheets


def _attributes(tag: re.Pattern[str], raw: bytes) -> list[dict[str, str]]:
    text = raw.decode("utf-8", "replace")
    return [
        {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(match[1])}
        for match in tag.finditer(text)
    ]
