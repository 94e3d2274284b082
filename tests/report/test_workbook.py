"""A workbook that a planner can read, print and hang on a wall; nothing in it runs."""

import dataclasses
import itertools

import openpyxl
import pytest

from alloc.report.sheet_roster import calendar_of
from alloc.report.workbook import SHEETS, write_workbook
from alloc.schema.plan import RosterRow


def book_of(plan, path, lang="zh"):
    write_workbook(plan, path, lang)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(plan, tmp_path_factory):
    return book_of(plan, tmp_path_factory.mktemp("x") / "plan.xlsx")


def cells(book):
    return [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row]


def texts(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def row(**changes):
    base = {
        "specialist": "S1",
        "specialty": "internal",
        "home": "H001",
        "facility": "T004",
        "session_type": "clinic",
        "weekday": "Tue",
        "part": "am",
        "rhythm": "weekly",
        "weeks": (1, 2, 3, 4),
        "half_days_per_cycle": 4,
        "travel_min": 1.0,
    }
    return RosterRow(**(base | changes))


def test_summary_first_then_roster_then_every_table(book):
    assert book.sheetnames[:3] == ["概要 Summary", "排班 Roster", "指标 Indicators"]
    assert len(book.sheetnames) == 2 + len(SHEETS)
    assert book.sheetnames[3] == "设备 Machines"


def test_headers_are_in_both_languages_and_frozen(book):
    sheet = book["设备 Machines"]
    assert sheet["A3"].value == "机构"
    assert sheet["A4"].value == "Facility"
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref.startswith("A4")
    assert sheet["A5"].value == "乡镇卫生院T004"
    assert sheet["C5"].value == "购置"
    assert sheet["G3"].value == "单价\n(元)"
    assert sheet["G5"].number_format == "#,##0"


def test_every_sheet_prints_on_landscape_a4(book):
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape", sheet.title
        assert int(sheet.page_setup.paperSize) == 9
    assert book["设备 Machines"].page_setup.fitToHeight == 0
    assert book["设备 Machines"].print_title_rows == "$3:$4"


def test_ids_are_on_the_sheet_but_not_on_paper(book):
    sheet = book["设备 Machines"]
    assert sheet["I4"].value == "Facility id"
    assert sheet.print_area.startswith("'设备 Machines'!$A$1:$H$")


def test_the_summary_breaks_pages_before_they_are_full(book):
    sheet = book["概要 Summary"]
    ends = [0, *(mark.id for mark in sheet.row_breaks.brk), sheet.max_row]
    for first, last in itertools.pairwise(ends):
        height = sum(sheet.row_dimensions[n].height or 15 for n in range(first + 1, last + 1))
        assert height * sheet.page_setup.scale / 100 <= 8.27 * 72 - 2 * 0.6 * 72
        assert "\n" not in str(sheet.cell(row=last, column=1).value)  # a heading


def test_indicators_are_shown_in_their_own_unit(book):
    sheet = book["指标 Indicators"]
    formats = {
        sheet.cell(row=n, column=1).value: sheet.cell(row=n, column=4).number_format for n in range(5, 14)
    }
    assert formats["县域内就诊率（按建模需求）"] == "0.0%"
    assert formats["平均单程就医时间"] == "0.0"


def test_the_summary_says_what_matters(book):
    told = texts(book["概要 Summary"])
    whole = "\n".join(told)
    assert told[2].startswith("已证明最优")
    assert "半合成数据" in whole
    for word in ("购置 buy", "报废 retire", "调配 move", "预算", "县域内就诊率", "一次性投入预算"):
        assert word in whole, word


def test_a_plan_that_is_not_proven_says_so_on_every_sheet(plan, empty_plan, tmp_path):
    unsure = dataclasses.replace(plan, holding="incumbent", status="time_limit")
    for sheet in book_of(unsure, tmp_path / "a.xlsx", "en"):
        whole = "\n".join(texts(sheet))
        assert "未证明最优 / not proven optimal" in whole, sheet.title
        assert "not proven optimal" in sheet.oddHeader.left.text
    for sheet in book_of(empty_plan, tmp_path / "b.xlsx", "en"):
        assert "没有方案 / no plan" in "\n".join(texts(sheet)), sheet.title


def test_an_evaluation_is_not_called_optimal_on_any_sheet(plan, tmp_path):
    given = dataclasses.replace(plan, method="evaluate", status="evaluated")
    for sheet in book_of(given, tmp_path / "p.xlsx", "en"):
        assert "仅评价 / evaluation" in sheet.oddHeader.left.text
        assert not any("proven optimal" in text for text in texts(sheet)[:3]), sheet.title


def test_made_up_data_is_marked_on_every_sheet_and_page(plan, book, tmp_path):
    for sheet in book:
        assert "半合成数据 / semi-synthetic" in "\n".join(texts(sheet)), sheet.title
        assert "半合成数据" in sheet.oddHeader.left.text
    about = plan.region.about.model_copy(update={"semi_synthetic": False, "note_zh": "含GeoNames数据"})
    real = dataclasses.replace(plan, region=plan.region.model_copy(update={"about": about}))
    told = cells(book_of(real, tmp_path / "p.xlsx"))
    assert not any("半合成" in str(cell.value) for _, cell in told)
    assert any(cell.value == "含GeoNames数据" for _, cell in told)


def test_nothing_in_the_workbook_is_a_formula_or_a_link(plan, tmp_path):
    names = ("=1+1", "+1", "@SUM(A1)", "http://example.org", "mailto:a@b.c", "<script>", "{=1}", "x" * 40_000)
    facilities = tuple(
        f.model_copy(update={"name_zh": n, "name_en": n})
        for f, n in zip(plan.region.facilities, names * 2, strict=False)
    )
    about = plan.region.about.model_copy(update={"name_zh": "=HYPERLINK(A1)&D", "name_en": "=1+1"})
    region = plan.region.model_copy(update={"facilities": facilities, "about": about})
    found = cells(book_of(dataclasses.replace(plan, region=region), tmp_path / "p.xlsx"))
    assert {cell.data_type for _, cell in found} <= {"s", "n"}
    assert all(cell.hyperlink is None for _, cell in found)
    assert any(cell.value == "=1+1" for _, cell in found)


def test_numbers_are_numbers(book):
    sheet = book["检查流向 Exam flows"]
    amounts = [sheet.cell(row=n, column=5).value for n in range(5, 9)]
    assert amounts == [810.5, 400, 37.25, 12]


def test_the_roster_is_a_page_a_clinic(book, plan):
    sheet = book["排班 Roster"]
    clinics = {r.facility for r in plan.decisions.roster}
    titles = [text for text in texts(sheet) if text.endswith("专家坐诊排班表")]
    assert len(titles) == len(clinics) == 9
    assert len(sheet.row_breaks.brk) == 8
    assert sheet["B3"].value == "周一 Mon"
    assert sheet["B4"].value == "上午 am"
    assert sheet["K4"].value == "下午 pm"
    assert sheet["B5"].value == "内科\nS0001"
    assert sheet["A8"].value == "第 4 周\nWeek 4"
    assert sheet.column_dimensions["A"].width + 10 * sheet.column_dimensions["B"].width < 150


def test_a_whole_day_is_one_cell_as_wide_as_both_halves(plan, tmp_path):
    days = [row(part="day", weeks=(2,)), row(specialist="S2", part="pm", weekday="Mon")]
    decisions = plan.decisions.model_copy(update={"roster": tuple(days)})
    sheet = book_of(dataclasses.replace(plan, decisions=decisions), tmp_path / "p.xlsx")["排班 Roster"]
    merged = {str(cells) for cells in sheet.merged_cells.ranges if cells.min_row in range(5, 9)}
    assert merged == {"D6:E6"}
    assert sheet["D6"].value == "内科\nS1"
    assert sheet["C6"].value == "内科\nS2"


def test_an_empty_roster_says_so(empty_plan, tmp_path):
    assert "没有专家下沉排班" in "\n".join(texts(book_of(empty_plan, tmp_path / "p.xlsx")["排班 Roster"]))


def test_the_calendar_knows_whole_days_rhythms_and_postings():
    calendar = calendar_of([row(), row(specialist="S2", part="day", weeks=(2, 4), rhythm="fortnightly")])
    assert [r.specialist for r in calendar[1, "Tue", "am"]] == ["S1"]
    assert [r.specialist for r in calendar[2, "Tue", "am"]] == ["S1", "S2"]
    assert [r.specialist for r in calendar[4, "Tue", "pm"]] == ["S2"]
    assert (1, "Tue", "pm") not in calendar
    posted = calendar_of([row(rhythm="every_day", part="day", weekday="Mon", session_type="posting")])
    assert len(posted) == 4 * 2


def test_both_languages_fill_the_cells(plan, tmp_path):
    english = book_of(plan, tmp_path / "en.xlsx", "en")
    assert english.sheetnames[0] == "概要 Summary"
    assert english["设备 Machines"]["C5"].value == "buy"
    assert english["设备 Machines"]["A5"].value == "township health centre T004"
