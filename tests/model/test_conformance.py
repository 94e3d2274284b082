"""Every decision, tie and limit offers what the house asks of it: a name, rules with their meaning, rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo
import pytest

from alloc.blocks import REGISTRY, build_blocks
from alloc.blocks.contract import DecisionBlock
from alloc.blocks.roster import RULES as ROSTER_RULES
from alloc.formulate import formulate
from alloc.limits import LIMITS, OUTCOMES
from alloc.schema.base import Frozen
from alloc.schema.model import DECISIONS
from alloc.schema.plan import Decisions
from alloc.study.joint import LINKS
from alloc.ties import TIES
from tests.model import everything

RULES: dict[str, list[Callable[..., Any]]] = {
    **{block.name: list(block.rules) for block in REGISTRY},
    "ties": list(TIES),
    "limits": list(LIMITS),
    "roster": list(ROSTER_RULES),
}
ALL_RULES = [
    pytest.param(rule, id=f"{home}.{rule.__name__}") for home, rules in RULES.items() for rule in rules
]
BLOCKS = [pytest.param(block, id=block.name) for block in REGISTRY]
SECTIONS = ("Mathematics", "Index", "Unit", "Source")


@pytest.fixture(scope="module")
def blocks() -> dict[str, DecisionBlock]:
    return {block.name: block for block in build_blocks(everything.instance())}


@pytest.mark.parametrize("rule", ALL_RULES)
def test_a_rule_says_what_it_means(rule: Callable[..., Any]) -> None:
    text = re.sub(r"\s+", " ", rule.__doc__ or "")
    sentence, *rest = re.split(rf" ({'|'.join(SECTIONS)}): ", text)
    assert sentence.strip().endswith("."), "the docstring starts with the sentence that the rule makes true"
    assert tuple(rest[::2]) == SECTIONS, (
        "and goes on with its mathematics, index, unit and source, in this order"
    )
    assert all(part.strip() for part in rest[1::2]), "none of which is empty"


@pytest.mark.parametrize("rule", ALL_RULES)
def test_a_rule_is_named_as_a_sentence_and_shows_its_mathematics(rule: Callable[..., Any]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", rule.__name__)
    mathematics = (rule.__doc__ or "").partition("Mathematics:")[2].partition("Index:")[0]
    assert mathematics.count("$") >= 2
    assert mathematics.count("$") % 2 == 0, "an opened formula is closed"


def test_no_two_rules_share_a_name() -> None:
    counts = Counter(rule.__name__ for rules in RULES.values() for rule in rules)
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_two_decisions_share_a_name() -> None:
    assert len({block.name for block in REGISTRY}) == len(REGISTRY)


def test_every_decision_of_the_schema_has_a_block() -> None:
    assert {block.decision for block in REGISTRY} == set(DECISIONS)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_names_itself_and_its_decision(block: type[DecisionBlock]) -> None:
    assert block.name
    assert block.decision in DECISIONS
    assert block.__doc__


@pytest.mark.parametrize("block", BLOCKS)
def test_policies_are_rules_of_the_block(block: type[DecisionBlock]) -> None:
    assert block.rules
    assert set(block.policy) <= {rule.__name__ for rule in block.rules}


def test_outcomes_are_limits() -> None:
    assert set(OUTCOMES) <= {limit.__name__ for limit in LIMITS}


@pytest.mark.parametrize("name", [block.name for block in REGISTRY])
def test_decisions_are_variables_under_stable_keys(name: str, blocks: dict[str, DecisionBlock]) -> None:
    decisions = blocks[name].decisions()
    assert decisions
    assert all(isinstance(key[0], str) for key in decisions)
    assert len({id(var) for var in decisions.values()}) == len(decisions), "no variable has two keys"
    assert list(decisions) == list(build_again(name).decisions()), "the keys are the same in every run"


@pytest.mark.parametrize("name", [block.name for block in REGISTRY])
def test_today_and_an_empty_plan_speak_of_decisions_only(name: str, blocks: dict[str, DecisionBlock]) -> None:
    block = blocks[name]
    assert set(block.today()) <= set(block.decisions())
    assert set(block.planned(Decisions())) <= set(block.decisions())


@pytest.mark.parametrize("name", [block.name for block in REGISTRY])
def test_rows_are_tables_of_the_plan(name: str, blocks: dict[str, DecisionBlock]) -> None:
    block = blocks[name]
    for var in block.block.component_data_objects(pyo.Var):
        var.set_value(0.0)
    tables = block.rows()
    assert set(tables) <= set(Decisions.model_fields)
    assert all(isinstance(row, Frozen) for rows in tables.values() for row in rows)


def test_every_rule_has_rows_in_the_county_with_everything() -> None:
    model = formulate(everything.instance()).model
    found = {family.name for family in model.component_objects(pyo.Constraint)}
    wanted = {
        f"{home}.{rule.__name__}" for home, rules in RULES.items() if home != "roster" for rule in rules
    }
    assert wanted - found == set()
    roster = {family.name for family in everything.roster().model.component_objects(pyo.Constraint)}
    assert {rule.__name__ for rule in ROSTER_RULES} - roster == set()


def build_again(name: str) -> DecisionBlock:
    return next(block for block in build_blocks(everything.instance()) if block.name == name)


def test_links_are_rules() -> None:
    rules = {rule.__name__ for block in REGISTRY for rule in block.rules} | {rule.__name__ for rule in TIES}
    assert set(LINKS) <= rules
