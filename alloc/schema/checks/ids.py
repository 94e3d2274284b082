"""Ids: each once, and each reference to one that exists."""

from __future__ import annotations

from collections.abc import Mapping

from alloc.schema.checks.fault import Faults, Known, TableFault, look, sheet_row
from alloc.schema.region import Region

KEYS: Mapping[str, tuple[str, ...]] = {
    "age_bands": ("id",),
    "places": ("id",),
    "population": ("place", "age_band"),
    "consortia": ("id",),
    "facilities": ("id",),
    "roles": ("id",),
    "staff": ("facility", "role"),
    "modalities": ("id",),
    "equipment_types": ("id",),
    "price_breaks": ("equipment_type", "quantity_from"),
    "inventory": ("facility", "equipment_type", "install_year"),
    "exam_rates": ("modality", "age_band", "place"),
    "readers": ("facility", "reading_group"),
    "reading_centres": ("facility", "reading_group"),
    "reading_today": ("facility", "reading_group"),
    "specialties": ("id",),
    "specialists": ("id",),
    "session_needs": ("facility", "specialty", "session_type"),
    "outreach_today": ("specialty", "home", "facility", "session_type"),
    "consult_rates": ("specialty", "age_band", "place"),
    "conditions": ("id",),
    "condition_modalities": ("condition", "modality"),
    "capabilities": ("facility", "condition", "role"),
    "episode_rates": ("condition", "age_band", "place"),
    "given_needs": ("place", "stream", "subject"),
    "tier_money": ("tier",),
    "road_speeds": ("road_class",),
    "travel_minutes": ("origin", "destination"),
    "road_nodes": ("id",),
}
"""What tells two rows of a table apart. Road edges have no key: parallel roads are real."""

REFERENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("places", "consortium", ("consortia",)),
    ("population", "place", ("places",)),
    ("population", "age_band", ("age_bands",)),
    ("facilities", "consortium", ("consortia",)),
    ("staff", "facility", ("facilities",)),
    ("staff", "role", ("roles",)),
    ("equipment_types", "modality", ("modalities",)),
    ("equipment_types", "staff_role", ("roles",)),
    ("price_breaks", "equipment_type", ("equipment_types",)),
    ("inventory", "facility", ("facilities",)),
    ("inventory", "equipment_type", ("equipment_types",)),
    ("exam_rates", "modality", ("modalities",)),
    ("exam_rates", "age_band", ("age_bands",)),
    ("exam_rates", "place", ("places",)),
    ("readers", "facility", ("facilities",)),
    ("reading_centres", "facility", ("facilities",)),
    ("reading_today", "facility", ("facilities",)),
    ("reading_today", "centre", ("facilities",)),
    ("specialists", "specialty", ("specialties",)),
    ("specialists", "home", ("facilities",)),
    ("specialists", "mentor_clinic", ("facilities",)),
    ("session_needs", "facility", ("facilities",)),
    ("session_needs", "specialty", ("specialties",)),
    ("outreach_today", "specialty", ("specialties",)),
    ("outreach_today", "home", ("facilities",)),
    ("outreach_today", "facility", ("facilities",)),
    ("consult_rates", "specialty", ("specialties",)),
    ("consult_rates", "age_band", ("age_bands",)),
    ("consult_rates", "place", ("places",)),
    ("condition_modalities", "condition", ("conditions",)),
    ("condition_modalities", "modality", ("modalities",)),
    ("capabilities", "facility", ("facilities",)),
    ("capabilities", "condition", ("conditions",)),
    ("episode_rates", "condition", ("conditions",)),
    ("episode_rates", "age_band", ("age_bands",)),
    ("episode_rates", "place", ("places",)),
    ("given_needs", "place", ("places",)),
    ("travel_minutes", "origin", ("places", "facilities")),
    ("travel_minutes", "destination", ("places", "facilities")),
    ("road_edges", "origin", ("road_nodes",)),
    ("road_edges", "destination", ("road_nodes",)),
)
"""Table, field, and the tables that its id may come from. ``given_needs.subject`` hangs on its stream, and
``road_edges.road_class`` matters only to an edge without minutes: both have rules of their own."""

SUBJECTS: Mapping[str, str] = {
    "exams": "modalities",
    "consultations": "specialties",
    "episodes": "conditions",
}
"""Each stream of need, and the table of its subjects."""


def known_ids(region: Region, *tables: str) -> Known:
    """The ids of one or more tables."""
    return Known(" / ".join(tables), (row.id for table in tables for row in getattr(region, table)))


def tables_filled(region: Region) -> Faults:
    """There are places and facilities."""
    for table in ("age_bands", "places", "facilities"):
        if not getattr(region, table):
            yield TableFault("table_empty", table)


def keys_once(region: Region) -> Faults:
    """No two rows of a table say the same thing about the same thing."""
    for table, fields in KEYS.items():
        first: dict[tuple[object, ...], int] = {}
        for row, item in enumerate(getattr(region, table)):
            key = tuple(getattr(item, name) for name in fields)
            if key in first:
                written = " / ".join(str(part) for part in key if part is not None)
                params = {"fields": " + ".join(fields), "first": sheet_row(first[key])}
                yield TableFault("duplicated", table, row, fields[0], written, params)
            else:
                first[key] = row


def ids_told_apart(region: Region) -> Faults:
    """No two ids of a table differ in capitals, width or blanks only. Nodes of roads are for programs."""
    for table in (name for name, fields in KEYS.items() if fields == ("id",) and name != "road_nodes"):
        first: dict[str, str] = {}
        for row, item in enumerate(getattr(region, table)):
            other = first.setdefault(look(item.id), item.id)
            if other != item.id:
                yield TableFault("ids_alike", table, row, "id", item.id, {"other": other})


def points_share_no_id(region: Region) -> Faults:
    """Travel refers to places and facilities alike, so no id may stand for one of each."""
    places = {place.id for place in region.places}
    for row, facility in enumerate(region.facilities):
        if facility.id in places:
            yield TableFault("id_of_place_and_facility", "facilities", row, "id", facility.id)


def references_known(region: Region) -> Faults:
    """Every id that a row refers to exists."""
    known = {targets: known_ids(region, *targets) for _, _, targets in REFERENCES}
    for table, field, targets in REFERENCES:
        for row, item in enumerate(getattr(region, table)):
            wanted = getattr(item, field)
            if wanted is not None and wanted not in known[targets]:
                yield known[targets].unknown(wanted, table, row, field)


def subjects_known(region: Region) -> Faults:
    """A given need names a modality, specialty or condition, as its stream has it."""
    known = {stream: known_ids(region, table) for stream, table in SUBJECTS.items()}
    for row, need in enumerate(region.given_needs):
        if need.subject not in known[need.stream]:
            yield known[need.stream].unknown(need.subject, "given_needs", row, "subject")
