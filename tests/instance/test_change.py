"""Scenarios: what each operation does to facts and limits, and every way in which a change is refused."""

from __future__ import annotations

from typing import Any

import pytest

from alloc import labels
from alloc.errors import DataError, ModelError, UsageError
from alloc.instance.change import BASELINE, ScenarioFault, apply_scenario, find_scenario
from alloc.schema import Model, Region, Scenario
from alloc.synthetic import synthetic_region


@pytest.fixture(scope="module")
def region() -> Region:
    built = synthetic_region(5, n_places=6, n_facilities=4)
    data = built.model_dump()
    data["facilities"][0]["beds"] = 100
    data["scenarios"] = [{"id": "ours", "changes": []}]
    data["specialists"][0]["days"] = ["Mon", "Wed"]
    return Region.model_validate(data)


@pytest.fixture(scope="module")
def model() -> Model:
    limits = {
        "budget_cny": 1000.0,
        "most_machines": {"CT16": 4},
        "coverage_floors": [{"stream": "exams", "subject": "CT", "share": 0.8}],
    }
    return Model.model_validate({"id": "m", "limits": limits, "scenarios": [{"id": "theirs"}]})


def scenario(*changes: dict[str, Any]) -> Scenario:
    return Scenario.model_validate({"id": "test", "changes": changes})


def change(op: str, table: str, field: str | None = None, **rest: Any) -> dict[str, Any]:
    return {"op": op, "table": table, **({"field": field} if field else {}), **rest}


# --- what the operations do ---


def test_no_change_gives_the_same_objects(region: Region, model: Model) -> None:
    assert apply_scenario(region, model, BASELINE) == (region, model)
    assert apply_scenario(region, model, BASELINE)[0] is region


def test_set_one_row_and_nothing_else(region: Region, model: Model) -> None:
    first = region.facilities[0].id
    after, same = apply_scenario(
        region, model, scenario(change("set", "facilities", "beds", where={"id": first}, value=7))
    )
    assert [f.beds for f in after.facilities] == [7, *(f.beds for f in region.facilities[1:])]
    assert region.facilities[0].beds == 100, "the base has changed"
    assert after.facilities[1] is region.facilities[1]
    assert after.places is region.places
    assert same == model


def test_set_in_all_rows_and_by_attributes(region: Region, model: Model) -> None:
    after, _ = apply_scenario(
        region,
        model,
        scenario(
            change("set", "facilities", "running_cny_per_year", value=5),
            change(
                "set",
                "facilities",
                "surge_beds",
                where={"tier": ["village", "township", "county"], "area": "rural"},
                value=3,
            ),
        ),
    )
    assert {f.running_cny_per_year for f in after.facilities} == {5.0}
    assert [f.surge_beds == 3 for f in after.facilities] == [f.area == "rural" for f in region.facilities]


def test_values_are_read_as_cells_are(region: Region, model: Model) -> None:
    person = region.specialists[0].id
    after, _ = apply_scenario(
        region,
        model,
        scenario(
            change("set", "facilities", "beds", where={"lead": "是"}, value="12"),
            change("set", "specialists", "days", where={"id": person}, value=["Tue", "Thu"]),
            change("add", "consortia", rows=[{"id": 330521, "integrated": "no"}]),
            change("set", "facilities", "consortium", where={"id": region.facilities[-1].id}, value=330521),
            change("set", "facilities", "lead", where={"consortium": 330521}, value=True),
        ),
    )
    assert next(f for f in after.facilities if f.lead and f.consortium != "330521").beds == 12
    assert after.specialists[0].days == ("Tue", "Thu")
    assert after.consortia[-1].id == "330521"
    assert not after.consortia[-1].integrated


def test_a_list_field_is_selected_by_any_of_its_values(region: Region, model: Model) -> None:
    after, _ = apply_scenario(
        region,
        model,
        scenario(change("set", "specialists", "owed_days_per_year", where={"days": "Mon"}, value=9)),
    )
    for before, now in zip(region.specialists, after.specialists, strict=True):
        assert now.owed_days_per_year == (9 if "Mon" in before.days else before.owed_days_per_year)


def test_scale_numbers_and_whole_numbers_that_stay_whole(region: Region, model: Model) -> None:
    after, changed = apply_scenario(
        region,
        model,
        scenario(
            change("scale", "population", "residents", by=1.1),
            change("scale", "facilities", "beds", where={"id": region.facilities[0].id}, by=0.29),
            change("scale", "limits", "budget_cny", by=0.7),
            change("scale", "standards.access", "exams_within_min", by=0.5),
            change("scale", "travel", "km_per_hour", by=0.5),
        ),
    )
    assert [p.residents for p in after.population] == [p.residents * 1.1 for p in region.population]
    assert after.facilities[0].beds == 29  # 100 * 0.29 is 28.999999999999996
    assert changed.limits.budget_cny == pytest.approx(700.0)
    assert changed.standards.access.exams_within_min == 30.0
    assert after.travel.km_per_hour == region.travel.km_per_hour / 2


def test_add_and_remove_rows(region: Region, model: Model) -> None:
    leaving = region.specialists[0]
    after, changed = apply_scenario(
        region,
        model,
        scenario(
            change("remove", "specialists", where={"id": leaving.id}),
            change(
                "add",
                "specialists",
                rows=[{"id": "NEW", "specialty": leaving.specialty, "home": leaving.home}],
            ),
            change("set", "specialists", "owed_days_per_year", where={"id": "NEW"}, value=4),
            change("remove", "limits.coverage_floors", where={"subject": "CT"}),
        ),
    )
    assert leaving.id not in {s.id for s in after.specialists}
    assert after.specialists[-1].owed_days_per_year == 4
    assert after.specialists[-1].days == ("Mon", "Tue", "Wed", "Thu", "Fri")
    assert changed.limits.coverage_floors == ()


def test_entries_of_a_mapping(region: Region, model: Model) -> None:
    def entries(*changes: dict[str, Any]) -> dict[str, int]:
        return apply_scenario(region, model, scenario(*changes))[1].limits.most_machines

    other = next(t.id for t in region.equipment_types if t.id != "CT16")
    assert entries(change("set", "limits", f"most_machines.{other}", value=2)) == {"CT16": 4, other: 2}
    assert entries(change("set", "limits", "most_machines.CT16", value=None)) == {}
    assert entries(change("scale", "limits", "most_machines", by=0.5)) == {"CT16": 2}
    assert entries(change("scale", "limits", "most_machines.CT16", by=2)) == {"CT16": 8}


def test_a_limit_may_be_lifted_and_a_floor_changed(region: Region, model: Model) -> None:
    _, changed = apply_scenario(
        region,
        model,
        scenario(
            change("set", "limits", "budget_cny", value=None),
            change("scale", "limits.coverage_floors", "share", by=0.5),
        ),
    )
    assert changed.limits.budget_cny is None
    assert changed.limits.coverage_floors[0].share == 0.4


def test_a_scenario_may_make_things_scarce(region: Region, model: Model) -> None:
    after, _ = apply_scenario(
        region,
        model,
        scenario(
            change("scale", "exam_rates", "per_1000", by=1000),
            *(change("remove", "specialists", where={"id": s.id}) for s in region.specialists),
        ),
    )
    assert after.specialists == ()


# --- what is refused ---


def refused(region: Region, model: Model, *changes: dict[str, Any]) -> tuple[ScenarioFault, ...]:
    with pytest.raises(ModelError) as caught:
        apply_scenario(region, model, scenario(*changes))
    error = caught.value
    assert isinstance(error, DataError)
    assert error.exit_code == 3
    for fault in error.faults:
        assert isinstance(fault, ScenarioFault)
        assert fault.params["scenario"] == "test"
        for lang in labels.languages():
            assert labels.has(f"fault.{fault.rule}"), fault.rule
            assert fault._label("fault", lang), "a parameter is missing"
            assert fault._label("remedy", lang)
            assert "test" in fault.where(lang)
    return error.faults  # type: ignore[return-value]


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("change_unknown_table", change("set", "facilites", "beds", value=1)),
    ("change_unknown_field", change("set", "facilities", "bed", value=1)),
    ("change_without_value", change("set", "facilities", "beds")),
    ("change_selects_nothing", change("set", "facilities", "beds", where={"id": "H01"}, value=1)),
    ("change_selects_nothing", change("remove", "facilities", where={"beds": "many"})),
    ("change_selects_nothing", change("set", "facilities", "beds", where={"tier": "village"}, value=1)),
    ("change_selects_nothing", change("remove", "specialists", where={"id": ["S0001", "S9999"]})),
    (
        "change_selects_nothing_together",
        change("remove", "facilities", where={"tier": "county", "lead": False}),
    ),
    ("change_selects_nothing_together", change("set", "road_edges", "km", value=1)),
    ("change_needs_entry", change("set", "limits", "most_machines", value=1)),
    ("change_no_entries", change("set", "limits", "budget_cny.C", value=1)),
    ("change_entry_missing", change("scale", "limits", "most_machines.CT61", by=2)),
    ("change_entry_missing", change("scale", "limits", "budget_cny_by_consortium", by=2)),
    ("scale_nothing", change("scale", "limits", "yearly_cost_cny", by=2)),
    ("scale_not_a_number", change("scale", "facilities", "tier", by=2)),
    ("scale_not_a_number", change("scale", "facilities", "lead", by=2)),
    ("scale_not_whole", change("scale", "facilities", "beds", where={"beds": 100}, by=0.333)),
    ("not_a_share", change("set", "conditions", "step_down_share", value=1.5)),
    ("not_one_value", change("set", "facilities", "beds", value=[1, 2])),
    ("percent", change("set", "conditions", "step_down_share", value="30%")),
    ("not_whole", change("set", "facilities", "beds", value=1.5)),
    ("at_least", change("set", "facilities", "beds", value=-1)),
    ("required", change("add", "staff", rows=[{"facility": "H1"}])),
    ("not_a_number", change("add", "staff", rows=[{"facility": "H1", "role": "r", "fte": "much"}])),
]


@pytest.mark.parametrize(("rule", "bad"), REFUSED, ids=[f"{i}-{c[0]}" for i, c in enumerate(REFUSED)])
def test_a_change_is_refused_with_its_rule(
    region: Region, model: Model, rule: str, bad: dict[str, Any]
) -> None:
    faults = refused(region, model, bad)
    assert rule in {fault.rule for fault in faults}
    assert {fault.params["change"] for fault in faults} == {"1"}


def test_a_selection_that_finds_nothing_names_the_nearest(region: Region, model: Model) -> None:
    wanted = region.facilities[0].id + "0"
    (fault,) = refused(region, model, change("remove", "facilities", where={"id": wanted}))
    assert region.facilities[0].id in fault.params["known"]
    assert fault.where("en") == "scenario test, change 1, table facilities, field id"
    assert fault.where("zh") == "情景 test，第 1 个变化，表 facilities，字段 id"


def test_all_faults_of_all_changes_are_told(region: Region, model: Model) -> None:
    faults = refused(
        region,
        model,
        change("set", "facilities", "beds", value=-1),
        change("scale", "limits", "yearly_cost_cny", by=2),
    )
    assert len(faults) == len(region.facilities) + 1
    assert [fault.params["change"] for fault in faults[-2:]] == ["1", "2"]


def test_a_removal_names_every_table_that_still_refers_to_it(region: Region, model: Model) -> None:
    gone = region.facilities[-1].id
    faults = refused(region, model, change("remove", "facilities", where={"id": gone}))
    dangling = {fault.table: int(fault.params["n"]) for fault in faults if fault.rule == "removed_but_used"}
    expected = {
        table: sum(row.facility == gone for row in getattr(region, table))
        for table in ("staff", "inventory", "readers", "reading_centres", "capabilities", "session_needs")
    }
    assert expected.items() >= {k: v for k, v in dangling.items() if k in expected}.items()
    assert {table for table, count in expected.items() if count} <= set(dangling)
    first = next(fault for fault in faults if fault.rule == "removed_but_used")
    assert f"op remove, table {first.table}, where {first.field}: {gone}" in first.message("en")


def test_a_removal_with_all_that_refers_to_it_passes(region: Region, model: Model) -> None:
    gone = region.facilities[-1].id
    faults = refused(region, model, change("remove", "facilities", where={"id": gone}))
    assert {fault.rule for fault in faults} == {"removed_but_used"}
    rest = [change("remove", str(f.table), where={str(f.field): gone}) for f in faults]
    after, _ = apply_scenario(
        region, model, scenario(change("remove", "facilities", where={"id": gone}), *rest)
    )
    assert gone not in {f.id for f in after.facilities}


def test_contradictions_name_the_change_that_touched_the_table(region: Region, model: Model) -> None:
    faults = refused(
        region,
        model,
        change("scale", "limits", "budget_cny", by=0.5),
        change("set", "inventory", "install_year", value=2100),
    )
    assert {(f.rule, f.params["change"]) for f in faults} == {
        ("installed_later", "2"),
        ("duplicated", "2"),
    } or {(f.rule, f.params["change"]) for f in faults} == {("installed_later", "2")}


def test_a_contradiction_far_from_its_change_names_the_scenario_only(region: Region, model: Model) -> None:
    faults = refused(region, model, change("set", "facilities", "lead", value=False))
    assert {fault.rule for fault in faults} == {"consortium_without_lead"}
    assert "change" not in faults[0].params
    assert faults[0].where("en").startswith("scenario test, table consortia")


def test_limits_of_a_scenario_are_checked_against_the_region(region: Region, model: Model) -> None:
    faults = refused(region, model, change("set", "limits", "most_machines.CT61", value=1))
    assert [(f.rule, f.table, f.params["change"]) for f in faults] == [("unknown_id", "limits", "1")]


# --- finding ---


def test_scenarios_are_found_in_region_and_model_and_the_baseline_always(
    region: Region, model: Model
) -> None:
    assert find_scenario(region, model, "ours") is region.scenarios[0]
    assert find_scenario(region, model, "theirs") is model.scenarios[0]
    assert find_scenario(region, model, "baseline") is BASELINE
    own = scenario()
    assert find_scenario(region, model, own) is own


def test_an_unknown_scenario_is_a_usage_error_with_the_nearest(region: Region, model: Model) -> None:
    with pytest.raises(UsageError) as caught:
        find_scenario(region, model, "theirz")
    assert "theirs" in caught.value.message("en")
    assert "theirs" in caught.value.message("zh")
