"""Model files: every fault at its line, unknown keys with the nearest known one."""

from __future__ import annotations

from pathlib import Path

import pytest

from alloc.errors import ModelError
from alloc.load import load_model, write_starter
from alloc.shipped import shipped_models

MODEL = """
id: m
decisions: [equipment, imaging]
standards:
  access: {exams_within_min: 45, exams_within_min_by_modality: {CT: 60}}
  imaging: {report_share: null}
limits:
  budget_cny: 1000000
  most_machines: {CT16: 2}
  coverage_floors:
    - {stream: exams, subject: CT, share: 0.8}
goals:
  - {goal: unmet}
  - {goal: cost, at_most: 5.0e6}
scenarios:
  - id: less
    changes: [{op: scale, table: limits, field: budget_cny, by: 0.7}]
"""


@pytest.fixture
def file(tmp_path: Path):
    def write(text: str) -> Path:
        (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "m.yaml"

    return write


def test_a_model(file) -> None:
    model = load_model(file(MODEL))
    assert model.decisions == ("equipment", "imaging")
    assert model.standards.imaging.report_share is None
    assert model.standards.access.exams_within_min_by_modality == {"CT": 60.0}
    assert model.limits.most_machines == {"CT16": 2}
    assert model.limits.coverage_floors[0].share == 0.8
    assert model.goals[1].at_most == 5e6


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "remedy"),
    [
        ("budget_cny: 1000000", "budget: 1000000", "unknown_key", 8, "budget_cny"),
        ("exams_within_min: 45", "exams_within_mins: 45", "unknown_key", 5, "exams_within_min"),
        ("budget_cny: 1000000", "budget_cny: 1,000,000", "not_a_number", 8, "digits"),
        ("budget_cny: 1000000", "budget_cny: -1", "at_least", 8, "at least 0"),
        ("share: 0.8", "share: 80%", "percent", 11, "write 0.8"),
        ("share: 0.8", "share: 80", "not_a_share", 11, "0.7"),
        ("{CT16: 2}", "{CT16: 2.5}", "not_whole", 9, "whole"),
        ("[equipment, imaging]", "[equipment, imagin]", "not_a_choice", 3, "imaging"),
        ("[equipment, imaging]", "[equipment, equipment]", "named_twice", 3, "once"),
        ("[equipment, imaging]", "[]", "list_empty", 3, "at least one"),
        ("goal: unmet", "goal: cost", "named_twice", 13, "once"),
        ("id: m", "name_zh: m", "missing_key", 2, "add it"),
        ("field: budget_cny", "field: budgett_cny", "change_unknown_field", 17, "budget_cny"),
    ],
)
def test_models_that_are_wrong(file, faults_of, old, new, rule, line, remedy) -> None:
    found = faults_of(file(MODEL.replace(old, new, 1)), load_model)
    assert (rule, line) in [(fault.rule, fault.line) for fault in found]
    assert any(remedy in fault.message("en") for fault in found if fault.rule == rule)


def test_all_faults_at_once_and_as_a_model_error(file) -> None:
    with pytest.raises(ModelError) as error:
        load_model(
            file(MODEL.replace("share: 0.8", "share: 8").replace("CT: 60", "CT: x").replace("id: m", "di: m"))
        )
    assert [fault.rule for fault in error.value.faults] == [
        "unknown_key",
        "not_a_number",
        "missing_key",
        "not_a_share",
    ]


@pytest.mark.parametrize("name", shipped_models())
def test_shipped_models_load(name: str) -> None:
    assert load_model(name).goals


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("countyy", "no_such_model"),
        ("none.yaml", "no_such_file"),
        ("x" * 5000, "no_such_model"),
        ({"id": "m", "goals": []}, "list_empty"),
        ({"id": "m", "standards": 3}, "not_a_mapping"),
    ],
)
def test_sources_that_are_no_models(faults_of, source: object, rule: str) -> None:
    assert [fault.rule for fault in faults_of(source, load_model)] == [rule]


def test_the_starter_model(tmp_path: Path) -> None:
    write_starter(tmp_path)
    assert len(load_model(tmp_path / "model.yaml").decisions) == 4
