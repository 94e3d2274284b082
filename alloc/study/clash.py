"""Why no plan exists, in a planner's words: which standard or limit cannot be met, where, by how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alloc import labels
from alloc.errors import shown
from alloc.goals import GOAL_UNITS
from alloc.limits import LIMITS, Decided, LimitLine
from alloc.schema.model import Goal
from alloc.schema.region import Region
from alloc.solver.elastic import Violation

_GOAL_LIMIT = "_within_limit"
_UNITS = {
    "machines_past_their_life_go": "machines",
    "owed_service_is_met": "half_days_per_cycle",
    "mentors_keep_their_clinic": "half_days_per_cycle",
    "reserved_slots_meet_their_share": "half_days_per_cycle",
    "reserved_beds_meet_their_share": "beds",
}
"""Units of the policies of blocks; limits and goals bring their own."""
_NAMED = (
    "facilities",
    "consortia",
    "specialties",
    "conditions",
    "modalities",
    "equipment_types",
    "roles",
    "places",
)

Names = Mapping[str, tuple[str, str]]
"""id -> its name in zh and in en."""


def goal_limits(goals: Iterable[Goal]) -> tuple[str, ...]:
    """The rules that hold goals within their ``at_most``."""
    return tuple(f"{goal.goal}{_GOAL_LIMIT}" for goal in goals if goal.at_most is not None)


@dataclass(frozen=True)
class Clash:
    """One rule that must give way: its name, where (ids), by how much, and what it holds at."""

    rule: str
    where: tuple[str, ...]
    amount: float
    limit: float
    unit: str = "none"
    limit_unit: str = "none"
    names: Names = field(default_factory=dict, repr=False, compare=False)

    def message(self, lang: str = "en") -> str:
        """Where, the rule, and how far off."""
        key = f"clash.rule.{self.rule}"
        told = {
            "amount": _in_unit(self.amount, self.unit, lang),
            "limit": _in_unit(self.limit, self.limit_unit, lang),
        }
        if labels.has(key):
            sentence = labels.text(key, lang, **told)
        else:
            sentence = labels.text("clash.rule.other", lang, rule=self.rule.replace("_", " "), **told)
        parts = [self._name(part, lang) for part in self.where if part != "region"]
        if not parts:
            return sentence[:1].upper() + sentence[1:]
        where = labels.text("clash.separator", lang).join(parts)
        return labels.text("clash.at", lang, where=where, sentence=sentence)

    def _name(self, part: str, lang: str) -> str:
        stream = f"plan.code.stream.{part}"
        if labels.has(stream):
            return labels.text(stream, lang)
        zh, en = self.names.get(part, ("", ""))
        return shown((zh or en if lang == "zh" else en or zh) or part)

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """For JSON."""
        return {
            "rule": self.rule,
            "where": list(self.where),
            "amount": self.amount,
            "limit": self.limit,
            "unit": self.unit,
            "limit_unit": self.limit_unit,
            "message": self.message(lang),
        }


def clashes(
    violations: Iterable[Violation], decided: Decided, goals: Iterable[Goal], region: Region
) -> list[Clash]:
    """What must give way, with names and units, from the rows of the relaxed copy."""
    names = {row.id: (row.name_zh, row.name_en) for table in _NAMED for row in getattr(region, table)}
    lines = {(limit.__name__, line.scope): line for limit in LIMITS for line in limit(decided)}
    by_goal = {f"{goal.goal}{_GOAL_LIMIT}": goal for goal in goals}
    found = []
    for violation in violations:
        # a row is called such as limits.spend_within_budget[region]
        scope = violation.row.partition("[")[2].removesuffix("]").replace("'", "")
        rule, line = violation.family, lines.get((violation.family, scope))
        if line is not None:
            found.append(_of_limit(violation, line, names))
        elif rule in by_goal:
            scale, unit = _goal_unit(by_goal[rule])
            limit = float(by_goal[rule].at_most or 0.0)
            found.append(Clash(rule, (), violation.amount * scale, limit * scale, unit, unit, names))
        else:
            unit, where = _UNITS.get(rule, "none"), tuple(re.split("[,/]", scope))
            found.append(Clash(rule, where, violation.amount, violation.limit, unit, unit, names))
    return found


def _of_limit(violation: Violation, line: LimitLine, names: Names) -> Clash:
    unit = line.unit.replace("/", "_per_")
    limit, limit_unit = line.limit * line.scale, unit
    if line.is_share:
        limit, limit_unit = line.limit, "times" if unit == "min" else "share"
    where = tuple(line.scope.split("/"))
    return Clash(violation.family, where, violation.amount * line.scale, limit, unit, limit_unit, names)


def _goal_unit(goal: Goal) -> tuple[float, str]:
    """What a goal's value is multiplied by to be shown, and its unit."""
    if goal.goal == "cost":
        return 1e6, "CNY_per_year"
    if goal.goal == "travel" and goal.equity != "total":
        return 1.0, "none" if goal.equity == "kolm_pollak" else "min"
    return 1.0, GOAL_UNITS[goal.goal].replace(" ", "_").replace("-", "_").replace("/", "_per_")


def _in_unit(value: float, unit: str, lang: str) -> str:
    """An amount as people say it: whole from a hundred on, three digits below."""
    value = 100.0 * value if unit == "share" else value
    number = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    key = f"clash.unit.{unit}"
    return labels.text(key if labels.has(key) else "clash.unit.none", lang, n=number)
