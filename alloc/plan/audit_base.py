"""What every audit rule is made of: findings, tolerances, and the book that the rules are written into.

A rule is a small generator of `Breach`: where a plan breaks it, the plan's value and the limit. The book
turns breaches into findings that carry the rule's name. Nothing here knows the optimisation model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from alloc import labels
from alloc.errors import shown
from alloc.instance.instance import Instance
from alloc.schema.plan import Decisions

CASE = 1e-4
"""Exams, consultations, episodes, beds, half-days, hours: how far off a sum may be."""
EXACT = 1e-6
"""Counts of whole things, shares, minutes."""
YUAN = 1.0
"""Money, in CNY."""
REL = 1e-5
"""Relative tolerance of flows and of what is added up from them."""
REL_YUAN = 1e-6
"""Relative tolerance of money."""

Key = tuple[object, ...]
Where = str | Key
_Row = TypeVar("_Row")
_K = TypeVar("_K")


class Breach(NamedTuple):
    """One place where a rule is broken: ``value`` is the plan's, ``limit`` what the rule allows or asks."""

    where: str
    value: float | None = None
    limit: float | None = None
    params: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Finding:
    """One broken rule: its name, where (ids), the plan's value, the limit; ``params`` fill further braces."""

    rule: str
    where: str
    value: float | None = None
    limit: float | None = None
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def message(self, lang: str = "en") -> str:
        """The sentence that a planner reads: the label ``rule.<rule>``."""
        given = {name: shown(value) for name, value in self.params.items()}
        given |= {"where": shown(self.where), "value": number(self.value), "limit": number(self.limit)}
        try:
            return labels.text(f"rule.{self.rule}", lang, **given)
        except (labels.MissingLabel, ValueError):
            # A finding must be told even without its label.
            return f"{given['where']}: {self.rule} ({given['value']} / {given['limit']})"

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """For JSON: the parts, and the message."""
        record: dict[str, Any] = {
            "rule": self.rule,
            "where": shown(self.where),
            "value": self.value,
            "limit": self.limit,
        }
        if self.params:
            record["params"] = {name: shown(value) for name, value in self.params.items()}
        return record | {"message": self.message(lang)}


Check = Callable[[Instance, Decisions], Iterator[Breach]]
Rule = Callable[[Instance, Decisions], Iterator[Finding]]


class RuleBook(dict[str, Rule]):
    """Rules by name, in the order written; ``@RULES.rule`` adds a check under its function's name."""

    def rule(self, check: Check) -> Rule:
        """Add a check; what it yields is told as findings under its name."""

        @wraps(check)
        def findings(instance: Instance, decisions: Decisions) -> Iterator[Finding]:
            for breach in check(instance, decisions):
                yield Finding(check.__name__, breach.where, breach.value, breach.limit, breach.params or {})

        if check.__name__ in self:
            raise ValueError(f"rule {check.__name__} is written twice")
        self[check.__name__] = findings
        return findings


def number(value: float | None) -> str:
    """A number for a sentence: thousands apart, at most four decimals; a dash where there is none."""
    if value is None:
        return "-"
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer():
        return f"{int(value):,}"
    text = f"{value:,.4f}" if abs(value) >= 1e-3 else f"{value:.3g}"
    return text.rstrip("0").rstrip(".") if "e" not in text else text


def at(where: Where) -> str:
    """Ids in one text: 'T03, CT'."""
    return where if isinstance(where, str) else ", ".join(str(part) for part in where if part is not None)


def breach(where: Where, value: float | None = None, limit: float | None = None, **params: object) -> Breach:
    """A breach at some ids."""
    return Breach(at(where), value, limit, params)


def at_most(
    where: Where, value: float, limit: float, *, slack: float = CASE, rel: float = REL
) -> Iterator[Breach]:
    """A breach when ``value`` lies above ``limit`` by more than the tolerance."""
    if value > limit + slack + rel * _size(value, limit):
        yield breach(where, value, limit)


def at_least(
    where: Where, value: float, limit: float, *, slack: float = CASE, rel: float = REL
) -> Iterator[Breach]:
    """A breach when ``value`` lies below ``limit`` by more than the tolerance."""
    if value < limit - slack - rel * _size(value, limit):
        yield breach(where, value, limit)


def _size(*numbers: float) -> float:
    return max((abs(n) for n in numbers if math.isfinite(n)), default=0.0)


def equal(
    where: Where, value: float, limit: float, *, slack: float = CASE, rel: float = REL
) -> Iterator[Breach]:
    """A breach when ``value`` differs from ``limit`` by more than the tolerance."""
    yield from at_most(where, value, limit, slack=slack, rel=rel)
    yield from at_least(where, value, limit, slack=slack, rel=rel)


def some(value: float, whole: float = 0.0) -> bool:
    """Whether a flow is there at all, beside ``whole``, the need it is part of."""
    return value > CASE + REL * abs(whole)


def total(rows: Iterable[_Row], key: Callable[[_Row], _K], value: Callable[[_Row], float]) -> dict[_K, float]:
    """Sums of ``value`` by ``key``."""
    sums: dict[_K, float] = {}
    for row in rows:
        k = key(row)
        sums[k] = sums.get(k, 0.0) + value(row)
    return sums
