"""Who may be posted to a clinic but is not considered for it, because the members of a team must be alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from alloc.instance import Instance
from alloc.instance.outreach import clinic_half_days

Why = Literal["fewer_days", "larger_clinic"]


@dataclass(frozen=True)
class PassedOver:
    """A specialist who may be posted, but is not considered for it beside a ``colleague`` of the same team.

    A posting must mean the same whoever is posted, so only members who are alike are considered: those with
    the most ``days`` on duty a week, and of them those with the smallest clinic at home. Half-days are those
    of a roster cycle.
    """

    specialist: str
    specialty: str
    home: str
    colleague: str
    why: Why
    days: int
    days_of_colleague: int
    half_days_at_home: int
    half_days_at_home_of_colleague: int


def passed_over(instance: Instance) -> list[PassedOver]:
    """Whoever is passed over in a team with a clinic to go to; nobody where outreach is not decided."""
    return list(_passed_over(instance)) if instance.decides("outreach") else []


def _passed_over(instance: Instance) -> Iterator[PassedOver]:
    care = instance.outreach
    for team, members in care.teams.items():
        considered = care.postable[team]
        for row in members:
            if not row.may_be_posted or row.id in considered or not care.clinics[team]:
                continue
            other = care.specialists[considered[0]]
            yield PassedOver(
                specialist=row.id,
                specialty=row.specialty,
                home=row.home,
                colleague=other.id,
                why="fewer_days" if len(row.days) < len(other.days) else "larger_clinic",
                days=len(row.days),
                days_of_colleague=len(other.days),
                half_days_at_home=clinic_half_days(row),
                half_days_at_home_of_colleague=clinic_half_days(other),
            )
