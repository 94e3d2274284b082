"""The covering functions on published instances, where the benchmark folder is there."""

import csv
from pathlib import Path

import numpy as np
import pytest

from alloc.location import max_cover, p_center, set_cover
from alloc.location.files import read_mclp, read_orlib_pmed

FOLDER = Path(__file__).parents[2].parent / "shared" / "instances"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the benchmark folder is not there")


def known(table):
    with (FOLDER / table).open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def san_francisco():
    """Metres from 205 census tracts to 16 stores, and residents."""
    with (FOLDER / "spopt_sf/SF_demand_205_centroid_uniform_weight.csv").open() as file:
        people = {float(row["NAME"]): float(row["POP2000"]) for row in csv.DictReader(file)}
    with (FOLDER / "spopt_sf/SF_network_distance_candidateStore_16_censusTract_205_new.csv").open() as file:
        rows = list(csv.DictReader(file))
    tracts = sorted({float(row["DestinationName"]) for row in rows})
    stores = sorted({row["name"] for row in rows})
    metres = np.full((len(tracts), len(stores)), np.inf)
    for row in rows:
        metres[tracts.index(float(row["DestinationName"])), stores.index(row["name"])] = float(
            row["distance"]
        )
    return metres, np.array([people[tract] for tract in tracts])


@pytest.mark.parametrize(
    ("p", "metres"),
    [(1, 11577.2790), (2, 9130.7587), (3, 7529.9860), (4, 7403.0638), (5, 5985.5001), (6, 5903.6672)],
)
def test_san_francisco_center(san_francisco, p, metres):
    answer = p_center(san_francisco[0], p=p)
    assert (answer.status, answer.objective) == ("optimal", pytest.approx(metres, abs=1e-4))


@pytest.mark.parametrize(
    ("p", "people"), [(1, 448255), (2, 671938), (3, 791499), (4, 875247), (5, 927402), (6, 941462)]
)
def test_san_francisco_residents_within_5_km(san_francisco, p, people):
    answer = max_cover(*san_francisco, radius=5000.0, p=p)
    assert (answer.status, answer.objective, answer.bound) == ("optimal", people, people)


@pytest.mark.parametrize(("radius", "sites"), [(5000.0, 8), (6000.0, 5), (8000.0, 3), (10000.0, 2)])
def test_san_francisco_sites_for_everyone(san_francisco, radius, sites):
    answer = set_cover(san_francisco[0], radius=radius)
    assert (answer.status, answer.objective, answer.bound) == ("optimal", sites, sites)


@pytest.mark.parametrize(
    "row", known("orlib_pmed/known_values.csv") if FOLDER.is_dir() else [], ids=lambda row: row["instance"]
)
def test_orlib_center(row):
    instance = read_orlib_pmed(FOLDER / "orlib_pmed" / f"{row['instance']}.txt")
    answer = p_center(instance.costs, p=int(row["p"]))
    assert (answer.status, answer.objective, answer.bound) == ("optimal", *2 * [float(row["pcenter_opt"])])


@pytest.mark.slow
@pytest.mark.parametrize(
    "row", known("mclp_cities/known_values.csv")[:2] if FOLDER.is_dir() else [], ids=lambda row: row["p"]
)
def test_manhattan_blocks_within_400_m(row):
    instance = read_mclp(FOLDER / "mclp_cities/NewYork.txt")
    answer = max_cover(instance.costs, instance.demand, radius=400.0, p=int(row["p"]), time_limit_s=600.0)
    assert (answer.status, answer.objective) == ("optimal", float(row["best_covered_demand"]))
