"""What a row of each table must name, and what makes it one of a kind: the audit's own reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import Any, get_args

from alloc.instance.instance import Instance
from alloc.schema.base import Frozen
from alloc.schema.plan import (
    ConsultFlowRow,
    EpisodeFlowRow,
    ExamFlowRow,
    MachineRow,
    ReadingRow,
    RosterRow,
    SlotRow,
    VisitRow,
)

Lookup = dict[str, Set[str]]

KEYS: dict[str, tuple[str, ...]] = {
    "sites": ("facility",),
    "machines": ("facility", "equipment_type", "action", "install_year", "from_facility"),
    "exam_flows": ("place", "modality", "facility", "ends"),
    "reading": ("facility", "centre", "modality"),
    "centres": ("facility", "reading_group"),
    "visits": ("specialty", "home", "facility", "session_type"),
    "roster": ("specialist", "facility", "session_type", "weekday", "part", "rhythm", "weeks"),
    "consult_flows": ("place", "specialty", "setting", "facility"),
    "episode_flows": ("place", "condition", "leg", "first_contact", "treated_at", "step_down_at"),
    "beds": ("facility",),
    "slots": ("specialty", "home"),
    "staff": ("role", "scope"),
    "costs": (),
    "limits": ("limit", "scope"),
}
"""Table -> the columns that make a row one of a kind. Lines of money only add up."""

KIND_OF_COLUMN: dict[str, str] = {
    "facility": "facility",
    "from_facility": "facility",
    "centre": "facility",
    "home": "facility",
    "first_contact": "facility",
    "treated_at": "facility",
    "step_down_at": "facility",
    "place": "place",
    "equipment_type": "equipment_type",
    "modality": "modality",
    "specialty": "specialty",
    "specialist": "specialist",
    "condition": "condition",
    "role": "role",
}
"""Column -> the kind of thing it names. A limit's scope and a category of money are free text."""


def lookups(instance: Instance) -> Lookup:
    """The ids that are known, by kind; ``scope`` are the pools that staff work in."""
    return {
        "facility": instance.facilities.keys(),
        "place": instance.places.keys(),
        "equipment_type": instance.equipment.types.keys(),
        "modality": instance.imaging.modalities.keys(),
        "specialty": instance.outreach.specialties.keys(),
        "specialist": instance.outreach.specialists.keys(),
        "condition": instance.referral.conditions.keys(),
        "role": instance.roles.keys(),
        "scope": set(instance.staff_scope.values()),
    }


def key_of(table: str, row: Frozen) -> tuple[Any, ...]:
    """What the row is about."""
    return tuple(getattr(row, name) for name in KEYS[table])


def unknown_ids(table: str, row: Frozen, known: Lookup) -> Iterator[tuple[str, str]]:
    """(column, id) of every id in a row that the region does not know, or that is missing."""
    for name, column in type(row).model_fields.items():
        kind = "scope" if (table, name) == ("staff", "scope") else KIND_OF_COLUMN.get(name)
        value = getattr(row, name)
        may_be_empty = value is None and type(None) in get_args(column.annotation)
        if kind is not None and not may_be_empty and value not in known[kind]:
            yield name, str(value)


def holds_together(instance: Instance, row: Frozen) -> bool:
    """Whether a row whose ids are known is complete and names things that belong together."""
    check = _CHECKS.get(type(row))
    return check is None or check(instance, row)


def _machine(instance: Instance, row: MachineRow) -> bool:
    return (row.action == "move") == (row.from_facility is not None) and row.from_facility != row.facility


def _exam(instance: Instance, row: ExamFlowRow) -> bool:
    return (row.facility is None) == (row.ends in ("outside", "unmet"))


def _reading(instance: Instance, row: ReadingRow) -> bool:
    return instance.imaging.modalities[row.modality].reading_group == row.reading_group


def _team(instance: Instance, row: VisitRow | SlotRow) -> bool:
    return (row.specialty, row.home) in instance.outreach.teams


def _roster(instance: Instance, row: RosterRow) -> bool:
    person = instance.outreach.specialists[row.specialist]
    return (row.specialty, row.home) == (person.specialty, person.home) and row.session_type != "tele"


def _consult(instance: Instance, row: ConsultFlowRow) -> bool:
    away = row.setting in ("outside", "unmet")
    return (row.facility is None) == away and (
        row.ends == row.setting if away else row.ends not in ("outside", "unmet")
    )


def _episode(instance: Instance, row: EpisodeFlowRow) -> bool:
    told = (row.first_contact is not None, row.treated_at is not None, row.step_down_at is not None)
    if row.leg in ("outside", "unmet"):
        return row.ends == row.leg and not any(told)
    here = row.ends not in ("outside", "unmet")
    return here and (told == (True, True, False) if row.leg == "route" else told[1:] == (True, True))


_CHECKS: dict[type[Frozen], Callable[[Instance, Any], bool]] = {
    MachineRow: _machine,
    ExamFlowRow: _exam,
    ReadingRow: _reading,
    VisitRow: _team,
    SlotRow: _team,
    RosterRow: _roster,
    ConsultFlowRow: _consult,
    EpisodeFlowRow: _episode,
}
