"""Longitude and latitude in each other's column, in eastern China, where a latitude of 120 is
beyond the pole: told as swapped and as nothing else, row by row, or once where the whole column is so.
In every input form.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from alloc.errors import ModelError
from alloc.instance.change import apply_scenario, find_scenario
from alloc.load import load_model, load_region, region_from_frames, save_region

Rows = list[dict[str, Any]]


def swapped(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"lon": row["lat"], "lat": row["lon"]}


def as_document(small: dict[str, Any], tmp_path: Path) -> Callable[[], object]:
    path = tmp_path / "region.json"
    path.write_text(json.dumps(small), encoding="utf-8")
    return lambda: load_region(path)


def as_frames(small: dict[str, Any], tmp_path: Path) -> Callable[[], object]:
    tables = {name: pd.DataFrame(rows) for name, rows in small.items() if isinstance(rows, list)}
    return lambda: region_from_frames(about=small["about"], travel=small["travel"], tables=tables)


def as_folder(small: dict[str, Any], tmp_path: Path) -> Callable[[], object]:
    lines = [f"about: {json.dumps(small['about'])}", "travel: {method: great_circle}", "tables:"]
    for name, rows in small.items():
        if isinstance(rows, list):
            lines.append(f"  {name}: {name}.csv")
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
    (tmp_path / "region.yaml").write_text("\n".join(lines), encoding="utf-8")
    return lambda: load_region(tmp_path)


def as_workbook(small: dict[str, Any], tmp_path: Path) -> Callable[[], object]:
    """Written by a sound region, then typed over: a swapped one cannot be saved."""
    points = {row["id"]: (row["lon"], row["lat"]) for t in ("places", "facilities") for row in small[t]}
    straight = {
        t: [row if row["lon"] > row["lat"] else swapped(row) for row in small[t]]
        for t in ("places", "facilities")
    }
    path = save_region(load_region(small | straight), tmp_path / "region.xlsx", "en")
    book = openpyxl.load_workbook(path)
    for name in ("Places", "Facilities"):
        head, *rows = book[name].iter_rows()
        at = {cell.value: i for i, cell in enumerate(head)}
        for row in rows:
            point = points[row[at["Id"]].value]
            row[at["Longitude (°)"]].value, row[at["Latitude (°)"]].value = point
    book.save(path)
    return lambda: load_region(path)


FORMS = [as_document, as_frames, as_folder, as_workbook]
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)


@each_form
def test_one_swapped_row_is_told_once_and_with_the_remedy(small, faults_of, tmp_path, form) -> None:
    small["places"][1] = swapped(small["places"][1])
    load = form(small, tmp_path)
    (fault,) = faults_of(None, lambda _: load())
    assert (fault.rule, fault.table, fault.value) == ("point_swapped", "places", "lon 30.2, lat 120.2")
    assert fault.field == "lon"
    assert fault.row == 3 or fault.line is not None
    assert "exchange the two in this row" in fault.message("en")
    assert "90" not in fault.message("en").replace("30", "")


@each_form
def test_a_swapped_column_is_told_once_for_each_table(small, faults_of, tmp_path, form) -> None:
    for table in ("places", "facilities"):
        small[table] = [swapped(row) for row in small[table]]
    load = form(small, tmp_path)
    found = faults_of(None, lambda _: load())
    assert [(one.rule, one.table, one.row) for one in found] == [
        ("points_all_swapped", "places", None),
        ("points_all_swapped", "facilities", None),
    ]
    assert all("all 2 rows" in one.message("en") and "headers" in one.message("en") for one in found)


def test_other_faults_of_the_same_row_are_still_told(small, faults_of) -> None:
    small["places"][1] = swapped(small["places"][1]) | {"area": "urbane"}
    assert {(one.rule, one.field) for one in faults_of(small)} == {
        ("point_swapped", "lon"),
        ("not_a_choice", "area"),
    }


@pytest.mark.parametrize(
    ("lon", "lat", "rule"),
    [
        (120.1, 91.0, "at_most"),  # a slip of the pen: neither way round is it in China
        (170.0, 120.0, "at_most"),
        (30.0, -120.0, "at_least"),
        (190.0, 30.0, "at_most"),
    ],
)
def test_what_no_exchange_mends_stays_out_of_bounds(small, faults_of, lon, lat, rule) -> None:
    small["places"][1] |= {"lon": lon, "lat": lat}
    assert [one.rule for one in faults_of(small)] == [rule]


def test_the_only_row_of_a_table_is_told_as_a_row(small, faults_of) -> None:
    small["facilities"] = [swapped(small["facilities"][0])]
    assert [(one.rule, one.row) for one in faults_of(small)] == [("point_swapped", 2)]


def test_road_nodes_too(small, faults_of) -> None:
    small["road_nodes"] = [{"id": "a", "lon": 30.1, "lat": 120.1}, {"id": "b", "lon": 30.2, "lat": 120.2}]
    assert [(one.rule, one.table) for one in faults_of(small)] == [("points_all_swapped", "road_nodes")]


def test_a_scenario_that_adds_a_swapped_facility_is_told_so(small) -> None:
    row = {"id": "T2", "tier": "township", "area": "rural", "lon": 30.1, "lat": 120.1}
    small["scenarios"] = [{"id": "s", "changes": [{"op": "add", "table": "facilities", "rows": [row]}]}]
    region, model = load_region(small), load_model({"id": "none"})
    with pytest.raises(ModelError) as caught:
        apply_scenario(region, model, find_scenario(region, model, "s"))
    assert [(one.rule, one.field, one.value) for one in caught.value.faults] == [
        ("point_swapped", "lon", "lon 30.1, lat 120.1")
    ]
