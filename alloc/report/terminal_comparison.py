"""A comparison of plans on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from alloc import labels
from alloc.plan.plan import Plan
from alloc.report.comparison import Comparison, Gain, Measure
from alloc.report.comparison_words import common_method, measure_name, plan_titles
from alloc.report.screen import Prose, heading, indented, pieces
from alloc.report.words import (
    Names,
    bare,
    bares,
    goal_word,
    holding_word,
    method_word,
    money,
    money_in_column,
    own_name,
    share,
    unit_word,
)

_GAP: Final = 2
_NAME_WIDTH: Final = 24
_PLAN_WIDTH: Final = 16
_COLORS: Final = {"proven": "green", "incumbent": "yellow", "nothing": "red"}
_FEW: Final = ("goal_unmet", "goal_outside", "goal_travel", "spend_cny", "yearly_cost_cny")
"""The measures that are shown when many plans stand one below the other."""


def comparison_parts(comparison: Comparison, lang: str) -> Iterator[RenderableType]:
    """The plans side by side; then what planning jointly gains."""
    title = heading("plans", lang)
    if (method := common_method(comparison)) is not None:
        title.append(f" · {method_word(method, lang)}")
    yield title
    yield indented(_Plans(comparison, lang))
    if any(plan.holding != "proven" and plan.method != "evaluate" for plan in comparison.plans):
        yield Prose(labels.text("plan.warning.some_not_proven", lang), style="yellow")
    gains = [gain for gain in comparison.gains() if abs(gain.difference) > _dust(gain)]
    if gains:
        yield heading("gains", lang)
        yield indented(_gain_table(comparison, gains, lang))


class _Plans:
    """Plans across and all measures down where they fit; else plans down and few measures across."""

    def __init__(self, comparison: Comparison, lang: str) -> None:
        self.comparison, self.lang = comparison, lang

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        needed = _NAME_WIDTH + len(self.comparison.plans) * (_GAP + _PLAN_WIDTH)
        parts = _plans_across if needed <= options.max_width else _plans_down
        yield from parts(self.comparison, self.lang)


def _plans_across(comparison: Comparison, lang: str) -> Iterator[RenderableType]:
    names = Names(comparison.plans[0].region, lang)
    table = Table.grid(padding=(0, _GAP))
    table.add_column(min_width=_NAME_WIDTH, overflow="fold")
    for _ in comparison.plans:
        table.add_column(justify="right", overflow="fold", max_width=_PLAN_WIDTH)
    table.add_row("", *(Prose(title, style="bold") for title in plan_titles(comparison, lang)))
    holding = labels.text("plan.column.holding", lang)
    table.add_row(holding, *(_holding(plan, lang) for plan in comparison.plans))
    for measure in comparison.measures:
        cells = [_cell(row.values.get(measure.key), measure, lang) for row in comparison.rows]
        style = "" if len(set(cells)) == 1 else "bold"
        table.add_row(_titled(measure, names), *(Prose(cell, style=style) for cell in cells))
    yield table


def _plans_down(comparison: Comparison, lang: str) -> Iterator[RenderableType]:
    """A line a plan, then the units. Columns of numbers are narrow: the room is for the names."""
    columns = [_column(comparison, m, lang) for m in comparison.measures if m.key in _FEW]
    holdings = [_holding(plan, lang) for plan in comparison.plans]
    table = Table.grid(padding=(0, _GAP))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", min_width=_longest(*(holding.plain for holding in holdings)))
    for column in columns:
        width = _longest(column.head, *column.cells)
        table.add_column(justify="right", overflow="fold", width=width)
    heads = [labels.text("plan.column.holding", lang), *(column.head for column in columns)]
    table.add_row("", *(Prose(head, style="dim") for head in heads))
    told = zip(*(column.cells for column in columns), strict=True)
    for title, holding, cells in zip(plan_titles(comparison, lang), holdings, told, strict=True):
        table.add_row(Prose(title), holding, *map(Prose, cells))
    yield table
    yield Prose(_units(columns, lang), style="dim")


@dataclass(frozen=True)
class _Column:
    head: str
    unit: str
    cells: list[str]


def _column(comparison: Comparison, measure: Measure, lang: str) -> _Column:
    """A measure of every plan; money in a unit that keeps it short."""
    values = tuple(row.values.get(measure.key) for row in comparison.rows)
    names, unit = Names(comparison.plans[0].region, lang), unit_word(measure.unit, lang)
    name = goal_word(measure.subject, lang) if measure.section == "goal" else measure_name(measure, names)
    if measure.unit.startswith("CNY"):
        unit = labels.text("plan.money.column", lang)
        values = tuple(None if value is None else money_in_column(value, lang) for value in values)
    return _Column(name, unit, bares(values, measure.unit))


def _units(columns: list[_Column], lang: str) -> str:
    """Which columns are in which unit: "unmet need, care outside (cases per year); travel (min)"."""
    heads: dict[str, list[str]] = {}
    for column in columns:
        heads.setdefault(column.unit, []).append(column.head)
    comma, pause = labels.text("plan.say.list", lang), labels.text("plan.say.parts", lang)
    return pause.join(
        labels.text("plan.say.scoped", lang, name=comma.join(names), scope=unit)
        for unit, names in heads.items()
    )


def _longest(*texts: str) -> int:
    return max(cell_len(piece) for text in texts for piece in pieces(text))


def _gain_table(comparison: Comparison, gains: list[Gain], lang: str) -> Table:
    names = Names(comparison.plans[0].region, lang)
    titles = {plan.scenario.id: own_name(plan.scenario, lang) for plan in comparison.plans}
    measures = {measure.key: measure for measure in comparison.measures}
    table = Table.grid(padding=(0, _GAP))
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
    text = Prose(measure_name(measure, names), style=style)
    unit = "" if measure.unit.startswith("CNY") else unit_word(measure.unit, names.lang)
    return text.append(f" ({unit})", style="dim") if unit else text


def _cell(value: float | None, measure: Measure, lang: str) -> str:
    if value is not None and measure.unit.startswith("CNY"):
        return money(value, lang)
    return bare(value, measure.unit)


def _holding(plan: Plan, lang: str) -> Text:
    if plan.method == "evaluate" and plan.holding != "nothing":
        return Prose(holding_word(plan, lang))
    gap = "" if plan.gap is None else f" {share(plan.gap, 2)}"
    return Prose(holding_word(plan, lang) + gap, style=_COLORS[plan.holding])


def _dust(gain: Gain) -> float:
    return 1e-6 * max(1.0, abs(gain.joint), abs(gain.sequential))
