"""Nested mappings (of YAML, JSON, a workbook's sheet of keys and values) -> a model of the schema.

The same readers as for the cells of tables, the same rules, and a place for every fault.
"""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from alloc.errors import Fault
from alloc.load.cells import BadCell, Broken, Read, is_blank, is_id_field, read_any, reader
from alloc.load.positions import Document, Path
from alloc.load.rules import PART_OF, rule_of
from alloc.load.words import nearest
from alloc.schema.base import Frozen
from alloc.schema.checks.scenarios import ROWS, SECTIONS
from alloc.schema.scenario import Change

M = TypeVar("M", bound=Frozen)


def read_nested(document: Document, kind: type[M], faults: list[Fault]) -> M | None:
    """The model that a document describes; None, and faults, where it has any."""
    work = _Reading(document)
    draft = work.model(document.data, kind, ())
    try:
        found = kind.model_validate(draft) if draft is not None else None
    except ValidationError as error:
        found = None
        for one in error.errors(include_url=False):
            rule, params = rule_of(one)
            path = tuple(one["loc"])
            if rule in PART_OF:
                path += (str(params[PART_OF[rule]]),)
            if any(path[: len(bad)] == bad for bad in work.bad):
                continue
            if rule == "required":
                rule, params = "missing_key", {"name": path[-1]}
            simple = isinstance(one["input"], str | int | float)
            work.fault(rule, path, one["input"] if simple else None, **params)
    faults += work.faults
    return None if work.faults else found


class _Reading:
    """One document being read; ``bad`` are the paths that could not be."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[Fault] = []
        self.bad: list[Path] = []

    def fault(self, rule: str, path: Path, value: object = None, **params: object) -> None:
        self.faults.append(self.document.fault(rule, path, value, **params))

    def model(self, data: object, kind: type[BaseModel], path: Path) -> Any:
        """The fields of a model; blank ones are left to their defaults."""
        if not isinstance(data, dict):
            return self._no_mapping(data, path)
        draft: dict[str, Any] = {}
        for key, value in data.items():
            info = kind.model_fields.get(key)
            if info is None:
                known = nearest(str(key), kind.model_fields) or ", ".join(list(kind.model_fields)[:6])
                self.fault("unknown_key", (*path, key), key, known=known)
            elif value is None and _may_be_none(info.annotation):
                draft[key] = None
            elif not is_blank(value):
                is_id = is_id_field(info.metadata)
                read = self.value(value, info.annotation, (*path, key), is_id=is_id)
                if read is not None:
                    draft[key] = read
        if issubclass(kind, Change):
            self._typed_change(data, draft, path)
        return draft

    def value(self, data: object, annotation: Any, path: Path, *, is_id: bool = False) -> Any:
        """A value of a field; None, and a fault, where it cannot be read."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.model(data, annotation, path)
        if origin is dict:
            return self._mapping(data, arguments, path)
        if _is_compound_list(annotation):
            if not isinstance(data, list | tuple):
                return self._bad("not_a_list", path, data)
            items = [self.value(item, arguments[0], (*path, i)) for i, item in enumerate(data)]
            return tuple(item for item in items if item is not None)
        many = isinstance(data, list) and origin is not tuple and not _may_be_list(annotation)
        if many or isinstance(data, dict):
            return self._bad("not_one_value", path)
        name = str(path[-1]) if path else ""
        return self._cell(data, annotation, path, name, is_id=is_id)

    def _cell(self, data: object, annotation: Any, path: Path, name: str = "", *, is_id: bool = False) -> Any:
        if isinstance(data, Broken):
            return self._bad(data.rule, path)
        if _may_be_list(annotation) and isinstance(data, list | tuple):
            return tuple(None if item is None else self._cell(item, None, path) for item in data)
        read = read_any if annotation is None else reader(annotation, name, is_id)
        try:
            return read(data)
        except BadCell as bad:
            return self._bad(bad.rule, path, data, **bad.params)

    def _mapping(self, data: object, arguments: tuple[Any, ...], path: Path) -> Any:
        if not isinstance(data, dict):
            return self._no_mapping(data, path)
        key_type, value_type = arguments
        read = {}
        for key, value in data.items():
            name = self._cell(key, key_type, (*path, key))
            one = None if value is None else self.value(value, value_type, (*path, key))
            if name is not None:
                read[name] = one
        return read

    def _no_mapping(self, data: object, path: Path) -> Any:
        return self._bad("not_a_mapping", path, None if isinstance(data, list) else data)

    def _bad(self, rule: str, path: Path, value: object = None, **params: object) -> Any:
        self.bad.append(path)
        self.fault(rule, path, value, **params)
        return None

    def _typed_change(self, data: dict[str, Any], draft: dict[str, Any], path: Path) -> None:
        """A change names a table and its fields: its values are read as that table's cells are.

        Names that do not exist are left for the checks of the whole region.
        """
        kind = ROWS.get(str(draft.get("table"))) or SECTIONS.get(str(draft.get("table")))
        if kind is None:
            return
        where, rows, name = data.get("where"), data.get("rows"), draft.get("field")
        if isinstance(where, dict):
            draft["where"] |= self._typed(kind, where, (*path, "where"))
        if isinstance(rows, list | tuple) and all(isinstance(row, dict) for row in rows):
            typed = [self._typed(kind, row, (*path, "rows", i)) for i, row in enumerate(rows)]
            draft["rows"] = tuple(old | new for old, new in zip(draft["rows"], typed, strict=True))
        if isinstance(name, str) and "value" in data:
            draft |= self._typed(kind, {name: data["value"]}, path, renamed="value")

    def _typed(
        self, kind: type[Frozen], data: dict[str, Any], path: Path, renamed: str = ""
    ) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key, value in data.items():
            one = field_reader(kind, str(key))
            if one is None or value is None:
                continue
            try:
                read[renamed or key] = _typed_cell(one, value, as_text=not renamed)
            except BadCell as bad:
                self._bad(bad.rule, (*path, renamed or key), value, **bad.params)
        return read


def field_reader(kind: type[Frozen], name: str) -> Read | None:
    """What reads a value of a field, or an entry of a mapping (``most_machines.CT64``); None if unknown."""
    name, _, entry = name.partition(".")
    info = kind.model_fields.get(name)
    if info is None:
        return None
    if get_origin(info.annotation) is dict:
        return reader(get_args(info.annotation)[1]) if entry else None
    if entry or _is_compound_list(info.annotation):
        return None
    return reader(info.annotation, name, is_id_field(info.metadata))


def _typed_cell(read: Read, value: object, *, as_text: bool) -> object:
    """One cell, or each of a list of admitted ones. In a row, a field that holds a list is kept as text."""
    if is_blank(value):
        return None
    if not isinstance(value, list | tuple):
        cell = read(value)
        return ", ".join(map(str, cell)) if as_text and isinstance(cell, tuple) else cell
    cells = [None if is_blank(one) else read(one) for one in value]
    flat = [one for cell in cells for one in (cell if isinstance(cell, tuple) else (cell,))]
    return ", ".join(map(str, flat)) if as_text and flat != cells else tuple(flat)


def _is_compound_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple and _is_compound(get_args(annotation)[0])


def _is_compound(annotation: Any) -> bool:
    return get_origin(annotation) is dict or (
        isinstance(annotation, type) and issubclass(annotation, BaseModel)
    )


def _may_be_list(annotation: Any) -> bool:
    """Whether a scalar field admits a list too, as ``Change.value`` does."""
    return any(get_origin(one) is tuple for one in get_args(annotation))


def _may_be_none(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation)
