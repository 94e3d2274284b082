"""One region, many forms: all load to the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from copy import deepcopy
from itertools import zip_longest
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alloc.load import dump_region, load_region, region_from_frames, save_region, write_starter
from alloc.load.save import cell_text
from alloc.schema import TABLES, Change, Region, Scenario

SQUARE = shapely.to_wkt(shapely.box(119.9, 30.45, 120.05, 30.55), rounding_precision=-1)


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Region:
    """The starter, with what is hard to carry: long fractions, codes with zeros, line breaks, signs."""
    folder = tmp_path_factory.mktemp("starter")
    write_starter(folder)
    data = json.loads(dump_region(load_region(folder)))
    text = json.dumps(data, ensure_ascii=False).replace('"P1"', '"042010"').replace('"H2"', '"330521001"')
    data = json.loads(text)
    data["places"][0] |= {
        "polygon_wkt": SQUARE,
        "lon": 120.00000000000001,
        "source": '=1+1, "甲"; a|b\n第二行',
    }
    data["facilities"][0]["opening_cny"] = 0.1 + 0.2
    data["facilities"][1]["running_cny_per_year"] = 1e-17
    data["scenarios"] += [
        {
            "id": "changes",
            "changes": [
                {"op": "set", "table": "limits", "field": "budget_cny", "value": None},
                {
                    "op": "set",
                    "table": "facilities",
                    "where": {"id": ["330521001"]},
                    "field": "beds",
                    "value": 5,
                },
                {"op": "scale", "table": "limits", "field": "budget_cny", "by": 1 / 3},
                {
                    "op": "set",
                    "table": "specialists",
                    "where": {"id": "S1"},
                    "field": "days",
                    "value": ["Mon"],
                },
                {"op": "remove", "table": "staff", "where": {"facility": ["T1", "T2"], "role": "nurse"}},
                {
                    "op": "add",
                    "table": "given_needs",
                    "rows": [{"place": "042010", "stream": "exams", "subject": "CT", "per_year": 3.5}],
                },
            ],
        }
    ]
    return load_region(data)


def as_folder(region: Region, tmp_path: Path) -> Path:
    return save_region(region, tmp_path / "folder")


def as_json(region: Region, tmp_path: Path) -> Path:
    return save_region(region, tmp_path / "region.json")


def as_chinese_workbook(region: Region, tmp_path: Path) -> Path:
    return save_region(region, tmp_path / "zh.xlsx", lang="zh")


def as_english_workbook(region: Region, tmp_path: Path) -> Path:
    return save_region(region, tmp_path / "en.xlsx", lang="en")


def as_geopackage(region: Region, tmp_path: Path) -> Path:
    """Facilities as a layer of points, places as one of polygons, in one GeoPackage."""
    path = as_folder(region, tmp_path)
    frames = frames_of(region)
    sites = frames["facilities"]
    points = gpd.GeoDataFrame(
        sites.drop(columns=["lon", "lat"]), geometry=gpd.points_from_xy(sites.lon, sites.lat), crs=4326
    )
    points.to_file(tmp_path / "folder" / "map.gpkg", layer="facilities")
    places = frames["places"]
    shapes = gpd.GeoSeries.from_wkt(places.polygon_wkt, crs=4326)
    polygons = gpd.GeoDataFrame(places.drop(columns="polygon_wkt"), geometry=shapes)
    polygons.to_file(tmp_path / "folder" / "map.gpkg", layer="places")
    return renamed(path, facilities="{file: map.gpkg, layer: facilities}", places="map.gpkg")


def as_geojson(region: Region, tmp_path: Path) -> Path:
    path = as_folder(region, tmp_path)
    features = [
        {
            "type": "Feature",
            "properties": {key: value for key, value in row if key not in ("lon", "lat")},
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        }
        for row in region.facilities
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (tmp_path / "folder" / "sites.geojson").write_text(text, encoding="utf-8")
    return renamed(path, facilities="sites.geojson")


def as_parquet(region: Region, tmp_path: Path) -> Path:
    path = as_folder(region, tmp_path)
    names = {}
    for name, frame in frames_of(region).items():
        frame.to_parquet(tmp_path / "folder" / f"{name}.parquet")
        names[name] = f"{name}.parquet"
    return renamed(path, **names)


def as_inline_yaml(region: Region, tmp_path: Path) -> Path:
    """JSON is YAML: the whole document, read by the YAML reader."""
    path = tmp_path / "region.yaml"
    path.write_text(dump_region(region), encoding="utf-8")
    return path


def renamed(path: Path, **files: str) -> Path:
    lines = path.read_text(encoding="utf-8").splitlines()
    for name, file in files.items():
        lines = [f"  {name}: {file}" if line.startswith(f"  {name}: ") else line for line in lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def frames_of(region: Region) -> dict[str, pd.DataFrame]:
    """The tables as DataFrames, lists as text."""
    frames = {}
    for name in TABLES:
        rows = [dict(row) for row in getattr(region, name)]
        for row in rows:
            row.update({key: cell_text(value) for key, value in row.items() if isinstance(value, tuple)})
        if rows:
            frames[name] = pd.DataFrame(rows)
    return frames


FORMS = [
    as_folder,
    as_json,
    as_chinese_workbook,
    as_english_workbook,
    as_geopackage,
    as_geojson,
    as_parquet,
    as_inline_yaml,
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_loads_to_the_same_bytes(region: Region, tmp_path: Path, form) -> None:
    assert dump_region(load_region(form(region, tmp_path))) == dump_region(region)


def test_data_frames_load_to_the_same_bytes(region: Region) -> None:
    again = region_from_frames(
        about=dict(region.about),
        travel=dict(region.travel),
        tables=frames_of(region),
        scenarios=region.scenarios,
    )
    assert dump_region(again) == dump_region(region)


def test_the_dump_is_a_document_in_the_order_of_the_schema(region: Region) -> None:
    text = dump_region(region)
    assert list(json.loads(text)) == list(Region.model_fields)
    assert text.isascii() is False
    assert text.endswith("\n]\n}\n")


def test_a_folder_loads_by_its_name(region: Region, tmp_path: Path) -> None:
    as_folder(region, tmp_path)
    assert load_region(str(tmp_path / "folder")) == load_region(tmp_path / "folder" / "region.yaml")


def test_a_change_says_only_what_it_was_given(region: Region, tmp_path: Path) -> None:
    """The checks of scenarios look at what a change names."""
    again = load_region(save_region(region, tmp_path / "x.xlsx"))
    scenario: Scenario = again.scenarios[-1]
    first: Change = scenario.changes[0]
    assert "value" in first.model_fields_set
    assert first.value is None


@pytest.mark.parametrize(
    "forbidden", ["pandas", "geopandas", "pyogrio", "ruamel", "python_calamine", "networkx"]
)
def test_importing_the_package_loads_nothing_heavy(forbidden: str) -> None:
    code = f"import sys, alloc.load; sys.exit({forbidden!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_reading_csv_and_excel_needs_neither_pandas_nor_geopandas(region: Region, tmp_path: Path) -> None:
    path = as_folder(region, tmp_path)
    book = as_chinese_workbook(region, tmp_path)
    code = (
        "import sys; from alloc.load import load_region; "
        f"load_region({str(path)!r}); load_region({str(book)!r}); "
        "sys.exit(bool({'pandas', 'geopandas', 'pyogrio', 'networkx'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_missing_polygons_stay_missing(region: Region) -> None:
    assert [place.polygon_wkt for place in region.places] == [SQUARE] + [None] * 5
    assert region.places[0].source == '=1+1, "甲"; a|b\n第二行'


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"))
NUMBER = st.floats(0, 1e15, allow_subnormal=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=1, max_size=30), numbers=st.lists(NUMBER, min_size=1, max_size=30))
def test_any_text_and_number_survives_every_form(
    small, tmp_path, texts: list[str], numbers: list[float]
) -> None:
    """Or is refused: control characters cannot be kept by all forms alike."""
    kept = [
        text
        for text in texts
        if not any(unicodedata.category(char) == "Cc" for char in text.replace("\n", ""))
    ]
    rows = list(zip_longest(kept, numbers))
    data = deepcopy(small)
    first = data["places"][0]
    data["places"] += [first | {"id": f"n{i}", "source": s, "area_km2": n} for i, (s, n) in enumerate(rows)]
    data["population"] += [{"place": f"n{i}", "age_band": "all", "residents": 1} for i in range(len(rows))]
    region = load_region(data)
    assert [p.source for p in region.places[2:]] == [
        s if s is not None and s.strip() else None for s, _ in rows
    ]
    for form in (as_folder, as_json, as_chinese_workbook, as_parquet, as_inline_yaml):
        assert dump_region(load_region(form(region, tmp_path))) == dump_region(region)
