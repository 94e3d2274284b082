"""Why no plan exists: every rule that may give way is told in words, with names, amounts and units."""

from __future__ import annotations

import json
import re

import pyomo.environ as pyo
import pytest
from click.testing import CliRunner

from alloc import cli, labels
from alloc.blocks import REGISTRY, build_blocks
from alloc.blocks.contract import attach
from alloc.errors import Infeasible
from alloc.goals import GOAL_UNITS
from alloc.instance import compile_instance
from alloc.limits import LIMITS, Decided
from alloc.load import write_starter
from alloc.schema.model import Goal, Limits
from alloc.solver.elastic import Violation
from alloc.study.clash import Clash, clashes
from alloc.synthetic import synthetic_model, tiny_region

GOALS = ("unmet", "outside", "travel", "cost", "disruption")
FAMILIES = sorted(
    {limit.__name__ for limit in LIMITS}
    | {rule for block in REGISTRY for rule in block.policy}
    | {f"{goal}_within_limit" for goal in GOALS}
)


@pytest.mark.parametrize("lang", labels.languages())
@pytest.mark.parametrize("family", FAMILIES)
def test_every_rule_that_may_give_way_has_a_sentence(family, lang):
    told = Clash(family, ("H1", "CT"), 12.5, 40.0, "h_per_year", "h_per_year").message(lang)
    assert "H1" in told
    assert "{" not in told
    assert family not in told
    assert labels.has(f"clash.rule.{family}")


@pytest.mark.parametrize("lang", labels.languages())
def test_a_rule_without_a_sentence_is_told_all_the_same(lang):
    assert "some rule" in Clash("some_rule", (), 1.0, 2.0).message(lang)


def test_every_unit_has_words():
    units = {re.sub(r"[ -]", "_", unit.replace("/", "_per_")) for unit in GOAL_UNITS.values()}
    units -= {"million_CNY_per_year"}
    assert all(labels.has(f"clash.unit.{unit}") for unit in units)


def _decided(model):
    region = tiny_region(1)
    blocks = build_blocks(compile_instance(region, model))
    return region, Decided(blocks, blocks.terms())


def test_money_is_told_in_yuan_and_ids_by_name():
    region = tiny_region(1)
    limits = Limits(budget_cny=1_000_000.0, rural_share_of_spend_min=0.7)
    model = synthetic_model(region).model_copy(update={"limits": limits})
    region, decided = _decided(model)
    hospital = region.facilities[0]
    rows = [
        Violation("spend_within_budget", "limits.spend_within_budget[region]", 12.5, 100.0, "above"),
        Violation("rural_share_of_spend", "limits.rural_share_of_spend[region]", 3.0, 0.0, "below"),
        Violation(
            "reserved_beds_meet_their_share",
            f"referral.reserved_beds_meet_their_share[{hospital.id}]",
            4.0,
            10.0,
            "below",
        ),
        Violation("cost_within_limit", "goals.cost_within_limit[cost]", 0.5, 1.0, "above"),
    ]
    goals = [Goal(goal="cost", at_most=2.0)]
    told = [clash.message("en") for clash in clashes(rows, decided, goals, region)]
    assert "CNY 1,000,000" in told[0]
    assert "CNY 125,000" in told[0]
    assert "CNY 30,000" in told[1]
    assert "70%" in told[1]
    assert told[2].startswith(hospital.name_en or hospital.name_zh)
    assert "4 bed(s)" in told[2]
    assert "CNY 2,000,000 a year" in told[3]
    assert "CNY 500,000 a year" in told[3]


def test_a_row_that_nothing_can_change_is_infeasible_in_words():
    def owed_service_is_met(_):
        yield ("cardiology", "H1"), 4.0, [], None

    with pytest.raises(Infeasible) as caught:
        attach(pyo.Block(concrete=True), [owed_service_is_met], None)
    assert "cardiology, H1" in caught.value.message("en")
    assert "owed_service" not in caught.value.message("zh")


@pytest.mark.parametrize("lang", labels.languages())
def test_a_starter_asked_for_too_much_is_told_what_clashes(lang, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_starter(tmp_path / "my", lang="en")
    path = tmp_path / "my" / "model.yaml"
    text = path.read_text(encoding="utf-8").replace("budget_cny: 6000000", "budget_cny: 1000")
    text = text.replace("{goal: unmet, tolerance_share: 0.001}", "{goal: unmet, at_most: 0.1}")
    assert "1000 " in text
    assert "at_most" in text
    path.write_text(text, encoding="utf-8")
    args = ["solve", "my", "--model", "my/model.yaml", "--lang", lang, "--json"]
    done = CliRunner().invoke(cli.main, args)
    assert done.exit_code == 4, done.output
    assert "Traceback" not in done.output
    explained = json.loads(done.stdout)["explanations"]
    assert {item["rule"] for item in explained} >= {"spend_within_budget"}
    assert any("1,000" in item["message"] for item in explained)
