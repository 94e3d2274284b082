"""`alloc check`: all faults by file, or how the region stands."""

import json

import pytest

from alloc import labels
from tests.cli.made_up import document


def spoil(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


@pytest.mark.parametrize("lang", labels.languages())
def test_a_good_region_is_summed_up(call, county, lang):
    done = call("check", *county, lang=lang)
    assert done.exit_code == 0
    assert done.stderr == ""
    for word in ("baseline", "two-leave", "alloc solve county --model county/model.yaml"):
        assert word in done.stdout


def test_quiet_says_nothing_of_a_good_region(call, county):
    assert call("check", *county, "--quiet").output == ""


def test_shipped_regions_are_good(call):
    for name in ("deqing", "tianchang"):
        assert call("check", name).exit_code == 0


def test_faults_of_several_files_are_grouped(call, here, county):
    spoil(here / "county/places.csv", "urban", "urbane", 2)
    spoil(here / "county/population.csv", "52000", "lots")
    spoil(here / "county/model.yaml", "budget_cny:", "budgt_cny:")
    done = call("check", *county)
    assert done.exit_code == 3
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0].startswith("4 fault(s)")
    heads = [line for line in lines[1:] if not line.startswith(" ")]
    assert heads[0] == "places.csv (2)"
    assert heads[1] == "population.csv (1)"
    assert "model.yaml" in heads[2]
    assert done.stderr.count("places.csv") == 1
    assert done.stderr.count("Remedy") == 4


def test_check_lists_all_faults_and_other_commands_the_first(call, here, county):
    table = here / "county/population.csv"
    header, row, *_ = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([header, *[row.replace("52000", "many")] * 90]), encoding="utf-8")
    assert call("check", *county).stderr.count("'many'") == 90
    done = call("solve", *county)
    assert done.exit_code == 3
    assert done.stderr.count("'many'") == 20
    assert "alloc check" in done.stderr
    assert len(document(call("solve", *county, "--json"))["faults"]) >= 90


def test_faults_as_json(call, here, county):
    spoil(here / "county/population.csv", "52000", "lots")
    done = call("check", *county, "--json", lang="zh")
    assert done.exit_code == 3
    assert done.stderr == ""
    record = document(done)
    assert (record["command"], record["exit_code"], len(record["faults"])) == ("check", 3, 1)
    assert record["faults"][0]["value"] == "lots"


def test_a_scenario_that_cannot_be_applied_is_a_fault(call, here, county):
    spoil(here / "county/region.yaml", "[S3, S6]", "[S3, S66]")
    done = call("check", *county)
    assert done.exit_code == 3
    assert "scenario" in done.stderr


def test_a_default_model_that_does_not_fit_is_a_note_and_a_given_one_a_fault(call, here, county):
    text = (here / "county/model.yaml").read_text(encoding="utf-8")
    (here / "odd.yaml").write_text(
        text.replace("limits:", "limits:\n  most_machines: {NONE: 3}", 1), encoding="utf-8"
    )
    assert "most_machines" in call("check", "county", "--model", "odd.yaml").stderr
    assert call("check", "county", "--model", "odd.yaml").exit_code == 3
    record = document(call("check", "county", "--json"))
    assert record["model"] == "county"
    assert record["exit_code"] == 0


def test_a_good_region_as_json(call, county):
    record = document(call("check", *county, "--json"))
    assert record["faults"] == []
    assert record["region"]["id"] == "sample"
    assert {row["kind"] for row in record["capacity"]} == {"exams", "consults", "beds"}
    assert record["scenarios"][0]["id"] == "baseline"
    json.dumps(record, allow_nan=False)
