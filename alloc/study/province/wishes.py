"""What is asked of a run, what it tells while it runs, and what counties share in the solver's units."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alloc.limits.money import CNY_PER_UNIT
from alloc.schema.province import Province
from alloc.study.province.county import BED_DAYS_PER_UNIT
from alloc.study.province.master import taken
from alloc.study.province.question import Column


@dataclass(frozen=True)
class Wishes:
    """What the caller asks of a run."""

    gap: float
    time_limit_s: float
    county_time_limit_s: float
    seed: int
    effort: Literal["all_goals", "goal_only"]
    lang: str
    folder: Path


@dataclass(frozen=True)
class ProvinceProgress:
    """Where a run is: ``stage`` is 'probe', 'price', 'repair' or 'finish'; ``done`` of ``total`` counties."""

    stage: str
    round: int
    done: int
    total: int
    value: float | None
    bound: float | None
    gap: float | None
    seconds: float


def units(province: Province) -> tuple[float, ...]:
    """What is shared, in the solver's units."""
    budget = (province.budget_cny / CNY_PER_UNIT,)
    beds = province.tertiary_bed_days_per_year
    return budget if beds is None else (*budget, beds / BED_DAYS_PER_UNIT)


def fits(column: Column, within: Column, n_shared: int) -> bool:
    return all(
        mine <= most + 1e-9
        for mine, most in zip(taken(column, n_shared), taken(within, n_shared), strict=True)
    )
