"""A saved plan is taken up again only where solving anew would ask the very same question."""

from __future__ import annotations

import dataclasses

import pytest

from alloc.errors import ModelError, UsageError
from alloc.plan import Plan
from alloc.schema import Scenario
from alloc.schema.scenario import Change
from alloc.study.resume import answers
from tests.study import small

OPTIONS = {"time_limit_s": 10, "gap": small.GAP, "threads": 1, "seed": 0}


@pytest.fixture
def plan() -> Plan:
    return Plan.from_json(small.plan(1).to_json())


def with_record(plan: Plan, **changed: object) -> Plan:
    return dataclasses.replace(plan, record=plan.record.model_copy(update=changed))


def test_the_same_question_is_answered(plan) -> None:
    assert answers(plan, small.region(1), small.model(1), "baseline", **OPTIONS)


@pytest.mark.parametrize("other", [{"seed": 1}, {"gap": 0.5}, {"time_limit_s": 11}, {"threads": 2}])
def test_other_options(plan, other) -> None:
    assert not answers(plan, small.region(1), small.model(1), "baseline", **OPTIONS | other)


@pytest.mark.parametrize("other", [{"method": "sequential"}, {"only": ("imaging",)}])
def test_another_way_of_planning(plan, other) -> None:
    assert not answers(plan, small.region(1), small.model(1), "baseline", **OPTIONS, **other)


def test_a_plan_made_with_some_decisions_answers_for_those_only() -> None:
    plan = small.plan(1, only=("imaging",))
    facts, wishes = small.region(1), small.model(1)
    assert answers(plan, facts, wishes, "baseline", only=("imaging",), **OPTIONS)
    assert not answers(plan, facts, wishes, "baseline", only=("imaging", "outreach"), **OPTIONS)
    assert not answers(plan, facts, wishes, "baseline", **OPTIONS)


def test_other_facts_or_wishes(plan) -> None:
    facts, wishes = small.region(1), small.model(1)
    fewer = facts.model_copy(update={"population": facts.population[:-1]})
    limits = wishes.limits.model_copy(update={"budget_cny": 1.0})
    assert not answers(plan, fewer, wishes, "baseline", **OPTIONS)
    assert not answers(plan, facts, wishes.model_copy(update={"limits": limits}), "baseline", **OPTIONS)


def test_a_scenario_that_has_come_to_mean_something_else(plan) -> None:
    """The ids are the same, and so are the facts: what the scenario is called is not."""
    named = Scenario(id="baseline", name_en="another name")
    facts = small.region(1).model_copy(update={"scenarios": (named,)})
    assert not answers(plan, facts, small.model(1), "baseline", **OPTIONS)


@pytest.mark.parametrize("program", ["alloc", "python", "pyomo", "highspy"])
def test_another_version(plan, program) -> None:
    assert not answers(
        with_record(plan, **{program: "0"}), small.region(1), small.model(1), "baseline", **OPTIONS
    )


@pytest.mark.parametrize("changed", [{"status": "cancelled"}, {"holding": "nothing"}])
def test_a_plan_that_was_not_made_to_the_end(plan, changed) -> None:
    stopped = dataclasses.replace(plan, **changed)
    assert not answers(stopped, small.region(1), small.model(1), "baseline", **OPTIONS)


def test_scenarios_that_do_not_exist_or_cannot_be_applied(plan) -> None:
    facts, wishes = small.region(1), small.model(1)
    with pytest.raises(UsageError):
        answers(plan, facts, wishes, "nowhere", **OPTIONS)
    odd = Scenario(id="odd", changes=(Change(op="remove", table="places", where={"id": "nowhere"}),))
    with pytest.raises(ModelError):
        answers(plan, facts.model_copy(update={"scenarios": (odd,)}), wishes, "odd", **OPTIONS)
