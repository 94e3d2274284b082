"""Layers of points in files: CSV with coordinates, GeoJSON, GeoPackage. Ids are text and keep their zeros."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from alloc.errors import DataError, Fault
from alloc.location.files.numbers import refuse, text_of
from alloc.location.files.tables import TextTable, raise_any, read_table
from alloc.location.point_layers import ID, coordinate_columns

_OTHER_PLACES: Final = ("lon", "lat", "longitude", "latitude", "lng", "经度", "纬度")


class PointTable:
    """Columns by name, as `points.between` reads them: coordinates are numbers, all else is as it was."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self.by_name = columns
        self.columns = list(columns)
        self.index: Sequence[int] = range(len(next(iter(columns.values()), [])))

    def __getitem__(self, name: str) -> list[Any]:
        return self.by_name[name]


def read_points(path: str | Path) -> Any:
    """A layer for `points.between`; the ending of the file says its kind. Raises DataError."""
    ending = Path(path).suffix.lower()
    if ending == ".gpkg":
        return _geopackage(path)
    return _geojson(path) if ending in (".geojson", ".json") else _csv(path)


def numbers_of(layer: Any, column: str) -> list[Any]:
    """A column as numbers from 0 up where it is text; as it stands where the layer has types."""
    table = getattr(layer, "text", None)
    return list(layer[column]) if table is None else list(table.numbers(column))


def _csv(path: str | Path) -> PointTable:
    table = read_table(path)
    found = coordinate_columns(table.header)
    if found is None:
        refuse(path, "no_coordinates", known=", ".join(table.header))
    coordinates = found[0]
    id_column = next((name for name in table.header if name.lower() == ID), table.header[0])
    faults: list[Fault] = []
    columns: dict[str, list[Any]] = {}
    if id_column not in coordinates:
        columns[ID] = table.ids(id_column, "point")
    for name in table.header:
        if name in coordinates:
            at = table.place(name)
            columns[name] = [table.number(i, at, faults, any_sign=True) for i in range(len(table.rows))]
        elif name != ID:
            columns[name] = table.texts(name)
    raise_any(faults)
    layer = _TextPoints(columns)
    layer.text = table
    return layer


class _TextPoints(PointTable):
    """Points of a CSV file, which remember it: a fault of another column can name its row."""

    text: TextTable


def _geojson(path: str | Path) -> PointTable:
    """Points of a FeatureCollection, in longitude and latitude as RFC 7946 has it."""
    try:
        data = json.loads(text_of(path))
    except (ValueError, RecursionError):
        raise DataError(Fault("not_geojson", file=str(path))) from None
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features) or not features:
        raise DataError(Fault("not_geojson", file=str(path)))
    if "crs" in data and "84" not in str(data["crs"]) and "4326" not in str(data["crs"]):
        raise DataError(Fault("crs_other", file=str(path), value=str(data["crs"])))
    faults: list[Fault] = []
    names: dict[str, None] = {}
    rows, places = [], []
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") or {}
        row = dict(properties) if isinstance(properties, dict) else {}
        row[ID] = _text_id(row.get(ID, feature.get("id", number)))
        rows.append(row)
        names.update(dict.fromkeys(row))
        places.append(_lon_lat(feature.get("geometry"), row[ID], str(path), faults))
    raise_any(faults)
    columns: dict[str, list[Any]] = {str(name): [row.get(name) for row in rows] for name in names}
    for name in [name for name in columns if name.lower() in _OTHER_PLACES]:
        del columns[name]  # the geometry counts
    columns["lon"], columns["lat"] = [lon for lon, _ in places], [lat for _, lat in places]
    return PointTable(columns)


def _lon_lat(geometry: Any, one: str, file: str, faults: list[Fault]) -> tuple[float, float]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind is None or place == []:
        faults.append(Fault("location.geometry_missing", file=file, params={"id": one}))
    elif kind != "Point":
        faults.append(Fault("location.geometry_not_point", file=file, value=str(kind), params={"id": one}))
    elif not isinstance(place, list) or len(place) < 2 or not all(_is_finite(part) for part in place[:2]):
        faults.append(Fault("location.coordinate_missing", file=file, params={"id": one}))
    else:
        return float(place[0]), float(place[1])
    return 0.0, 0.0


def _is_finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _text_id(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _geopackage(path: str | Path) -> Any:
    """The only layer of a GeoPackage, as a GeoDataFrame."""
    from alloc.load.geo import open_layer

    faults: list[Fault] = []
    found = open_layer(Path(path), str(path), "places", None, faults)
    if found is None:
        raise DataError(faults)
    raise_any(faults)
    import geopandas

    columns = dict(zip(found.fields, found.columns, strict=True))
    own = next((name for name in columns if name.lower() == ID), None)
    ids = [*range(1, len(found.shapes) + 1)] if own is None else columns.pop(own)
    columns[ID] = [_text_id(one) for one in ids]
    return geopandas.GeoDataFrame(columns, geometry=found.shapes, crs=found.crs)
