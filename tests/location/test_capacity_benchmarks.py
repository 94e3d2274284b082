"""Published optima of problems with capacities, where their files stand beside the project."""

import csv
from pathlib import Path

import pytest

from alloc.location import capacitated_p_median, facility_location
from alloc.location.files import read_cpmp, read_holmberg, read_orlib_cap, read_orlib_pmedcap

FILES = Path(__file__).parents[2].parent / "shared" / "instances"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the benchmark files are not there")


def known(file):
    """Instances and their optima: the first and the last column."""
    path = FILES / file
    if not path.is_file():
        return []
    with path.open() as lines:
        return [(row[0], float(row[-1])) for row in list(csv.reader(lines))[1:]]


def facilities(instance, **question):
    return facility_location(
        instance.costs,
        instance.demand,
        fixed_cost=instance.fixed_cost,
        cost_is=instance.cost_is,
        **question,
    )


def p_median(instance):
    return capacitated_p_median(
        instance.costs, p=instance.p, capacity=instance.capacity, demand=instance.demand
    )


@pytest.mark.parametrize(("name", "optimum"), known("orlib_cap/known_values.csv"))
def test_orlib_split(name, optimum):
    instance = read_orlib_cap(FILES / "orlib_cap" / f"{name}.txt")
    answer = facilities(instance, capacity=instance.capacity)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(optimum, abs=0.01)


@pytest.mark.parametrize(("name", "optimum"), known("orlib_cap/known_values_single_source.csv"))
def test_orlib_single_source(name, optimum):
    instance = read_orlib_cap(FILES / "orlib_cap" / f"{name}.txt")
    answer = facilities(instance, capacity=instance.capacity, single_source=True)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(optimum, abs=0.01)


@pytest.mark.parametrize(("name", "optimum"), known("orlib_cap/known_values_uncapacitated.csv"))
def test_orlib_uncapacitated(name, optimum):
    answer = facilities(read_orlib_cap(FILES / "orlib_cap" / f"{name}.txt"))
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(optimum, abs=0.01)


@pytest.mark.parametrize(("name", "optimum"), known("holmberg/known_values.csv"))
def test_holmberg(name, optimum):
    instance = read_holmberg(FILES / "holmberg" / f"{name}.txt")
    answer = facilities(instance, capacity=instance.capacity, single_source=True)
    assert answer.status == "optimal"
    assert answer.objective == optimum


@pytest.mark.parametrize(("name", "optimum"), known("orlib_pmedcap/known_values.csv"))
def test_pmedcap(name, optimum):
    answer = p_median(read_orlib_pmedcap(FILES / "orlib_pmedcap" / f"{name}.txt"))
    assert answer.status == "optimal"
    assert answer.objective == optimum


@pytest.mark.slow
def test_sjc1():
    answer = p_median(read_cpmp(FILES / "cpmp" / "SJC1.dat"))
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(17288.99, abs=0.01)
