"""Province files: every fault at once, with file, line, value, rule and remedy, in both languages."""

from __future__ import annotations

import json

import pytest

from alloc.errors import DataError
from alloc.load import is_province_file, load_province
from tests.province import made

GOOD = """kind: province
id: p
budget_cny: 1000000
counties:
  - {id: a, region: deqing}
"""


def faults(tmp_path, text):
    path = tmp_path / "province.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_province(path)
    for fault in error.value.faults:
        assert "province.yaml" in fault.message("en")
        assert fault.message("zh") != fault.message("en")
    return [(fault.rule, fault.line) for fault in error.value.faults]


def test_a_shipped_region_will_do(tmp_path):
    (tmp_path / "p.yaml").write_text(GOOD)
    province = load_province(tmp_path / "p.yaml")
    assert (province.counties[0].model, province.counties[0].scenario) == ("county", "baseline")


def test_what_is_written_is_read_back(tmp_path):
    province, _ = made.written(tmp_path, made.tiny(1), tertiary_bed_days_per_year=1234.5)
    assert load_province(tmp_path / "province.yaml") == province


def test_every_fault_at_once(tmp_path):
    text = """kind: province
id: a/b
budget_cny: -5
colour: red
counties:
  - {id: x, region: ../elsewhere.yaml}
  - {id: y, region: missing.yaml, model: missing.yaml}
  - {id: z}
"""
    assert set(faults(tmp_path, text)) >= {
        ("unknown_key", 4),
        ("county_path_outside", 6),
        ("no_such_county_file", 7),
        ("at_least", 3),
        ("missing_key", 8),
    }


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (GOOD.replace("id: p", "id: p\nid: q"), "key_twice"),
        (GOOD + "  - {id: A, region: deqing}\n", "named_twice"),
        ("kind: province\nid: p\nbudget_cny: 1\ncounties: []\n", "list_empty"),
        (GOOD + "goals: [{goal: beauty}]\n", "not_a_choice"),
        (GOOD + "goals: [{goal: unmet}, {goal: unmet}]\n", "named_twice"),
        (GOOD + "goals: [{goal: unmet, weight: 0}]\n", "more_than"),
        (GOOD.replace("1000000", "yes"), "not_a_number"),
        ("kind: province\n- 1\n", "yaml_syntax"),
        ("[kind, province]", "not_a_mapping"),
        (GOOD.replace("deqing", "/etc/passwd"), "county_path_outside"),
        ("kind: province\nid: p\nbudget_cny: 1\ncounties: 3\n", "not_a_list"),
        ("kind: province\nid: p\nbudget_cny: 1\ncounties: [1, null]\n", "not_a_mapping"),
    ],
)
def test_one_fault(tmp_path, text, rule):
    assert rule in [found for found, _ in faults(tmp_path, text)]


def test_other_files_are_no_provinces(tmp_path):
    for name, text in (
        ("region.yaml", "about: {}\n"),
        ("p.txt", GOOD),
        ("x.yaml", "note: 'kind: province'\n"),
    ):
        (tmp_path / name).write_text(text)
        assert not is_province_file(tmp_path / name)
    (tmp_path / "p.json").write_text(json.dumps({"kind": "province"}))
    assert is_province_file(tmp_path / "p.json")
    assert not is_province_file("deqing")
    assert not is_province_file("x" * 5000)
    assert not is_province_file("a\0b.yaml")
