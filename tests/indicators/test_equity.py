"""Equity, worked out by hand on the toy county of the conftest."""

import math

import pytest

from alloc.indicators import equity
from alloc.indicators.indicator import NOT_MODELLED, Missing
from alloc.indicators.situation import Situation
from alloc.instance import compile_instance
from alloc.schema.model import AccessStandards, Model, Standards

MINUTES = {
    ("A", "H"): 10, ("A", "T1"): 20, ("A", "T2"): 50, ("B", "H"): 25, ("B", "T1"): 5, ("B", "T2"): 30,
    ("C", "H"): 70, ("C", "T1"): 40, ("C", "T2"): 16,
}  # fmt: skip


@pytest.fixture
def standing(situate, make):
    return situate(
        make.machine("H", "CT64", 1, year=2011),
        make.machine("H", "ECG12", 1),
        make.machine("T1", "ECG12", 2),
        make.visit("internal", "T2", "clinic", 4),
    )


PEOPLE = {"A": 6000.0, "B": 3000.0, "C": 1000.0}
KM2 = {"A": 10.0, "B": 30.0, "C": 60.0}


def attributed(supply, within_min):
    """Resource per resident of each place, written out from the definition (E2SFCA)."""

    def g(place, facility):
        minutes = MINUTES[place, facility]
        edge = math.exp(-0.5)
        weight = (math.exp(-0.5 * (minutes / within_min) ** 2) - edge) / (1 - edge)
        return weight if minutes <= within_min else 0.0

    per_head = {f: n / sum(PEOPLE[k] * g(k, f) for k in PEOPLE) for f, n in supply.items()}
    return {i: sum(per_head[f] * g(i, f) for f in supply) for i in PEOPLE}


def gini(values, weights):
    """Mean absolute difference / twice the mean, pair by pair."""
    total = sum(weights.values())
    mean = sum(weights[i] * values[i] for i in values) / total
    spread = sum(weights[i] * weights[j] * abs(values[i] - values[j]) for i in values for j in values)
    return spread / (2 * mean * total**2)


def test_gini_by_residents(standing):
    found = equity.gini_by_residents(standing)
    assert found["machines/CT"] == pytest.approx(gini(attributed({"H": 1}, 60), PEOPLE))
    assert found["machines/ECG"] == pytest.approx(gini(attributed({"H": 1, "T1": 2}, 60), PEOPLE))
    assert found["beds"] == pytest.approx(gini(attributed({"H": 100, "T1": 20, "T2": 10}, 90), PEOPLE))
    # H keeps 48 + 24 half-days less the 4 that T2 gets.
    assert found["consult_half_days"] == pytest.approx(gini(attributed({"H": 68, "T2": 4}, 60), PEOPLE))


def test_gini_by_area(standing):
    per_km2 = {i: amount * PEOPLE[i] / KM2[i] for i, amount in attributed({"H": 1}, 60).items()}
    assert equity.gini_by_area(standing)["machines/CT"] == pytest.approx(gini(per_km2, KM2))


def test_agglomeration(standing):
    degree = equity.agglomeration(standing)
    assert degree["urban/machines/CT"] == pytest.approx(10.0)
    assert degree["rural/machines/CT"] == 0.0
    assert degree["urban/machines/ECG"] == pytest.approx((1 / 3) / 0.1)
    assert degree["rural/machines/ECG"] == pytest.approx((2 / 3) / 0.9)
    to_people = equity.agglomeration_to_population(standing)
    assert to_people["urban/machines/ECG"] == pytest.approx((1 / 3) / 0.6)
    assert to_people["rural/beds"] == pytest.approx((30 / 130) / 0.4)


def test_what_is_not_known_is_said(situate, make, region):
    empty = situate()
    assert equity.gini_by_residents(empty)["machines/CT"] == NOT_MODELLED
    no_ct = equity.gini_by_residents(situate(make.machine("H", "ECG12", 1)))
    assert no_ct["machines/CT"] == Missing("no_resource")
    blank = region.model_copy(
        update={"places": tuple(p.model_copy(update={"area_km2": None}) for p in region.places)}
    )
    there = Situation(compile_instance(blank, Model(id="toy")), empty.decisions, blank)
    assert equity.gini_by_area(there)["beds"] == Missing("no_area")
    assert equity.agglomeration(there)["urban/beds"] == Missing("no_area")
    assert equity.agglomeration_to_population(there)["urban/beds"] == pytest.approx((100 / 130) / 0.6)


def test_one_kind_of_area_and_no_time_at_all(region, situate):
    town = region.model_copy(
        update={"places": tuple(p.model_copy(update={"area": "urban"}) for p in region.places)}
    )
    there = Situation(compile_instance(town, Model(id="toy")), situate().decisions, town)
    assert equity.agglomeration(there)["rural/beds"] == Missing("one_kind_of_area")
    strict = Model(id="toy", standards=Standards(access=AccessStandards(episodes_within_min=0.0)))
    there = Situation(compile_instance(region, strict), situate().decisions, region)
    assert equity.gini_by_residents(there)["beds"] == Missing("no_standard")


@pytest.fixture
def served(situate, make):
    return situate(
        make.exam("A", "CT", "H", 600),
        make.exam("A", "ECG", None, 100, "unmet"),
        make.exam("B", "CT", "H", 150),
        make.exam("B", "CT", None, 150, "outside"),
        make.exam("C", "CT", None, 100, "unmet"),
    )


def test_urban_and_rural_service(served):
    assert equity.served_share_by_area(served) == pytest.approx({"urban": 600 / 700, "rural": 150 / 400})
    ratio = equity.served_share_rural_to_urban(served)
    assert ratio["exams"] == pytest.approx(0.4375)
    assert ratio["all"] == pytest.approx(0.4375)
    assert ratio["episodes"] == NOT_MODELLED


def test_urban_and_rural_travel(served):
    rural = (150 * 25 + 150 * 90) / 300
    assert equity.mean_travel_min_by_area(served) == pytest.approx({"urban": 10.0, "rural": rural})
    assert equity.travel_rural_to_urban(served)["exams"] == pytest.approx(rural / 10)


def test_nothing_to_compare_with(situate, make):
    only_rural = situate(make.exam("B", "CT", "H", 150))
    assert equity.served_share_rural_to_urban(only_rural)["exams"] == Missing("no_need")
    unserved = situate(make.exam("B", "CT", "H", 150), make.exam("A", "CT", None, 10, "unmet"))
    assert equity.served_share_rural_to_urban(unserved)["exams"] == Missing("urban_is_zero")
    assert equity.travel_rural_to_urban(unserved)["exams"] == Missing("nothing_served")
    assert equity.served_share_by_area(situate()) == dict.fromkeys(("urban", "rural"), NOT_MODELLED)
