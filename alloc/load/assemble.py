"""The parts of a region, wherever they came from -> a Region, or every fault of all parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from alloc.errors import DataError, Fault
from alloc.load.crs import WGS84, crs_rule
from alloc.load.follow import id_faults, renumbered
from alloc.load.nested import read_nested
from alloc.load.positions import Document, Grid, Path
from alloc.load.tables import Table, read_table
from alloc.load.travel import check_reach
from alloc.schema import TABLES, Region, Scenario
from alloc.schema.checks import TableFault, check_region
from alloc.schema.checks.scenarios import check_scenarios
from alloc.schema.region import About
from alloc.schema.travel import Travel

_MOST_FAULTS = 20_000


@dataclass
class Parts:
    """What a region is put together from. ``file`` is named when a part is missing."""

    file: str | None = None
    schema_version: Document | None = None
    about: Document | None = None
    travel: Document | None = None
    scenarios: Document | None = None
    grids: dict[str, Grid] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    """Tables that are named, but whose file could not be read: they are not missing."""


def assemble(parts: Parts, faults: list[Fault]) -> Region:
    """The region. Raises DataError with all faults: those already found, and those of every part.

    Rules between tables are checked once the tables are sound; until then, ids alone are. Whether every place
    reaches a facility is asked last: the travel times that this takes are kept for whoever plans next.
    """
    version = _version(parts, faults)
    about = _about(parts, faults)
    travel = read_nested(parts.travel, Travel, faults) if parts.travel else Travel()
    tables = {name: read_table(grid, faults) for name, grid in parts.grids.items()}
    faults += [
        Fault("missing_table", file=parts.file, table=name, params={"name": name})
        for name in TABLES
        if Region.model_fields[name].is_required() and name not in tables and name not in parts.unread
    ]
    facts_are_sound = not faults
    scenarios = _scenarios(parts, faults)
    if about is None or travel is None or not facts_are_sound:
        found = [at_path(fault, parts.scenarios) for fault in check_scenarios(scenarios) if parts.scenarios]
        raise DataError(unique([*faults, *id_faults(tables, parts.unread), *found]))
    rows: dict[str, Any] = {name: tuple(table.rows) for name, table in tables.items()}
    region = Region(schema_version=version, about=about, travel=travel, scenarios=scenarios, **rows)
    faults += [_placed(fault, tables, parts) for fault in check_region(region) or check_reach(region)]
    if faults:
        raise DataError(unique(faults))
    return region


def unique(faults: Iterable[Fault]) -> list[Fault]:
    """Each fault once, in order; past a bound only their number."""
    each = list({(fault, tuple(fault.params.items())): fault for fault in faults}.values())
    more = len(each) - _MOST_FAULTS
    return [*each[:_MOST_FAULTS], Fault("more_faults", params={"count": str(more)})] if more > 0 else each


def _version(parts: Parts, faults: list[Fault]) -> Literal[1]:
    known = parts.schema_version
    if known is not None and str(known.data) not in ("1", "1.0"):
        faults.append(known.fault("unknown_version", value=known.data))
    return 1


def _about(parts: Parts, faults: list[Fault]) -> About | None:
    document = parts.about
    if document is None:
        faults.append(Fault("missing_about", file=parts.file))
        return None
    if isinstance(document.data, dict):
        crs = document.data.get("crs")
        rule = crs_rule(crs)
        if rule is not None:
            faults.append(document.fault(rule, ("crs",), crs))
        document = Document(document.data | {"crs": WGS84}, document.where, document.root)
    return read_nested(document, About, faults)


def _scenarios(parts: Parts, faults: list[Fault]) -> tuple[Scenario, ...]:
    """All scenarios; none when one of them cannot be read, so that each keeps its number."""
    document = parts.scenarios
    if document is None or document.data is None:
        return ()
    if not isinstance(document.data, list | tuple):
        faults.append(document.fault("not_a_list", value=document.data))
        return ()
    read = [read_nested(document.part(i), Scenario, faults) for i in range(len(document.data))]
    return () if None in read else tuple(one for one in read if one is not None)


def _placed(fault: TableFault, tables: dict[str, Table], parts: Parts) -> Fault:
    """A fault between cells, at the place of the cell it is told of."""
    table = tables.get(fault.table)
    if table is not None:
        row = None if fault.row is None else table.origins[fault.row]
        other = tables.get("places" if fault.rule == "id_of_place_and_facility" else fault.table)
        return table.fault(fault.rule, row, fault.field, fault.value, **renumbered(fault.params, other))
    document = {"scenarios": parts.scenarios, "about": parts.about, "travel": parts.travel}.get(fault.table)
    return at_path(fault, document or Document({}, lambda _: {"file": parts.file}, (fault.table,)))


def at_path(fault: TableFault, document: Document) -> Fault:
    """A fault of a part that is no table, such as the change of a scenario, at its place in the document."""
    path: Path = () if fault.row is None else (fault.row,)
    if fault.table == "scenarios" and "change" in fault.params:
        path += ("changes", int(fault.params["change"]) - 1)
    if fault.field is not None:
        path += (fault.field,)
    return document.fault(fault.rule, path, fault.value, **{"table": fault.table, **fault.params})
