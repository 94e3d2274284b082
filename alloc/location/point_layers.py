"""Points as callers hand them in: an array, a DataFrame with coordinates, or a GeoDataFrame.

They are known by their attributes (``columns``, ``geometry``, ``crs``): the engine imports neither pandas nor
geopandas, and whoever hands in such an object has them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from alloc import labels
from alloc.errors import shown
from alloc.location.costs import Ids
from alloc.location.pairs import Values
from alloc.location.read_costs import numbers
from alloc.location.read_numbers import Place, as_floats, check_ids, ids_of
from alloc.location.read_states import STATES
from alloc.location.refusals import FEW, FaultList, usage

_LON_LAT: Final = (("lon", "lat"), ("longitude", "latitude"), ("lng", "lat"), ("经度", "纬度"))
_X_Y: Final = (("x", "y"), ("easting", "northing"))
ID: Final = "id"
"""The column of ids."""


@dataclass(frozen=True, eq=False)
class PointLayer:
    """Points and ids of clients or sites (``name``); ``lon_lat`` and ``crs`` are None where nothing says."""

    name: str
    points: Values
    ids: Ids
    lon_lat: bool | None = None
    crs: Any = None
    table: Any = None

    def column(self, name: str) -> list[Any]:
        """A column of the layer, in the order of its points. Raises UsageError."""
        known = [] if self.table is None else list(self.table.columns)
        if name not in known:
            listed = shown(", ".join(map(str, known)) or "-")
            raise usage("no_such_column", value=name, layer=self.name, known=listed)
        return list(self.table[name])

    def states(self, column: str, faults: FaultList) -> dict[str, tuple[Hashable, ...]]:
        """Ids by state: existing, required, candidate (also where the cell is empty) or prohibited."""
        words = _state_words()
        found: dict[str, list[Hashable]] = {state: [] for state in STATES}
        for one, cell in zip(self.ids, self.column(column), strict=True):
            text = "" if cell is None or cell != cell else str(cell).strip().lower()
            state = words.get(text)
            if state is None:
                faults.add("unknown_state", column, cell, id=one)
            elif state in found:
                found[state].append(one)
        return {state: tuple(ids) for state, ids in found.items()}


def read_layer(given: Any, name: str, faults: FaultList) -> PointLayer:
    """Ids are those of a column ``id``, else the index, else numbers from 0.

    Missing, empty and other than point geometries, missing coordinates and ids that are there twice are
    faults.
    Raises UsageError where there are no coordinates at all.
    """
    if hasattr(given, "geom_type"):
        layer = _of_geometry(given, name, faults)
    elif hasattr(given, "columns"):
        layer = _of_columns(given, name, faults)
    else:
        layer = _of_array(given, name, faults)
    check_ids(layer.ids, name.removesuffix("s"), name, faults)
    _check_coordinates(layer, faults)
    return layer


def _of_array(given: Any, name: str, faults: FaultList) -> PointLayer:
    place = Place(name.removesuffix("s"), lambda at: str(at[0]))
    points = as_floats(given, 2, name, place, faults)
    if points.shape[1] != 2:
        raise usage("points_shape", layer=name, shape=points.shape)
    return PointLayer(name, points, numbers(len(points)))


def _of_columns(given: Any, name: str, faults: FaultList) -> PointLayer:
    ids = _ids(given)
    place = Place(name.removesuffix("s"), lambda at: str(ids[at[0]]))
    found = coordinate_columns(given.columns)
    if found is None:
        raise usage("no_coordinates", layer=name, known=shown(", ".join(map(str, given.columns))))
    values = [as_floats(list(given[column]), 1, name, place, faults) for column in found[0]]
    return PointLayer(name, np.column_stack(values), ids, found[1], None, given)


def coordinate_columns(columns: Iterable[Any]) -> tuple[tuple[Any, Any], bool] | None:
    """The two columns of coordinates, and whether they are longitude and latitude."""
    by_name = {str(column).strip().lower(): column for column in columns}
    for lon_lat, pairs in ((True, _LON_LAT), (False, _X_Y)):
        for one, other in pairs:
            if one in by_name and other in by_name:
                return (by_name[one], by_name[other]), lon_lat
    return None


def _of_geometry(given: Any, name: str, faults: FaultList) -> PointLayer:
    shapes, ids = given.geometry, _ids(given)
    absent = np.asarray(shapes.isna() | shapes.is_empty, dtype=bool)
    other = np.asarray(shapes.geom_type != "Point", dtype=bool) & ~absent
    for rule, wrong in (("geometry_missing", absent), ("geometry_not_point", other)):
        at = np.flatnonzero(wrong)
        faults.add_all(rule, name, ({"id": ids[i]} for i in at[:FEW]), len(at))
    points = np.zeros((len(ids), 2))
    fine = ~(absent | other)
    points[fine] = np.column_stack((shapes[fine].x, shapes[fine].y))
    crs = shapes.crs
    lon_lat = None if crs is None else bool(crs.is_geographic)
    if lon_lat is False:
        points *= _metres(crs)
    return PointLayer(name, points, ids, lon_lat, crs, given)


def _metres(crs: Any) -> float:
    """Metres of one unit of a projected coordinate system; 1 where it does not say."""
    factors = {axis.unit_conversion_factor for axis in crs.axis_info[:2]}
    return float(factors.pop()) if len(factors) == 1 else 1.0


def _ids(given: Any) -> Ids:
    return ids_of(given[ID] if ID in given.columns else given.index)


def _check_coordinates(layer: PointLayer, faults: FaultList) -> None:
    wrong = {"coordinate_missing": ~np.isfinite(layer.points).all(axis=1)}
    if layer.lon_lat:
        wrong["lon_beyond"] = np.abs(layer.points[:, 0]) > 180.0
        wrong["lat_beyond"] = np.abs(layer.points[:, 1]) > 90.0
    for rule, rows in wrong.items():
        at = np.flatnonzero(rows)
        axis = {"lon_beyond": 0, "lat_beyond": 1}.get(rule)
        found = (
            {"value": None if axis is None else layer.points[i, axis], "id": layer.ids[i]} for i in at[:FEW]
        )
        faults.add_all(rule, layer.name, found, len(at))


def _state_words() -> dict[str, str]:
    """The words for states, in every language of the labels."""
    words = {"": "candidate"}
    for state in (*STATES, "candidate"):
        words[state] = state
        words |= {
            labels.text(f"choice.operating.{state}", lang).lower(): state for lang in labels.languages()
        }
    return words
