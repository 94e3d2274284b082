"""How far two points are apart: formulas that a KD-tree can search by and that a dense matrix would hold.

Great circles go through the chord between points on the unit sphere, ``2 R arcsin(chord / 2)``: the haversine
(R. W. Sinnott, Sky and Telescope 68(2), 1984, p. 159) with the trigonometry of each point done once. The
radius is the mean one, 6371.0088 km (Moritz 2000, doi:10.1007/s001900050278).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from alloc.location.pairs import Values

EARTH_M: Final = 6_371_008.8
_SLACK: Final = 1e-9
"""Relative; between the tree's arithmetic and that of the formulas there is rounding."""


@dataclass(frozen=True)
class Metric:
    """Distances between points, scaled and rounded.

    ``place`` turns coordinates (n, 2) into points of the tree (n, 2 or 3) whose Minkowski distance of order
    ``order`` rises with the distance; ``of_tree`` and ``to_tree`` translate between the two.
    """

    name: str
    place: Callable[[Values], Values]
    order: float
    of_tree: Callable[[Values], Values]
    to_tree: Callable[[float], float]
    scale: float = 1.0
    rounded_down: bool = False

    def cost(self, origins: Values, destinations: Values) -> Values:
        """Costs between points of the tree (…, d), with the broadcasting of numpy."""
        steps = [origins[..., axis] - destinations[..., axis] for axis in range(origins.shape[-1])]
        if self.order == 1.0:
            apart = sum((np.abs(step) for step in steps[1:]), start=np.abs(steps[0]))
        else:
            apart = np.sqrt(sum((step * step for step in steps[1:]), start=steps[0] * steps[0]))
        costs: Values = self.of_tree(np.ascontiguousarray(apart)) * self.scale
        return np.floor(costs) if self.rounded_down else costs

    def tree_radius(self, cost: float) -> float:
        """A radius of the tree that holds every point that costs ``cost`` at most."""
        if np.isinf(cost):
            return np.inf
        farthest = (cost + 1.0 if self.rounded_down else cost) / self.scale
        return self.to_tree(farthest) * (1.0 + _SLACK) + np.finfo(float).tiny


def metric_of(name: str, detour: float = 1.0, *, rounded_down: bool = False) -> Metric:
    """A metric of `METRICS` by its name, times a detour factor. Raises KeyError."""
    order, unit_m = _KNOWN[name]
    if unit_m is None:
        return Metric(name, _as_given, order, _same, float, detour, rounded_down)
    return Metric(name, _on_unit_sphere, order, _arc, _chord, detour * EARTH_M / unit_m, rounded_down)


def is_geographic(name: str) -> bool:
    """Whether a metric of `METRICS` takes longitude and latitude."""
    return _KNOWN[name][1] is not None


def _as_given(coordinates: Values) -> Values:
    return np.ascontiguousarray(coordinates, dtype=float)


def _on_unit_sphere(lon_lat: Values) -> Values:
    lon, lat = np.radians(lon_lat[:, 0]), np.radians(lon_lat[:, 1])
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def _same(apart: Values) -> Values:
    return apart


def _arc(chord: Values) -> Values:
    arc: Values = 2.0 * np.arcsin(np.minimum(chord * 0.5, 1.0))
    return arc


def _chord(arc: float) -> float:
    """Half a turn and more reaches everything."""
    return np.inf if arc >= np.pi else float(2.0 * np.sin(arc / 2.0))


_KNOWN: Final[dict[str, tuple[float, float | None]]] = {
    "euclidean": (2.0, None),
    "manhattan": (1.0, None),
    "great_circle_km": (2.0, 1000.0),
    "great_circle_m": (2.0, 1.0),
}
METRICS: Final = tuple(_KNOWN)
"""Euclidean and Manhattan in the units of the coordinates, great circles of longitude and latitude."""
