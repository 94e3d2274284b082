"""Small edits of a plan's tables, for the damages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from alloc.instance import Instance
from alloc.schema import Decisions

Damage = Callable[[Instance, Decisions], Decisions | None]
MANY = 10_000


def with_rows(decisions: Decisions, table: str, rows: Iterable[Any]) -> Decisions:
    """The plan with other rows in one table."""
    return decisions.model_copy(update={table: tuple(rows)})


def put(decisions: Decisions, table: str, old: Any, **changes: Any) -> Decisions:
    """The plan with one row changed (nothing is validated: that is the point)."""
    rows = getattr(decisions, table)
    return with_rows(decisions, table, (r.model_copy(update=changes) if r is old else r for r in rows))


def add(decisions: Decisions, table: str, row: Any, **changes: Any) -> Decisions:
    """The plan with a changed copy of a row added."""
    return with_rows(decisions, table, (*getattr(decisions, table), row.model_copy(update=changes)))


def drop(decisions: Decisions, table: str, which: Callable[[Any], bool]) -> Decisions | None:
    """The plan without some rows; None when there are none."""
    rows = getattr(decisions, table)
    left = [row for row in rows if not which(row)]
    return with_rows(decisions, table, left) if len(left) < len(rows) else None


def first(rows: Iterable[Any], which: Callable[[Any], bool] = lambda _: True) -> Any:
    """The first row of a kind, or None."""
    return next((row for row in rows if which(row)), None)


def served(decisions: Decisions, table: str) -> list[Any]:
    """Flows that end at a facility, the largest first."""
    amount = {
        "exam_flows": "exams_per_year",
        "consult_flows": "consults_per_year",
        "episode_flows": "episodes_per_year",
    }[table]
    place = "treated_at" if table == "episode_flows" else "facility"
    rows = [
        r for r in getattr(decisions, table) if getattr(r, place) is not None and getattr(r, amount) > 1.0
    ]
    return sorted(rows, key=lambda r: -getattr(r, amount))


def machine(decisions: Decisions, facility: str, kind: str, count: int, unit_cny: float) -> Decisions:
    """The plan with machines bought."""
    from alloc.schema.plan import MachineRow

    row = MachineRow(
        facility=facility, equipment_type=kind, action="buy", install_year=2026, count=count,
        unit_cny=unit_cny, spend_cny=count * unit_cny,
    )  # fmt: skip
    return with_rows(decisions, "machines", (*decisions.machines, row))


def bought(
    instance: Instance,
    decisions: Decisions,
    count: int = MANY,
    *,
    kind: str | None = None,
    area: str | None = None,
) -> Decisions | None:
    """The plan with many machines of one type bought at an open facility."""
    from alloc.plan.audit_facts import open_facilities

    types = instance.equipment.types
    chosen = kind or first(types, lambda t: types[t].price_cny > 0)
    sites = [
        f
        for f in sorted(open_facilities(instance, decisions))
        if area is None or instance.facilities[f].area == area
    ]
    if chosen is None or not sites:
        return None
    return machine(decisions, sites[0], chosen, count, types[chosen].price_cny)
