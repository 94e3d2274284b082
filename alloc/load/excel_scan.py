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

_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_LONGEST_ROW, _LONGEST_COLUMN = 12, 6
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
    """The broken cells of every sheet, by the sheet's name; ``unplaced`` are the rules that cells break which
    do not say where they stand.
    """

    broken: dict[str, Marks] = field(default_factory=dict)
    unplaced: dict[str, set[str]] = field(default_factory=dict)


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
    sheets = _sheet_files(members)
    for name, raw in members.items():
        if not _bounded(raw):
            sheet = next((sheet for sheet, member in sheets.items() if member == name), None)
            faults.append(Fault("sheet_too_large", file=shown, sheet=sheet, params=LIMITS))
            return None
    for sheet, name in sheets.items():
        found.broken[sheet], found.unplaced[sheet] = _marks(members.get(name, b""))
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
    if max(map(len, rows), default=0) > _LONGEST_ROW or max(map(len, columns), default=0) > _LONGEST_COLUMN:
        return False
    height = max(map(int, rows), default=0)
    width = max((_column(letters) for letters in columns if letters), default=0)
    return height <= ROWS and width <= COLUMNS and height * width <= CELLS


def _marks(raw: bytes) -> tuple[Marks, set[str]]:
    cells = [(match.group(), "excel_error") for match in _ERROR.finditer(raw)]
    if b"<f" in raw or b":f" in raw:
        cells += [(match[1], "formula_without_value") for match in _FORMULA.finditer(raw)]
    placed: Marks = {}
    unplaced: set[str] = set()
    for cell, rule in cells:
        reference = _REFERENCE.search(cell)
        if reference is not None and reference[1]:
            placed[int(reference[2]) - 1, _column(reference[1]) - 1] = Broken(rule)
        else:
            unplaced.add(rule)
    return placed, unplaced


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
