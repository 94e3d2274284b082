"""YAML and JSON: the place of every fault, ids as text, and files that mean harm."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from alloc.load import load_region
from alloc.load.json_file import read_json
from alloc.load.yaml_file import read_yaml


def yaml_faults(text: str) -> list[tuple[str, int | None, str | None]]:
    faults: list = []
    read_yaml(text, "x.yaml", faults)
    return [(fault.rule, fault.line, fault.column) for fault in faults]


def json_faults(text: str) -> list[tuple[str, int | None, str | None]]:
    faults: list = []
    read_json(text, "x.json", faults)
    return [(fault.rule, fault.line, fault.column) for fault in faults]


def test_yaml_scalars_stay_text_and_quoted_ones_too() -> None:
    document = read_yaml(
        "a: 042010\nb: '3'\nc: 12:30\nd: ~\ne: yes\nf: [1, {g: x}]\nh: |\n  two\n  lines\n", None, []
    )
    assert document is not None
    assert document.data == {
        "a": "042010",
        "b": "3",
        "c": "12:30",
        "d": None,
        "e": "yes",
        "f": ["1", {"g": "x"}],
        "h": "two\nlines\n",
    }


def test_every_value_of_a_yaml_file_has_its_place() -> None:
    document = read_yaml("about:\n  id: x\nscenarios:\n  - id: a\n    changes: [{op: set}]\n", "x.yaml", [])
    assert document is not None
    assert document.where(("about", "id")) == {"file": "x.yaml", "line": 2, "column": "7"}
    assert document.where(("scenarios", 0, "changes", 0, "op"))["line"] == 5
    assert document.where(("about", "missing"))["line"] == 2


def test_every_value_of_a_json_file_has_its_place() -> None:
    text = '{"a": [1, {"b": "}]", "c": null}],\n "d": {"e": []}, "f": -1.5e3}'
    document = read_json(text, "x.json", [])
    assert document is not None
    assert document.where(("a", 1, "c")) == {"file": "x.json", "line": 1, "column": "28"}
    assert document.where(("d", "e")) == {"file": "x.json", "line": 2, "column": "13"}
    assert document.where(("f",))["column"] == "23"
    assert document.where(("d", "nothing"))["column"] == "7"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a: 1\nb: 2\na: 3\n", [("key_twice", 3, "1")]),
        ("a: &x [1]\nb: *x\n", [("yaml_alias", 2, "4")]),
        ("a: !!python/object/apply:os.system ['true']\n", [("yaml_tag", 1, "4")]),
        ("a: !include other.yaml\n", [("yaml_tag", 1, "4")]),
        ("a: [1, 2\nb: 3\n", [("yaml_syntax", 2, "2")]),
        ("a: b\n\tc: 3\n", [("yaml_syntax", 2, "1")]),
        ("a: \x01\n", [("yaml_syntax", 1, None)]),
        ("? [a, b]\n: 1\n", [("yaml_key", 1, "3")]),
        ("a: 1\n---\nb: 2\n", [("yaml_documents", 2, "1")]),
        ("[" * 50 + "]" * 50, [("too_deep", 1, "17")]),
        ("<<: {a: 1}\n", []),
    ],
)
def test_yaml_that_is_refused(text: str, faults: list) -> None:
    assert yaml_faults(text) == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('{"a": 1,\n "b": {"c": 1, "c": 2}}', [("key_twice", 2, None)]),
        ('{"a": 1,\n}', [("json_syntax", 2, "1")]),
        ("[" * 40 + "]" * 40, [("too_deep", None, None)]),
        ("[" * 100_000, [("too_deep", None, None)]),
        ("", [("json_syntax", 1, "1")]),
    ],
)
def test_json_that_is_refused(text: str, faults: list) -> None:
    assert json_faults(text) == faults


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("NaN", "not_finite"),
        ("-Infinity", "not_finite"),
        ("1e999", "not_finite"),
        ("9" * 5000, "not_finite"),
        ("9" * 30, "number_too_long"),
        ("9e14", None),
        ("9e15", "at_most"),
    ],
)
def test_json_numbers_are_told_where_they_stand(small, faults_of, tmp_path, number, rule) -> None:
    text = json.dumps(small, indent=1).replace('"residents": 500', f'"residents": {number}')
    (tmp_path / "region.json").write_text(text, encoding="utf-8")
    line = 1 + text[: text.index(f'"residents": {number}')].count("\n")
    told = [(one.rule, one.line, one.field) for one in faults_of(tmp_path / "region.json")]
    assert told == ([] if rule is None else [(rule, line, "residents")])


def test_a_bomb_of_aliases_ends_at_its_first_alias() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    started = time.perf_counter()
    assert yaml_faults("\n".join(lines))[0][:2] == ("yaml_alias", 2)
    assert time.perf_counter() - started < 1


def test_a_yaml_file_with_too_many_values_is_refused(monkeypatch) -> None:
    monkeypatch.setattr("alloc.load.yaml_file.YAML_NODES", 100)
    assert yaml_faults("[" + "1," * 101 + "]") == [("yaml_too_long", 1, "200")]


def test_ids_are_text_whatever_they_look_like(small, tmp_path: Path) -> None:
    text = f"""
about: {{id: 007, planning_year: 2026, crs: EPSG:4326}}
age_bands: [{{id: 65}}]
places: [{{id: 042010, area: urban, lon: 1.1e2, lat: 30}}, {{id: no, area: rural, lon: 110, lat: 30}}]
population:
  - {{place: 042010, age_band: 65, residents: 1_000}}
facilities: {json.dumps(small["facilities"][:1]).replace("120.1", "110")}
"""
    (tmp_path / "r.yaml").write_text(
        text.replace("1_000", "1000") + "  - {place: no, age_band: 65, residents: 1}\n"
    )
    lines = (tmp_path / "r.yaml").read_text().splitlines()
    lines.insert(6, lines.pop())
    (tmp_path / "r.yaml").write_text("\n".join(lines))
    region = load_region(tmp_path / "r.yaml")
    assert region.about.id == "007"
    assert [place.id for place in region.places] == ["042010", "no"]
    assert region.age_bands[0].id == "65"


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("about", [], "not_a_mapping"),
        ("about", {"id": "a", "planning_year": "soon", "crs": "EPSG:4326"}, "not_a_number"),
        ("about", {"id": "a", "planning_year": 1492, "crs": "EPSG:4326"}, "at_least"),
        ("about", {"id": ["a"], "planning_year": 2026, "crs": "EPSG:4326"}, "not_one_value"),
        ("travel", {"method": "fly"}, "not_a_choice"),
        ("travel", {"detour_factor": 0.5}, "at_least"),
        ("scenarios", {}, "not_a_list"),
        ("scenarios", [{"changes": []}], "missing_key"),
        (
            "scenarios",
            [{"id": "a", "changes": [{"op": "scale", "table": "places", "field": "lon"}]}],
            "change_part_missing",
        ),
        ("scenarios", [{"id": "a", "changes": {"op": "set"}}], "not_a_list"),
        ("schema_version", 2, "unknown_version"),
        ("tables", {"places": 3}, "table_twice"),
        ("tables", {"staff": 3}, "not_a_table"),
        ("tables", {"staff": {"sheet": "x"}}, "no_file_named"),
        ("tables", {"staff": "staff.csv"}, "no_files_here"),
        ("tables", [], "not_a_mapping"),
        ("staff", ["x"], "row_not_a_mapping"),
        ("staff", [{"facility": ["H1"], "role": "r", "fte": 1}], "id_not_text"),
        ("placs", [], "unknown_key"),
    ],
)
def test_documents_that_say_the_wrong_thing(small, faults_of, key: str, value: object, rule: str) -> None:
    assert rule in [fault.rule for fault in faults_of(small | {key: value})]


@pytest.mark.parametrize("source", [[], "text", None, 3])
def test_a_document_that_is_no_region(tmp_path: Path, faults_of, source: object) -> None:
    (tmp_path / "x.json").write_text(json.dumps(source))
    assert faults_of(tmp_path / "x.json")[0].rule == "not_a_region"


def test_the_values_of_a_change_are_those_of_its_field(small) -> None:
    changes = [
        {
            "op": "set",
            "table": "facilities",
            "where": {"id": 7, "lead": "no"},
            "field": "beds",
            "value": "12",
        },
        {
            "op": "set",
            "table": "facilities",
            "where": {"tier": ["乡镇级"]},
            "field": "opening_cny",
            "value": 3,
        },
        {"op": "set", "table": "limits", "field": "most_machines.CT16", "value": 2.0},
        {"op": "set", "table": "standards.referral", "field": "surge_beds_open", "value": "yes"},
    ]
    small["facilities"][0]["id"] = 7
    read = load_region(small | {"scenarios": [{"id": "s", "changes": changes}]}).scenarios[0].changes
    assert read[0].where == {"id": "7", "lead": False}
    assert read[0].value == 12
    assert read[1].where == {"tier": ("township",)}
    assert repr(read[1].value) == "3.0"
    assert repr(read[2].value) == "2"
    assert read[3].value is True


def test_the_faults_of_a_change_stand_at_the_change(faults_of, manifest) -> None:
    path = manifest(
        "scenarios:\n  - id: s\n    changes:\n      - {op: remove, table: placs, where: {id: 1}}\n"
    )
    (fault,) = faults_of(path)
    assert (fault.file, fault.line, fault.rule) == ("region.yaml", 11, "change_unknown_table")
