"""The values that a scenario's change selects by, sets and scales, read as the cells of files are."""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import Any, get_args

from alloc.load.cells import BadCell, Read, is_id_field, reader
from alloc.schema.base import Frozen
from alloc.schema.checks.fault import Known
from alloc.schema.scenario import Cell, Change

_WHOLE = 1e-9


@cache
def readers_of(kind: type[Frozen]) -> dict[str, Read]:
    """For each field of a row or section, the function that reads its values."""
    return {
        name: reader(info.annotation, name, is_id_field(info.metadata))
        for name, info in kind.model_fields.items()
    }


def new_value(change: Change, kind: type[Frozen], old: Any, name: str, key: str | None) -> Any:
    """The value that ``set`` or ``scale`` gives a field, or one entry of a mapping. Raises BadCell."""
    if isinstance(old, dict):
        return _new_entries(change, kind, old, name, key)
    if key is not None:
        raise BadCell("change_no_entries", name=name)
    if change.op == "scale":
        return _scaled(old, change.by or 0.0)
    if change.value is None:
        return None
    if isinstance(change.value, tuple) and not isinstance(old, tuple):
        raise BadCell("not_one_value")
    return readers_of(kind)[name](change.value)


def _new_entries(
    change: Change, kind: type[Frozen], old: dict[str, Any], name: str, key: str | None
) -> dict[str, Any]:
    """A mapping with one entry set, dropped (``value`` null) or scaled. Without a key, all are scaled."""
    if change.op == "set":
        if key is None:
            raise BadCell("change_needs_entry", name=name)
        if change.value is None:
            return {entry: value for entry, value in old.items() if entry != key}
        entry_type = get_args(kind.model_fields[name].annotation)[1]
        return {**old, key: reader(entry_type, name)(change.value)}
    if not old or (key is not None and key not in old):
        raise BadCell("change_entry_missing", entry=key or name, known=Known(name, old).suggest(key or name))
    return {
        entry: _scaled(value, change.by or 0.0) if key in (None, entry) else value
        for entry, value in old.items()
    }


def _scaled(old: object, by: float) -> float | int:
    """A number times a factor. Whole numbers stay whole, or are refused: rounding is the planner's to say."""
    if old is None:
        raise BadCell("scale_nothing")
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise BadCell("scale_not_a_number")
    product = old * by
    if not isfinite(product):
        raise BadCell("not_finite")
    if isinstance(old, float):
        return product
    if abs(product - round(product)) > _WHOLE:
        raise BadCell("scale_not_whole", product=f"{product:g}")
    return round(product)


def matching(rows: tuple[Frozen, ...], name: str, wanted: Cell, read: Read) -> set[int]:
    """The rows whose field has the value; a list of weekdays has each of its own."""
    try:
        value = wanted if wanted is None else read(wanted)
    except BadCell:
        return set()
    admitted = _as_set(value)
    return {i for i, row in enumerate(rows) if admitted & _as_set(getattr(row, name))}


def _as_set(value: object) -> set[object]:
    return set(value) if isinstance(value, tuple) else {value}


def written(value: object) -> str:
    """A value as a fault shows it."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
