"""Calls that make no sense: exit code 2, one sentence in the language of the call, the nearest names."""

import json

import pytest

from alloc import labels

WRONG = [
    (["chek"], ["chek", "check", "evaluate"]),
    (["solve"], ["REGION", "alloc solve --help"]),
    (["solve", "dequing"], ["dequing", "deqing", "tianchang"]),
    (["solve", "no/such/region.xlsx"], ["no/such/region.xlsx", "deqing"]),
    (["solve", "x\0y"], ["deqing"]),
    (["solve", "x" * 5000], ["deqing"]),
    (["solve", ""], ["deqing"]),
    (["check", "deqing", "--model", "conty"], ["conty", "county", "surge"]),
    (["solve", "deqing", "--scenario", "flu"], ["flu", "influenza-surge", "baseline"]),
    (["solve", "deqing", "--modle", "x"], ["--modle", "--model"]),
    (["solve", "deqing", "--gap", "abc"], ["--gap", "abc"]),
    (["solve", "deqing", "--gap", "nan"], ["--gap", "nan"]),
    (["solve", "deqing", "--gap", "-0.1"], ["--gap", "-0.1"]),
    (["solve", "deqing", "--time-limit", "0"], ["--time-limit"]),
    (["solve", "deqing", "--time-limit", "inf"], ["--time-limit"]),
    (["solve", "deqing", "--time-limit"], ["--time-limit"]),
    (["solve", "deqing", "--threads", "1.5"], ["--threads", "1.5"]),
    (["solve", "deqing", "--seed", "9999999999"], ["--seed", "2147483647"]),
    (["solve", "deqing", "--workers", "0"], ["--workers"]),
    (["solve", "deqing", "--only", "imagin"], ["--only", "imagin", "imaging", "referral"]),
    (["solve", "deqing", "--method", "both"], ["--method", "joint", "sequential"]),
    (["solve", "deqing", "--quiet=3"], ["--quiet"]),
    (["solve", "deqing", "more", "and more"], ["more and more"]),
    (["solve", "deqing", "--scenario", "baseline", "--all-scenarios"], ["--all-scenarios"]),
    (["solve", "deqing", "--out", "file"], ["file"]),
    (["solve", "deqing", "--out", "file/inside"], ["file"]),
    (["solve", "deqing", "--out", "full"], ["full"]),
    (["evaluate", "deqing"], ["--plan"]),
    (["evaluate", "deqing", "--plan", "nowhere"], ["nowhere"]),
    (["show", "nowhere"], ["nowhere"]),
    (["show", "\0"], []),
    (["compare"], ["PLAN"]),
    (["compare", "full"], ["full"]),
    (["schema", "regio"], ["regio", "region", "model", "plan"]),
    (["new"], ["DIR"]),
    (["--lang", "fr", "check", "deqing"], ["--lang", "fr", "zh"]),
]


@pytest.fixture
def crowded(here):
    (here / "file").write_text("mine")
    (here / "full").mkdir()
    (here / "full/mine.txt").write_text("mine")


@pytest.mark.parametrize("lang", labels.languages())
@pytest.mark.parametrize(("args", "words"), WRONG, ids=lambda part: " ".join(part)[:40])
def test_wrong_calls(call, crowded, args, words, lang):
    done = call(*args, lang=lang)
    assert done.exit_code == 2
    assert done.stdout == ""
    told = " ".join(done.stderr.split())
    for word in words:
        assert word in told
    assert ("错误：" in told) == (lang == "zh")
    assert ("Error:" in told) == (lang == "en")
    assert len(told) < 1000


@pytest.mark.parametrize(("args", "words"), WRONG, ids=lambda part: " ".join(part)[:40])
def test_wrong_calls_as_json(call, crowded, args, words):
    done = call("--json", *args)
    assert done.exit_code == 2
    assert done.stderr == ""
    record = json.loads(done.stdout)
    assert record["error"] == "UsageError"
    assert record["exit_code"] == 2
    assert record["message"]


def test_the_plans_that_are_there_are_named(call, plan_folder):
    told = call("show", "results/sample/basline").stderr
    assert told.count("results/sample/baseline") == 2
    assert "results/sample/baseline" in call("show", "results").stderr


def test_a_region_folder_that_has_lost_its_manifest_is_a_fault_of_the_data(call, here, county):
    (here / "county/region.yaml").unlink()
    for name in ("county", "county/region.yaml"):
        done = call("check", name)
        assert done.exit_code == 3
        assert "Remedy" in done.stderr
    assert call("check", "county/other.yaml").exit_code == 2


def test_a_mistyped_file_beside_a_region_is_not_taken_for_it(call, county):
    assert call("check", "county/region.xlsx").exit_code == 2


def test_an_option_like_no_other_gets_no_suggestion(call):
    said = call("solve", "deqing", "--bogus", lang="en").stderr
    assert "no option --bogus" in said
    assert "Did you mean" not in said


def test_no_command_is_a_document_too(call):
    done = call("--json", lang="en")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["message"].startswith("say which command: new, check")
