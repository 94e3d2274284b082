"""`alloc solve --all-scenarios`: every plan is written at once, one failure does not sink the others."""

import dataclasses
import json

import pytest

from alloc import labels
from alloc.cli.ending import gravest
from alloc.errors import Cancelled, Infeasible, UsageError
from alloc.plan.record import SolveOptions
from alloc.report import save_plan
from tests.cli.made_up import document, make_plan

ALL = ["baseline", "two-leave", "older"]


def solve(call, county, *more, **settings):
    return call("solve", *county, "--all-scenarios", *more, **settings)


@pytest.mark.parametrize("lang", labels.languages())
def test_a_folder_each_and_the_comparison(call, county, study, here, lang):
    done = solve(call, county, "--workers", "2", lang=lang)
    assert done.exit_code == 0
    root = here / "results/sample"
    assert {path.name for path in root.iterdir()} == {
        *ALL,
        *(f"comparison.{kind}" for kind in ("xlsx", "csv", "json")),
    }
    assert "comparison.xlsx" in done.stdout
    for name in ALL:
        assert (root / name / "plan.json").is_file()
        assert f"sample/{name}" in done.stderr
    (_, args, options) = study.asked[0]
    assert sorted(args[2]) == sorted(ALL)
    assert options["workers"] == 2


def test_the_comparison_files(call, county, study, here):
    solve(call, county, "--out", "all")
    raw = (here / "all/comparison.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("region,scenario,scenario_name,method,status,holding,gap,goal_unmet")
    assert len(lines) == 5
    record = json.loads((here / "all/comparison.json").read_text(encoding="utf-8"))
    assert [plan["scenario"] for plan in record["plans"]] == ALL
    assert {measure["key"] for measure in record["measures"]} >= set(record["plans"][0]["values"])


@pytest.mark.parametrize("lang", labels.languages())
def test_one_failure_does_not_sink_the_others(call, county, study, here, lang):
    study.answers["two-leave"] = Infeasible([f"reason {n}" for n in range(9)])
    study.answers["older"] = make_plan("older", "incumbent", "time_limit")
    done = solve(call, county, lang=lang)
    assert done.exit_code == 4
    assert {path.name for path in (here / "results/sample").iterdir()} >= {"baseline", "older"}
    assert "reason 0" in done.stdout
    assert "reason 8" not in done.stdout
    assert "reason" not in done.stderr


def test_one_json_document(call, county, study):
    study.answers["two-leave"] = Infeasible(["too little"])
    done = solve(call, county, "--json")
    record = document(done)
    assert done.exit_code == record["exit_code"] == 4
    assert [plan["scenario"] for plan in record["plans"]] == ["baseline", "older"]
    assert record["failed"][0]["scenario"] == "two-leave"
    assert record["failed"][0]["explanations"] == ["too little"]
    assert len(record["comparison"]["plans"]) == 2


def test_nothing_at_all(call, county, study, here):
    study.answers = {name: Infeasible() for name in ALL}
    done = solve(call, county)
    assert done.exit_code == 4
    assert not (here / "results").exists()
    assert document(solve(call, county, "--json"))["comparison"] is None


def test_what_was_cancelled_is_named(call, county, study, monkeypatch):
    def some(region, model, scenarios, **options):
        options["on_plan"](make_plan("baseline"))
        options["cancel"].cancel()
        return []

    monkeypatch.setattr("alloc.study.solve_all", some)
    done = solve(call, county, "--json")
    record = document(done)
    assert done.exit_code == 130
    assert {one["scenario"] for one in record["failed"]} == {"two-leave", "older"}
    assert record["failed"][0]["error"] == Cancelled.__name__


def test_a_plan_that_cannot_be_written_does_not_sink_the_others(call, county, study, here, monkeypatch):
    from alloc.report import save_plan as real

    def save(plan, folder, lang):
        if plan.scenario.id == "baseline":
            raise UsageError("the disk is full")
        return real(plan, folder, lang)

    monkeypatch.setattr("alloc.report.save_plan", save)
    done = solve(call, county)
    assert done.exit_code == 2
    assert "the disk is full" in done.stdout
    assert (here / "results/sample/older/plan.json").is_file()


def test_quiet(call, county, study):
    done = solve(call, county, "--quiet")
    assert done.stderr == ""
    assert "Plans compared" in done.stdout


@pytest.mark.parametrize(
    ("codes", "code"), [([], 0), ([0, 5], 5), ([5, 4, 0], 4), ([4, 3], 3), ([3, 1, 130], 130), ([2, 1, 5], 1)]
)
def test_the_gravest_code(codes, code):
    assert gravest(codes) == code


@pytest.fixture
def solved_before(here):
    """The baseline, saved by an earlier run with the options that a call has by default."""
    plan = make_plan("baseline")
    options = SolveOptions(time_limit_s=30, gap=0.005, threads=1)
    record = plan.record.model_copy(update={"options": options})
    folder = here / "results/sample/baseline"
    save_plan(dataclasses.replace(plan, record=record), folder, "en")
    return folder


@pytest.mark.parametrize("lang", labels.languages())
def test_resume_keeps_what_is_solved_and_says_so(call, county, study, solved_before, lang):
    done = solve(call, county, "--resume", lang=lang)
    assert done.exit_code == 0
    assert study.asked[0][1][2] == ["two-leave", "older"]
    (kept,) = [line for line in done.stderr.splitlines() if "sample/baseline" in line]
    assert ("kept" in kept) if lang == "en" else ("沿用" in kept)
    assert "comparison.xlsx" in done.stdout


def test_what_was_kept_is_compared_and_named_in_json(call, county, study, solved_before):
    record = document(solve(call, county, "--resume", "--json"))
    assert record["kept"] == ["baseline"]
    assert [plan["scenario"] for plan in record["comparison"]["plans"]] == ALL


@pytest.mark.parametrize("other", [["--seed", "7"], ["--gap", "0.1"], ["--time-limit", "60"]])
def test_resume_solves_again_what_was_asked_otherwise(call, county, study, solved_before, other):
    assert document(solve(call, county, "--resume", "--json", *other))["kept"] == []
    assert study.asked[0][1][2] == ALL


def test_resume_solves_a_damaged_plan_again(call, county, study, solved_before):
    (solved_before / "plan.json").write_text("{", encoding="utf-8")
    assert document(solve(call, county, "--resume", "--json"))["kept"] == []


def test_without_resume_all_are_solved_again(call, county, study, solved_before):
    assert document(solve(call, county, "--json"))["kept"] == []
    assert study.asked[0][1][2] == ALL


def test_resume_goes_with_all_scenarios(call, county, study):
    done = call("solve", *county, "--resume")
    assert done.exit_code == 2
    assert "--all-scenarios" in done.stderr
