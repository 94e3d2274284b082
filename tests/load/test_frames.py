"""DataFrames: the same checks and messages as for files, and pandas' own ways to say that a cell is blank."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from alloc.load import dump_region, load_region, region_from_frames
from alloc.schema import Scenario
from alloc.schema.region import About


def tables(small: dict[str, Any], **frames: Any) -> dict[str, Any]:
    """The tables of the small region as DataFrames, some of them replaced."""
    rows = {name: pd.DataFrame(rows) for name, rows in small.items() if isinstance(rows, list)}
    return rows | frames


def build(small: dict[str, Any], **frames: Any) -> Any:
    return region_from_frames(about=small["about"], travel=small["travel"], tables=tables(small, **frames))


def test_frames_and_the_document_give_the_same_region(small) -> None:
    assert dump_region(build(small)) == dump_region(load_region(small))


@pytest.mark.parametrize(
    "frame",
    [
        lambda f: f.set_index("id"),
        lambda f: f.set_index(["id", "area"]),
        lambda f: f.rename(columns={"id": "编号", "lon": "经度(°)"}),
        lambda f: f.assign(beds=[None, 0]),
        lambda f: f.assign(beds=pd.array([None, 0], dtype="Int64")),
        lambda f: f.assign(source=pd.Categorical([None, None])),
        lambda f: f.assign(link_mbps=np.nan, name_zh=pd.NA),
        lambda f: f.convert_dtypes(),
        lambda f: f.assign(tier=f.tier.astype("category")),
        lambda f: f.assign(**{"#note": "x"}),
        lambda f: f.to_dict("records"),
        lambda f: f.iloc[::-1].iloc[::-1].set_axis([7, 7]),
    ],
)
def test_the_same_table_in_other_clothes(small, frame) -> None:
    facilities = pd.DataFrame(small["facilities"])
    assert dump_region(build(small, facilities=frame(facilities))) == dump_region(load_region(small))


def test_a_fault_names_table_row_column_and_value(small, faults_of) -> None:
    wrong = pd.DataFrame(small["facilities"]).assign(beds=[3, 2.5])
    (fault,) = faults_of(wrong, lambda frame: build(small, facilities=frame))
    assert fault.message("en") == (
        "table facilities, row 3, column beds: value '2.5' - is not a whole number. "
        "Remedy: give a whole number."
    )


@pytest.mark.parametrize(
    ("frames", "rule"),
    [
        ({"hospitals": pd.DataFrame()}, "unknown_table"),
        ({"staff": 3}, "not_a_table"),
        ({"staff": "staff.csv"}, "not_a_table"),
        ({"staff": ["x"]}, "row_not_a_mapping"),
        ({"places": pd.DataFrame({"id": ["a"], "Id": ["a"], "area": "urban"})}, "column_twice"),
        ({"places": pd.DataFrame([["a", "b"]], columns=["id", "id"])}, "column_twice"),
        ({"places": pd.DataFrame({"id": ["a"], "area": [pd.Timestamp("2024-01-01")]})}, "not_a_choice"),
        ({"places": pd.DataFrame({"id": ["a"], "area": ["urban"], "lon": [np.inf]})}, "not_finite"),
        ({"places": pd.DataFrame({"id": ["a"], "area": ["urban"], "lon": [[1]]})}, "not_a_number"),
    ],
)
def test_frames_that_are_wrong(small, faults_of, frames: dict[str, Any], rule: str) -> None:
    assert rule in [fault.rule for fault in faults_of(frames, lambda one: build(small, **one))]


def test_about_and_scenarios_may_be_objects_of_the_schema(small) -> None:
    region = region_from_frames(
        about=About(id="small", name_zh="小县", planning_year=2026, crs="EPSG:4326"),
        tables=tables(small),
        scenarios=[Scenario(id="s"), {"id": "t"}],
    )
    assert [scenario.id for scenario in region.scenarios] == ["s", "t"]
