"""Audit of the shape of a plan's rows, and of the sites: known ids, rows once, sane numbers, open sites."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from alloc.instance.instance import Instance
from alloc.plan.audit_base import EXACT, Breach, RuleBook, at, breach, equal, some
from alloc.plan.audit_facts import STANDS, open_facilities
from alloc.plan.audit_tables import KEYS, Lookup, holds_together, key_of, lookups, unknown_ids
from alloc.schema.base import Frozen
from alloc.schema.plan import Decisions, EpisodeFlowRow

RULES = RuleBook()
"""Asked of the rows as they are."""
SITE_RULES = RuleBook()
"""Asked, as all rules of other files, of the sound rows only."""


@RULES.rule
def ids_are_known(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Every place, facility, machine type, modality, specialist, condition or role named is known."""
    known = lookups(instance)
    for table in KEYS:
        for row in getattr(decisions, table):
            for name, value in unknown_ids(table, row, known):
                yield breach((table, name, value), column=name)


@RULES.rule
def rows_hold_together(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A row fills the columns that its kind needs, and names only things that belong together."""
    known = lookups(instance)
    for table in KEYS:
        for row in getattr(decisions, table):
            if not any(unknown_ids(table, row, known)) and not holds_together(instance, row):
                yield breach((table, *key_of(table, row)))


@RULES.rule
def rows_are_unique(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """No two rows of a table are about the same thing."""
    for table in KEYS:
        times = Counter(key_of(table, row) for row in getattr(decisions, table))
        for key, count in times.items():
            if key and count > 1:
                yield breach((table, *key), count, 1)


@RULES.rule
def numbers_are_finite_and_not_negative(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Every number is finite, and none is below zero (a limit's value and room may be)."""
    for table in type(decisions).model_fields:
        for row in getattr(decisions, table):
            for name, value in numbers_of(row):
                if not _can_be(name, value) or (value < -EXACT and table != "limits"):
                    yield breach((table, *key_of(table, row), name), value, 0.0)


def _can_be(name: str, value: float) -> bool:
    """Whether a number can be worked with at all: finite, and above zero where it is divided by."""
    return math.isfinite(value) and (name != "life_years" or value > 0.0)


def numbers_of(row: Frozen) -> Iterator[tuple[str, float]]:
    """The numeric columns of a row."""
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield name, value


def sound_rows(instance: Instance, decisions: Decisions) -> Decisions:
    """The rows that the other rules can be asked about: known ids, complete, finite numbers."""
    known: Lookup = lookups(instance)
    sound = {
        table: tuple(
            row
            for row in getattr(decisions, table)
            if not any(unknown_ids(table, row, known))
            and holds_together(instance, row)
            and all(_can_be(name, value) for name, value in numbers_of(row))
        )
        for table in type(decisions).model_fields
    }
    return decisions.model_copy(update=sound)


@SITE_RULES.rule
def required_sites_open(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A required facility is open, and an existing one that may not close stays open."""
    is_open = open_facilities(instance, decisions)
    for facility in instance.facilities.values():
        if facility.operating in ("existing", "required") and facility.id not in is_open:
            yield breach(facility.id)


@SITE_RULES.rule
def openings_and_closures_are_told_truly(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Only a candidate or required facility can be newly opened, only one that may close can be closed."""
    for row in decisions.sites:
        operating = instance.facilities[row.facility].operating
        opens = row.open and operating in ("candidate", "required")
        closes = not row.open and operating == "may_close"
        if row.opened != opens or row.closed != closes or (row.open and operating == "prohibited"):
            yield breach(row.facility)


@SITE_RULES.rule
def serve_only_at_open_facilities(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """No machine, exam, reading room, visit, consultation, patient or reserved bed at a closed facility."""
    is_open = open_facilities(instance, decisions)
    used: dict[tuple[str, str], float] = {}
    for table, facility, amount in (*_kept_ready(decisions), *_uses(decisions)):
        if facility is not None and facility not in is_open and some(amount):
            used[facility, table] = used.get((facility, table), 0.0) + amount
    for where, amount in used.items():
        yield breach(where, amount, 0.0)


def _kept_ready(decisions: Decisions) -> Iterator[tuple[str, str | None, float]]:
    """(table, facility, amount) of what stands ready at a facility: machines, reserved beds and slots."""
    for machine in decisions.machines:
        if machine.action in STANDS:
            yield "machines", machine.facility, machine.count
    for bed in decisions.beds:
        yield "beds", bed.facility, bed.reserved_beds + bed.surge_beds_opened
    for slot in decisions.slots:
        yield "slots", slot.home, slot.reserved_half_days


def _uses(decisions: Decisions) -> Iterator[tuple[str, str | None, float]]:
    """(table, facility, amount) of everything that takes place at a facility."""
    for exam in decisions.exam_flows:
        yield "exam_flows", exam.facility, exam.exams_per_year
    for read in decisions.reading:
        yield "reading", read.facility, read.exams_per_year
        yield "reading", read.centre, read.exams_per_year
    for room in decisions.centres:
        yield "centres", room.facility, room.shared + room.read_min_per_year
    for visit in decisions.visits:
        yield "visits", visit.facility, visit.half_days_per_cycle
    for consult in decisions.consult_flows:
        yield "consult_flows", consult.facility, consult.consults_per_year
    for episode in decisions.episode_flows:
        for facility in {episode.first_contact, episode.treated_at, episode.step_down_at}:
            yield "episode_flows", facility, episode.episodes_per_year


@SITE_RULES.rule
def serve_only_kept_pairs(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """People are served only within the access standards, or at their nearest capable facilities."""
    for exam in decisions.exam_flows:
        kept = instance.equipment.exam_pairs.get((exam.place, exam.modality), [])
        if exam.facility is not None and exam.facility not in kept and some(exam.exams_per_year):
            yield breach((exam.place, exam.modality, exam.facility), exam.exams_per_year, 0.0)
    people = instance.outreach
    pairs = {"outreach": people.outreach_pairs, "tele": people.tele_pairs, "hospital": people.hospital_pairs}
    for consult in decisions.consult_flows:
        kept = pairs.get(consult.setting, {}).get((consult.place, consult.specialty), [])
        if consult.facility is not None and consult.facility not in kept and some(consult.consults_per_year):
            where = (consult.place, consult.specialty, consult.setting, consult.facility)
            yield breach(where, consult.consults_per_year, 0.0)
    for row in decisions.episode_flows:
        if some(row.episodes_per_year) and not _kept_way(instance, row):
            stops = (row.first_contact, row.treated_at, row.step_down_at)
            yield breach((row.place, row.condition, *stops), row.episodes_per_year, 0.0)


def _kept_way(instance: Instance, row: EpisodeFlowRow) -> bool:
    """Whether an episode's route, or its way down, is one of those considered."""
    key = (row.place, row.condition)
    if row.leg == "step_down":
        return row.step_down_at in instance.referral.step_down.get(key, [])
    routes = {(way.first_contact, way.treated_at) for way in instance.referral.routes.get(key, [])}
    return row.leg != "route" or (row.first_contact, row.treated_at) in routes


@SITE_RULES.rule
def ends_are_told_truly(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """A flow served in the place's own consortium is told as such, one served elsewhere in the region too."""
    for exam in decisions.exam_flows:
        if exam.facility is not None and exam.ends != _ends(instance, exam.place, exam.facility):
            yield breach((exam.place, exam.modality, exam.facility))
    for consult in decisions.consult_flows:
        if consult.facility is not None and consult.ends != _ends(instance, consult.place, consult.facility):
            yield breach((consult.place, consult.specialty, consult.facility))
    for row in decisions.episode_flows:
        served = [f for f in (row.treated_at, row.step_down_at) if f is not None]
        if served and row.ends not in {_ends(instance, row.place, f) for f in served}:
            yield breach((row.place, row.condition, *served))


def _ends(instance: Instance, place: str, facility: str) -> str:
    mine, theirs = instance.places[place].consortium, instance.facilities[facility].consortium
    return "own_consortium" if mine is not None and mine == theirs else "region"


@SITE_RULES.rule
def minutes_are_as_travelled(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """The minutes told beside a flow or a visit are those of the way, one way, without any surcharge."""
    for where, told, way in _told_minutes(instance, decisions):
        if told is not None:
            yield from equal(where, told, way, rel=EXACT)


def _told_minutes(instance: Instance, decisions: Decisions) -> Iterator[tuple[str, float | None, float]]:
    """(where, minutes told, minutes that would be right)."""
    minutes = instance.reach.minutes
    for exam in decisions.exam_flows:
        if exam.facility is not None:
            way = minutes(exam.place, exam.facility)
            yield at((exam.place, exam.modality, exam.facility)), exam.minutes, way
    for consult in decisions.consult_flows:
        if consult.facility is not None:
            way = minutes(consult.place, consult.facility)
            yield at((consult.place, consult.specialty, consult.facility)), consult.minutes, way
    for visit in decisions.roster:
        way = minutes(visit.home, visit.facility)
        yield at((visit.specialist, visit.facility)), visit.travel_min, way
    for row in decisions.episode_flows:
        first, treated, down = row.first_contact, row.treated_at, row.step_down_at
        if row.leg == "route" and first is not None and treated is not None:
            way = minutes(row.place, first) + (minutes(first, treated) if first != treated else 0.0)
            yield at((row.place, row.condition, first, treated)), row.minutes, way
        elif treated is not None and down is not None:
            yield at((row.place, row.condition, treated, down)), row.minutes, minutes(row.place, down)
