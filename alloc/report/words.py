"""Words and numbers as a planner reads them: labels with a fallback, names of ids, money, shares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from alloc import labels
from alloc.errors import shown
from alloc.plan.plan import Plan
from alloc.schema.plan import PassRow
from alloc.schema.region import Region

REFERS_TO: Final = {
    "facility": "facilities",
    "from_facility": "facilities",
    "centre": "facilities",
    "home": "facilities",
    "first_contact": "facilities",
    "treated_at": "facilities",
    "step_down_at": "facilities",
    "place": "places",
    "modality": "modalities",
    "equipment_type": "equipment_types",
    "specialty": "specialties",
    "condition": "conditions",
    "role": "roles",
}
"""Columns that hold an id -> the region table that names it."""
_CODES: Final = {
    "category": ("category",),
    "ends": ("ends",),
    "status": ("status",),
    "holding": ("plan.holding",),
    "found_by": ("plan.found_by",),
    "bound_by": ("plan.bound_by",),
    "indicator": ("indicator",),
    "reason": ("reason",),
    "limit": ("limit", "plan.limit"),
    "unit": ("plan.code.unit", "indicator_unit"),
    "scope": ("indicator_scope", "plan.code.stream"),
}
"""Coded columns -> the label sections that name their values; the others have ``plan.code.<column>``."""
_SCOPES: Final = ("consortia", "facilities", "places", "modalities", "specialties", "conditions")
_MORE_SCOPES: Final = ("equipment_types", "roles", "age_bands")


def word(key: str, lang: str, fallback: str | None = None, **params: object) -> str:
    """The label under ``key``; ``fallback`` (or the key's last part) where there is none."""
    try:
        return labels.text(key, lang, **params)
    except labels.MissingLabel:
        return key.rpartition(".")[2] if fallback is None else fallback


def table_name(table: str, lang: str) -> str:
    """The name of a plan table."""
    return word(f"plan.table.{table}", lang)


def field_name(table: str, field: str, lang: str) -> str:
    """The header of a column of a plan table, with its unit."""
    key = f"plan.field.{table}.{field}"
    return word(key if labels.has(key) else f"plan.field.any.{field}", lang)


@lru_cache(maxsize=4096)
def code_word(field: str, value: str, lang: str) -> str:
    """The word for one value of a coded column; the value itself, made safe to print, where there is none."""
    for section in _CODES.get(field, (f"plan.code.{field}", f"choice.{field}")):
        key = f"{section}.{value}"
        if labels.has(key) and not labels.parameters(key, lang):
            return labels.text(key, lang)
    return shown(value)


class Names:
    """The names of a region's ids in one language; an id without a name is its own name.

    Names are made safe to print: one line, nothing invisible.
    """

    def __init__(self, region: Region, lang: str) -> None:
        self.lang = lang
        self._by_table: dict[str, dict[str, str]] = {}
        for table in (*_SCOPES, *_MORE_SCOPES):
            rows: Iterable[Any] = getattr(region, table)
            self._by_table[table] = {row.id: self._best(row) for row in rows}

    def _best(self, row: Any) -> str:
        first, second = (row.name_zh, row.name_en) if self.lang == "zh" else (row.name_en, row.name_zh)
        return shown(first or second or row.id)

    def of(self, field: str, value: str | None) -> str:
        """The name of the id that stands in a column; empty for None."""
        if value is None:
            return ""
        return self._by_table.get(REFERS_TO.get(field, ""), {}).get(value) or shown(value)

    def facility(self, value: str | None) -> str:
        """The name of a facility."""
        return self.of("facility", value)

    def scope(self, value: str) -> str:
        """The name of a scope: ids and words like "region", the parts joined by "/" ("machines/CT")."""
        return word("indicator_scope.separator", self.lang, ": ").join(map(self._part, value.split("/")))

    def _part(self, value: str) -> str:
        for table in (*_SCOPES, *_MORE_SCOPES):
            if value in self._by_table[table]:
                return self._by_table[table][value]
        return code_word("scope", value, self.lang)


def own_name(row: Any, lang: str) -> str:
    """The name of a region, a model or a scenario in ``lang``; its id where it has none."""
    first, second = (row.name_zh, row.name_en) if lang == "zh" else (row.name_en, row.name_zh)
    return shown(first or second or row.id)


def own_note(row: Any, lang: str) -> str:
    """The note of a region, a model or a scenario in ``lang``, or in the other language."""
    first, second = (row.note_zh, row.note_en) if lang == "zh" else (row.note_en, row.note_zh)
    return shown(first or second)


def method_word(method: str, lang: str) -> str:
    """How the plan was made, in words."""
    head, _, rest = method.partition(":")
    if head == "only" and rest:
        parts = [word(f"plan.decision.{name.strip()}", lang, shown(name)) for name in re.split("[,+]", rest)]
        return labels.text("plan.method.only", lang, decisions=labels.text("plan.say.list", lang).join(parts))
    return word(f"plan.method.{head}", lang, shown(method))


def holding_word(plan: Plan, lang: str) -> str:
    """What the plan holds, in two words; of one whose decisions were given, that it is an evaluation."""
    if plan.method == "evaluate" and plan.holding != "nothing":
        return method_word(plan.method, lang)
    return code_word("holding", plan.holding, lang)


def verdict(plan: Plan, lang: str) -> str:
    """One sentence: is the plan proven optimal, and how far from the best it can be, goal by goal."""
    if plan.method == "evaluate" and plan.holding != "nothing":
        return labels.text("plan.verdict.evaluated", lang)
    status = code_word("status", plan.status, lang)
    if plan.holding == "nothing":
        return labels.text("plan.verdict.nothing", lang, status=status)
    if plan.holding == "proven":
        gap = "" if plan.gap is None else share(plan.gap, 2)
        return labels.text(f"plan.verdict.{'proven' if gap else 'proven_without_gap'}", lang, gap=gap)
    unsure = [row for row in plan.passes if row.holding != "proven"]
    parts = [_open_goal(row, lang) for row in unsure]
    if unsure and (n := len(plan.passes) - len(unsure)):
        parts.append(labels.text("plan.verdict.others_proven", lang, n=n))
    told = labels.text("plan.say.list", lang).join(parts) or labels.text("plan.verdict.unknown", lang)
    if plan.status == "optimal":  # solved to the gap, then cut back to what a roster holds
        status = labels.text("plan.verdict.cut_back", lang)
    return labels.text("plan.verdict.incumbent", lang, status=status, goals=told)


def _open_goal(row: PassRow, lang: str) -> str:
    goal = goal_word(row.goal, lang)
    if row.gap is None:
        return labels.text("plan.verdict.open_goal_unknown", lang, goal=goal)
    return labels.text("plan.verdict.open_goal", lang, goal=goal, gap=share(row.gap))


def ways(plan: Plan, lang: str) -> str:
    """Which method found the plan and which gave the bound, goals of the same methods together."""
    goals: dict[tuple[str, str], list[str]] = {}
    for row in plan.passes:
        if row.found_by and row.bound_by and row.bound is not None:
            goals.setdefault((row.found_by, row.bound_by), []).append(goal_word(row.goal, lang))
    comma = labels.text("plan.say.list", lang)
    told = [
        labels.text(
            "plan.say.way",
            lang,
            goals=comma.join(named),
            found=code_word("found_by", found, lang),
            bound=code_word("bound_by", bound, lang),
        )
        for (found, bound), named in goals.items()
    ]
    joined = labels.text("plan.say.semicolon", lang).join(told)
    return labels.text("plan.say.ways", lang, ways=joined) if told else ""


def goal_word(goal: str, lang: str) -> str:
    """A goal in words; "travel_2" is the second step of the goal travel."""
    head, _, step = goal.partition("_")
    return (
        f"{code_word('goal', head, lang)} {step}".rstrip()
        if step.isdecimal()
        else code_word("goal", goal, lang)
    )


def money(cny: float, lang: str) -> str:
    """CNY in the unit that people say: 1,240 万元; CNY 12.4 million."""
    large, middle = (1e8, 1e4) if lang == "zh" else (1e6, 1e3)
    for size, key in ((large, "hundred_million"), (middle, "ten_thousand")):
        if abs(cny) >= size:
            return labels.text(f"plan.money.{key}", lang, n=_short(cny / size))
    return labels.text("plan.money.plain", lang, n=_short(cny))


def money_in_column(cny: float, lang: str) -> float:
    """CNY in the unit that ``plan.money.column`` names: 10,000 CNY; CNY million."""
    return cny / (1e4 if lang == "zh" else 1e6)


def money_per_year(cny: float, lang: str) -> str:
    """CNY per year."""
    return labels.text("plan.money.per_year", lang, money=money(cny, lang))


def share(value: float, digits: int = 1) -> str:
    """A fraction as a percentage; never rounded to 0 % or 100 % when it is not."""
    text = f"{100 * value:.{digits}f}%"
    least = 10.0**-digits
    if value > 0 and float(text[:-1]) == 0.0:
        return f"<{least:.{digits}f}%"
    if value < 1 and float(text[:-1]) == 100.0:
        return f">{100 - least:.{digits}f}%"
    return text


def number(value: float) -> str:
    """A count or amount with as many digits as help: 12,340; 45.6; 0.12."""
    return _short(value) if abs(value) >= 0.1 or value == 0 else f"{value:.2g}"


def bare(value: float | None, unit: str) -> str:
    """A value without its unit; a share as a percentage."""
    if value is None:
        return "-"
    return share(value) if unit == "share" else number(value)


def bares(values: tuple[float | None, ...], unit: str) -> list[str]:
    """Values to compare, without their unit: each with as many digits as the largest needs."""
    given = [value for value in values if value is not None]
    if unit == "share" or not given or any(0 < abs(value) < 0.1 for value in given):
        return [bare(value, unit) for value in values]
    digits = 0 if all(value == round(value) for value in given) else _digits(max(map(abs, given)))
    return ["-" if value is None else f"{value:,.{digits}f}" for value in values]


def unit_word(unit: str, lang: str) -> str:
    """The unit behind a bare value; empty where there is none to say."""
    return "" if unit in ("", "share", "none", "ratio", "index") else code_word("unit", unit, lang)


def in_unit(value: float | None, unit: str, lang: str) -> str:
    """A value with its unit, as text."""
    if value is None:
        return "-"
    if unit == "share":
        return share(value)
    if unit in ("CNY", "CNY/year"):
        return money(value, lang) if unit == "CNY" else money_per_year(value, lang)
    return f"{number(value)} {unit_word(unit, lang)}".rstrip()


def seconds(value: float, lang: str) -> str:
    """Wall time."""
    if value >= 120:
        return labels.text("plan.money.minutes", lang, n=f"{value / 60:.0f}")
    return labels.text("plan.money.seconds", lang, n=f"{value:.0f}" if value >= 10 else f"{value:.1f}")


def _short(value: float) -> str:
    digits = 0 if value == round(value) else _digits(abs(value))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def _digits(size: float) -> int:
    """Digits behind the point that leave three in all."""
    return 0 if size >= 100 else 1 if size >= 10 else 2
