"""Audit of shared reading: who reads what is made where, within which time, with which readers."""

from __future__ import annotations

from collections.abc import Iterator

from alloc.instance.instance import Instance
from alloc.plan.audit_base import (
    CASE,
    EXACT,
    REL,
    Breach,
    RuleBook,
    at_least,
    at_most,
    breach,
    equal,
    some,
    total,
)
from alloc.plan.audit_queue import keeps_the_standard
from alloc.schema.plan import CentreRow, Decisions

RULES = RuleBook()
Site = tuple[str, str]
"""(facility, reading group)."""


@RULES.rule
def one_reader_per_site_and_group(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """All studies of one group made at a facility are read at one place."""
    for site, centres in _assigned(decisions).items():
        if len(centres) > 1:
            yield breach((*site, *sorted(centres)), len(centres), 1)


@RULES.rule
def exams_made_are_read(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Every exam that needs a reader is read, and nothing is read that was not made (exams a year)."""
    made = _made(instance, decisions)
    read = total(decisions.reading, lambda row: (row.facility, row.modality), lambda row: row.exams_per_year)
    for key in sorted(made.keys() | read.keys()):
        yield from equal(key, read.get(key, 0.0), made.get(key, 0.0))


@RULES.rule
def offered_exams_have_a_reader(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Where exams of a group are made, a reading place is named; who reads their own has readers there."""
    assigned = _assigned(decisions)
    for (facility, modality), exams in _made(instance, decisions).items():
        site = (facility, str(instance.imaging.modalities[modality].reading_group))
        if some(exams) and not assigned.get(site):
            yield breach((*site, modality), exams, 0.0)
    for facility, group in assigned:
        if facility in assigned[facility, group] and not _own_readers(instance, facility, group):
            yield breach((facility, group), 0, 1)


@RULES.rule
def studies_travel_only_where_assigned(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Studies go only to a reading room of the plan, and from no more sites than it is said to read for."""
    rooms = {(row.facility, str(row.reading_group)): row for row in decisions.centres}
    senders: dict[Site, set[str]] = {}
    for (facility, group), centres in _assigned(decisions).items():
        for centre in centres:
            senders.setdefault((centre, group), set()).add(facility)
    for (centre, group), sites in senders.items():
        room = rooms.get((centre, group))
        others = len(sites - {centre})
        if room is None or others > room.sites_read_for:
            yield breach((centre, group), others, 0 if room is None else room.sites_read_for)


@RULES.rule
def studies_travel_within_the_upload_standard(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A study travels within the upload standard (minutes); own readers need no link."""
    for row in decisions.reading:
        if not some(row.exams_per_year):
            continue
        minutes = _upload_min(instance, row.facility, row.centre, row.modality)
        where = (row.facility, row.centre, row.modality)
        if minutes is None:
            yield breach(where, None, instance.standards.imaging.upload_within_min)
            continue
        yield from at_most(where, minutes, instance.standards.imaging.upload_within_min, slack=EXACT)
        yield from equal(where, row.upload_min, minutes)


def _upload_min(instance: Instance, facility: str, centre: str, modality: str) -> float | None:
    """Minutes that one study takes over the slower of the two links; None without a link."""
    if facility == centre:
        return 0.0
    link = min(instance.facilities[facility].link_mbps or 0.0, instance.facilities[centre].link_mbps or 0.0)
    return instance.imaging.modalities[modality].study_mb * 8.0 / link / 60.0 if link > 0.0 else None


@RULES.rule
def read_only_at_open_centres(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Only an open shared reading centre reads for others."""
    shared = {(row.facility, row.reading_group) for row in decisions.centres if row.shared}
    for row in decisions.centres:
        if row.shared and (row.facility, row.reading_group) not in instance.imaging.centres:
            yield breach((row.facility, row.reading_group))
    for facility, centre, group in sorted(
        {(r.facility, r.centre, str(r.reading_group)) for r in decisions.reading}
    ):
        if facility != centre and (centre, group) not in shared:
            yield breach((facility, centre, group))


@RULES.rule
def centres_read_their_own(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A shared centre that has readers reads the exams that it makes itself."""
    assigned = _assigned(decisions)
    for row in decisions.centres:
        where = (row.facility, row.reading_group)
        others = assigned.get(where, set()) - {row.facility}
        if row.shared and _own_readers(instance, *where) and others:
            yield breach((*where, *sorted(others)))


@RULES.rule
def readers_on_duty_come_from_the_pool(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Readers on duty are at most the duty share of the pool: own readers and those of the sites read for."""
    standards = instance.standards.imaging
    pooled: dict[Site, float] = {}
    for row in decisions.centres:
        where = (row.facility, row.reading_group)
        on_duty_most = min(standards.duty_share * row.readers_in_pool, standards.most_readers_on_duty)
        yield from at_most(where, row.readers_on_duty, on_duty_most, slack=EXACT, rel=0.0)
        yield from at_most(
            where, row.readers_in_pool, _largest_pool(instance, decisions, row), slack=EXACT, rel=0.0
        )
        key = (instance.staff_scope[row.facility], str(row.reading_group))
        pooled[key] = pooled.get(key, 0.0) + row.readers_in_pool
    there = total(
        instance.imaging.readers.items(),
        lambda pair: (instance.staff_scope[pair[0][0]], pair[0][1]),
        lambda p: p[1],
    )
    for key, count in pooled.items():
        yield from at_most(key, count, there.get(key, 0.0), slack=EXACT, rel=0.0)


def _largest_pool(instance: Instance, decisions: Decisions, room: CentreRow) -> int:
    """Readers a room may count: its own; a shared one also those of its pool whom no other room has."""
    if not room.shared:
        return _own_readers(instance, room.facility, str(room.reading_group))
    assigned = _assigned(decisions)
    return sum(
        count
        for (facility, group), count in instance.imaging.readers.items()
        if group == room.reading_group
        and instance.staff_scope[facility] == instance.staff_scope[room.facility]
        and assigned.get((facility, group), {room.facility}) == {room.facility}
    )


@RULES.rule
def reading_within_the_report_standard(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """In the peak hour the readers on duty report within the standard (reading minutes a year)."""
    rooms = {(row.facility, str(row.reading_group)): row for row in decisions.centres}
    for site, minutes in _load(instance, decisions).items():
        room = rooms.get(site)
        on_duty = 0 if room is None else room.readers_on_duty
        if minutes > CASE and not _in_time(instance, site[1], on_duty, minutes * (1.0 - REL) - CASE):
            yield breach(site, minutes, None if room is None else room.capacity_min_per_year, readers=on_duty)


def _in_time(instance: Instance, group: str, on_duty: int, minutes_per_year: float) -> bool:
    """Whether readers on duty keep the report standard under a yearly load of reading minutes."""
    mean = _mean_read_min(instance, group)
    if minutes_per_year <= 0.0 or mean <= 0.0:
        return True
    peak_share = instance.standards.imaging.peak_hour_share
    per_hour = minutes_per_year / mean * peak_share / instance.calendar.working_days_per_year
    return keeps_the_standard(instance.standards.imaging, on_duty, per_hour, mean)


@RULES.rule
def centres_add_up(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A reading room's load, capacity and money are those that its rows and the region's facts give."""
    load = _load(instance, decisions)
    for row in decisions.centres:
        where = (row.facility, str(row.reading_group))
        yield from equal((*where, "read_min_per_year"), row.read_min_per_year, load.get(where, 0.0))
        yield from at_least(
            (*where, "capacity_min_per_year"), row.capacity_min_per_year, load.get(where, 0.0)
        )
        claimed = row.capacity_min_per_year * (1.0 - REL) - CASE
        if not _in_time(instance, where[1], row.readers_on_duty, claimed):
            yield breach((*where, "capacity_min_per_year"), row.capacity_min_per_year)
        centre = instance.imaging.centres.get(where)
        shared = centre is not None and row.shared
        setup = centre.setup_cny if centre is not None and shared and not centre.exists else 0.0
        running = centre.running_cny_per_year if centre is not None and shared else 0.0
        yield from equal((*where, "setup_cny"), row.setup_cny, setup, slack=1.0)
        yield from equal((*where, "running_cny_per_year"), row.running_cny_per_year, running, slack=1.0)


def _made(instance: Instance, decisions: Decisions) -> dict[tuple[str, str], float]:
    """Exams per year by (facility, modality), of modalities that need a reader."""
    modalities = instance.imaging.modalities
    made: dict[tuple[str, str], float] = {}
    for row in decisions.exam_flows:
        if row.facility is not None and modalities[row.modality].reading_group is not None:
            key = (row.facility, row.modality)
            made[key] = made.get(key, 0.0) + row.exams_per_year
    return made


def _assigned(decisions: Decisions) -> dict[Site, set[str]]:
    """Who reads for each (facility, group); rows without exams name nobody."""
    found: dict[Site, set[str]] = {}
    for row in decisions.reading:
        if some(row.exams_per_year):
            found.setdefault((row.facility, str(row.reading_group)), set()).add(row.centre)
    return found


def _load(instance: Instance, decisions: Decisions) -> dict[Site, float]:
    """Reading minutes per year by (centre, group), AI assistance included."""
    factor = instance.standards.imaging.ai_factor
    modalities = instance.imaging.modalities
    return total(
        decisions.reading,
        lambda row: (row.centre, str(row.reading_group)),
        lambda row: row.exams_per_year * modalities[row.modality].read_min * factor,
    )


def _mean_read_min(instance: Instance, group: str) -> float:
    """Minutes per study of a group, weighted by the region's need, AI assistance included."""
    members = {m: row for m, row in instance.imaging.modalities.items() if row.reading_group == group}
    need = total(instance.equipment.need.items(), lambda pair: pair[0][1], lambda pair: pair[1])
    weight = sum(need.get(m, 0.0) for m in members)
    factor = instance.standards.imaging.ai_factor
    if weight <= 0.0:
        return factor * max((row.read_min for row in members.values()), default=0.0)
    return factor * sum(need.get(m, 0.0) * row.read_min for m, row in members.items()) / weight


def _own_readers(instance: Instance, facility: str, group: str) -> int:
    return sum(n for (f, g), n in instance.imaging.readers.items() if (f, g) == (facility, group))
