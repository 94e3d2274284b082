"""Layers of points in, costs by id out; coordinate systems that do not go together are refused."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from alloc.errors import DataError, UsageError
from alloc.location import p_median
from alloc.location.points import between

VILLAGES = gpd.GeoDataFrame(
    {"id": ["001", "002", "003"], "residents": [100, 250, 40]},
    geometry=[Point(119.95, 30.54), Point(120.0, 30.6), Point(120.1, 30.5)],
    crs="EPSG:4326",
)
SITES = gpd.GeoDataFrame(
    {"id": ["A", "B"], "state": ["existing", None]},
    geometry=[Point(119.96, 30.55), Point(120.1, 30.5)],
    crs="EPSG:4326",
)


def test_longitude_and_latitude_are_measured_in_km_on_the_sphere():
    costs = between(VILLAGES, SITES)
    assert costs.metric.name == "great_circle_km"
    assert list(costs.client_ids) == ["001", "002", "003"]
    assert costs.to_sites(np.array([1]))[2, 0] == 0.0
    metres = between(VILLAGES, SITES, metric="great_circle_m", detour=2.0).to_sites(np.array([0]))
    np.testing.assert_allclose(metres / 2000.0, costs.to_sites(np.array([0])))


def test_a_projected_layer_is_measured_in_metres_as_the_plane_has_it():
    crs = "EPSG:4549"  # CGCS2000, 3-degree zone 120E
    plane = between(VILLAGES.to_crs(crs), SITES.to_crs(crs)).to_sites(np.array([0, 1]))
    np.testing.assert_allclose(plane, 1000.0 * between(VILLAGES, SITES).to_sites(np.array([0, 1])), rtol=0.01)
    feet = "EPSG:2263"
    assert between(VILLAGES.to_crs(feet), SITES.to_crs(feet)).metric.name == "euclidean"
    new_york = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(0, 1000)], crs=feet)
    assert between(new_york, new_york).to_sites(np.array([1]))[0, 0] == pytest.approx(304.8, abs=0.01)


def test_columns_of_the_layers_bring_weights_and_states():
    costs = between(VILLAGES, SITES, weights="residents", status="state")
    answer = p_median(costs, p=1)
    assert answer.sites == ("A", "B")  # A exists and is not counted
    assert answer.assignment["003"] == "B"
    by_name = p_median(between(VILLAGES, SITES), "residents", p=1, existing=["A"])
    assert by_name.objective == answer.objective


def test_tables_and_arrays():
    table = pd.DataFrame({"Lon": [119.95], "Lat": [30.54]}, index=["Wukang"])
    costs = between(table, SITES)
    assert list(costs.client_ids) == ["Wukang"]
    assert costs.metric.name == "great_circle_km"
    flat = between([[0, 0], [3, 4]], np.array([[0.0, 0.0]]), rounded="down")
    assert flat.to_sites(np.array([0])).tolist() == [[0.0], [5.0]]


def test_every_fault_of_both_layers_by_id():
    clients = VILLAGES.copy()
    clients.geometry = [None, LineString([(120, 30), (121, 30)]), Point()]
    sites = pd.DataFrame({"id": ["A", "A", "B"], "lon": [120.0, np.nan, 30.5], "lat": [30.0, 30.0, 120.0]})
    with pytest.raises(DataError) as error:
        between(clients, sites, weights="residents")
    found = [(fault.rule.removeprefix("location."), fault.params.get("id")) for fault in error.value.faults]
    assert ("geometry_missing", "001") in found
    assert ("geometry_missing", "003") in found
    assert ("geometry_not_point", "002") in found
    assert ("coordinate_missing", "A") in found
    assert ("lat_beyond", "B") in found
    assert ("id_twice_site", None) in found
    assert len(found) == 6
    for fault in error.value.faults:
        assert "location." not in fault.message("zh")


def test_a_state_that_is_none_is_named():
    with pytest.raises(DataError) as error:
        between(VILLAGES, SITES.assign(state=["open", "备选新建"]), status="state")
    assert [(fault.value, fault.params["id"]) for fault in error.value.faults] == [("open", "A")]


@pytest.mark.parametrize(
    ("clients", "sites", "options"),
    [
        (VILLAGES, SITES.to_crs("EPSG:4549"), {}),
        (VILLAGES, SITES.set_crs(None, allow_override=True), {}),
        (VILLAGES, pd.DataFrame({"x": [1.0], "y": [2.0]}), {}),
        (VILLAGES, SITES, {"metric": "euclidean"}),
        (VILLAGES.to_crs("EPSG:4549"), SITES.to_crs("EPSG:4549"), {"metric": "great_circle_km"}),
        (VILLAGES, SITES, {"metric": "miles"}),
        (VILLAGES, SITES, {"detour": 0.0}),
        (VILLAGES, SITES, {"rounded": "up"}),
        (VILLAGES, SITES, {"cutoff": -1}),
        (VILLAGES, SITES, {"weights": "people"}),
        (VILLAGES, SITES, {"status": "state of it"}),
        (VILLAGES, pd.DataFrame({"name": ["A"]}), {}),
        (np.ones((3, 3)), SITES, {}),
    ],
)
def test_what_does_not_go_together_is_refused(clients, sites, options):
    with pytest.raises(UsageError) as error:
        between(clients, sites, **options)
    assert error.value.message("zh") != error.value.message("en")
