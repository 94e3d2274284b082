"""The command line with made-up studies: a small county on the disk, plans without a solve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alloc import cli
from alloc.load import write_starter
from alloc.report import save_plan
from tests.cli.made_up import Study, make_plan

Call = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(here: Path) -> Call:
    """Run the command line in English, unless told otherwise."""

    def run(*args: str, lang: str = "en", **env: str) -> Result:
        given = {"LC_ALL": "zh_CN" if lang == "zh" else "C.UTF-8", **env}
        done = CliRunner().invoke(cli.main, args, env=given)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Traceback" not in done.output, done.output
        return done

    return run


@pytest.fixture
def county(here: Path) -> tuple[str, ...]:
    """A region folder and its model, as arguments."""
    write_starter(here / "county", lang="en")
    return "county", "--model", "county/model.yaml"


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    """`alloc.study` without a solver."""
    stand_in = Study({}, [])
    for name in ("solve", "solve_all", "evaluate"):
        monkeypatch.setattr(f"alloc.study.{name}", getattr(stand_in, name))
    return stand_in


@pytest.fixture
def plan_folder(here: Path) -> str:
    """A saved plan."""
    save_plan(make_plan(), here / "results/sample/baseline", "en")
    return "results/sample/baseline"
