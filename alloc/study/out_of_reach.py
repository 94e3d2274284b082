"""Why a need is out of reach: the nearest facility that could serve it, its minutes, and what cuts it off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from alloc.instance import Instance
from alloc.load.travel import TravelMatrix, travel_matrix
from alloc.schema.region import Region
from alloc.study.capable import Stream, capable
from alloc.study.cautions import needs_out_of_reach

Why = Literal["no_facility", "no_way", "beyond_cutoff", "beyond_acute_limit", "no_way_onward"]
_LABELS: dict[str, Stream] = {
    "no_pair_exams": "exams",
    "no_pair_consultations": "consultations",
    "no_pair_episodes": "episodes",
}


@dataclass(frozen=True)
class OutOfReach:
    """A need (place, subject) of ``need_per_year`` cases that nothing can serve, whatever is planned.

    ``why``: nobody could serve it wherever he sits; no way leads to those who could; or the nearest of them,
    ``minutes`` away, lies beyond ``limit_min``; or patients come as far as a first contact and no farther.
    """

    stream: Stream
    place: str
    subject: str
    need_per_year: float
    why: Why
    nearest: str | None = None
    minutes: float | None = None
    limit_min: float | None = None


def out_of_reach(region: Region, instance: Instance) -> list[OutOfReach]:
    """Every need that no facility, clinic or link in reach can ever serve: the largest first in its stream.

    ``instance`` is that of the region. The way to the nearest facility is measured without the cutoff.
    """
    found = [(_LABELS[c.label], *pair) for c in needs_out_of_reach(instance) for pair in c.pairs]
    if not found:
        return []
    endless = region.travel.model_copy(update={"cutoff_min": math.inf})
    ways = travel_matrix(region.model_copy(update={"travel": endless}))
    explained = [_explained(instance, ways, region.travel.cutoff_min, *need) for need in found]
    order = tuple(_LABELS.values())
    return sorted(explained, key=lambda one: (order.index(one.stream), -one.need_per_year))


def _explained(
    instance: Instance, ways: TravelMatrix, cutoff_min: float, stream: Stream, place: str, subject: str
) -> OutOfReach:
    able = capable(instance, stream)(subject)
    need = {
        "exams": instance.equipment.need,
        "consultations": instance.outreach.need,
        "episodes": instance.referral.need,
    }[stream][place, subject]
    minutes, nearest = min(((ways.minutes_between(place, f), f) for f in able), default=(math.inf, None))
    if nearest is None:
        return OutOfReach(stream, place, subject, need, "no_facility")
    if not math.isfinite(minutes):
        return OutOfReach(stream, place, subject, need, "no_way")
    acute = instance.referral.conditions[subject].acute_limit_min if stream == "episodes" else None
    if acute is not None and minutes > acute:
        return OutOfReach(stream, place, subject, need, "beyond_acute_limit", nearest, minutes, acute)
    if minutes > cutoff_min:
        return OutOfReach(stream, place, subject, need, "beyond_cutoff", nearest, minutes, cutoff_min)
    return OutOfReach(stream, place, subject, need, "no_way_onward", nearest, minutes)
