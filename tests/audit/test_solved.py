"""Plans of the solver keep every rule; spoiled for a rule, they are told by its name."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

from alloc.instance import Instance, compile_instance
from alloc.plan.audit import AUDIT_RULES, audit
from alloc.schema import Decisions, Model, Region
from alloc.synthetic import synthetic_model, synthetic_region, tiny_region
from tests.audit import county
from tests.audit.damage import DAMAGES

CASES = (
    "tiny-1",
    "tiny-2",
    pytest.param("hand", marks=pytest.mark.slow),
    pytest.param("small-3", marks=pytest.mark.slow),
)


def _case(name: str) -> tuple[Region, Model]:
    kind, _, seed = name.partition("-")
    if kind == "hand":
        return county.region(), county.model()
    if kind == "tiny":
        region = tiny_region(int(seed))
        return region, synthetic_model(region)
    region = synthetic_region(int(seed), n_places=8, n_facilities=5, n_specialists=8)
    return region, synthetic_model(region, rural_share=0.3)


@pytest.fixture(scope="module", params=CASES)
def solved(request: pytest.FixtureRequest) -> tuple[Instance, Decisions]:
    """An instance, and the decisions that the solver found for it."""
    solve = importlib.import_module("alloc.study").solve
    region, model = _case(request.param)
    return compile_instance(region, model), solve(region, model).decisions


def test_a_solved_plan_keeps_every_rule(solved):
    instance, decisions = solved
    assert [f"{found.rule}: {found.message()}" for found in audit(instance, decisions)] == []


@pytest.mark.parametrize("rule", sorted(AUDIT_RULES))
def test_a_damaged_solved_plan_is_told_by_the_name_of_its_rule(rule, solved):
    instance, decisions = solved
    spoiled = DAMAGES[rule](instance, decisions)
    if spoiled is None:
        pytest.skip("this plan gives the damage nothing to spoil")
    assert Counter(found.rule for found in audit(instance, spoiled))[rule] > 0
