"""`alloc locate`: from files to open sites; codes keep their zeros, faults are told in both languages."""

import json
import subprocess
import sys

import pytest

MATRIX = "village,A01,A02,A03\n042010,1,9,5\n042011,8,2,\n042012,7,3,4\n"
PAIRS = "client,site,minutes\n042010,A01,1\n042010,A02,9\n042011,A02,2\n042012,A02,3\n042012,A03,4\n"
VILLAGES = "id,lon,lat,residents\n042010,119.95,30.54,100\n042011,120.0,30.6,250\n042012,120.1,30.5,40\n"
SITES = "id,lon,lat,state,rooms\n01,119.96,30.55,existing,300\n02,120.1,30.5,,300\n03,120.0,30.6,禁用,90\n"
PMED = "3 4 1\n1 2 10\n2 3 5\n3 1 100\n2 1 7\n"


@pytest.fixture
def files(here):
    for name, text in {
        "minutes.csv": MATRIX,
        "pairs.csv": PAIRS,
        "villages.csv": VILLAGES,
        "sites.csv": SITES,
        "pmed.txt": PMED,
        "weights.csv": "id,people\n042010,1\n042011,2\n042012,5\n",
    }.items():
        (here / name).write_text(text, encoding="utf-8")
    return here


def answered(call, *args, code=0):
    done = call("locate", *args, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_a_matrix_of_minutes(call, files):
    answer = answered(call, "p-median", "minutes.csv", "--p", "2", "--weights", "weights.csv")["answer"]
    assert [site["id"] for site in answer["sites"]] == ["A01", "A02"]
    assert answer["assignment"] == {"042010": "A01", "042011": "A02", "042012": "A02"}
    assert answer["objective"] == 1 + 2 * 2 + 5 * 3
    assert answer["holding"] == "proven"
    assert (answer["worst_client"], answer["worst_cost"]) == ("042012", 3.0)


def test_a_column_of_a_file_by_name(call, files):
    answer = answered(call, "p-median", "minutes.csv", "--p", "1", "--weights", "villages.csv:residents")
    assert answer["answer"]["objective"] == 100 * 9 + 250 * 2 + 40 * 3


def test_pairs_and_their_columns(call, files):
    assert answered(call, "p-median", "pairs.csv", "--p", "2")["answer"]["objective"] == 6
    text = (files / "pairs.csv").read_text().replace("client,site,minutes", "von,nach,t")
    (files / "odd.csv").write_text(text)
    assert (
        answered(call, "p-median", "odd.csv", "--columns", "von,nach,t", "--p", "2")["answer"]["objective"]
        == 6
    )


def test_layers_with_states_and_columns(call, files):
    layers = "--clients", "villages.csv", "--sites", "sites.csv"
    answer = answered(call, "p-median", *layers, "--p", "1", "--weights", "residents", "--status", "state")[
        "answer"
    ]
    assert [(site["id"], site["state"]) for site in answer["sites"]] == [("01", "existing"), ("02", "chosen")]
    assert answer["unit"] == "km"
    held = answered(call, "capacitated-p-median", *layers, "--p", "2", "--weights", "residents",
                    "--capacity", "rooms")["answer"]  # fmt: skip
    assert len(held["flows"]) == 3
    costs = answered(call, "facility-location", "villages.csv", "sites.csv", "--demand", "residents",
                     "--fixed-cost", "1000", "--single-source")["answer"]  # fmt: skip
    assert costs["objective"] > 1000
    apart = answered(call, "p-dispersion", "--sites", "sites.csv", "--p", "2")["answer"]
    assert apart["objective"] == pytest.approx(14.67, abs=0.01)
    enough = answered(call, "p-dispersion", "--sites", "sites.csv", "--p", "2", "--cutoff", "5")["answer"]
    assert (enough["objective"], enough["holding"]) == (5.0, "proven")


def test_a_benchmark_file_is_known_by_its_content(call, files):
    answer = answered(call, "p-median", "pmed.txt")["answer"]
    assert answer["objective"] == 12
    assert answered(call, "p-center", "pmed.txt", "--format", "orlib-pmed")["answer"]["objective"] == 7
    assert answered(call, "p-median", "pmed.txt", "--p", "2", "--required", "1")["answer"]["objective"] == 5


def test_covering(call, files):
    most = answered(call, "max-cover", "minutes.csv", "--radius", "3", "--p", "1", "--weights", "weights.csv")
    assert most["answer"]["objective"] == 7
    assert most["answer"]["unserved"] == ["042010"]
    assert answered(call, "set-cover", "minutes.csv", "--radius", "3")["answer"]["objective"] == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_says_which_sites_how_far_and_whether_proven(call, files, lang):
    done = call("locate", "p-median", "minutes.csv", "--p", "2", "--weights", "weights.csv", lang=lang)
    assert done.exit_code == 0
    for word in ("A01", "A02", "042012", "20", {"en": "Proven optimal", "zh": "已证明最优"}[lang]):
        assert word in done.stdout
    assert "cli." not in done.stdout


def test_the_folder_holds_tables_maps_and_json(call, files):
    (files / "villages.csv").write_text(VILLAGES + "=1+1,120.2,30.5,7\n", encoding="utf-8")
    done = call("locate", "p-median", "villages.csv", "sites.csv", "--p", "1", "--out", "result")
    assert done.exit_code == 0, done.output
    folder = files / "result"
    assert (folder / "assignment.csv").read_text("utf-8-sig").splitlines()[1].startswith("042010,")
    assert "'=1+1," in (folder / "assignment.csv").read_text("utf-8-sig")  # no spreadsheet runs it
    lines = json.loads((folder / "assignment.geojson").read_text("utf-8"))["features"]
    assert lines[0]["geometry"]["type"] == "LineString"
    assert json.loads((folder / "answer.json").read_text("utf-8"))["holding"] == "proven"
    again = call("locate", "p-median", "villages.csv", "sites.csv", "--p", "1", "--out", "result")
    assert again.exit_code == 0
    (files / "full").mkdir()
    (files / "full" / "mine.txt").touch()
    assert call("locate", "p-median", "pmed.txt", "--out", "full").exit_code == 2


def test_a_geopackage_in_metres_and_geojson(call, files):
    import geopandas as gpd
    from shapely.geometry import Point

    points = [Point(500_000 + 1000 * i, 3_380_000) for i in range(3)]
    layer = gpd.GeoDataFrame({"id": [7, 8, 9], "n": [1, 1, 50]}, geometry=points, crs="EPSG:4549")
    layer.to_file(files / "layer.gpkg", layer="points")
    answer = answered(call, "p-median", "layer.gpkg", "layer.gpkg", "--p", "1", "--weights", "n")["answer"]
    assert [site["id"] for site in answer["sites"]] == ["9"]
    assert answer["objective"] == pytest.approx(3000.0)
    assert answer["unit"] == "m"
    layer.to_crs("EPSG:4326").to_file(files / "layer.geojson")
    answer = answered(call, "p-center", "layer.geojson", "layer.geojson", "--p", "1")["answer"]
    assert answer["objective"] == pytest.approx(1.0, rel=0.01)
    assert call("locate", "p-median", "layer.gpkg", "layer.geojson", "--p", "1").exit_code == 2


def test_the_far_may_count_more_than_the_near(call, files):
    """--epsilon goes to the engine: the farther it is from 0, the more the equivalent is above the mean."""
    few = answered(call, "equity-p-median", "minutes.csv", "--p", "1", "--epsilon", "-0.1")["answer"]
    usual = answered(call, "equity-p-median", "minutes.csv", "--p", "1")["answer"]
    much = answered(call, "equity-p-median", "minutes.csv", "--p", "1", "--epsilon", "-3")["answer"]
    assert few["objective"] < usual["objective"] < much["objective"]


WRONG = [
    (2, ["equity-p-median", "minutes.csv", "--p", "1", "--epsilon", "0"], "epsilon"),
    (2, ["equity-p-median", "minutes.csv", "--p", "1", "--epsilon", "1"], "--epsilon"),
    (2, ["p-median", "minutes.csv", "--p", "1", "--epsilon", "-1"], "--epsilon"),
    (2, ["p-median", "minutes.csv"], "--p"),
    (2, ["p-median"], "--clients"),
    (2, ["p-mediam", "minutes.csv"], "p-median"),
    (2, ["p-median", "minutes.csv", "--p", "2", "--radius", "3"], "--radius"),
    (2, ["p-median", "minutes.csv", "--p", "9"], "9"),
    (2, ["p-median", "minutes.csv", "--p", "1.5"], "--p"),
    (2, ["p-median", "--clients", "villages.csv", "--p", "1"], "--sites"),
    (2, ["p-median", "minutes.csv", "--status", "state", "--p", "1"], "--status"),
    (2, ["p-median", "villages.csv", "sites.csv", "--weights", "people", "--p", "1"], "residents"),
    (2, ["p-median", "a.csv", "b.csv", "c.csv", "--p", "1"], "3"),
    (2, ["p-median", "pairs.csv", "--columns", "client,site", "--p", "1"], "--columns"),
    (2, ["p-median", "pmed.txt", "--format", "pairs"], None),
    (3, ["p-median", "absent.csv", "--p", "1"], "absent.csv"),
    (3, ["p-median", "minutes.csv", "--p", "1", "--required", "A1"], "A1"),
    (3, ["p-median", "minutes.csv", "--p", "1", "--existing", "A01", "--prohibited", "A01"], "A01"),
    (3, ["p-median", "minutes.csv", "--p", "1", "--weights", "villages.csv"], "villages.csv"),
    (3, ["p-median", "pairs.csv", "--columns", "client,site,km", "--p", "1"], "km"),
    (3, ["p-median", "villages.csv", "minutes.csv", "--p", "1"], "minutes.csv"),
    (3, ["p-median", ".", "--p", "1"], None),
    (4, ["p-median", "minutes.csv", "--p", "2", "--cutoff", "0.5"], "042010"),
    (4, ["p-median", "pairs.csv", "--p", "2", "--prohibited", "A02"], "042011"),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("code", "args", "told"), WRONG)
def test_what_is_wrong_is_told(call, files, code, args, told, lang):
    done = call("locate", *args, lang=lang)
    assert done.exit_code in ({code} if told is not None else {2, 3}), done.output
    assert told is None or told in done.output
    assert "location_file." not in done.output
    assert "cli.locate" not in done.output


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        (MATRIX.replace("9", "nine"), 2, "A02"),
        (MATRIX.replace("9", "-9"), 2, "A02"),
        (MATRIX.replace("9", "nan"), 2, "A02"),
        (MATRIX.replace("042011", "042010"), 3, "village"),
        (MATRIX.replace("042011", ""), 3, "village"),
        (MATRIX.replace("7,3,4", "7,3,4,5"), 4, None),
        (MATRIX.replace("A03", "A02"), None, "A02"),
    ],
)
def test_a_fault_of_a_matrix_has_its_row_and_column(call, files, text, row, column):
    (files / "minutes.csv").write_text(text)
    (fault,) = answered(call, "p-median", "minutes.csv", "--p", "1", code=3)["faults"]
    assert (fault.get("row"), fault.get("column")) == (row, column)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"a",
        b"a,b\n",
        b"\xff\xfe\x00",
        b'a,b\n"x,1\n',
        b"a\0,b\n1,2\n",
        b"{}",
        b"[" * 9999,
        b"SQLite format 3\0",
    ],
)
@pytest.mark.parametrize("name", ["odd.csv", "odd.txt", "odd.geojson", "odd.gpkg"])
def test_hostile_files_are_faults(call, files, raw, name):
    (files / name).write_bytes(raw)
    assert call("locate", "p-median", name, "--p", "1").exit_code in (2, 3)
    assert call("locate", "p-median", "villages.csv", name, "--p", "1").exit_code in (2, 3)


def test_stopped_with_only_an_incumbent_is_code_5(call, files, monkeypatch):
    import dataclasses

    from alloc import location

    solved = location.p_median

    def stopped(*args, **options):
        return dataclasses.replace(
            solved(*args, **options), status="time_limit", gap=0.0123, bound=-float("inf")
        )

    monkeypatch.setattr(location, "p_median", stopped)
    record = answered(call, "p-median", "pmed.txt", code=5)
    assert record["answer"]["bound"] is None
    done = call("locate", "p-median", "pmed.txt")
    assert done.exit_code == 5
    assert "NOT proven" in done.stdout
    assert "1.23%" in done.stdout
    assert "--time-limit 240" in done.stdout


def test_without_layers_nothing_heavy_is_imported(files):
    code = (
        "import sys; from alloc import cli\n"
        "code = cli.main(sys.argv[1:], standalone_mode=False)\n"
        "heavy = ('pandas', 'geopandas', 'pyomo', 'pydantic', 'networkx', 'shapely')\n"
        "print(code, [name for name in heavy if name in sys.modules])"
    )
    for args in (["minutes.csv", "--p", "1"], ["pmed.txt"], ["villages.csv", "sites.csv", "--p", "1"]):
        call = [sys.executable, "-c", code, "locate", "p-median", *args, "--lang", "en"]
        done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=files)
        assert done.stdout.splitlines()[-1] == "0 []"
