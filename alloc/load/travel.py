"""Minutes from every place and facility to every facility.

Three methods, chosen by ``region.travel.method``:

- ``table``: the minutes are given, pair by pair. Where ``symmetric``, a missing direction is filled in from the
  other one.
- ``great_circle``: haversine distance x detour factor / speed. The stated fallback when no roads are known: it
  sees no river and no mountain.
- ``network``: shortest paths by time on the given roads (Dijkstra 1959, doi:10.1007/BF01386390, as implemented
  in ``scipy.sparse.csgraph``). Points are tied to the nearest node that has a road, and pay the way to it.

The haversine is R. W. Sinnott's (Sky and Telescope 68(2), 1984, p. 159), on a sphere of the mean Earth radius
6371.0088 km (IUGG; Moritz 2000, doi:10.1007/s001900050278).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from alloc.errors import DataError, Fault
from alloc.schema.checks.fault import TableFault
from alloc.schema.region import Region
from alloc.schema.travel import RoadEdge, Travel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

EARTH_KM = 6371.0088
_CHUNK_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Minutes one way. ``minutes[o, d]`` leads from ``origins[o]`` to ``destinations[d]``; infinite where the way
    takes longer than ``region.travel.cutoff_min`` or does not exist. The array is read-only.

    ``origins`` are the places, then the facilities, both in the order of their tables; ``destinations`` are the
    facilities.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    minutes: Floats

    def minutes_between(self, origin_id: str, facility_id: str) -> float:
        """Minutes from a place or facility to a facility. Raises KeyError for an unknown id."""
        return float(self.minutes[self._origin_index[origin_id], self._destination_index[facility_id]])

    @property
    def from_places(self) -> Floats:
        """The rows of the places: n_places x n_facilities."""
        return self.minutes[: len(self.origins) - len(self.destinations)]

    @property
    def between_facilities(self) -> Floats:
        """The rows of the facilities: n_facilities x n_facilities."""
        return self.minutes[len(self.origins) - len(self.destinations) :]

    @cached_property
    def _origin_index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.origins)}

    @cached_property
    def _destination_index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.destinations)}


def travel_matrix(region: Region) -> TravelMatrix:
    """Minutes from every place and facility to every facility.

    Raises DataError when a point is missing that the method needs.
    """
    raise NotImplementedError
