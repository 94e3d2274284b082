"""A limit with a price tag: what it measures, and the constraint that holds it. Both from one definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Literal

from alloc.blocks import Blocks
from alloc.blocks.contract import Linear, Rule, Terms
from alloc.schema.plan import LimitRow


@dataclass(frozen=True)
class Decided:
    """All blocks and everything they cost, use, serve and make travel: what limits and goals read."""

    blocks: Blocks
    terms: Terms


@dataclass(frozen=True)
class LimitLine:
    """``part`` at most or at least ``limit`` (x ``whole``). Values times ``scale`` are in the unit shown."""

    scope: str
    sense: Literal["at_most", "at_least"]
    part: Linear
    limit: float
    unit: str
    whole: Linear = field(default_factory=list)
    part_fixed: float = 0.0
    whole_fixed: float = 0.0
    scale: float = 1.0

    @property
    def is_share(self) -> bool:
        """Whether the limit is on a ratio."""
        return bool(self.whole) or self.whole_fixed != 0.0

    def rule(self) -> Rule:
        """The constraint row."""
        if self.is_share:
            terms = [*self.part, *((-self.limit * coef, var) for coef, var in self.whole)]
            bound = self.limit * self.whole_fixed - self.part_fixed
        else:
            terms, bound = self.part, self.limit - self.part_fixed
        return (
            (self.scope, None, terms, bound) if self.sense == "at_most" else (self.scope, bound, terms, None)
        )

    def row(self, name: str) -> LimitRow:
        """The plan's value beside the limit, after a solve: the part, and what it is held to."""
        whole = _value(self.whole, self.whole_fixed) if self.is_share else 1.0
        value, limit = _value(self.part, self.part_fixed) * self.scale, self.limit * whole * self.scale
        room = limit - value if self.sense == "at_most" else value - limit
        binding = room <= 1e-3 * max(1e-9, abs(limit)) + 1e-9
        return LimitRow(
            limit=name,
            scope=self.scope,
            sense=self.sense,
            value=value,
            limit_value=limit,
            room=room,
            binding=binding,
            unit=self.unit,
        )


Limit = Callable[[Decided], Iterable[LimitLine]]


def as_rule(limit: Limit) -> Callable[[Decided], Iterator[Rule]]:
    """The constraint family of a limit, under the limit's name."""

    @wraps(limit)
    def rule(decided: Decided) -> Iterator[Rule]:
        for line in limit(decided):
            yield line.rule()

    return rule


def _value(terms: Linear, fixed: float) -> float:
    return fixed + sum(coef * var.value for coef, var in terms)
