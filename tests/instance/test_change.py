"""Scenarios: what each operation does to facts and limits, and how they are found."""

from __future__ import annotations

from typing import Any

import pytest

from alloc.errors import UsageError
from alloc.instance.change import BASELINE, apply_scenario, find_scenario
from alloc.schema import Model, Region
from tests.instance.changes import change, scenario


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
