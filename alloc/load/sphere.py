"""Points on the Earth and the kilometres between them.

The haversine is R. W. Sinnott's (Sky and Telescope 68(2), 1984, p. 159), on a sphere of the mean Earth radius
6371.0088 km (Moritz 2000, doi:10.1007/s001900050278).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EARTH_KM = 6371.0088


class Points(NamedTuple):
    """Points in WGS-84 degrees."""

    lon: Floats
    lat: Floats


def points_of(rows: Sequence[Any]) -> Points:
    """The points of rows that have ``lon`` and ``lat``."""
    return Points(np.array([row.lon for row in rows], float), np.array([row.lat for row in rows], float))


def haversine_km(origins: Points, destinations: Points) -> Floats:
    """Great-circle kilometres, with the broadcasting of numpy."""
    phi_o, phi_d = np.radians(origins.lat), np.radians(destinations.lat)
    half_dphi = (phi_d - phi_o) / 2
    half_dlambda = np.radians(destinations.lon - origins.lon) / 2
    squared = np.sin(half_dphi) ** 2 + np.cos(phi_o) * np.cos(phi_d) * np.sin(half_dlambda) ** 2
    km: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(squared, 0.0, 1.0)))
    return km


def on_unit_sphere(points: Points) -> Floats:
    """The points as x, y, z on a sphere of radius 1: n x 3. Chords there order as great circles do."""
    lon, lat = np.radians(points.lon), np.radians(points.lat)
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
