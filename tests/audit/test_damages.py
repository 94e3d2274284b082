"""A good plan passes; a plan spoiled for a rule is told by that rule's name. Every rule has its damage."""

from __future__ import annotations

import pytest

from alloc import labels
from alloc.plan.audit import AUDIT_RULES, audit
from tests.audit import county
from tests.audit.damage import DAMAGES


@pytest.fixture(scope="module")
def instance():
    return county.instance()


@pytest.fixture(scope="module")
def good():
    return county.good()


def test_the_good_plan_keeps_every_rule(instance, good):
    assert [found.message() for found in audit(instance, good)] == []


def test_every_rule_has_a_damage_and_no_damage_is_left_over():
    assert sorted(DAMAGES) == sorted(AUDIT_RULES)


@pytest.mark.parametrize("rule", sorted(AUDIT_RULES))
def test_a_damaged_plan_is_told_by_the_name_of_its_rule(rule, instance, good):
    spoiled = DAMAGES[rule](instance, good)
    assert spoiled is not None, "the county made by hand must give every damage something to spoil"
    assert rule in {found.rule for found in audit(instance, spoiled)}


@pytest.mark.parametrize("rule", sorted(AUDIT_RULES))
def test_every_rule_has_its_sentence_in_both_languages(rule, instance, good):
    assert labels.has(f"rule.{rule}")
    spoiled = DAMAGES[rule](instance, good)
    found = next(f for f in audit(instance, spoiled) if f.rule == rule)
    for lang in labels.languages():
        assert found.where in found.message(lang)
        assert rule not in found.message(lang)
        assert found.as_dict(lang)["message"] == found.message(lang)


@pytest.mark.parametrize("rule", sorted(AUDIT_RULES))
def test_an_exempt_rule_is_not_asked(rule, instance, good):
    spoiled = DAMAGES[rule](instance, good)
    assert rule not in {f.rule for f in audit(instance, spoiled, policy_exempt=frozenset({rule}))}


def test_every_rule_can_be_told_apart_from_any_finding():
    told = {key.removeprefix("rule_says.") for key in labels.keys("en") if key.startswith("rule_says.")}
    assert told == set(AUDIT_RULES)
    assert not any(labels.parameters(f"rule_says.{rule}", "zh") for rule in AUDIT_RULES)


def test_an_unknown_exemption_is_refused(instance, good):
    with pytest.raises(ValueError, match="no such audit rule: no_such_rule"):
        audit(instance, good, policy_exempt=frozenset({"no_such_rule"}))
