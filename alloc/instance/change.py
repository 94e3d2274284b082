"""Applies a scenario: a few named changes to the facts of a region and the limits of a model.

The vocabulary is that of `alloc.schema.checks.scenarios`; values are read as the cells of files are. Rows and
sections are validated again one by one, and the whole by the rules between tables. Only the rules of scarcity
may break: that something runs short is the point of many a scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from alloc import labels
from alloc.errors import Fault, ModelError, UsageError, shown
from alloc.instance.change_values import matching, new_value, readers_of, written
from alloc.load.cells import BadCell
from alloc.load.rules import rule_of
from alloc.schema.base import Frozen
from alloc.schema.checks import TableFault, check_model, check_region
from alloc.schema.checks.fault import Known
from alloc.schema.checks.ids import REFERENCES
from alloc.schema.checks.points import is_swapped, written_point
from alloc.schema.checks.scenarios import ROWS, SECTIONS, check_scenarios, entry_of
from alloc.schema.model import Model
from alloc.schema.region import TABLES, Region
from alloc.schema.scenario import Cell, Change, Scenario

_ID_FIELDS = {(table, field) for table, field, _ in REFERENCES}
BASELINE = Scenario(id="baseline", name_zh="现状", name_en="Baseline")


@dataclass(frozen=True)
class ScenarioFault(Fault):
    """A fault of a scenario, or of what it makes of the facts; ``params`` name scenario and change."""

    def where(self, lang: str = "en") -> str:
        """'scenario flu, change 2, table staff, row 5, field fte'."""
        parts = [
            labels.text(f"fault_part.{name}", lang, **{name: shown(self.params[name])})
            for name in ("scenario", "change")
            if name in self.params
        ]
        if self.table is not None or self.field is not None:
            parts.append(super().where(lang))
        return labels.text("fault_part.separator", lang).join(parts)


def find_scenario(region: Region, model: Model, scenario: str | Scenario) -> Scenario:
    """A scenario by its id: the region's, else the model's, else the empty ``baseline``.

    Raises UsageError for an unknown id.
    """
    if isinstance(scenario, Scenario):
        return scenario
    known = {one.id: one for one in (BASELINE, *model.scenarios, *region.scenarios)}
    if scenario not in known:
        nearest = Known("scenarios", known).suggest(scenario)
        raise UsageError(label="error.unknown_scenario", scenario=shown(scenario), known=nearest)
    return known[scenario]


def apply_scenario(region: Region, model: Model, scenario: Scenario) -> tuple[Region, Model]:
    """The region and the model as they are under a scenario.

    Raises ModelError (a DataError) with every fault of the changes, or else of what they lead to.
    """
    if not scenario.changes:
        return region, model
    faults = [_told(fault, scenario) for fault in check_scenarios((scenario,))]
    if faults:
        raise ModelError(faults)
    draft = _Draft(region, model, scenario)
    for number, change in enumerate(scenario.changes, 1):
        draft.apply(number, change)
    if draft.faults:
        raise ModelError(draft.faults)
    changed = draft.finished()
    contradictions = [*check_region(changed[0], scarcity=False), *check_model(changed[1], changed[0])]
    if contradictions:
        raise ModelError(_attributed(contradictions, scenario, draft.removed))
    return changed


class _Draft:
    """A region and a model in change. ``removed``: id -> number of the change that removed it."""

    def __init__(self, region: Region, model: Model, scenario: Scenario) -> None:
        self._region, self._model, self._scenario = region, model, scenario
        self._parts: dict[str, Any] = {}
        self.faults: list[Fault] = []
        self.removed: dict[str, int] = {}

    def apply(self, number: int, change: Change) -> None:
        """Carry out one change; what is wrong with it goes into ``faults``."""
        report = _Report(self._scenario.id, number, change, self.faults)
        if change.table in SECTIONS:
            section = self._part(change.table)
            self._parts[change.table] = report.changed(section, None)
            return
        rows: tuple[Frozen, ...] = self._part(change.table)
        if change.op == "add":
            self._parts[change.table] = (*rows, *report.added(len(rows)))
            return
        chosen = report.selected(rows)
        if change.op == "remove":
            self.removed |= {str(getattr(rows[i], "id", "")): number for i in chosen}
            self._parts[change.table] = tuple(row for i, row in enumerate(rows) if i not in chosen)
        else:
            self._parts[change.table] = tuple(
                report.changed(row, i) if i in chosen else row for i, row in enumerate(rows)
            )

    def finished(self) -> tuple[Region, Model]:
        """The region and the model with all changes. Tables that no change touched stay the same objects."""
        standards = {
            name.removeprefix("standards."): part
            for name, part in self._parts.items()
            if name.startswith("standards.")
        }
        limits = self._part("limits").model_copy(
            update={"coverage_floors": self._part("limits.coverage_floors")}
        )
        model = self._model.model_copy(
            update={"limits": limits, "standards": self._model.standards.model_copy(update=standards)}
        )
        tables = {name: part for name, part in self._parts.items() if name in TABLES or name == "travel"}
        return self._region.model_copy(update=tables), model

    def _part(self, address: str) -> Any:
        if address in self._parts:
            return self._parts[address]
        root: Any = self._region if address in Region.model_fields else self._model
        for name in address.split("."):
            root = getattr(root, name)
        return root


@dataclass(frozen=True)
class _Report:
    """One change at work; faults are added to ``faults``, and what is faulty stays as it was."""

    scenario: str
    number: int
    change: Change
    faults: list[Fault]

    def changed(self, item: Frozen, row: int | None) -> Frozen:
        """A row or section with the field set or scaled."""
        name, key = entry_of(self.change)
        try:
            value = new_value(self.change, type(item), getattr(item, name), name, key)
        except BadCell as bad:
            told = self.change.value if self.change.op == "set" else getattr(item, name)
            self._fault(bad.rule, row, self.change.field, told, **bad.params)
            return item
        return self._validated(type(item), {**dict(item), name: value}, row) or item

    def added(self, first: int) -> Iterator[Frozen]:
        """The new rows."""
        kind = ROWS[self.change.table]
        for row, cells in enumerate(self.change.rows, first):
            read: dict[str, object] = {}
            sound = True
            for name, cell in cells.items():
                try:
                    read |= {} if cell is None else {name: readers_of(kind)[name](cell)}
                except BadCell as bad:
                    sound = False
                    self._fault(bad.rule, row, name, cell, **bad.params)
            new = self._validated(kind, read, row) if sound else None
            if new is not None:
                yield new

    def selected(self, rows: tuple[Frozen, ...]) -> set[int]:
        """The rows that every condition of ``where`` admits."""
        chosen = set(range(len(rows)))
        for name, wanted in self.change.where.items():
            found = self._admitted(rows, name, wanted if isinstance(wanted, tuple) else (wanted,))
            if wanted == ():
                known = Known(name, {written(getattr(row, name)) for row in rows}).suggest("")
                self._fault("change_selects_nothing", None, name, "[]", known=known)
            if not found:
                return set()
            chosen &= found
        if not chosen:
            where = " + ".join(f"{name} = {written(wanted)}" for name, wanted in self.change.where.items())
            self._fault("change_selects_nothing_together", None, None, where or None)
        return chosen

    def _admitted(self, rows: tuple[Frozen, ...], name: str, admitted: tuple[Cell, ...]) -> set[int]:
        """The rows with one of the values. Each id must occur; of other values, such as tiers, one must."""
        read = readers_of(ROWS[self.change.table])[name]
        matches = {value: matching(rows, name, value, read) for value in admitted}
        found = set().union(*matches.values())
        is_id = name == "id" or (self.change.table, name) in _ID_FIELDS
        for value in (v for v, rows_of in matches.items() if not rows_of and (is_id or not found)):
            known = Known(name, {written(getattr(row, name)) for row in rows}).suggest(written(value))
            self._fault("change_selects_nothing", None, name, value, known=known)
        return found

    def _validated(self, kind: type[Frozen], cells: Mapping[str, object], row: int | None) -> Frozen | None:
        try:
            return kind.model_validate(cells)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                rule, params = rule_of(one)
                name = str(one["loc"][0]) if one["loc"] else None
                value: Any = one["input"]
                lon = cells.get("lon")
                if name == "lat" and isinstance(lon, float) and is_swapped(lon, value):
                    rule, params, name, value = "point_swapped", {}, "lon", written_point(lon, value)
                self._fault(rule, row, name, None if rule == "required" else value, **params)
        return None

    def _fault(self, rule: str, row: int | None, field: str | None, value: object, **params: object) -> None:
        told = {name: str(param) for name, param in params.items()}
        told |= {"scenario": self.scenario, "change": str(self.number)}
        fault = TableFault(
            rule, self.change.table, row, field, written(value) if value is not None else None, told
        )
        self.faults.append(_as_scenario_fault(fault))


# --- faults ---


def _told(fault: TableFault, scenario: Scenario) -> Fault:
    """A fault of the words of a change, which stands in no table of the region."""
    params = {"scenario": scenario.id, **fault.params}
    return _as_scenario_fault(TableFault(fault.rule, "", None, fault.field, fault.value, params))


def _as_scenario_fault(fault: TableFault) -> ScenarioFault:
    plain = fault.as_fault()
    return ScenarioFault(
        plain.rule,
        table=plain.table or None,
        row=plain.row,
        field=plain.field,
        value=plain.value,
        params=plain.params,
    )


def _attributed(faults: list[TableFault], scenario: Scenario, removed: Mapping[str, int]) -> list[Fault]:
    """Faults of the changed facts, each with the change that most likely caused it.

    Rows that refer to something removed are told once a table and column, with their number.
    """
    dangling: dict[tuple[str, str | None, object], list[TableFault]] = {}
    others: list[Fault] = []
    for fault in faults:
        if fault.rule == "unknown_id" and str(fault.value) in removed:
            dangling.setdefault((fault.table, fault.field, fault.value), []).append(fault)
            continue
        touching = [n for n, change in enumerate(scenario.changes, 1) if change.table == fault.table]
        cause = {"change": str(touching[-1])} if touching else {}
        params = {**fault.params, "scenario": scenario.id, **cause}
        others.append(
            _as_scenario_fault(
                TableFault(fault.rule, fault.table, fault.row, fault.field, fault.value, params)
            )
        )
    told: list[Fault] = []
    for (table, field, value), group in dangling.items():
        change = str(removed[str(value)])
        params = {"n": str(len(group)), "scenario": scenario.id, "change": change}
        told.append(
            _as_scenario_fault(TableFault("removed_but_used", table, group[0].row, field, value, params))
        )
    return told + others
