"""How much of each stream of need is served in the region, and how long people travel for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from alloc.instance.instance import Instance
from alloc.schema.plan import Decisions

Stream = Literal["exams", "consultations", "episodes"]
Cases = dict[tuple[str, str], float]
"""(place, subject) -> cases per year."""


def need_of(instance: Instance, stream: Stream) -> Cases:
    """Cases per year that arise."""
    needs = {
        "exams": instance.equipment.need,
        "consultations": instance.outreach.need,
        "episodes": instance.referral.need,
    }
    return needs[stream]


def served_of(instance: Instance, decisions: Decisions, stream: Stream) -> Cases:
    """Cases per year that are served inside the region."""
    served: Cases = {}
    for kind, key, minutes, cases in _ends(instance, decisions):
        if kind == stream and minutes is not None:
            served[key] = served.get(key, 0.0) + cases
    return served


def mean_minutes(instance: Instance, decisions: Decisions) -> dict[str, float]:
    """Minutes on the way by case of need, of urban and of rural residents.

    What is unmet counts as the way to care outside, else it would shorten the mean; the way from home to
    where a patient steps down is added.
    """
    minutes = {"urban": 0.0, "rural": 0.0}
    for _, (place, _subject), way, cases in _ends(instance, decisions):
        area = instance.places[place].area
        minutes[area] += cases * (instance.outside_min[place] if way is None else way)
    for row in decisions.episode_flows:
        if row.leg == "step_down" and row.step_down_at is not None:
            area = instance.places[row.place].area
            minutes[area] += row.episodes_per_year * instance.reach.minutes(row.place, row.step_down_at)
    need: dict[str, float] = {}
    streams: tuple[Stream, ...] = ("exams", "consultations", "episodes")
    for stream in streams:
        for (place, _subject), cases in need_of(instance, stream).items():
            need[instance.places[place].area] = need.get(instance.places[place].area, 0.0) + cases
    return {area: minutes.get(area, 0.0) / cases for area, cases in need.items() if cases > 0.0}


def _ends(
    instance: Instance, decisions: Decisions
) -> Iterator[tuple[Stream, tuple[str, str], float | None, float]]:
    """(stream, (place, subject), minutes one way, cases) of every case; no minutes: outside or unmet."""
    minutes = instance.reach.minutes
    for exam in decisions.exam_flows:
        way = None if exam.facility is None else minutes(exam.place, exam.facility)
        yield "exams", (exam.place, exam.modality), way, exam.exams_per_year
    for consult in decisions.consult_flows:
        way = None if consult.facility is None else minutes(consult.place, consult.facility)
        yield "consultations", (consult.place, consult.specialty), way, consult.consults_per_year
    for row in decisions.episode_flows:
        if row.leg != "step_down":
            way = None
            if row.first_contact is not None and row.treated_at is not None:
                on = (
                    minutes(row.first_contact, row.treated_at) if row.first_contact != row.treated_at else 0.0
                )
                way = minutes(row.place, row.first_contact) + on
            yield "episodes", (row.place, row.condition), way, row.episodes_per_year
