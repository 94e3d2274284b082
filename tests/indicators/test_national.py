"""The national list and money, worked out by hand on the toy county of the conftest."""

import pytest

from alloc import labels
from alloc.indicators import INDICATORS, money, national
from alloc.indicators.indicator import NOT_MODELLED, Missing
from alloc.indicators.situation import Situation
from alloc.instance import compile_instance
from alloc.schema.model import Model
from alloc.schema.plan import CentreRow, ReadingRow


def test_the_national_list_is_complete():
    numbers = [n for group in national.GROUPS.values() for n in group]
    assert numbers == list(range(1, 15))
    assert sorted({i.national for i in INDICATORS if i.national is not None}) == numbers
    for group in national.GROUPS:
        assert labels.has(f"national_group.{group}")


def test_postings(situate, make):
    there = situate(
        make.visit("internal", "T1", "posting", 40),
        make.visit("internal", "T1", "clinic", 8),
        make.visit("internal", "H", "posting", 40),  # a county hospital is not primary care
    )
    assert national.postings_per_10000(there) == {"region": pytest.approx(1.0)}
    assert national.postings_per_10000(situate()) == {"region": NOT_MODELLED}


def reading(facility, centre, group="imaging"):
    return ReadingRow(
        facility=facility, reading_group=group, centre=centre, modality="CT", exams_per_year=1, upload_min=1
    )


def centre(facility, shared, group="imaging"):
    return CentreRow(
        facility=facility, reading_group=group, shared=shared, sites_read_for=1, readers_in_pool=1,
        readers_on_duty=1, readers_released=0, read_min_per_year=1, capacity_min_per_year=2, setup_cny=0,
        running_cny_per_year=0,
    )  # fmt: skip


def test_coverage_of_shared_centres(situate):
    rows = [reading("H", "H"), reading("T1", "H"), reading("T2", "T2")]
    there = situate(*rows, centre("H", True), centre("T2", False))
    assert national.reading_centre_coverage(there) == {"imaging": pytest.approx(0.5), "ecg": 0.0}
    own = situate(*rows, centre("H", False))
    assert national.reading_centre_coverage(own)["imaging"] == 0.0
    assert national.reading_centre_coverage(situate()) == {"imaging": NOT_MODELLED, "ecg": NOT_MODELLED}


def test_ecg_in_villages(situate, make):
    at_hospital = situate(make.machine("H", "ECG12", 1))
    assert national.ecg_village_coverage(at_hospital) == {"region": 0.0}
    at_village = situate(make.machine("V", "ECG12", 1, "buy", 2025))
    assert national.ecg_village_coverage(at_village) == {"region": 1.0}
    assert national.ecg_village_coverage(situate()) == {"region": NOT_MODELLED}


def test_primary_visit_share(situate, make):
    there = situate(
        make.consult("A", "internal", "outreach", "T1", 100),
        make.consult("A", "internal", "tele", "T2", 50),
        make.consult("A", "internal", "hospital", "H", 200),
        make.consult("C", "zy", "outside", None, 30, "outside"),
        make.consult("C", "zy", "unmet", None, 1000, "unmet"),
        make.route("A", "stroke", "V", "H", 20, 60),
        make.route("A", "stroke", "H", "H", 10, 10),
        make.step_down("A", "stroke", "H", "T1", 5),
        make.not_inside("C", "flu", "outside", 8),
        make.not_inside("C", "flu", "unmet", 3),
        make.exam("A", "CT", "T1", 10_000),
    )
    assert national.primary_visit_share(there) == pytest.approx(
        {"region": 175 / 405, "with_outside": 175 / 443}
    )
    assert national.primary_visit_share(situate(make.exam("A", "CT", "H", 1)))["region"] == NOT_MODELLED
    idle = situate(make.not_inside("C", "flu", "unmet", 3))
    assert national.primary_visit_share(idle)["region"] == Missing("nothing_served")


def test_where_the_fund_spends(situate, make):
    there = situate(
        make.cost("visit_fund", "fund", "H", 550),
        make.cost("grant", "fund", "H", 500, "capital", 10.0),
        make.cost("visit_fund", "fund", "T1", 200),
        make.cost("stay_fund", "fund", "V", 100),
        make.cost("visit_fund", "fund", None, 100),
        make.cost("visit_patient", "patient", "H", 9e9),
    )
    assert national.fund_in_county_share(there) == {"region": pytest.approx(0.9)}
    assert national.fund_primary_share(there) == {"region": pytest.approx(300 / 900)}
    nothing = situate(make.cost("upkeep", "region", "H", 1))
    assert national.fund_in_county_share(nothing) == {"region": Missing("no_fund_spend")}
    assert national.fund_primary_share(situate()) == {"region": NOT_MODELLED}


def test_stays(situate, make):
    there = situate(
        make.cost("stay_fund", "fund", "H", 1000),
        make.cost("stay_patient", "patient", "H", 400),
        make.cost("stay_patient", "patient", "T1", 100),
        make.cost("stay_fund", "fund", None, 9999),
        make.cost("visit_fund", "fund", "H", 777),
        make.route("A", "stroke", "H", "H", 10, 10),
        make.step_down("A", "stroke", "H", "T1", 5),
        make.not_inside("A", "stroke", "outside", 5),
        make.not_inside("A", "stroke", "unmet", 3),
    )
    assert national.inpatient_cost_per_stay(there) == {"region": pytest.approx(150.0)}
    assert national.in_county_admission_share(there) == {"region": pytest.approx(2 / 3)}
    unmet = situate(make.cost("stay_fund", "fund", "H", 0), make.not_inside("A", "stroke", "unmet", 3))
    assert national.inpatient_cost_per_stay(unmet) == {"region": Missing("nothing_served")}
    assert national.in_county_admission_share(unmet) == {"region": Missing("nothing_served")}
    assert national.inpatient_cost_per_stay(situate()) == {"region": NOT_MODELLED}


def test_chinese_medicine(situate, make, region):
    there = situate(
        make.consult("C", "zy", "hospital", "H", 25, "region"),
        make.consult("A", "internal", "hospital", "H", 75),
        make.consult("A", "internal", "outside", None, 100, "outside"),
    )
    assert national.tcm_visit_share(there) == {"region": pytest.approx(0.25)}
    renamed = region.model_copy(
        update={"specialties": tuple(row.model_copy(update={"name_zh": ""}) for row in region.specialties)}
    )
    without = Situation(compile_instance(renamed, Model(id="toy")), there.decisions, renamed)
    assert national.tcm_visit_share(without) == {"region": Missing("no_tcm_specialty")}


def test_money_per_resident(situate, make):
    there = situate(
        make.cost("purchase", "region", "H", 4e6, "capital", 10.0),
        make.cost("upkeep", "region", "H", 1e5),
        make.cost("visit_fund", "fund", None, 3e5),
        make.cost("visit_patient", "patient", "H", 2e5),
    )
    assert money.bureau_spend_per_resident(there) == {"region": pytest.approx(50.0)}
    assert money.fund_spend_per_resident(there) == {"region": pytest.approx(30.0)}
    assert money.patient_spend_per_resident(there) == {"region": pytest.approx(20.0)}
    assert money.spend_per_resident(there) == {"region": pytest.approx(100.0)}
    assert money.spend_per_resident(situate()) == {"region": NOT_MODELLED}
