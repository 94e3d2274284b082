"""`alloc solve` and `alloc evaluate` of one scenario."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from alloc import cli, labels
from alloc.errors import (
    AuditError,
    Cancelled,
    Fault,
    Infeasible,
    ModelError,
    NoPlanInTime,
    SolveError,
    UsageError,
)
from tests.cli.made_up import document, make_plan


def solve(call, county, *more, **settings):
    return call("solve", *county, *more, **settings)


@pytest.mark.parametrize("lang", labels.languages())
def test_a_plan_is_written_and_shown(call, county, study, here, lang):
    done = solve(call, county, lang=lang)
    assert done.exit_code == 0
    assert (here / "results/sample/baseline/plan.json").is_file()
    assert "results/sample/baseline" in done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "%" in done.stderr


def test_what_is_asked_reaches_the_study(call, county, study):
    more = [
        "--scenario",
        "two-leave",
        "--only",
        "imaging",
        "--only",
        "outreach",
        "--only",
        "imaging",
        "--method",
        "sequential",
    ]
    more += ["--time-limit", "7", "--gap", "0.01", "--threads", "2", "--seed", "5"]
    assert solve(call, county, *more).exit_code == 0
    (name, args, options) = study.asked[0]
    assert (name, args[2]) == ("solve", "two-leave")
    assert args[:2] == (Path("county"), Path("county/model.yaml"))
    assert {key: options[key] for key in ("time_limit_s", "gap", "threads", "seed")} == {
        "time_limit_s": 7.0,
        "gap": 0.01,
        "threads": 2,
        "seed": 5,
    }
    assert (options["only"], options["method"]) == (("imaging", "outreach"), "sequential")
    assert not options["cancel"].cancelled


def test_shipped_names_stay_names(call, study):
    assert call("solve", "deqing", "--model", "surge").exit_code == 0
    assert study.asked[0][1] == ("deqing", "surge", "baseline")


def test_plans_made_otherwise_lie_beside_the_joint_one(call, county, study, here):
    solve(call, county)
    solve(call, county, "--method", "sequential")
    solve(call, county, "--only", "imaging")
    names = {path.name for path in (here / "results/sample").iterdir()}
    assert names == {"baseline", "baseline-sequential", "baseline-only-imaging"}


def test_out_is_where_it_goes(call, county, study, here):
    assert solve(call, county, "--out", "mine/plan").exit_code == 0
    assert (here / "mine/plan/plan.xlsx").is_file()
    assert not (here / "results").exists()
    assert solve(call, county, "--out", "mine/plan").exit_code == 0  # a plan folder may be replaced


@pytest.mark.parametrize(
    ("holding", "status", "code"),
    [
        ("proven", "optimal", 0),
        ("incumbent", "time_limit", 5),
        ("incumbent", "cancelled", 130),
        ("nothing", "time_limit", 5),
        ("nothing", "infeasible", 4),
    ],
)
def test_the_exit_code_says_what_the_plan_is(call, county, study, here, holding, status, code):
    study.answers["baseline"] = make_plan("baseline", holding, status)
    assert solve(call, county).exit_code == code
    assert (here / "results/sample/baseline/plan.json").is_file()
    assert document(solve(call, county, "--json"))["exit_code"] == code


ERRORS = [
    (UsageError("odd"), 2, "odd"),
    (ModelError([Fault("invalid", file="model.yaml", line=3, params={"detail": "bad"})]), 3, "line 3"),
    (Infeasible(["the budget is too small"]), 4, "budget"),
    (NoPlanInTime(), 5, "time limit"),
    (Cancelled(), 130, "Cancelled"),
    (AuditError(["one rule"]), 1, "one rule"),
    (SolveError("the solver stopped"), 1, "stopped"),
    (PermissionError(13, "Permission denied", "/some/file"), 2, "/some/file"),
    (KeyboardInterrupt(), 130, "Cancelled"),
]


@pytest.mark.parametrize(("error", "code", "word"), ERRORS, ids=lambda part: type(part).__name__)
def test_errors_end_the_call_with_their_code(call, county, study, here, error, code, word):
    study.answers["baseline"] = error
    done = solve(call, county)
    assert done.exit_code == code
    assert done.stdout == ""
    assert word in done.stderr
    assert not (here / "results").exists()
    record = document(solve(call, county, "--json"))
    assert (record["command"], record["exit_code"]) == ("solve", code)
    assert word in record["message"]


def test_a_bug_is_told_with_its_traceback_and_exit_code_1(call, county, study, monkeypatch):
    study.answers["baseline"] = RuntimeError("never foreseen")
    done = CliRunner().invoke(cli.main, ["solve", *county])
    assert done.exit_code == 1
    assert "Traceback" in done.stderr
    assert done.stderr.rstrip().splitlines()[-1].startswith("Internal error: RuntimeError: never foreseen")
    done = CliRunner().invoke(cli.main, ["solve", *county, "--json"])
    assert document(done)["error"] == "RuntimeError"


def test_an_error_that_cannot_tell_itself_keeps_its_exit_code(call, county, study):
    class Clash:
        def message(self, lang):
            raise ValueError("a label is missing")

    study.answers["baseline"] = Infeasible([Clash()])
    done = CliRunner().invoke(cli.main, ["solve", *county])
    assert done.exit_code == 4
    assert "a label is missing" in done.stderr
    done = CliRunner().invoke(cli.main, ["solve", *county, "--json"])
    assert document(done)["exit_code"] == 4


def test_one_json_document_with_the_decisions(call, county, study):
    done = solve(call, county, "--json", lang="zh")
    record = document(done)
    assert record["command"] == "solve"
    plan = record["plan"]
    assert plan["holding"] == "proven"
    assert plan["folder"] == str(Path("results/sample/baseline"))
    assert set(plan["decisions"]) >= {"machines", "reading", "roster", "episode_flows"}
    assert plan["passes"][0]["goal"] == "unmet"
    assert done.stderr  # progress is there all the same


def test_quiet_tells_no_progress(call, county, study):
    assert solve(call, county, "--quiet").stderr == ""
    assert solve(call, county, "-q", "--json").stderr == ""


def test_a_plan_that_cannot_be_written_is_shown_all_the_same(call, county, study, monkeypatch):
    def fail(*_):
        raise UsageError("the disk is full")

    monkeypatch.setattr("alloc.report.save_plan", fail)
    done = solve(call, county)
    assert done.exit_code == 2
    assert "Proven optimal" in done.stdout
    assert "the disk is full" in done.stderr


def test_a_taken_folder_is_refused_before_the_solve(call, county, study, here):
    (here / "taken").mkdir()
    (here / "taken/mine.txt").write_text("mine")
    assert solve(call, county, "--out", "taken").exit_code == 2
    assert study.asked == []


@pytest.mark.parametrize("lang", labels.languages())
def test_evaluate(call, county, study, plan_folder, here, lang):
    args = ("evaluate", *county, "--plan", plan_folder, "--scenario", "two-leave")
    done = call(*args, lang=lang)
    assert done.exit_code == 0
    (name, asked, _) = study.asked[0]
    assert name == "evaluate"
    assert asked[2] == make_plan().__class__.from_json((here / plan_folder / "plan.json").read_text())
    assert asked[3] == "two-leave"
    assert [path.name for path in (here / "results/sample").iterdir()] == ["baseline"]
    assert call(*args, "--out", "told", lang=lang).exit_code == 0
    assert (here / "told/plan.json").is_file()
    assert document(call(*args, "--json"))["plan"]["scenario"] == "two-leave"


def test_evaluate_asks_for_a_model_that_does_not_ship(call, county, study, plan_folder):
    done = call("evaluate", "county", "--plan", plan_folder)
    assert done.exit_code == 2
    assert "sample" in done.stderr
    assert "--model" in done.stderr


def test_a_real_small_solve_from_end_to_end(call, county, here):
    done = solve(call, county, "--time-limit", "20", "--gap", "0.05", "--json")
    assert done.exit_code == 0, done.output
    shown = call("show", "results/sample/baseline")
    assert shown.exit_code == 0
    assert "Proven optimal" in shown.stdout
