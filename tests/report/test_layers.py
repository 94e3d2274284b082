"""Map layers that GDAL, GeoPandas and QGIS open."""

import dataclasses
import sqlite3
from contextlib import closing

import geopandas as gpd
import pyogrio
import pytest

from alloc.report.geopackage import Layer, write_geopackage
from alloc.report.layers import write_layers


@pytest.fixture(scope="module")
def path(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "layers.gpkg"
    write_layers(plan, path, "zh")
    return path


def test_the_layers_are_there(path):
    layers = dict(pyogrio.list_layers(path).tolist())
    spatial = {"places": "Point", "facilities": "Point", "flows": "LineString"}
    assert layers == {**spatial, "plan": None, "layer_styles": None}


def test_places_carry_what_becomes_of_their_needs(plan, path):
    places = gpd.read_file(path, layer="places")
    assert places.crs == "EPSG:4326"
    assert len(places) == len(plan.region.places)
    assert places["residents"].sum() == pytest.approx(sum(p.residents for p in plan.region.population))
    shares = places[[f"exams_share_{end}" for end in ("own_consortium", "region", "outside", "unmet")]]
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0] * len(places))
    first = plan.region.places[0]
    unmet = 12.0 * len(plan.region.modalities)
    assert places["share_unmet"][0] == pytest.approx(unmet / _need_of(plan, first.id))
    assert (places.geometry.x[0], places.geometry.y[0]) == (first.lon, first.lat)


def _need_of(plan, place):
    d = plan.decisions
    cases = [row.exams_per_year for row in d.exam_flows if row.place == place]
    cases += [row.consults_per_year for row in d.consult_flows if row.place == place]
    cases += [
        row.episodes_per_year for row in d.episode_flows if row.place == place and row.leg != "step_down"
    ]
    return sum(cases)


def test_facilities_carry_what_is_decided(path):
    facilities = gpd.read_file(path, layer="facilities").set_index("id")
    assert facilities.loc["H001", "sites_read_for"] == 8
    assert facilities.loc["H001", "machines_retired"] == 2
    assert facilities.loc["T004", "machines_bought"] == 1
    assert facilities.loc["T004", "machines_moved_in"] == 1
    assert facilities["open"].all()
    assert facilities["outreach_half_days_per_cycle"].sum() > 0


def test_flows_are_those_of_the_plan(plan, path):
    flows = gpd.read_file(path, layer="flows")
    mine = plan.flows_geo
    assert len(flows) == len(mine)
    assert flows["per_year"].sum() == pytest.approx(mine["per_year"].sum())
    assert flows.geometry.geom_equals(mine.geometry).all()
    assert flows.loc[flows["kind"] == "reading", "destination_name"].unique().tolist() == ["县级医院H001"]


def test_no_layer_has_a_column_named_fid(path):
    for layer in ("places", "facilities", "flows"):
        assert "fid" not in {name.lower() for name in gpd.read_file(path, layer=layer).columns}
    with pytest.raises(ValueError, match="fid"):
        write_geopackage(
            path.with_name("bad.gpkg"), [Layer("x", "", [("FID", "TEXT")], [])], "2026-01-01T00:00:00.000Z"
        )


def test_the_file_says_how_sure_the_plan_is(plan, tmp_path):
    path = tmp_path / "p.gpkg"
    write_layers(dataclasses.replace(plan, holding="incumbent", status="time_limit"), path, "zh")
    facts = dict(
        pyogrio.read_dataframe(path, layer="plan", read_geometry=False)[["name", "value"]].to_numpy()
    )
    assert facts["holding"] == "incumbent"
    assert facts["semi_synthetic"] == "true"
    with closing(sqlite3.connect(path)) as db:
        told = {text for (text,) in db.execute("SELECT description FROM gpkg_contents")}
    assert len(told) == 1
    assert "未证明最优" in told.pop()


def test_the_file_is_a_geopackage(path):
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert db.execute("PRAGMA user_version").fetchone() == (10300,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT last_change FROM gpkg_contents").fetchone() == ("2026-11-02T10:00:00.000Z",)
    assert pyogrio.read_info(path, layer="flows")["total_bounds"][0] > 0


def test_a_plan_without_points_or_flows_still_opens(empty_plan, tmp_path):
    nowhere = tuple(p.model_copy(update={"lon": None, "lat": None}) for p in empty_plan.region.places)
    region = empty_plan.region.model_copy(update={"places": nowhere})
    path = tmp_path / "p.gpkg"
    write_layers(dataclasses.replace(empty_plan, region=region), path, "en")
    assert gpd.read_file(path, layer="places").geometry.isna().all()
    assert len(gpd.read_file(path, layer="flows")) == 0


def test_polygons_become_a_layer(plan, tmp_path):
    square = "POLYGON ((120 30, 121 30, 121 31, 120 31, 120 30))"
    wkt = [square, "MULTIPOLYGON (((1 1, 2 1, 2 2, 1 1)))", "POINT (1 1)", "no shape", None]
    places = tuple(
        p.model_copy(update={"polygon_wkt": text})
        for p, text in zip(plan.region.places, wkt * 3, strict=False)
    )
    region = plan.region.model_copy(update={"places": places})
    path = tmp_path / "p.gpkg"
    write_layers(dataclasses.replace(plan, region=region), path, "zh")
    areas = gpd.read_file(path, layer="areas")
    assert areas.geometry[0].area == pytest.approx(1.0)
    assert areas.geometry.isna().tolist()[:4] == [False, False, True, True]


def test_hostile_texts_are_only_texts(plan, tmp_path):
    names = ('"; DROP TABLE places; --', "<script>", "\x00", "'")
    places = tuple(
        p.model_copy(update={"name_zh": n}) for p, n in zip(plan.region.places, names * 4, strict=False)
    )
    path = tmp_path / "p.gpkg"
    write_layers(
        dataclasses.replace(plan, region=plan.region.model_copy(update={"places": places})), path, "zh"
    )
    assert gpd.read_file(path, layer="places")["name_zh"][0] == names[0]
