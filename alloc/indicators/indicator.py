"""What an indicator is, and how a value that does not exist is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from alloc.indicators.situation import Situation

Subject = Literal["national", "need", "access", "equity", "use", "money"]
Unit = Literal[
    "share",
    "ratio",
    "index",
    "min",
    "cases_per_year",
    "half_days_per_cycle",
    "days_per_cycle",
    "beds",
    "readers",
    "per_10000_residents",
    "cny_per_stay",
    "cny_per_resident",
    "none",
]
ScopeKind = Literal[
    "region",
    "contacts",
    "stream",
    "service",
    "place",
    "area",
    "age_band",
    "modality",
    "facility_modality",
    "reading_group",
    "resource",
    "area_resource",
    "tier",
    "session_type",
]
"""How a scope reads. Parts are joined by "/", which no id can hold.

- ``region``: "region". ``contacts``: "region", or "with_outside".
- ``stream``: "exams", "consultations", "episodes", or "all".
- ``service``: "any_care", "outreach", "exams/<modality>", "consultations/<specialty>",
  "episodes/<condition>".
- ``resource``: "machines/<modality>", "consult_half_days", "beds".
- ``area_resource``: a resource behind "urban/" or "rural/". ``area``: "urban", "rural".
- ``tier``, ``session_type``: one of them, or "all". ``reading_group``: one of them.
- ``facility_modality``: "<facility>/<modality>". ``place``, ``age_band``, ``modality``: the id.
"""


@dataclass(frozen=True)
class Missing:
    """A value that does not exist. ``reason`` has a label, ``reason.<reason>``."""

    reason: str


Value = float | Missing
Values = Mapping[str, Value]
"""Scope -> value."""
NOT_MODELLED = Missing("not_modelled")


@dataclass(frozen=True)
class Indicator:
    """One indicator: ``compute`` gives its value for every scope, from one situation (before or after).

    ``national`` is its number in the national list of 2024 (see `alloc.indicators.national`).
    """

    key: str
    unit: Unit
    scope: ScopeKind
    compute: Callable[[Situation], Values]
    national: int | None = None

    @property
    def label(self) -> str:
        """Key of its name in the label files."""
        return f"indicator.{self.key}"

    @property
    def formula_label(self) -> str:
        """Key of its formula, with the source, in the label files."""
        return f"formula.{self.key}"


def ratio(numerator: float, denominator: float, otherwise: str) -> Value:
    """``numerator / denominator``; Missing, for the reason ``otherwise``, with nothing to divide by."""
    return numerator / denominator if denominator > 0.0 else Missing(otherwise)
