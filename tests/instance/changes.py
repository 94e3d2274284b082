"""Scenarios in as few words as they need."""

from __future__ import annotations

from typing import Any

from alloc.schema import Scenario


def scenario(*changes: dict[str, Any]) -> Scenario:
    return Scenario.model_validate({"id": "test", "changes": changes})


def change(op: str, table: str, field: str | None = None, **rest: Any) -> dict[str, Any]:
    return {"op": op, "table": table, **({"field": field} if field else {}), **rest}
