"""Layers and GeoJSON: points and polygons become columns, and everything must be in WGS-84."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from alloc.load import load_region, region_from_frames

POINTS = {"042010": (120.1, 30.1), "042011": (120.2, 30.2)}


def places(geometry: list[Any] | None = None, crs: Any = 4326, **columns: Any) -> gpd.GeoDataFrame:
    shapes = [shapely.Point(xy) for xy in POINTS.values()] if geometry is None else geometry
    return gpd.GeoDataFrame(
        {"id": list(POINTS), "area": ["urban", "rural"], **columns}, geometry=shapes, crs=crs
    )


@pytest.fixture
def layer(manifest, tmp_path: Path):
    """A region whose places are a layer of a GeoPackage."""

    def write(frame: gpd.GeoDataFrame, entry: str = "map.gpkg") -> Path:
        frame.to_file(tmp_path / "map.gpkg", layer="places")
        return manifest(f"  places: {entry}", without=("places",))

    return write


def test_points_give_longitude_and_latitude(layer) -> None:
    region = load_region(layer(places()))
    assert {place.id: (place.lon, place.lat) for place in region.places} == POINTS


def test_polygons_keep_every_digit(layer, small) -> None:
    corner = 120.10000000000001
    square = shapely.box(corner - 0.1, 30.0, corner, 30.2)
    lonlat = {"lon": [120.1, 120.2], "lat": [30.1, 30.2]}
    region = load_region(layer(places([square, None], **lonlat)))
    assert shapely.from_wkt(region.places[0].polygon_wkt) == square
    small["places"][0]["polygon_wkt"] = f"POLYGON(({square.wkt[10:-2]}))"
    assert load_region(small).places[0].polygon_wkt == region.places[0].polygon_wkt


@pytest.mark.parametrize(
    ("frame", "rule"),
    [
        (places().to_crs(3857), "crs_other"),
        (places(crs=4490), "crs_other"),
        (places(crs=None), "layer_crs_missing"),
        (places([shapely.LineString([(0, 0), (1, 1)])] * 2), "geometry_of_other_kind"),
        (places([shapely.Point(120, 30, 5)] * 2), "geometry_with_height"),
        (places(lon=[120.1, 120.3], lat=[30.1, 30.2]), "geometry_differs"),
        (places(wealth=[1, 2]), "unknown_column"),
        (places(area_km2=[1.0, -1.0]), "at_least"),
    ],
)
def test_layers_that_are_wrong(layer, faults_of, frame: gpd.GeoDataFrame, rule: str) -> None:
    told = {(f.file, f.sheet, f.rule) for f in faults_of(layer(frame))}
    assert ("map.gpkg", "places", rule) in told


@pytest.mark.parametrize(("crs", "rule"), [(3857, "crs_other"), (None, "layer_crs_missing")])
def test_geodataframes_must_be_in_wgs84_too(small, faults_of, crs: int | None, rule: str) -> None:
    frame = places() if crs is None else places().to_crs(crs)
    frame = frame.set_crs(crs, allow_override=True)
    tables = {name: rows for name, rows in small.items() if isinstance(rows, list)} | {"places": frame}
    found = faults_of(tables, lambda one: region_from_frames(about=small["about"], tables=one))
    assert (rule, "places") in [(fault.rule, fault.table) for fault in found]


def test_columns_that_agree_with_the_geometry_are_kept(layer) -> None:
    assert load_region(layer(places(lon=[120.1, None], lat=[30.1, 30.2]))).places[1].lon == 120.2


def test_a_layer_is_chosen_by_name_or_by_being_the_only_one(layer, tmp_path: Path, faults_of) -> None:
    places().to_file(tmp_path / "map.gpkg", layer="other")
    assert load_region(layer(places()))  # called like the table
    path = layer(places(), "{file: map.gpkg, layer: nothing}")
    (fault,) = faults_of(path)
    assert (fault.rule, fault.params["known"]) == ("no_such_layer", "other, places")


def test_attribute_tables_and_missing_values(manifest, tmp_path: Path) -> None:
    import pyogrio

    frame = pd.DataFrame(
        {"place": list(POINTS), "age_band": ["all", "all"], "residents": [1.5, 2.0], "status": None}
    )
    pyogrio.write_dataframe(frame, tmp_path / "map.gpkg", layer="population")
    region = load_region(manifest("  population: map.gpkg", without=("population",)))
    assert [row.residents for row in region.population] == [1.5, 2.0]


def test_files_that_only_pretend_to_be_geopackages(manifest, faults_of, tmp_path: Path) -> None:
    """GDAL would open a VRT, which names other files, whatever it is called."""
    vrt = b"<OGRVRTDataSource><OGRVRTLayer name='places'><SrcDataSource>/etc/passwd</SrcDataSource>"
    path = manifest("  places: map.gpkg", {"map.gpkg": vrt}, without=("places",))
    assert [fault.rule for fault in faults_of(path)] == ["not_a_geopackage"]
    with sqlite3.connect(tmp_path / "empty.gpkg") as base:
        base.execute("create table x (y)")
    path = manifest("  places: empty.gpkg", without=("places",))
    assert [fault.rule for fault in faults_of(path)] == ["not_a_geopackage"]


def feature(properties: dict[str, Any] | None, geometry: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry, **more}


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


ONE = feature({"area": "urban"}, {"type": "Point", "coordinates": [120.1, 30.1]}, id="042010")
TWO = feature({"id": "042011", "area": "rural"}, {"type": "Point", "coordinates": [120.2, 30.2]})


def test_geojson(manifest) -> None:
    path = manifest("  places: p.geojson", {"p.geojson": collection(ONE, TWO)}, without=("places",))
    assert {place.id: (place.lon, place.lat) for place in load_region(path).places} == POINTS


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline"}', "not_geojson"),
        ("[]", "not_geojson"),
        ("{", "json_syntax"),
        (collection("x"), "not_geojson"),
        (collection(ONE, TWO, crs={"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}), "crs_other"),
        (collection(ONE, TWO, crs={"properties": {"name": "GCJ02"}}), "crs_gcj02"),
        (collection(ONE, feature({"id": "x", "area": "rural"}, {"type": "Point"})), "not_a_geometry"),
        (collection(ONE, feature({"id": "x", "area": {"a": 1}}, None)), "not_a_choice"),
        (collection(ONE, feature({"id": "x", "area": "rurall"}, None)), "not_a_choice"),
    ],
)
def test_geojson_that_is_wrong(manifest, faults_of, text: str, rule: str) -> None:
    path = manifest("  places: p.geojson", {"p.geojson": text}, without=("places",))
    found = faults_of(path)
    assert (rule, "p.geojson") in [(fault.rule, fault.file) for fault in found]


def test_the_line_of_a_feature_is_told(manifest, faults_of) -> None:
    text = collection(ONE, feature({"id": "042011", "area": "x"}, None)).replace(
        '"area": "x"', '\n\n"area": "x"'
    )
    path = manifest("  places: p.geojson", {"p.geojson": text}, without=("places",))
    assert [(f.line, f.column) for f in faults_of(path) if f.rule == "not_a_choice"] == [(3, "area")]


def test_geoparquet(manifest, faults_of, tmp_path: Path) -> None:
    places().to_parquet(tmp_path / "p.parquet")
    path = manifest("  places: p.parquet", without=("places",))
    assert {place.id: (place.lon, place.lat) for place in load_region(path).places} == POINTS
    places().to_crs(3857).to_parquet(tmp_path / "p.parquet")
    assert "crs_other" in [fault.rule for fault in faults_of(path)]


def test_a_parquet_file_that_is_none(manifest, faults_of) -> None:
    path = manifest("  places: p.parquet", {"p.parquet": b"PAR1 no"}, without=("places",))
    assert [fault.rule for fault in faults_of(path)] == ["not_a_parquet"]
