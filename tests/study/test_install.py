"""A wheel installed into a clean environment works from any folder, its regions and models inside."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with nothing but the wheel and what it needs; the wheel is built from a copy."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", with_pip=True)
    pip = [str(folder / "env/bin/python"), "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder / "wheel"), str(ROOT)], folder)
    (wheel,) = (folder / "wheel").glob("alloc-*.whl")
    run([*pip, "install", "--quiet", str(wheel)], folder)
    (folder / "elsewhere").mkdir()
    return folder


def run(command: list[str], folder: Path) -> str:
    """Output of a command run in a folder, without the paths of this checkout."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    ended = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert ended.returncode == 0, f"{' '.join(command)}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def installed(home: Path, *command: str) -> str:
    """Output of a program of the clean environment, run from another folder."""
    return run([str(home / "env/bin" / command[0]), *command[1:]], home / "elsewhere")


def test_nothing_of_the_checkout_is_used(home: Path) -> None:
    where = installed(home, "python", "-c", "import alloc; print(alloc.__file__)").strip()
    assert Path(where).is_relative_to(home / "env")


def test_it_says_its_version(home: Path) -> None:
    assert "0.1.0" in installed(home, "alloc", "--version")


def test_it_tells_the_schema_of_a_region(home: Path) -> None:
    assert "facilities" in installed(home, "alloc", "schema", "region")


def test_it_checks_a_shipped_region(home: Path) -> None:
    assert installed(home, "python", "-m", "alloc", "check", "deqing")


def test_it_loads_a_shipped_region_and_model(home: Path) -> None:
    code = (
        "import alloc, json; region = alloc.load_region('tianchang'); model = alloc.load_model('county'); "
        "print(json.dumps([region.about.id, len(region.facilities), model.id]))"
    )
    region, n_facilities, model = json.loads(installed(home, "python", "-c", code))
    assert region == "tianchang"
    assert n_facilities > 5
    assert model


def test_it_solves_a_made_up_region(home: Path) -> None:
    code = (
        "import alloc; from alloc.synthetic import tiny_region, synthetic_model; region = tiny_region(1); "
        "print(alloc.solve(region, synthetic_model(region)).holding)"
    )
    assert installed(home, "python", "-c", code).strip() in ("proven", "incumbent")
