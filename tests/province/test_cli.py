"""`alloc solve` and `alloc check` on a province file."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from rich.cells import cell_len

from alloc import cli
from tests.province import made


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made.written(tmp_path, made.tiny(1))

    def run(*args, lang="en"):
        env = {"LC_ALL": "zh_CN" if lang == "zh" else "C.UTF-8", "COLUMNS": "80"}
        done = CliRunner().invoke(cli.main, args, env=env)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


def test_solve_writes_and_tells(call, tmp_path):
    done = call("solve", "province.yaml", "--out", "out")
    assert done.exit_code == 0
    assert "Proven" in done.stdout
    assert "3 of 3 planned" in done.stdout
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= 80
    with (tmp_path / "out/province.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    record = json.loads((tmp_path / "out/province.json").read_text())
    assert [row["county"] for row in rows] == ["county-001", "county-002", "county-003"]
    assert sum(float(row["spend_cny"]) for row in rows) == pytest.approx(record["spend_cny"])
    sheet = CalamineWorkbook.from_path(tmp_path / "out/province.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[4:7]] == ["county-001", "county-002", "county-003"]
    for row in rows:
        assert (tmp_path / "out" / row["folder"] / "plan.xlsx").is_file()


def test_resume_in_json_and_chinese(call):
    call("solve", "province.yaml", "--out", "out", "--quiet")
    again = json.loads(call("solve", "province.yaml", "--out", "out", "--resume", "--json").stdout)
    assert (again["exit_code"], again["province"]["solved"], again["province"]["proven"]) == (0, 0, True)
    done = call("solve", "province.yaml", "--out", "out", "--resume", lang="zh")
    assert "已证明" in done.stdout
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= 80


def test_a_failed_county_is_told_and_is_no_success(call, tmp_path):
    (tmp_path / "county-002/region.json").write_text("{}")
    done = call("solve", "province.yaml", "--out", "out")
    assert done.exit_code == 1
    assert "county-002" in done.stdout
    assert "1 of 3 counties have no plan" in done.stdout


def test_check_lists_the_faults_of_every_county(call, tmp_path):
    assert call("check", "province.yaml").exit_code == 0
    (tmp_path / "county-002/region.json").write_text("{}")
    done = call("check", "province.yaml")
    assert done.exit_code == 3
    assert "county-002" in done.stderr


@pytest.mark.parametrize("option", [("--model", "county"), ("--scenario", "x"), ("--only", "imaging")])
def test_what_does_not_go_with_a_province_is_refused(call, option):
    done = call("solve", "province.yaml", *option)
    assert done.exit_code == 2
    assert option[0] in done.stderr


def test_a_scheduler_is_for_provinces_and_must_answer(call):
    assert call("solve", "deqing", "--scheduler", "tcp://127.0.0.1:1").exit_code == 2


def test_a_folder_with_other_files_is_refused(call, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.doc").write_text("")
    assert call("solve", "province.yaml", "--out", "out").exit_code == 2


def test_faults_of_the_file_are_told(call, tmp_path):
    (tmp_path / "bad.yaml").write_text("kind: province\nid: p\n")
    done = call("solve", "bad.yaml")
    assert done.exit_code == 3
    assert "budget_cny" in done.stderr
