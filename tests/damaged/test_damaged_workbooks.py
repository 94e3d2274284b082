"""Workbooks as Excel and other programs leave them behind: each is refused, and never half-read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.damaged.damage import (
    Damage,
    alone,
    in_book,
    put,
    raw,
    refused,
    refused_by_the_command_line,
    sheet,
)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def with_title(book: Any) -> None:
    book["places"].insert_rows(1)
    book["places"]["A1"] = "好县居民点一览"


def without_a_name(book: Any) -> None:
    book["staff"]["C1"] = None


def shown_as_a_date(book: Any) -> None:
    book["population"]["C2"] = 900
    book["population"]["C2"].number_format = "yyyy-mm-dd"


def in_xml(member: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """Change one part of the archive, as a program that is no Excel might have written it."""

    def spoilt(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        assert change(parts[member]) != parts[member]
        parts[member] = change(parts[member])
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return spoilt


def bomb(path: Path) -> None:
    """A few hundred kilobytes that unpack to more than may be."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet99.xml", b" " * (520 * 2**20))


def formula_without_a_place(content: bytes) -> bytes:
    """The first number becomes a formula without a value, in a cell that does not say where it stands."""
    return re.sub(rb'<c r="[A-Z]+2"([^>]*)><v>[^<]*</v></c>', rb"<c\1><f>1+1</f></c>", content, count=1)


DAMAGED = [
    sheet("a truncated workbook", truncate, "not_a_workbook"),
    sheet("text called a workbook", raw("region.xlsx", b"id,area\n"), "not_a_workbook"),
    sheet("a missing sheet", in_book(lambda b: b.remove(b["places"])), "missing_table"),
    sheet("an unknown sheet", in_book(lambda b: b.create_sheet("plces")), "unknown_sheet", sheet="plces"),
    sheet(
        "a date for a number",
        put("population", "C2", date(2026, 3, 1)),
        "date_for_number",
        sheet="population",
        row=2,
        column="residents",
    ),
    sheet(
        "an id as a number",
        put("population", "A2", 101),
        "lost_leading_zero",
        sheet="population",
        row=2,
        column="place",
    ),
    sheet(
        "a formula without value",
        put("population", "C3", "=1+1"),
        "formula_without_value",
        sheet="population",
        row=3,
        column="residents",
    ),
    sheet("an Excel error", put("staff", "C2", "#REF!"), "excel_error", sheet="staff", row=2, column="fte"),
    sheet(
        "merged cells",
        in_book(lambda b: b["places"].merge_cells("C2:C3")),
        "merged_cells",
        sheet="places",
        row=2,
    ),
    alone(
        sheet("a title above the header", in_book(with_title), "title_above_header", sheet="places", row=1)
    ),
    sheet(
        "merged cells in the header",
        in_book(lambda b: b["places"].merge_cells("A1:B1")),
        "merged_cells",
        sheet="places",
        row=1,
    ),
    sheet(
        "a column without a name", in_book(without_a_name), "column_without_name", sheet="staff", column="3"
    ),
    sheet("a formula for a header", put("staff", "C1", '="fte"'), "formula_without_value", row=1, column="C"),
    sheet("an error for a header", put("staff", "C1", "#REF!"), "excel_error", row=1, column="C"),
    alone(
        sheet(
            "a note beside the table",
            put("staff", "H2", "估计"),
            "cell_beyond_header",
            sheet="staff",
            row=2,
            column="H",
            value="估计",
        )
    ),
    sheet("a note below the table", put("staff", "A9", "注：卫健局提供"), "required", sheet="staff", row=9),
    sheet(
        "a number that is shown as a date",
        in_book(shown_as_a_date),
        "date_for_number",
        sheet="population",
        row=2,
        column="residents",
    ),
    sheet("true for a count", put("inventory", "D2", True), "number_not_bool", sheet="inventory", row=2),
    sheet("an id of eighteen digits", put("places", "A2", 330521001234567890), "id_not_text", row=2),
    sheet("a cell in the last corner", put("staff", "XFD1048576", "x"), "sheet_too_large", sheet="staff"),
    sheet(
        "a cell outside every sheet",
        in_xml("xl/worksheets/sheet4.xml", lambda raw: raw.replace(b'r="A2"', b'r="A' + b"9" * 20 + b'"', 1)),
        "sheet_too_large",
    ),
    sheet(
        "a formula that does not say where it stands",
        in_xml("xl/worksheets/sheet5.xml", formula_without_a_place),
        "formula_without_value",
        sheet="population",
    ),
    sheet("a bomb", bomb, "file_too_large"),
    sheet("a workbook with a password", raw("region.xlsx", b"\xd0\xcf\x11\xe0" * 999), "not_a_workbook"),
]


@pytest.mark.parametrize("damage", DAMAGED, ids=lambda damage: damage.name)
def test_a_damaged_workbook_is_refused_with_place_and_remedy(
    damage: Damage, request: pytest.FixtureRequest
) -> None:
    refused(damage, request.getfixturevalue(damage.source))


@pytest.mark.parametrize("damage", DAMAGED, ids=lambda damage: damage.name)
def test_the_command_line_says_the_same_and_exits_with_3(
    damage: Damage, request: pytest.FixtureRequest
) -> None:
    refused_by_the_command_line(damage, request.getfixturevalue(damage.source))
