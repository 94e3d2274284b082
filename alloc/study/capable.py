"""Whoever could serve a need in some plan, however far."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from alloc.instance import Instance
from alloc.instance.equipment import examining
from alloc.instance.outreach import consulting
from alloc.instance.referral import able_to, high_enough

Stream = Literal["exams", "consultations", "episodes"]


def capable(instance: Instance, stream: Stream) -> Callable[[str], Collection[str]]:
    """Facilities by subject (modality, specialty, condition) of a stream; sorted."""
    if stream == "exams":
        data = instance.equipment
        by_modality = examining(data.stations, data.types, instance.facilities)
        return lambda modality: sorted(by_modality.get(modality, ()))
    if stream == "consultations":
        care = instance.outreach
        homes = {team: [team[1]] for team in care.teams}
        by_place = [consulting(where) for where in (homes, care.clinics, care.tele_clinics)]
        return lambda specialty: sorted({f for where in by_place for f in where.get(specialty, ())})
    able, conditions = able_to(instance.referral.capability), instance.referral.conditions
    return lambda condition: sorted(
        high_enough(conditions[condition], able[condition, "treat"], instance.facilities)
    )
