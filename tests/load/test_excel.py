"""Workbooks: sheets in either language, cells as Excel keeps them, and files that mean harm."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from alloc.load import load_region, save_region, write_starter
from alloc.load.save import cell_text

Sheets = dict[str, list[list[Any]]]

SHEETS: Sheets = {
    "区域说明": [["项目", "值"], ["编号", "small"], ["规划年份", 2026], ["坐标系", "EPSG:4326"]],
    "年龄段": [["编号"], ["all"]],
    "居民点": [
        ["编号", "城乡", "经度(°)", "纬度(°)"],
        ["A", "城镇", 120.1, 30.1],
        [330521001, "rural", 120.2, 30.2],
    ],
    "人口": [["居民点", "年龄段", "常住人口(人)"], ["A", "all", 1000], [330521001, "all", "500"]],
    "机构": [
        ["编号", "机构级别", "城乡", "经度", "纬度", "牵头医院"],
        ["H1", "县级", "城镇", 120.1, 30.1, "否"],
    ],
}


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Writes the small region, with some sheets replaced."""

    def write(change: Sheets | None = None, after: Callable[[Any], None] = lambda _: None) -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in (SHEETS | (change or {})).items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
        after(workbook)
        workbook.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return write


def cell(sheet: str, address: str, value: Any) -> Callable[[Any], None]:
    def set_cell(workbook: Any) -> None:
        workbook[sheet][address] = value

    return set_cell


def test_numbers_in_id_columns_are_text(book) -> None:
    region = load_region(book())
    assert [place.id for place in region.places] == ["A", "330521001"]
    assert region.population[1].residents == 500.0
    assert region.facilities[0].lead is False


@pytest.mark.parametrize(
    ("sheet", "address", "value", "rule", "column"),
    [
        ("人口", "C2", "=A1", "formula_without_value", "常住人口(人)"),
        ("人口", "C2", "#REF!", "excel_error", "常住人口(人)"),
        ("人口", "C2", date(2024, 5, 1), "date_for_number", "常住人口(人)"),
        ("人口", "C2", True, "number_not_bool", "常住人口(人)"),
        ("人口", "C2", "1,000", "not_a_number", "常住人口(人)"),
        ("居民点", "A2", 3.5, "id_not_text", "编号"),
        ("居民点", "A2", 123456789012345678, "id_not_text", "编号"),
        ("居民点", "B2", "郊区", "not_a_choice", "城乡"),
        ("区域说明", "B3", "soon", "not_a_number", "值"),
        ("区域说明", "B4", "GCJ-02", "crs_gcj02", "值"),
        ("区域说明", "A4", "坐标糸", "unknown_key", "项目"),
        ("区域说明", "B2", "=A1", "formula_without_value", "值"),
    ],
)
def test_one_wrong_cell(book, faults_of, sheet, address, value, rule, column) -> None:
    found = [fault for fault in faults_of(book(after=cell(sheet, address, value))) if fault.rule == rule]
    assert [(f.file, f.sheet, f.row, f.column) for f in found] == [
        ("book.xlsx", sheet, int(address[1:]), column)
    ]


def test_merged_cells_are_refused(book, faults_of) -> None:
    path = book(after=lambda workbook: workbook["居民点"].merge_cells("B2:B3"))
    assert ("merged_cells", "居民点", 2, "B2:B3") in [
        (f.rule, f.sheet, f.row, f.value) for f in faults_of(path)
    ]


@pytest.mark.parametrize(
    ("sheets", "rule"),
    [
        ({"医院": [["编号"]]}, "unknown_sheet"),
        ({"Places": [["id", "area"], ["B", "rural"]]}, "sheet_twice"),
        ({"人口": []}, "no_header"),
        ({"区域说明": [["项目", "值"], ["编号", "a"], ["id", "b"]]}, "key_twice"),
        ({"情景变动": [["情景", "操作", "表"], ["none", "新增", "居民点"]]}, "unknown_scenario"),
        ({"居民点": [["编号", "城乡", "经度", "纬度", "人口(万人)"]]}, "unknown_column"),
    ],
)
def test_sheets_that_are_wrong(book, faults_of, sheets: Sheets, rule: str) -> None:
    assert rule in [fault.rule for fault in faults_of(book(sheets))]


def test_notes_are_passed_over(book) -> None:
    notes = {
        "#说明": [["anything"]],
        "人口": [
            ["居民点", "年龄段", "常住人口(人)", "#备注"],
            ["A", "all", 1, "x"],
            [330521001, "all", 2, None],
        ],
    }
    assert len(load_region(book(notes)).population) == 2


def test_scenarios_of_a_workbook(book) -> None:
    sheets = {
        "情景": [["编号", "中文名称"], ["s1", "扩容"], ["s2", None]],
        "情景变动": [
            ["情景", "操作", "表", "条件", "字段", "值", "倍数", "新增行"],
            ["s1", "设为", "机构", "编号=H1|; 机构级别=县级", "床位(张)", 50, None, None],
            ["s2", "乘以", "limits", None, "budget_cny", None, 0.7, None],
            ["s2", "新增", "现有设备", None, None, None, None, "机构=H1; 设备类型=CT; 安装年份=2020; 台数=1"],
            ["s2", "设为", "limits", None, "budget_cny", "null", None, None],
        ],
    }
    one, two = load_region(book(sheets)).scenarios
    assert one.name_zh == "扩容"
    assert one.changes[0].where == {"id": ("H1",), "tier": "county"}
    assert one.changes[0].value == 50
    assert two.changes[0].by == 0.7
    assert two.changes[1].rows == (
        {"facility": "H1", "equipment_type": "CT", "install_year": 2020, "count": 1},
    )
    assert two.changes[2].model_fields_set >= {"value"}


def test_the_faults_of_a_change_stand_at_its_cell(book, faults_of) -> None:
    sheets = {
        "情景": [["编号"], ["s"]],
        "情景变动": [
            ["情景", "操作", "表", "条件", "字段", "值"],
            ["s", "设为", "机构", "编号 H1", "beds", "many"],
            ["s", "设为", "机构", "编号=H1", "bedz", 5],
        ],
    }
    told = [(f.rule, f.sheet, f.row, f.column) for f in faults_of(book(sheets))]
    assert told == [("not_pairs", "情景变动", 2, "条件"), ("not_a_number", "情景变动", 2, "值")]
    sheets["情景变动"].pop(1)
    told = [(f.rule, f.sheet, f.row, f.column) for f in faults_of(book(sheets))]
    assert told == [("change_unknown_field", "情景变动", 2, "字段")]


def test_a_table_in_a_workbook_beside_the_manifest(manifest, book, tmp_path: Path) -> None:
    book()
    path = manifest(
        "  places: {file: book.xlsx, sheet: 居民点}\n  population: book.xlsx",
        without=("places", "population"),
    )
    assert len(load_region(path).places) == 2


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("{file: book.xlsx, sheet: 没有}", "no_such_sheet"),
        ("{file: book.xlsx, layer: 居民点}", "option_unused"),
        ("{file: none.xlsx}", "no_such_file"),
    ],
)
def test_sheets_that_are_not_there(manifest, book, faults_of, entry: str, rule: str) -> None:
    book()
    path = manifest(f"  places: {entry}", without=("places",))
    assert rule in [fault.rule for fault in faults_of(path)]


def repacked(path: Path, change: Callable[[str, bytes], bytes], member: str = "sheet") -> Path:
    """The same workbook with some XML changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, change(name, raw) if member in name else raw)
    return path


def test_a_sheet_that_claims_to_reach_far_is_refused(book, faults_of) -> None:
    """One cell in the last corner would be laid out as seventeen thousand million cells."""
    path = repacked(book(), lambda name, raw: raw.replace(b'r="B2"', b'r="XFD1048576"'), "sheet3")
    (fault,) = faults_of(path)
    assert (fault.rule, fault.sheet) == ("sheet_too_large", list(SHEETS)[2])


@pytest.mark.parametrize("reference", [b"A" + b"9" * 20, b"A" * 20 + b"1", b"A" * 9 + b"9" * 99])
def test_references_past_all_bounds_are_refused(book, faults_of, reference) -> None:
    """The reader would try to lay them out, and take the whole program along."""
    path = repacked(book(), lambda _, raw: raw.replace(b'r="B2"', b'r="' + reference + b'"'), "sheet3")
    assert [fault.rule for fault in faults_of(path)] == ["sheet_too_large"]


def test_a_bomb_is_refused(book, faults_of, monkeypatch) -> None:
    monkeypatch.setattr("alloc.load.excel_scan.UNPACKED_BYTES", 2**20)
    path = repacked(book(), lambda name, raw: raw + b" " * 2**21, "sheet3")
    assert path.stat().st_size < 2**16
    assert [fault.rule for fault in faults_of(path)] == ["file_too_large"]


def test_xml_that_declares_entities_is_refused(book, faults_of) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    path = repacked(book(), lambda name, raw: raw.replace(b"<worksheet", bomb + b"<worksheet"), "sheet3")
    assert [fault.rule for fault in faults_of(path)] == ["not_a_workbook"]


@pytest.mark.parametrize("raw", [b"", b"hello", b"PK\x03\x04" + b"x" * 100])
def test_files_that_are_no_workbooks(tmp_path: Path, faults_of, raw: bytes) -> None:
    (tmp_path / "book.xlsx").write_bytes(raw)
    assert [fault.rule for fault in faults_of(tmp_path / "book.xlsx")] == ["not_a_workbook"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_starter_workbook_helps_to_fill_it_in(tmp_path: Path, lang: str) -> None:
    write_starter(tmp_path, excel=True, lang=lang)
    workbook = openpyxl.load_workbook(tmp_path / "region.xlsx")
    sheet = workbook["机构" if lang == "zh" else "Facilities"]
    heads = [head.value for head in sheet[1]]
    assert ("网络带宽(Mbps)" if lang == "zh" else "Link speed (Mbit/s)") in heads
    assert all(head.comment for head in sheet[1])
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert any("县级" in formula or "county" in formula for formula in lists.values())
    assert any("$A$2:$A$" in formula for formula in lists.values())
    assert load_region(tmp_path / "region.xlsx") == load_region(write_starter(tmp_path / "x")[0].parent)


def test_formulas_in_cells_stay_text(tmp_path: Path) -> None:
    folder = write_starter(tmp_path / "a")[0].parent
    region = load_region(folder)
    place = region.places[0].model_copy(update={"name_zh": "=1+1"})
    region = region.model_copy(update={"places": (place, *region.places[1:])})
    path = save_region(region, tmp_path / "x.xlsx")
    assert load_region(path).places[0].name_zh == "=1+1"
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet4.xml")


def test_cells_too_long_for_excel_are_told(tmp_path: Path, faults_of) -> None:
    region = load_region(write_starter(tmp_path / "a")[0].parent)
    place = region.places[0].model_copy(update={"source": "x" * 40_000})
    region = region.model_copy(update={"places": (place, *region.places[1:])})
    found = faults_of(region, lambda one: save_region(one, tmp_path / "x.xlsx"))
    assert [(f.rule, f.row, f.field) for f in found] == [("cell_too_long", 2, "source")]


def test_a_number_is_written_with_all_its_digits() -> None:
    assert cell_text(0.1 + 0.2) == "0.30000000000000004"
    assert cell_text(3.0) == "3"
