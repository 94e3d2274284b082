"""The closed vocabulary of scenarios: tables and sections that a change may name, and their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alloc.schema.base import Frozen
from alloc.schema.checks.fault import Faults, Known, TableFault, look
from alloc.schema.model import CoverageFloor, Limits, Standards
from alloc.schema.region import TABLES, Region
from alloc.schema.scenario import Change, Scenario
from alloc.schema.travel import Travel

SECTIONS: Mapping[str, type[Frozen]] = {
    "travel": Travel,
    "limits": Limits,
    **{f"standards.{name}": type(part) for name, part in Standards()},
}
"""Sections of one record each: a change sets or scales a field of it, and selects nothing."""

ROWS: Mapping[str, type[Frozen]] = {**TABLES, "limits.coverage_floors": CoverageFloor}
"""Tables of rows that a change may select."""

_ADDRESSES = Known("tables", [*ROWS, *SECTIONS])
_BASELINE = "baseline"


def scenarios_sound(region: Region) -> Faults:
    """The scenarios of a region use the vocabulary."""
    yield from check_scenarios(region.scenarios)


def check_scenarios(scenarios: Iterable[Scenario]) -> Faults:
    """Each scenario stands once; its changes name tables and fields that exist, and just what they need.

    Plans lie in folders of that name, and not every system tells capitals apart there.
    """
    seen: dict[str, set[str]] = {}
    for row, scenario in enumerate(scenarios):
        alike = seen.setdefault(look(scenario.id), set())
        if scenario.id in alike:
            yield TableFault("duplicated_entry", "scenarios", row, "id", scenario.id)
        elif alike:
            yield TableFault("ids_alike", "scenarios", row, "id", scenario.id, {"other": min(alike)})
        alike.add(scenario.id)
        if scenario.id == _BASELINE and scenario.changes:
            yield TableFault("baseline_changed", "scenarios", row, "id", scenario.id)
        for number, change in enumerate(scenario.changes, 1):
            for fault in _change_faults(change):
                params = {**fault.params, "scenario": scenario.id, "change": str(number)}
                yield TableFault(fault.rule, "scenarios", row, fault.field, fault.value, params)


def entry_of(change: Change) -> tuple[str, str | None]:
    """The field that a change names, and the key within: ``most_machines.CT64`` is one entry of a mapping."""
    name, _, key = (change.field or "").partition(".")
    return name, key or None


def _change_faults(change: Change) -> Faults:
    kind = ROWS.get(change.table) or SECTIONS.get(change.table)
    if kind is None:
        params = {"known": _ADDRESSES.suggest(change.table)}
        yield TableFault("change_unknown_table", "scenarios", None, "table", change.table, params)
        return
    if change.table in SECTIONS and (change.op in ("add", "remove") or change.where):
        params = {"table": change.table, "op": change.op}
        yield TableFault("change_selects_in_section", "scenarios", None, "op", change.op, params)
    own_tables = {name.partition(".")[2] for name in ROWS if name.startswith(f"{change.table}.")}
    known = Known(change.table, set(kind.model_fields) - own_tables)
    named = [("field", entry_of(change)[0])] if change.field else []
    named += [("where", name) for name in change.where] if change.table in ROWS else []
    named += [("rows", name) for name in dict.fromkeys(name for row in change.rows for name in row)]
    for part, name in named:
        if name not in known:
            params = {"table": change.table, "known": known.suggest(name)}
            yield TableFault("change_unknown_field", "scenarios", None, part, name, params)
    yield from _shape_faults(change)


_USES: Mapping[str, tuple[str, ...]] = {
    "set": ("field", "value", "where"),
    "scale": ("field", "by", "where"),
    "add": ("rows",),
    "remove": ("where",),
}


def _shape_faults(change: Change) -> Faults:
    """A part that the operation does not use would be ignored; a value left out would read as 'no limit'."""
    given = change.model_fields_set - {"op", "table"}
    for name in sorted(given - set(_USES[change.op])):
        if getattr(change, name) not in (None, (), {}):
            params = {"op": change.op, "part": name}
            yield TableFault("change_part_unused", "scenarios", None, name, getattr(change, name), params)
    if change.op == "set" and "value" not in given:
        yield TableFault(
            "change_without_value", "scenarios", None, "value", params={"field": change.field or ""}
        )
