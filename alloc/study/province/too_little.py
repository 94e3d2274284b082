"""Why no set of county plans fits what is shared, in the planner's units: how much more would do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from alloc import labels
from alloc.limits.money import CNY_PER_UNIT
from alloc.study.province.county import BED_DAYS_PER_UNIT
from alloc.study.province.master import Known, taken
from alloc.study.province.question import Column

_FEW = 3
_SHARED: tuple[tuple[Literal["budget", "beds"], float], ...] = (
    ("budget", CNY_PER_UNIT),
    ("beds", BED_DAYS_PER_UNIT),
)


@dataclass(frozen=True)
class TooLittle:
    """Told with Infeasible: what the plans that take least come to, in CNY or bed-days a year, the ``limit``
    that they break, and the counties that take most of it.
    """

    what: Literal["budget", "beds"]
    taken: float
    limit: float
    largest: tuple[tuple[str, float], ...]

    @property
    def short(self) -> float:
        """How much more would do."""
        return self.taken - self.limit

    def message(self, lang: str = "en") -> str:
        """The sentence."""
        told = {name: f"{math.ceil(getattr(self, name)):,}" for name in ("taken", "short")}
        largest = ", ".join(f"{county} {math.ceil(most):,}" for county, most in self.largest)
        key = f"province.error.too_little_{self.what}"
        return labels.text(key, lang, limit=f"{self.limit:,.0f}", largest=largest, **told)


def too_little(counties: Mapping[str, Known], shared: Sequence[float]) -> list[TooLittle]:
    """One reason for each thing shared that the plans taking least break; none where a county has no plan."""
    if not all(known.columns for known in counties.values()):
        return []

    def share(column: Column) -> float:
        parts = zip(taken(column, len(shared)), shared, strict=True)
        return sum(mine / max(limit, 1e-6) for mine, limit in parts)

    least = {name: taken(min(known.columns, key=share), len(shared)) for name, known in counties.items()}
    found = []
    for number, limit in enumerate(shared):
        what, unit = _SHARED[number]
        mine = {name: unit * amounts[number] for name, amounts in least.items()}
        if sum(mine.values()) > unit * limit:
            largest = sorted(mine.items(), key=lambda one: -one[1])[:_FEW]
            found.append(TooLittle(what, sum(mine.values()), unit * limit, tuple(largest)))
    return found
