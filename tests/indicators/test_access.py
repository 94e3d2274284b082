"""Access, worked out by hand on the toy county of the conftest, and 2SFCA against PySAL."""

import numpy as np
import pandas as pd
import pytest
from access.fca import two_stage_fca

from alloc.indicators import access
from alloc.indicators.indicator import NOT_MODELLED, Missing
from alloc.indicators.situation import Situation
from alloc.instance import compile_instance
from alloc.schema.plan import SiteRow
from alloc.synthetic import synthetic_model, synthetic_region


def within(situation, minutes):
    return access.residents_within(minutes)(situation)


def test_residents_near_any_open_facility(situate):
    assert within(situate(), 15.0)["any_care"] == 1.0
    shut = situate(SiteRow(facility="V", open=False, closed=True))
    assert within(shut, 15.0)["any_care"] == pytest.approx(0.9)  # C is 16 minutes from T2
    assert within(shut, 16.0)["any_care"] == 1.0
    none = situate(*(SiteRow(facility=f, open=False) for f in ("H", "T1", "T2", "V", "N")))
    assert within(none, 60.0)["any_care"] == 0.0


def test_residents_near_a_machine(situate, make):
    shares = {m: within(situate(make.machine("H", "CT64", 1, year=2011)), m) for m in (15.0, 30.0, 60.0)}
    assert [shares[m]["exams/CT"] for m in (15.0, 30.0, 60.0)] == pytest.approx([0.6, 0.9, 0.9])
    assert shares[60.0]["exams/ECG"] == 0.0
    assert within(situate(), 60.0)["exams/CT"] == NOT_MODELLED


def test_machines_that_are_retired_or_stand_in_a_closed_facility_offer_nothing(situate, make):
    gone = situate(make.machine("H", "CT64", 1, "retire", 2011), make.machine("T1", "ECG12", 2))
    assert within(gone, 60.0)["exams/CT"] == 0.0
    shut = situate(make.machine("N", "CT64", 1, "buy", 2025))
    assert within(shut, 60.0)["exams/CT"] == 0.0
    opened = situate(make.machine("N", "CT64", 1, "buy", 2025), SiteRow(facility="N", open=True, opened=True))
    assert within(opened, 15.0)["exams/CT"] == pytest.approx(0.6)


def test_residents_near_a_specialist(situate, make):
    there = situate(make.visit("internal", "T2", "clinic", 4), make.visit("zy", "T1", "tele", 2))
    near = {m: within(there, m) for m in (15.0, 30.0)}
    assert near[15.0]["outreach"] == 0.0
    assert near[30.0]["outreach"] == pytest.approx(0.4)
    assert near[30.0]["consultations/internal"] == 1.0
    assert near[30.0]["consultations/zy"] == pytest.approx(0.9)  # tele-consultation is not in person
    assert within(situate(), 30.0)["outreach"] == NOT_MODELLED


def test_residents_near_treatment(situate, make):
    with_ct = within(situate(make.machine("H", "CT64", 1, year=2011)), 30.0)
    assert with_ct["episodes/stroke"] == pytest.approx(0.9)
    assert with_ct["episodes/flu"] == 1.0
    both = situate(make.machine("H", "CT64", 1, year=2011), make.machine("T1", "CT64", 1, "buy", 2025))
    assert within(both, 15.0)["episodes/stroke"] == pytest.approx(0.6)  # B is near T1, of too low a tier
    shut = situate(SiteRow(facility="H", open=False))
    assert within(shut, 15.0)["episodes/flu"] == 0.0
    without = within(situate(make.machine("H", "ECG12", 1)), 30.0)
    assert without["episodes/stroke"] == 0.0


def test_minutes_to_the_nearest_facility_by_age(situate):
    assert access.nearest_care_min_by_age(situate()) == pytest.approx({"young": 61_000 / 7_500, "old": 6.4})
    none = situate(*(SiteRow(facility=f, open=False) for f in ("H", "T1", "T2", "V")))
    assert access.nearest_care_min_by_age(none)["old"] == Missing("out_of_reach")


@pytest.fixture
def travelling(situate, make):
    return situate(
        make.exam("A", "CT", "H", 600),
        make.exam("B", "CT", None, 300, "outside"),
        make.exam("C", "CT", None, 100, "unmet"),
        make.consult("A", "internal", "hospital", "H", 400),
        make.consult("C", "zy", "outside", None, 100, "outside"),
        make.route("A", "stroke", "H", "H", 20, 10),
        make.route("C", "flu", "T2", "H", 20, 61, "region"),
        make.step_down("A", "stroke", "H", "T1", 10),
    )


def test_minutes_per_trip(travelling):
    assert access.mean_travel_min(travelling) == pytest.approx(
        {"exams": 33_000 / 900, "consultations": 32.0, "episodes": 35.5, "all": 50_420 / 1_440}
    )


def test_unmet_need_makes_no_trip(situate, make):
    idle = situate(make.exam("A", "CT", None, 600, "unmet"))
    assert access.mean_travel_min(idle) == {
        "exams": Missing("nothing_served"),
        "consultations": NOT_MODELLED,
        "episodes": NOT_MODELLED,
        "all": Missing("nothing_served"),
    }
    assert access.worst_place_travel_min(idle) == {"region": Missing("nothing_served")}
    assert access.worst_place(idle) == {}
    assert access.mean_travel_min_by_place(situate()) == dict.fromkeys("ABC", NOT_MODELLED)


def test_the_worst_place(travelling):
    by_place = {"A": 10.0, "B": 90.0, "C": (12_000 + 1_220) / 120}
    assert access.mean_travel_min_by_place(travelling) == pytest.approx(by_place)
    assert access.worst_place(travelling) == pytest.approx({"C": by_place["C"]})
    assert access.worst_place_travel_min(travelling) == pytest.approx({"region": by_place["C"]})


def test_accessibility_of_examinations(situate, make):
    # CT: 1000 exams x 0.85 x 0.8 (four years past its life) = 680 for 900 needed within 60 minutes.
    there = situate(make.machine("H", "CT64", 1, year=2011), make.machine("H", "ECG12", 1),
                    make.machine("T1", "ECG12", 2))  # fmt: skip
    assert access.exam_accessibility_mean(there)["CT"] == pytest.approx(0.9 * 680 / 900)
    assert access.exam_accessibility_lowest(there)["CT"] == 0.0
    assert access.exam_accessibility_gini(there)["CT"] == pytest.approx(0.1)
    # ECG: 1700 and 3400 for the 100 needed in A; C reaches only T1.
    assert access.exam_accessibility_mean(there)["ECG"] == pytest.approx(0.9 * 51 + 0.1 * 34)
    assert access.exam_accessibility_lowest(there)["ECG"] == pytest.approx(34)
    assert access.exam_accessibility_mean(situate()) == {"CT": NOT_MODELLED, "ECG": NOT_MODELLED}


def pysal(situation, modality, within_min):
    instance = situation.instance
    places, facilities = list(instance.places), list(instance.facilities)
    pairs = [(i, f, situation.minutes[i, f]) for i in range(len(places)) for f in range(len(facilities))]
    costs = pd.DataFrame(pairs, columns=["origin", "dest", "cost"])
    need = [instance.equipment.need.get((p, modality), 0.0) for p in places]
    supply = [situation.exam_capacity.get((f, modality), 0.0) for f in facilities]
    score = two_stage_fca(
        pd.DataFrame({"demand": need}, index=pd.RangeIndex(len(places), name="geoid")),
        pd.DataFrame({"supply": supply}, index=pd.RangeIndex(len(facilities), name="geoid")),
        costs[np.isfinite(costs["cost"])],
        max_cost=within_min,
    )
    return score.reindex(range(len(places))).fillna(0.0).to_numpy()


@pytest.mark.parametrize("seed", range(3))
def test_accessibility_agrees_with_pysal(seed, draw):
    region = synthetic_region(seed)
    instance = compile_instance(region, synthetic_model(region))
    situation = Situation(instance, draw(instance, seed), region)
    for modality, values in access.exam_accessibility(situation).items():
        np.testing.assert_allclose(values, pysal(situation, modality, 60.0), rtol=1e-9, atol=1e-12)
