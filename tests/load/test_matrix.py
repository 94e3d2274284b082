"""Travel times as a matrix: origins down, destinations across; a blank cell is a pair without a way."""

from __future__ import annotations

import openpyxl
import pytest

from alloc.load import load_region

MATRIX = "minutes,042010,042011,H1,T1\n042010,0,20,5,25\n042011,20,0,22,\n"


def entry(name: str = "minutes.csv") -> str:
    return f"  travel_minutes: {{file: {name}, layout: matrix}}\n"


def test_a_matrix_and_a_table_say_the_same(manifest) -> None:
    region = load_region(manifest(entry(), {"minutes.csv": MATRIX}))
    listed = {(row.origin, row.destination): row.minutes for row in region.travel_minutes}
    assert listed["042011", "H1"] == 22.0
    assert ("042011", "T1") not in listed
    table = "origin,destination,minutes\n" + "".join(f"{o},{d},{m}\n" for (o, d), m in listed.items())
    again = load_region(manifest("  travel_minutes: table.csv\n", {"table.csv": table}))
    assert again == region


def test_a_matrix_in_a_workbook(manifest, tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "出行时间矩阵"
    for line in MATRIX.splitlines():
        book.active.append([None if cell == "" else cell for cell in line.split(",")])
    book.save(tmp_path / "m.xlsx")
    plain = load_region(manifest(entry(), {"minutes.csv": MATRIX}))
    assert load_region(manifest(entry("m.xlsx"))) == plain


@pytest.mark.parametrize(
    ("old", "new", "rule", "row", "column"),
    [
        ("25\n", "nan\n", "not_finite", 2, "T1"),
        ("25\n", "-1\n", "at_least", 2, "T1"),
        ("25\n", "x\n", "not_a_number", 2, "T1"),
        ("042011,20", ",20", "required", 3, "minutes"),
        ("042011,20", "042012,20", "unknown_id", 3, "minutes"),
        ("H1,T1", "H1,T9", "unknown_id", 2, "T9"),
        ("H1,T1", "H1,H1", "column_twice", None, "H1"),
        ("H1,T1", "H1,,T1", "column_without_name", None, None),
        ("0,20,5", "7,20,5", "minutes_to_itself", 2, "042010"),
    ],
)
def test_faults_stand_at_their_cell(manifest, faults_of, old, new, rule, row, column) -> None:
    path = manifest(entry(), {"minutes.csv": MATRIX.replace(old, new, 1)})
    assert (rule, "minutes.csv", row, column) in [(f.rule, f.file, f.row, f.column) for f in faults_of(path)]
