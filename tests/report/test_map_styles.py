"""QGIS opens every layer in a style that knows all its values. (Drawn once in QGIS 3.22, and looked at.)"""

from itertools import pairwise
from typing import get_args
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest

from alloc.plan.flows import FlowKind
from alloc.report.layers import write_layers
from alloc.schema.facilities import Tier

LAYERS = ("places", "facilities", "flows")


@pytest.fixture(scope="module", params=["zh", "en"])
def path(request, plan, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param) / "layers.gpkg"
    write_layers(plan, path, request.param)
    return path


def styles(path):
    table = pyogrio.read_dataframe(path, layer="layer_styles", read_geometry=False)
    assert table["useAsDefault"].all()
    assert (table["f_geometry_column"] == "geom").all()
    return {row.f_table_name: ET.fromstring(row.styleQML) for row in table.itertuples()}


def test_every_layer_has_a_default_style_of_columns_it_has(path):
    found = styles(path)
    assert set(found) == set(LAYERS)
    for name, style in found.items():
        columns = set(gpd.read_file(path, layer=name).columns)
        attribute = style.find("renderer-v2").get("attr")
        assert attribute in columns or all(f'"{c}"' in attribute for c in ("open", "tier"))
        label = style.find("labeling/settings/text-style")
        if label is not None:
            assert {word for word in label.get("fieldName").split('"') if word.startswith("name_")} <= columns


def test_every_class_has_a_symbol_and_a_legend(path):
    for style in styles(path).values():
        symbols = {one.get("name") for one in style.iter("symbol")}
        classes = [*style.iter("range"), *style.iter("category")]
        assert [one.get("symbol") for one in classes] == sorted(symbols, key=int)
        assert all(one.get("label") for one in classes)


def test_every_value_has_a_class(path):
    found = styles(path)
    assert {one.get("value") for one in found["flows"].iter("category")} == set(get_args(FlowKind))
    assert {one.get("value") for one in found["facilities"].iter("category")} == {*get_args(Tier), ""}
    ranges = [(float(one.get("lower")), float(one.get("upper"))) for one in found["places"].iter("range")]
    assert (ranges[0][0], ranges[-1][1]) == (0.0, 1.0)
    assert all(a[1] == b[0] for a, b in pairwise(ranges))
