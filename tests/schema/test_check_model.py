"""What a model says about its region, and the words of scenarios."""

from __future__ import annotations

from typing import Any

import pytest

from alloc import labels
from alloc.schema import Model, Region, Scenario
from alloc.schema.checks import check_model
from alloc.schema.checks.fault import TableFault
from alloc.schema.checks.scenarios import ROWS, SECTIONS, check_scenarios

Facts = dict[str, Any]


def model_faults(facts: Facts, **parts: object) -> list[TableFault]:
    return check_model(Model.model_validate({"id": "m", **parts}), Region.model_validate(facts))


def access(**fields: object) -> dict[str, object]:
    return {"standards": {"access": fields}}


BROKEN: list[tuple[str, str, str | None, dict[str, Any]]] = [
    ("unknown_id", "limits", "most_machines", {"limits": {"most_machines": {"CT61": 1}}}),
    (
        "unknown_id",
        "limits",
        "budget_cny_by_consortium",
        {"limits": {"budget_cny_by_consortium": {"D": 1}}},
    ),
    (
        "unknown_id",
        "standards.access",
        "exams_within_min_by_modality",
        access(exams_within_min_by_modality={"MRI": 30}),
    ),
    (
        "unknown_id",
        "limits.coverage_floors",
        "subject",
        {"limits": {"coverage_floors": [{"stream": "exams", "subject": "cardio", "share": 0.9}]}},
    ),
    (
        "duplicated_entry",
        "limits.coverage_floors",
        "subject",
        {"limits": {"coverage_floors": [{"stream": "exams", "subject": "CT", "share": 0.9}] * 2}},
    ),
    (
        "budgets_exceed_total",
        "limits",
        "budget_cny_by_consortium",
        {"limits": {"budget_cny": 10, "budget_cny_by_consortium": {"C": 11}}},
    ),
    ("standard_above", "standards.access", "nearest_kept", access(nearest_kept=13)),
    (
        "standard_above",
        "standards.outreach",
        "half_day_travel_within_min",
        {"standards": {"outreach": {"half_day_travel_within_min": 70}}},
    ),
    ("day_parts_empty", "standards.outreach", "day_parts", {"standards": {"outreach": {"day_parts": []}}}),
    ("standard_beyond_cutoff", "standards.access", "episodes_within_min", access(episodes_within_min=241)),
    (
        "standard_beyond_cutoff",
        "standards.access",
        "exams_within_min_by_modality",
        access(exams_within_min_by_modality={"CT": 500}),
    ),
    ("scenario_in_both", "scenarios", "id", {"scenarios": [{"id": "flu"}]}),
    ("duplicated_entry", "scenarios", "id", {"scenarios": [{"id": "a"}, {"id": "a"}]}),
]


@pytest.mark.parametrize(
    ("rule", "table", "field", "parts"), BROKEN, ids=[f"{case[0]}-{case[1]}" for case in BROKEN]
)
def test_a_broken_rule_is_told_at_its_place(
    facts: Facts, rule: str, table: str, field: str | None, parts: dict[str, Any]
) -> None:
    faults = model_faults(facts, **parts)
    assert [(f.rule, f.table, f.field) for f in faults] == [(rule, table, field)]
    for lang in labels.languages():
        assert faults[0].as_fault()._label("fault", lang), "a parameter is missing"
        assert faults[0].as_fault()._label("remedy", lang)


def test_a_rural_share_needs_rural_facilities(facts: Facts) -> None:
    limits = {"limits": {"rural_share_of_spend_min": 0.7}}
    assert model_faults(facts, **limits) == []
    for facility in facts["facilities"]:
        facility["area"] = "urban"
    assert [f.rule for f in model_faults(facts, **limits)] == ["no_rural_facility"]


def test_a_sound_model_has_no_fault(facts: Facts) -> None:
    parts = {
        "standards": {
            "access": {"exams_within_min_by_modality": {"CT": 240}, "nearest_kept": 12},
            "imaging": {"report_within_min": 1440},
        },
        "limits": {
            "budget_cny": 10,
            "budget_cny_by_consortium": {"C": 10},
            "most_machines": {"CT16": 2},
            "coverage_floors": [
                {"stream": "exams", "subject": "CT", "share": 0.9},
                {"stream": "consultations", "subject": "cardio", "share": 0.9},
                {"stream": "episodes", "subject": "stroke", "share": 0.9},
            ],
        },
        "scenarios": [
            {"id": "cut", "changes": [{"op": "scale", "table": "limits", "field": "budget_cny", "by": 0.7}]}
        ],
    }
    assert model_faults(facts, **parts) == []


# --- the words of scenarios ---


def scenario(**change: object) -> tuple[Scenario, ...]:
    return (Scenario.model_validate({"id": "s", "changes": [change]}),)


WRONG: list[tuple[str, str, dict[str, object]]] = [
    ("change_unknown_table", "table", {"op": "set", "table": "facilites", "field": "beds", "value": 1}),
    ("change_unknown_table", "table", {"op": "set", "table": "standards", "field": "access", "value": 1}),
    ("change_unknown_table", "table", {"op": "set", "table": "goals", "field": "weight", "value": 1}),
    ("change_unknown_field", "field", {"op": "set", "table": "facilities", "field": "bed", "value": 1}),
    ("change_unknown_field", "field", {"op": "set", "table": "limits", "field": "budget", "value": 1}),
    (
        "change_unknown_field",
        "field",
        {"op": "set", "table": "limits", "field": "coverage_floors", "value": 1},
    ),
    ("change_unknown_field", "where", {"op": "remove", "table": "staff", "where": {"id": "x"}}),
    ("change_unknown_field", "rows", {"op": "add", "table": "staff", "rows": [{"facilty": "x"}]}),
    ("change_selects_in_section", "op", {"op": "remove", "table": "limits", "where": {"budget_cny": 1}}),
    ("change_selects_in_section", "op", {"op": "add", "table": "travel", "rows": [{"cutoff_min": 1}]}),
    ("change_part_unused", "by", {"op": "set", "table": "staff", "field": "fte", "value": 1, "by": 2}),
    (
        "change_part_unused",
        "where",
        {"op": "add", "table": "roles", "rows": [{"id": "x"}], "where": {"id": "y"}},
    ),
    ("change_without_value", "value", {"op": "set", "table": "limits", "field": "budget_cny"}),
]


@pytest.mark.parametrize(("rule", "part", "change"), WRONG, ids=[f"{case[0]}-{case[1]}" for case in WRONG])
def test_a_change_that_says_something_unknown(rule: str, part: str, change: dict[str, object]) -> None:
    faults = list(check_scenarios(scenario(**change)))
    assert [(f.rule, f.field, f.row) for f in faults] == [(rule, part, 0)]
    assert (faults[0].params["scenario"], faults[0].params["change"]) == ("s", "1")
    for lang in labels.languages():
        assert faults[0].as_fault()._label("fault", lang), "a parameter is missing"
        assert faults[0].as_fault()._label("remedy", lang)


def test_the_nearest_name_is_offered() -> None:
    change = {"op": "set", "table": "facilites", "field": "beds", "value": 1}
    assert next(iter(check_scenarios(scenario(**change)))).params["known"].startswith("facilities")


@pytest.mark.parametrize(
    "change",
    [
        {"op": "set", "table": "limits", "field": "budget_cny", "value": None},
        {"op": "set", "table": "limits", "field": "most_machines.CT.16", "value": 2},
        {"op": "scale", "table": "standards.access", "field": "exams_within_min", "by": 0.5},
        {"op": "scale", "table": "travel", "field": "km_per_hour", "by": 0.8},
        {"op": "remove", "table": "limits.coverage_floors", "where": {"subject": "CT"}},
        {"op": "add", "table": "roles", "rows": [{"id": "x", "source": "y"}]},
    ],
)
def test_changes_in_known_words(change: dict[str, object]) -> None:
    assert list(check_scenarios(scenario(**change))) == []


def test_the_vocabulary_is_closed() -> None:
    """Goals, decisions and calendar are the model's own: plans under different ones do not compare."""
    assert not {"goals", "decisions", "calendar", "about", "scenarios"} & {*ROWS, *SECTIONS}
    assert {name.partition(".")[0] for name in SECTIONS} == {"travel", "limits", "standards"}
