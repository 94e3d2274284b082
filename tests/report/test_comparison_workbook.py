"""Plans side by side in Excel: what the frame holds, with names and units."""

import dataclasses

import openpyxl
import pytest

from alloc.report import compare
from alloc.report.comparison_workbook import write_comparison_workbook


@pytest.fixture(scope="module")
def plans(plan, plan_maker, region, model):
    dearer = tuple(row.model_copy(update={"objective": row.objective * 1.25}) for row in plan.passes)
    sequential = plan_maker(region, model, method="sequential", passes=dearer)
    return [plan, sequential, plan_maker(region, model, scenario=region.scenarios[1])]


def book_of(plans, tmp_path, lang="zh"):
    write_comparison_workbook(compare(plans), tmp_path / "c.xlsx", lang)
    return openpyxl.load_workbook(tmp_path / "c.xlsx")


def rows_of(sheet):
    return {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows() if row[0].value}


def test_every_measure_of_every_plan_is_there(plans, tmp_path):
    sheet = book_of(plans, tmp_path)["方案比较 Comparison"]
    rows = rows_of(sheet)
    assert rows["比较项 Measure"][1:] == [
        "现状（联合优化）",
        "现状（逐项决策）",
        "一台设备停机（联合优化）",
    ]
    assert rows["目标：未满足需求"] == ["weighted cases", 12.5, 15.625, 12.5]
    assert rows["一次性投入"] == ["元", 10_370_000, 10_370_000, 10_370_000]
    numbers = sum(isinstance(value, float | int) for values in rows.values() for value in values)
    frame = compare(plans).frame().select_dtypes("number")
    assert numbers == frame.notna().sum().sum()
    assert {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value == 0.941} == {
        "0.0%"
    }


def test_gains_have_a_sheet_where_there_are_some(plans, tmp_path):
    book = book_of(plans, tmp_path, "en")
    rows = rows_of(book["联合与逐项 Joint planning"])
    assert rows["goal: unmet need"][1:] == [12.5, 15.625, -3.125, pytest.approx(-0.2)]
    assert len(book_of(plans[1:], tmp_path).sheetnames) == 1


def test_unsure_plans_and_made_up_regions_are_marked(plans, tmp_path):
    def told(plans):
        sheet = book_of(plans, tmp_path)["方案比较 Comparison"]
        return sheet["A2"].value, sheet.oddHeader.left.text

    assert all("半合成数据" in text and "未证明" not in text for text in told(plans))
    unsure = dataclasses.replace(plans[0], holding="incumbent", status="time_limit")
    assert all("其中有未证明最优的方案" in text for text in told([plans[1], unsure]))


def test_names_are_only_texts(plans, tmp_path):
    scenario = plans[0].scenario.model_copy(update={"name_zh": "=1+1"})
    book = book_of([dataclasses.replace(plans[0], scenario=scenario)], tmp_path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "=1+1" for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
