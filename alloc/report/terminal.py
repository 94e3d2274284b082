"""The plan on a terminal, for a tired planner at six in the evening: verdict first, a screen and a half.

Names from the user's files are shown as plain text: no markup in them is ever read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alloc import labels
from alloc.plan.plan import Plan
from alloc.report.digest import (
    ENDS,
    at_places,
    binding_limits,
    indicator_name,
    key_indicators,
    move_ways,
    moves,
    need_ends,
    own_readers,
    purchases,
    reading_rooms,
    step_downs,
    up_referrals,
    warnings,
    yearly_by_payer,
)
from alloc.report.screen import WIDTH, Prose, Row, as_text, heading, indented, section
from alloc.report.terminal_roster import roster_parts
from alloc.report.words import (
    Names,
    bares,
    code_word,
    in_unit,
    method_word,
    money,
    money_per_year,
    number,
    own_name,
    seconds,
    share,
    unit_word,
    verdict,
    ways,
)

if TYPE_CHECKING:
    from alloc.report.comparison import Comparison

_MOST_SITES: Final = 6
_COLORS: Final = {"proven": "bold green", "incumbent": "bold yellow", "nothing": "bold red"}


def render_plan(plan: Plan, lang: str) -> RenderableType:
    """The plan as rich renderables: verdict, money, machines, who reads, roster, needs, limits, warnings."""
    names = Names(plan.region, lang)
    parts: list[RenderableType] = list(_head(plan, lang))
    sections: tuple[tuple[str, Callable[[Plan, Names], list[Row]]], ...] = (
        ("equipment", _equipment),
        ("centres", _centres),
    )
    if plan.holding != "nothing":
        for key, rows_of in sections:
            parts += section(key, rows_of(plan, names), lang)
        parts += roster_parts(plan, names)
        parts += _needs(plan, lang)
        parts += _indicators(plan, names)
        parts += section("limits", _limits(plan, names), lang)
    parts += section("warnings", [[text] for text in warnings(plan, lang)], lang, style="yellow")
    if plan.method != "evaluate" and (solved := ways(plan, lang)):
        parts.append(Prose(solved))
    return Group(*parts)


def render_comparison(comparison: Comparison, lang: str) -> RenderableType:
    """Plans side by side: measures down, plans across; then how much better joint plans are."""
    from alloc.report.terminal_comparison import comparison_parts

    return Group(*comparison_parts(comparison, lang))


def plan_text(plan: Plan, lang: str | None = None, width: int = WIDTH) -> str:
    """`render_plan` as plain text, without colours."""
    return as_text(render_plan(plan, labels.default_language() if lang is None else lang), width)


def _head(plan: Plan, lang: str) -> Iterator[RenderableType]:
    """The verdict, what was planned, the money."""
    color = _COLORS["proven" if plan.method == "evaluate" and plan.holding != "nothing" else plan.holding]
    yield Prose(verdict(plan, lang), style=color)
    parts = [own_name(plan.region.about, lang), own_name(plan.scenario, lang), method_word(plan.method, lang)]
    if took := sum(row.seconds for row in plan.passes):
        parts.append(labels.text("plan.verdict.took", lang, seconds=seconds(took, lang)))
    yield Prose(" · ".join(parts))
    if plan.holding == "nothing":
        return
    spend, budget = plan.spend_cny, plan.model.limits.budget_cny
    if budget is None:
        yield Prose(labels.text("plan.say.spend", lang, spend=money(spend, lang)))
    else:
        told = {
            "spend": money(spend, lang),
            "budget": money(budget, lang),
            "left": money(budget - spend, lang),
        }
        yield Prose(labels.text("plan.say.spend_of", lang, **told))
    if plan.decisions.costs:
        by_payer = labels.text("plan.say.list", lang).join(
            labels.text(
                "plan.say.paid_by", lang, payer=code_word("payer", payer, lang), money=money(cny, lang)
            )
            for payer, cny in yearly_by_payer(plan).items()
        )
        yearly = money_per_year(plan.yearly_cost_cny, lang)
        yield Prose(labels.text("plan.say.yearly", lang, yearly=yearly, parts=by_payer))


def _equipment(plan: Plan, names: Names) -> list[Row]:
    lang, rows = names.lang, []
    for action in ("buy", "retire"):
        for item in purchases(plan, action):
            kind = names.of("equipment_type", item.equipment_type)
            what = labels.text("plan.say.machine", lang, name=kind, count=item.count)
            cost = money(item.cny, lang) if item.cny else ""
            rows.append(
                [labels.text(f"plan.say.{action}", lang), what, cost, at_places(names, item.at, lang)]
            )
    for move in moves(plan):
        kind = names.of("equipment_type", move.equipment_type)
        what = labels.text("plan.say.machine", lang, name=kind, count=move.count)
        cost = money(move.cny, lang) if move.cny else ""
        rows.append([labels.text("plan.say.move", lang), what, cost, move_ways(names, move)])
    for key in ("opened", "closed"):
        sites = [names.facility(site.facility) for site in plan.decisions.sites if getattr(site, key)]
        if sites:
            rows.append([labels.text(f"plan.say.{key}", lang), "", "", _list(sites, lang)])
    return rows or ([["", labels.text("plan.say.no_machines", lang)]] if plan.decisions.machines else [])


def _centres(plan: Plan, names: Names) -> list[Row]:
    lang = names.lang
    rows: list[Row] = []
    for room in reading_rooms(plan):
        sites = [names.facility(f) for f in room.reads_for]
        told = {"centre": names.facility(room.row.facility), "n": len(sites)}
        load = "-" if room.load is None else share(room.load, 0)
        parts = [labels.text("plan.say.centre_load", lang, readers=room.row.readers_on_duty, load=load)]
        if room.row.readers_released:
            parts.append(labels.text("plan.say.released", lang, n=room.row.readers_released))
        group = code_word("reading_group", room.row.reading_group, lang)
        few = _list(sites[:_MOST_SITES], lang) + ("…" if len(sites) > _MOST_SITES else "")
        line = labels.text("plan.say.reads_for", lang, **told, load=_list(parts, lang), sites=few)
        rows.append([group, line])
    for group, count in own_readers(plan).items():
        own = labels.text("plan.say.reads_own", lang, n=count)
        rows.append([code_word("reading_group", group, lang), own])
    return rows


def _needs(plan: Plan, lang: str) -> Iterator[RenderableType]:
    """Where needs end, in shares, and the referrals."""
    found = need_ends(plan)
    if not found:
        return
    yield heading("referral", lang)
    table = Table.grid(padding=(0, 3))
    table.add_column()
    for _ in range(len(ENDS) + 1):
        table.add_column(justify="right")
    heads = [code_word("ends", end, lang) for end in ENDS]
    table.add_row("", labels.text("plan.code.unit.cases_per_year", lang), *heads, style="dim")
    for stream, ends in found.items():
        total = sum(ends.values())
        cells = [share(ends[end] / total) for end in ENDS]
        name = Text(code_word("stream", stream, lang))
        table.add_row(name, number(round(total)), *cells)
    yield indented(table)
    if "episodes" in found:
        beds = sum(row.freed_by_step_down_beds for row in plan.decisions.beds)
        parts = [labels.text("plan.say.up_referrals", lang, n=number(round(up_referrals(plan))))]
        told = {"n": number(round(step_downs(plan))), "beds": number(beds)}
        parts.append(labels.text("plan.say.step_downs", lang, **told))
        slots = sum(row.reserved_half_days for row in plan.decisions.slots)
        kept = sum(row.reserved_beds for row in plan.decisions.beds)
        if slots or kept:
            parts.append(labels.text("plan.say.reserved", lang, beds=number(kept), slots=number(slots)))
        yield indented(Prose(labels.text("plan.say.parts", lang).join(parts)))


def _indicators(plan: Plan, names: Names) -> Iterator[RenderableType]:
    rows = key_indicators(plan)
    if not rows:
        return
    lang = names.lang
    yield heading("indicators", lang)
    table = Table.grid(padding=(0, 2))
    table.add_column()
    for _ in range(3):
        table.add_column(justify="right")
    table.add_column()
    for row in rows:
        before, after = bares((row.before, row.after), row.unit)
        unit = Text(unit_word(row.unit, lang), style="dim")
        table.add_row(Prose(indicator_name(names, row)), before, "→", after, unit)
    yield indented(table)


def _limits(plan: Plan, names: Names) -> list[Row]:
    lang = names.lang
    rows: list[Row] = []
    for row in binding_limits(plan):
        name = code_word("limit", row.limit, lang)
        if row.scope != "region":
            name = labels.text("plan.say.scoped", lang, name=name, scope=names.scope(row.scope))
        limit = in_unit(row.limit_value, row.unit, lang)
        rows.append([f"{code_word('sense', row.sense, lang)} {limit}", name])
    return rows or ([[labels.text("plan.say.none_binding", lang)]] if plan.decisions.limits else [])


def _list(parts: list[str], lang: str) -> str:
    return labels.text("plan.say.list", lang).join(parts)
