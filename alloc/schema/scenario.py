"""A scenario: a named list of changes to facts or limits, in a small closed vocabulary."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from alloc.schema.base import Frozen
from alloc.units import Id

Cell = bool | int | float | str | None


class Change(Frozen):
    """One change. ``table`` is a region table, or a section of the model (``limits``, ``standards``).

    ``where`` selects rows by ids or attributes (a value, or a list of admitted values; empty selects all).
    ``set`` and ``scale`` change ``field``; ``add`` appends ``rows``; ``remove`` drops the selected rows.
    A selection that finds nothing is a fault: a scenario that silently does nothing would be believed.
    """

    op: Literal["set", "scale", "add", "remove"]
    table: str
    where: dict[str, Cell | tuple[Cell, ...]] = Field(default_factory=dict)
    field: str | None = None
    value: Cell | tuple[Cell, ...] = None
    by: float | None = Field(default=None, ge=0.0)
    rows: tuple[dict[str, Cell], ...] = ()

    @model_validator(mode="after")
    def complete(self) -> Change:
        """Each operation names what it needs, and nothing else."""
        needs_field = self.op in ("set", "scale")
        if needs_field and not self.field:
            raise _lacks(self.op, "field")
        if self.op == "scale" and self.by is None:
            raise _lacks(self.op, "by")
        if self.op == "add" and not self.rows:
            raise _lacks(self.op, "rows")
        if self.op == "remove" and not self.where:
            raise _lacks(self.op, "where")
        return self


def _lacks(op: str, part: str) -> PydanticCustomError:
    """The error of a change without a part that its operation needs; a table is emptied row by row only."""
    return PydanticCustomError("change_part_missing", "'{op}' needs '{part}'", {"op": op, "part": part})


class Scenario(Frozen):
    """A named change to facts or limits, with the words a planner reads."""

    id: Id
    name_zh: str = ""
    name_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    changes: tuple[Change, ...] = ()
