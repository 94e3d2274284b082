"""Every way in which a change is refused, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from alloc import labels
from alloc.errors import DataError, ModelError
from alloc.instance.change import ScenarioFault, apply_scenario
from alloc.schema import Model, Region
from tests.instance.changes import change, scenario


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
