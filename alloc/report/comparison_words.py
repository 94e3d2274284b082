"""What the plans and the measures of a comparison are called."""

from __future__ import annotations

from alloc import labels
from alloc.report.comparison import Comparison, Measure
from alloc.report.words import Names, code_word, goal_word, method_word, own_name


def plan_titles(comparison: Comparison, lang: str) -> list[str]:
    """The scenario of each plan, and its method where the plans differ in it."""
    scenarios = [own_name(plan.scenario, lang) for plan in comparison.plans]
    if common_method(comparison) is not None:
        return scenarios
    return [
        labels.text("plan.say.scoped", lang, name=scenario, scope=method_word(plan.method, lang))
        for scenario, plan in zip(scenarios, comparison.plans, strict=True)
    ]


def measure_name(measure: Measure, names: Names) -> str:
    """A measure in words."""
    lang = names.lang
    if measure.section == "goal":
        return labels.text("plan.measure.goal", lang, goal=goal_word(measure.subject, lang))
    if measure.section == "indicator":
        return code_word("indicator", measure.subject, lang)
    if measure.section == "need":
        key = "share_unmet" if measure.key.startswith("share_unmet") else "share_outside"
        return labels.text(f"plan.measure.{key}", lang, stream=code_word("stream", measure.subject, lang))
    if measure.section == "machines":
        action = code_word("action", measure.key.split("_")[1], lang)
        kind = names.of("equipment_type", measure.subject)
        return labels.text("plan.measure.machines", lang, action=action, name=kind)
    return labels.text(f"plan.measure.{measure.key}", lang)


def common_method(comparison: Comparison) -> str | None:
    """The method of all plans; None where they differ in it."""
    methods = {plan.method for plan in comparison.plans}
    return methods.pop() if len(methods) == 1 else None
