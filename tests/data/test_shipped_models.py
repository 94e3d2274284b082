"""The models that come with the package: they load, fit every shipped region, and every scenario applies."""

from __future__ import annotations

from pathlib import Path

import pytest

from alloc.instance.change import apply_scenario
from alloc.load import load_model, load_region
from alloc.schema import GOALS
from alloc.schema.checks import check_model
from alloc.shipped import shipped_folder, shipped_models, shipped_regions

NAMES = ["county", "specialty-alliance", "surge", "telemedicine", "urban-group"]


def text(name: str) -> str:
    models = shipped_folder("models")
    assert models is not None
    return (Path(models) / f"{name}.yaml").read_text(encoding="utf-8")


def test_all_forms_of_consortium_are_shipped() -> None:
    assert set(NAMES) <= set(shipped_models())


@pytest.mark.parametrize("name", NAMES)
def test_is_named_in_both_languages(name: str) -> None:
    model = load_model(name)
    assert model.id == name
    assert all((model.name_zh, model.name_en, model.note_zh, model.note_en))
    assert all(scenario.name_zh and scenario.name_en for scenario in model.scenarios)


@pytest.mark.parametrize("name", NAMES)
def test_seeks_every_goal_once(name: str) -> None:
    assert sorted(goal.goal for goal in load_model(name).goals) == sorted(GOALS)


@pytest.mark.parametrize("region", ["deqing", "tianchang"])
@pytest.mark.parametrize("name", NAMES)
def test_fits_every_shipped_region_under_every_scenario(name: str, region: str) -> None:
    facts, model = load_region(region), load_model(name)
    assert check_model(model, facts) == []
    ids = [scenario.id for scenario in (*facts.scenarios, *model.scenarios)]
    assert len(ids) == len(set(ids))
    for scenario in (*facts.scenarios, *model.scenarios):
        changed, under = apply_scenario(facts, model, scenario)
        assert (changed, under) != (facts, model) or not scenario.changes


def test_the_county_goals_stand_in_the_order_of_need() -> None:
    goals = load_model("county").goals
    assert [goal.goal for goal in goals] == ["unmet", "outside", "travel", "cost", "disruption"]
    assert goals[0].tolerance_share == 0.001
    assert goals[2].tolerance_share == 0.02


def test_a_smaller_budget_is_a_scenario_of_every_model_that_has_a_budget() -> None:
    for name in NAMES:
        model = load_model(name)
        assert ("budget-30" in {s.id for s in model.scenarios}) == (model.limits.budget_cny is not None), name


@pytest.mark.parametrize("name", NAMES)
def test_says_how_well_its_numbers_are_known(name: str) -> None:
    words = text(name)
    assert words.count("estimate") >= 5
    assert words.count("sourced") >= 2


def test_regions_and_models_name_no_path_of_a_machine() -> None:
    assert shipped_regions()
    for kind in ("data", "models"):
        root = shipped_folder(kind)
        assert root is not None
        for file in root.rglob("*"):
            if file.suffix in (".yaml", ".csv", ".md"):
                assert "/work/" not in file.read_text(encoding="utf-8"), file
