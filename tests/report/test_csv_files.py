"""CSV files that Excel reads as they are meant, and never runs."""

import csv
import dataclasses

import pandas as pd
import pytest

from alloc.plan.plan import TABLES
from alloc.report.csv_files import write_tables
from alloc.report.formulas import guarded


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    write_tables(plan, folder, "zh")
    return folder


def test_every_table_is_a_file_with_a_byte_order_mark(folder):
    for table in TABLES:
        data = (folder / f"{table}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf"), table
        assert data.count(b"\xef\xbb\xbf") == 1
        assert b"\r\n" in data


def test_headers_are_the_names_of_the_fields_with_names_beside_ids(folder):
    with (folder / "machines.csv").open(encoding="utf-8-sig", newline="") as file:
        head, first = list(csv.reader(file))[:2]
    assert head[:4] == ["facility", "facility_name", "equipment_type", "equipment_type_name"]
    assert head[-3:] == ["from_facility_name", "unit_cny", "spend_cny"]
    assert first[:2] == ["T004", "乡镇卫生院T004"]


def test_pandas_reads_back_what_the_plan_holds(plan, folder):
    read = pd.read_csv(folder / "exam_flows.csv", encoding="utf-8-sig")
    assert read["exams_per_year"].sum() == pytest.approx(plan.exam_flows["exams_per_year"].sum())
    assert read["facility"].isna().sum() == plan.exam_flows["facility"].isna().sum()
    roster = pd.read_csv(folder / "roster.csv", encoding="utf-8-sig", dtype=str)
    assert roster["weeks"].iloc[0] == "1 2 3 4"
    sites = pd.read_csv(folder / "sites.csv", encoding="utf-8-sig")
    assert sites["open"].dtype == bool


def test_empty_tables_have_their_headers(empty_plan, tmp_path):
    write_tables(empty_plan, tmp_path, "en")
    for table in TABLES:
        lines = (tmp_path / f"{table}.csv").read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 1, table


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1+1",
        "－1",
        "＋1",
        "＠A1",
        "\x00=1",
        "=",
        "\u3000=1",
    ],
)
def test_texts_that_look_like_formulas_are_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "a=b", "德清县", "1-2", "'=1", "<script>", "../x"])
def test_other_texts_stay_as_they_are(text):
    assert guarded(text) == text


def test_hostile_names_are_guarded_and_numbers_are_not(plan, tmp_path):
    facilities = tuple(f.model_copy(update={"name_zh": "=cmd|' /C calc'!A0"}) for f in plan.region.facilities)
    limits = (plan.decisions.limits[0].model_copy(update={"room": -5.0, "scope": "=1+1"}),)
    hostile = dataclasses.replace(
        plan,
        region=plan.region.model_copy(update={"facilities": facilities}),
        decisions=plan.decisions.model_copy(update={"limits": limits}),
    )
    write_tables(hostile, tmp_path, "zh")
    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert not cell.startswith(("=", "+", "@", "\t")), (path.name, cell)
    limits_text = (tmp_path / "limits.csv").read_text(encoding="utf-8-sig")
    assert ",-5.0," in limits_text
    assert "'=1+1" in limits_text
