"""Published p-median optima, where their files stand beside the project."""

import csv
from pathlib import Path

import pytest

from alloc.location import p_median
from alloc.location.files import read_orlib_pmed, read_tsplib

FILES = Path(__file__).parents[2].parent / "shared" / "instances"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the benchmark files are not there")
HARD = {("fl1400", 200), ("fl1400", 300), ("fl1400", 400), ("fl1400", 500), ("rl1304", 10)}


def pmed():
    path = FILES / "orlib_pmed" / "known_values.csv"
    if not path.is_file():
        return []
    with path.open() as lines:
        return [(row["instance"], float(row["pmedian_opt"])) for row in csv.DictReader(lines)]


def tsplib():
    path = FILES / "tsplib" / "published.csv"
    if not path.is_file():
        return []
    with path.open() as lines:
        rows = [(row["instance"], int(row["p"]), float(row["value"])) for row in csv.DictReader(lines)]
    slow = pytest.mark.slow
    return [pytest.param(*row, marks=[slow] if row[:2] in HARD or row[1] % 100 else []) for row in rows]


@pytest.mark.parametrize(("name", "optimum"), pmed())
def test_orlib(name, optimum):
    instance = read_orlib_pmed(FILES / "orlib_pmed" / f"{name}.txt")
    answer = p_median(instance.costs, p=instance.p)
    assert answer.status == "optimal"
    assert answer.objective == optimum


@pytest.mark.parametrize(("name", "p", "value"), tsplib())
def test_tsplib(name, p, value):
    """fl1400 with p = 500 was open in the source; its best known value is proven optimal here."""
    instance = read_tsplib(FILES / "tsplib" / f"{name}.tsp")
    answer = p_median(instance.costs, p=p, gap=0.0, time_limit_s=900)
    assert answer.status == "optimal"
    assert answer.objective == value
    assert answer.bound == value
