"""The benchmarks run, on regions far smaller than theirs."""

import subprocess
import sys
from pathlib import Path

import pytest

from alloc.load import write_starter

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SIZES = {"places": 4, "facilities": 3, "modalities": 2, "specialists": 3, "counties": 1, "time-limit": 2}
PROVINCE = {"counties": 2, "places": 4, "facilities": 3, "workers": 1, "effort": "goal_only", "gap": 0.5}
RUNS = {
    "county.py": ["--region", "county", "--time-limit", "2", "baseline"],
    "joint_vs_sequential.py": ["--region", "county", "--time-limit", "2"],
    "locate.py": ["--only", "largest distance", "--time-limit", "10"],
    "city.py": [f"--{name}={size}" for name, size in SIZES.items()],
    "province.py": [f"--{name}={size}" for name, size in PROVINCE.items()],
}


def test_every_benchmark_is_run() -> None:
    assert {path.name for path in BENCHMARKS.glob("*.py")} == set(RUNS)


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_benchmark(name: str, tmp_path: Path) -> None:
    write_starter(tmp_path / "county")
    command = [sys.executable, str(BENCHMARKS / name), *RUNS[name]]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "|---|" in done.stdout.replace(" ", "")
