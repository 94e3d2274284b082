"""Small regions, quick solves and other names for the same facts: what the study tests share."""

from __future__ import annotations

from functools import cache
from typing import Any

from alloc.plan import Plan
from alloc.schema import Model, Region
from alloc.schema.checks.ids import REFERENCES
from alloc.schema.region import TABLES
from alloc.study.single import solve
from alloc.synthetic import synthetic_model, synthetic_region, tiny_region

SEEDS = (0, 1, 2, 3, 4, 5)
GAP = 1e-4


@cache
def region(seed: int) -> Region:
    """A tiny region."""
    return tiny_region(seed)


@cache
def model(seed: int, budget_share: float = 0.5) -> Model:
    """Its model, with a share of the budget that would close the gap in machines."""
    return synthetic_model(region(seed), budget_share=budget_share)


@cache
def plan(seed: int, method: str = "joint", only: tuple[str, ...] = ()) -> Plan:
    """Its plan."""
    return solve(region(seed), model(seed), method=method, only=only, gap=GAP, time_limit_s=10)


def hard() -> tuple[Region, Model]:
    """A region in which the last goals take more than a moment to prove."""
    facts = synthetic_region(
        4, n_places=12, n_facilities=6, n_modalities=2, n_specialists=8, n_conditions=3, slack=0.7
    )
    return facts, synthetic_model(facts)


def worth(plan: Plan) -> dict[str, float]:
    """What each goal was worth in its own pass."""
    return {row.goal: row.objective or 0.0 for row in plan.passes}


def renamed(facts: Region) -> Region:
    """The same facts under other ids, in the opposite alphabetical order, their rows back to front."""
    names: dict[str, dict[str, str]] = {}
    for table in TABLES:
        rows = getattr(facts, table)
        if rows and "id" in type(rows[0]).model_fields:
            ids = sorted(row.id for row in rows)
            names[table] = {old: f"{table[:4]}-{len(ids) - n:04d}" for n, old in enumerate(ids)}
    fields = {(table, field): targets[0] for table, field, targets in REFERENCES}
    changed: dict[str, Any] = {"scenarios": ()}
    for table in TABLES:
        changed[table] = tuple(
            row.model_copy(update=_new_names(table, row, fields, names))
            for row in reversed(getattr(facts, table))
        )
    return facts.model_copy(update=changed)


def _new_names(
    table: str, row: Any, fields: dict[tuple[str, str], str], names: dict[str, Any]
) -> dict[str, str]:
    new = {"id": names[table][row.id]} if table in names else {}
    for field in type(row).model_fields:
        target = fields.get((table, field))
        value = getattr(row, field)
        if target in names and value is not None:
            new[field] = names[target][value]
    return new
