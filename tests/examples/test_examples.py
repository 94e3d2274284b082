"""Every example runs as it stands, each in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from alloc.load import write_starter

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
LIMIT_S = 120  # each takes a few seconds; a busy machine is given more


def run(script: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_examples() -> None:
    assert EXAMPLES


def test_plan_a_county(tmp_path: Path) -> None:
    """With the small county of `alloc new` in place of Deqing, which takes longer."""
    write_starter(tmp_path / "county")
    out = run(ROOT / "examples" / "01_plan_a_county.py", tmp_path, "county", "budget-30", "3", "out")
    assert "audit findings: []" in out
    assert (tmp_path / "out" / "plan.xlsx").is_file()


@pytest.mark.parametrize("script", EXAMPLES[1:], ids=lambda path: path.stem)
def test_example(script: Path, tmp_path: Path) -> None:
    assert run(script, tmp_path).strip()


def test_where_to_site(tmp_path: Path) -> None:
    out = run(ROOT / "examples" / "05_where_to_site.py", tmp_path)
    assert "p_median: 3 sites" in out
    assert "proven" in out
    assert "sites needed so that nobody is beyond 15 km: 3" in out
