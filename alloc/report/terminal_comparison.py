"""A comparison of plans on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alloc import labels
from alloc.plan.plan import Plan
from alloc.report.comparison import Comparison, Gain, Measure
from alloc.report.words import (
    Names,
    bare,
    code_word,
    goal_word,
    method_word,
    money,
    own_name,
    share,
    unit_word,
)

_ACROSS: Final = 4
_NAME_WIDTH: Final = 24
_PLAN_WIDTH: Final = 16
_COLORS: Final = {"proven": "green", "incumbent": "yellow", "nothing": "red"}
_FEW: Final = ("goal_unmet", "goal_outside", "goal_travel", "spend_cny", "yearly_cost_cny")
"""The measures that are shown when many plans stand one below the other."""


def comparison_parts(comparison: Comparison, lang: str) -> Iterator[RenderableType]:
    """Few plans across and all measures down; many plans down and few measures across; then the gains."""
    yield _heading("plans", lang)
    across = len(comparison.plans) <= _ACROSS
    yield Padding(_plans_across(comparison, lang) if across else _plans_down(comparison, lang), (0, 0, 0, 2))
    if any(plan.holding != "proven" and plan.method != "evaluate" for plan in comparison.plans):
        yield Text(labels.text("plan.warning.some_not_proven", lang), style="yellow")
    gains = [gain for gain in comparison.gains() if abs(gain.difference) > _dust(gain)]
    if gains:
        yield _heading("gains", lang)
        yield Padding(_gain_table(comparison, gains, lang), (0, 0, 0, 2))


def plan_title(plan: Plan, lang: str) -> str:
    """Scenario and method."""
    return f"{own_name(plan.scenario, lang)} ({method_word(plan.method, lang)})"


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


def _plans_across(comparison: Comparison, lang: str) -> Table:
    names = Names(comparison.plans[0].region, lang)
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=_NAME_WIDTH, overflow="fold")
    for _ in comparison.plans:
        table.add_column(justify="right", overflow="fold", max_width=_PLAN_WIDTH)
    table.add_row("", *(Text(plan_title(plan, lang), style="bold") for plan in comparison.plans))
    table.add_row(
        labels.text("plan.column.holding", lang), *(_holding(plan, lang) for plan in comparison.plans)
    )
    for measure in comparison.measures:
        cells = [_cell(row.values.get(measure.key), measure, lang) for row in comparison.rows]
        style = "" if len(set(cells)) == 1 else "bold"
        table.add_row(_titled(measure, names), *(Text(cell, style=style) for cell in cells))
    return table


def _plans_down(comparison: Comparison, lang: str) -> Table:
    names = Names(comparison.plans[0].region, lang)
    measures = [measure for measure in comparison.measures if measure.key in _FEW]
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column()
    for _ in measures:
        table.add_column(justify="right", overflow="fold", max_width=_PLAN_WIDTH)
    heads = [_titled(measure, names, "dim") for measure in measures]
    table.add_row("", Text(labels.text("plan.column.holding", lang), style="dim"), *heads)
    for plan, row in zip(comparison.plans, comparison.rows, strict=True):
        cells = [_cell(row.values.get(measure.key), measure, lang) for measure in measures]
        table.add_row(Text(plan_title(plan, lang)), _holding(plan, lang), *cells)
    return table


def _gain_table(comparison: Comparison, gains: list[Gain], lang: str) -> Table:
    names = Names(comparison.plans[0].region, lang)
    titles = {plan.scenario.id: own_name(plan.scenario, lang) for plan in comparison.plans}
    measures = {measure.key: measure for measure in comparison.measures}
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    for _ in range(4):
        table.add_column(justify="right")
    heads = [labels.text(f"plan.column.{key}", lang) for key in ("joint", "sequential", "difference")]
    table.add_row("", "", *heads, "", style="dim")
    scenario = ""
    for gain in gains:
        measure = measures[gain.measure]
        told = [_cell(value, measure, lang) for value in (gain.joint, gain.sequential)]
        sign = "+" if gain.difference > 0 else "-"
        change = f"{sign}{_cell(abs(gain.difference), measure, lang)}"
        part = "" if gain.share is None or measure.unit == "share" else f"{sign}{share(abs(gain.share))}"
        title = "" if gain.scenario == scenario else titles[gain.scenario]
        scenario = gain.scenario
        table.add_row(Text(title), _titled(measure, names), *told, change, part)
    return table


def _titled(measure: Measure, names: Names, style: str = "") -> Text:
    """The measure's name with its unit; money carries its unit in the cells."""
    text = Text(measure_name(measure, names), style=style)
    unit = "" if measure.unit.startswith("CNY") else unit_word(measure.unit, names.lang)
    return text.append(f" ({unit})", style="dim") if unit else text


def _cell(value: float | None, measure: Measure, lang: str) -> str:
    if value is not None and measure.unit.startswith("CNY"):
        return money(value, lang)
    return bare(value, measure.unit)


def _holding(plan: Plan, lang: str) -> Text:
    if plan.method == "evaluate" and plan.holding != "nothing":
        return Text(method_word(plan.method, lang))
    gap = "" if plan.gap is None else f" {share(plan.gap, 2)}"
    return Text(code_word("holding", plan.holding, lang) + gap, style=_COLORS[plan.holding])


def _heading(key: str, lang: str) -> Text:
    return Text(labels.text(f"plan.head.{key}", lang), style="bold cyan")


def _dust(gain: Gain) -> float:
    return 1e-6 * max(1.0, abs(gain.joint), abs(gain.sequential))
