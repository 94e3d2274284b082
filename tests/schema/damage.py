"""Ways to damage the facts of a sound region, and what the checks then find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alloc.schema import Region
from alloc.schema.checks import TableFault, check_region

Facts = dict[str, Any]
Damage = Callable[[Facts], object]


def put(table: str, row: int, **cells: object) -> Damage:
    """Overwrite cells of a row."""
    return lambda facts: facts[table][row].update(cells)


def add(table: str, **cells: object) -> Damage:
    """Append a row."""
    return lambda facts: facts[table].append(cells)


def drop(table: str, *rows: int) -> Damage:
    """Delete rows; without numbers, all."""
    return lambda facts: facts.update(
        {table: [r for i, r in enumerate(facts[table]) if rows and i not in rows]}
    )


def again(table: str, row: int = 0) -> Damage:
    """Append a copy of a row."""
    return lambda facts: facts[table].append(dict(facts[table][row]))


def travel(**cells: object) -> Damage:
    return lambda facts: facts["travel"].update(cells)


def both(*damages: Damage) -> Damage:
    return lambda facts: [damage(facts) for damage in damages]


def move_west(facts: Facts) -> None:
    """To where longitudes are below 90, so that a swapped pair passes as degrees."""
    for row in (*facts["places"], *facts["facilities"]):
        row["lon"] -= 40


TO_TABLE = travel(method="table")


def faults_of(facts: Facts, **options: bool) -> list[TableFault]:
    return check_region(Region.model_validate(facts), **options)
