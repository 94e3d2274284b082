"""Which pairs of place and facility may ever matter: those within the standard, and the nearest few.

Only these exist in the model, so everything after it grows with them and not with places x facilities.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alloc.load.travel import TravelMatrix
from alloc.schema.facilities import Facility
from alloc.schema.model import AccessStandards
from alloc.schema.places import Place


@dataclass(frozen=True)
class Reach:
    """Minutes between points, and the rule by which pairs are kept."""

    travel: TravelMatrix
    places: Mapping[str, Place]
    facilities: Mapping[str, Facility]
    standards: AccessStandards
    rows: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def minutes(self, origin: str, facility: str) -> float:
        """Minutes one way from a place or facility; infinite when there is no way."""
        return self.rows[origin][facility]

    def surcharge_min(self, place: str, facility: str) -> float:
        """Minutes that leaving one's own consortium counts as, in the goal ``travel``."""
        mine, theirs = self.places[place].consortium, self.facilities[facility].consortium
        crosses = mine is not None and theirs is not None and mine != theirs
        return self.standards.other_consortium_min if crosses else 0.0

    def felt_minutes(self, place: str, facility: str) -> float:
        """Minutes one way with the surcharge for another consortium."""
        return self.minutes(place, facility) + self.surcharge_min(place, facility)

    def kept(self, place: str, capable: Iterable[str], within_min: float) -> list[str]:
        """Capable facilities within the standard, the nearest ``nearest_kept`` in any case, at most
        ``most_pairs_kept``; nearest (as felt) first, ties by id.
        """
        ranked = sorted(
            (self.felt_minutes(place, f), f) for f in capable if math.isfinite(self.minutes(place, f))
        )
        kept = [
            f
            for rank, (_, f) in enumerate(ranked)
            if rank < self.standards.nearest_kept or self.minutes(place, f) <= within_min
        ]
        return kept[: self.standards.most_pairs_kept]

    def leaves_out(self, place: str, capable: Iterable[str], within_min: float) -> bool:
        """Whether ``kept`` drops a facility within the standard, because ``most_pairs_kept`` are nearer.

        What it drops beyond the standard may not serve the place at all; this one might have, so a plan with
        all pairs could be better.
        """
        within = [f for f in capable if self.minutes(place, f) <= within_min]
        return len(within) > self.standards.most_pairs_kept


def reach_of(
    travel: TravelMatrix,
    places: Mapping[str, Place],
    facilities: Mapping[str, Facility],
    standards: AccessStandards,
) -> Reach:
    """A `Reach` with the travel matrix laid out as plain numbers by id."""
    rows = {
        origin: dict(zip(travel.destinations, line, strict=True))
        for origin, line in zip(travel.origins, travel.minutes.tolist(), strict=True)
    }
    return Reach(travel, places, facilities, standards, rows)
