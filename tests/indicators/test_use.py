"""Use of resources and needs, worked out by hand on the toy county of the conftest."""

import pytest

from alloc.indicators import need, use
from alloc.indicators.indicator import NOT_MODELLED, Missing
from alloc.schema.plan import BedRow, CentreRow, SlotRow


def centre(facility, group, read, capacity, released=0, shared=True):
    return CentreRow(
        facility=facility, reading_group=group, shared=shared, sites_read_for=1, readers_in_pool=4,
        readers_on_duty=1, readers_released=released, read_min_per_year=read, capacity_min_per_year=capacity,
        setup_cny=0, running_cny_per_year=0,
    )  # fmt: skip


def beds(facility, surge=0, reserved=0, used=0.0):
    return BedRow(
        facility=facility, beds=100, surge_beds_opened=surge, usable_beds=80, treating_beds=0,
        step_down_beds=0, reserved_beds=reserved, reserved_used_beds=used, freed_by_step_down_beds=0,
    )  # fmt: skip


def slots(reserved, used):
    return SlotRow(
        specialty="internal", home="H", specialists=2, clinic_half_days=48, outreach_half_days=0,
        tele_half_days=0, used_at_home_half_days=20, reserved_half_days=reserved,
        reserved_used_half_days=used,
    )  # fmt: skip


def test_where_needs_end(situate, make):
    there = situate(
        make.exam("A", "CT", "H", 500),
        make.exam("C", "CT", "H", 100, "region"),
        make.exam("B", "CT", None, 300, "outside"),
        make.exam("A", "CT", None, 100, "unmet"),
        make.consult("C", "zy", "unmet", None, 100, "unmet"),
    )
    assert need.in_county_share(there) == pytest.approx(
        {"exams": 0.6, "consultations": 0.0, "episodes": NOT_MODELLED, "all": 600 / 1100}
    )
    assert need.own_consortium_share(there)["exams"] == pytest.approx(0.5)
    assert need.unmet_share(there)["exams"] == pytest.approx(0.1)
    assert need.unmet_share(there)["all"] == pytest.approx(200 / 1100)
    assert need.unmet_per_year(there) == {"exams": 100.0, "consultations": 100.0, "episodes": NOT_MODELLED}
    assert need.unmet_share_by_service(there) == pytest.approx({"consultations/zy": 1.0, "exams/CT": 0.1})
    assert need.unmet_share_by_place(there) == pytest.approx({"A": 1 / 6, "B": 0.0, "C": 0.5})


def test_places_without_need(situate, make):
    there = situate(make.exam("A", "CT", "H", 1))
    assert need.unmet_share_by_place(there) == {"A": 0.0, "B": Missing("no_need"), "C": Missing("no_need")}
    assert need.unmet_share_by_place(situate()) == dict.fromkeys("ABC", NOT_MODELLED)


def test_machines(situate, make):
    there = situate(
        make.machine("H", "CT64", 1, year=2011),
        make.machine("T1", "ECG12", 2),
        make.exam("A", "CT", "H", 340),
        make.exam("A", "CT", None, 260, "outside"),
        make.exam("A", "ECG", "T1", 850),
    )
    assert use.machine_use(there) == pytest.approx({"CT": 340 / 680, "ECG": 850 / 3400})
    assert use.machine_use_by_facility(there) == pytest.approx({"H/CT": 0.5, "T1/ECG": 0.25})
    assert use.machine_use(situate()) == {"CT": NOT_MODELLED, "ECG": NOT_MODELLED}
    assert use.machine_use(situate(make.machine("T1", "ECG12", 2)))["CT"] == Missing("no_machine")


def test_a_machine_bought_or_moved_is_not_past_its_life(situate, make):
    there = situate(
        make.machine("H", "CT64", 2, "buy", 2025),
        make.machine("T1", "CT64", 1, "move", 2020, from_facility="H"),
        make.exam("A", "CT", "H", 850),
    )
    assert use.machine_use_by_facility(there) == pytest.approx({"H/CT": 0.5, "T1/CT": 0.0})
    # the same install year as a machine that stands there: only the one that is kept has lost capacity
    mixed = situate(
        make.machine("H", "CT64", 1, year=2011),
        make.machine("H", "CT64", 1, "move", 2011, from_facility="T1"),
    )
    assert mixed.exam_capacity == pytest.approx({("H", "CT"): 680.0 + 850.0})


def test_readers(situate):
    there = situate(
        centre("H", "imaging", 3000, 6000, released=2), centre("T1", "imaging", 0, 2000, shared=False)
    )
    assert use.reader_use(there) == {"imaging": pytest.approx(0.375), "ecg": Missing("no_reader")}
    assert use.readers_released(there) == {"imaging": 2.0, "ecg": 0.0}
    assert use.reader_use(situate()) == {"imaging": NOT_MODELLED, "ecg": NOT_MODELLED}
    assert use.readers_released(situate()) == {"imaging": NOT_MODELLED, "ecg": NOT_MODELLED}


def test_outreach_days(situate, make):
    there = situate(
        make.visit("internal", "T1", "clinic", 4),
        make.visit("internal", "T2", "clinic", 2),
        make.visit("internal", "T1", "ward_round", 2),
        make.visit("internal", "T2", "posting", 40),
        make.visit("internal", "T2", "tele", 3),
        make.visit("internal", "H", "teaching", 6),  # at home
    )
    assert use.outreach_days_per_cycle(there) == {
        "clinic": 3.0, "ward_round": 1.0, "teaching": 0.0, "posting": 20.0, "all": 24.0
    }  # fmt: skip
    nobody = situate(make.consult("A", "internal", "hospital", "H", 1))
    assert use.outreach_days_per_cycle(nobody)["all"] == 0.0
    assert use.outreach_days_per_cycle(situate())["all"] == NOT_MODELLED


def test_postings_take_from_home_only_the_outpatient_clinic(situate, make):
    # A posted specialist gives 40 half-days at the clinic and takes 24 of the clinic at home (48 today).
    there = situate(make.visit("internal", "T2", "posting", 40), make.visit("internal", "T1", "tele", 4))
    assert there.consult_half_days == {("H", "internal"): 20.0, ("H", "zy"): 24.0, ("T2", "internal"): 40.0}


def test_reserved_slots_and_beds(situate):
    there = situate(slots(10, 4), beds("H", reserved=20, used=15.0))
    assert use.reserved_slots(there) == {"region": 10.0}
    assert use.reserved_slots_used(there) == {"region": pytest.approx(0.4)}
    assert use.reserved_beds(there) == {"region": 20.0}
    assert use.reserved_beds_used(there) == {"region": pytest.approx(0.75)}
    none = situate(slots(0, 0), beds("H"))
    assert use.reserved_slots_used(none) == {"region": Missing("nothing_reserved")}
    assert use.reserved_beds_used(none) == {"region": Missing("nothing_reserved")}
    assert use.reserved_beds(situate()) == {"region": NOT_MODELLED}


def test_beds(situate, make):
    # 73 strokes x 10 days = 2 beds at H, of which 36.5 x 5 days = 0.5 beds are at T1 instead.
    flows = [make.route("A", "stroke", "H", "H", 73, 10), make.step_down("A", "stroke", "H", "T1", 36.5)]
    there = situate(*flows)
    assert use.bed_use(there) == pytest.approx(
        {"county": 1.5 / 80, "township": 0.5 / 15, "all": 2 / 95}, nan_ok=False
    )
    assert use.bed_use(situate(*flows, beds("H", surge=20)))["county"] == pytest.approx(1.5 / 96)
    assert use.beds_freed_by_step_down(there) == {"region": pytest.approx(0.5)}
    assert use.step_down_share(there) == {"region": pytest.approx(0.5)}
    assert use.bed_use(situate())["all"] == NOT_MODELLED
    assert use.beds_freed_by_step_down(situate()) == {"region": NOT_MODELLED}
    assert use.step_down_share(situate(make.not_inside("A", "stroke", "unmet", 1))) == {
        "region": Missing("nothing_served")
    }
