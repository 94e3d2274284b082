"""Shared reading: each rule at its edge, and the queue against known values and the model's own table."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alloc.instance.queueing import mean_turnaround_min, probability_reported_within
from alloc.plan.audit import AUDIT_RULES
from alloc.plan.audit_queue import chance_of_waiting, keeps_the_standard, late_share, mean_report_min
from alloc.schema.model import ImagingStandards
from tests.audit import county
from tests.audit.edits import add, drop, first, put


def told(rule, instance, plan):
    return [(found.where, found.value, found.limit) for found in AUDIT_RULES[rule](instance, plan)]


def reading(plan, facility, modality):
    return first(plan.reading, lambda r: (r.facility, r.modality) == (facility, modality))


def room(plan, facility, group):
    return first(plan.centres, lambda r: (r.facility, r.reading_group) == (facility, group))


def test_one_reader_for_a_site_and_group(hand, good):
    row = reading(good, "T", "ECG")
    both = add(put(good, "reading", row, exams_per_year=500), "reading", row, centre="U", exams_per_year=500)
    assert told("one_reader_per_site_and_group", hand, both) == [("T, ecg, H, U", 2, 1)]
    split = add(put(good, "reading", row, exams_per_year=500), "reading", row, exams_per_year=500)
    assert told("one_reader_per_site_and_group", hand, split) == []


def test_all_that_is_made_is_read_and_nothing_else(hand, good):
    row = reading(good, "T", "CT")
    assert told("exams_made_are_read", hand, put(good, "reading", row, exams_per_year=900)) == [
        ("T, CT", 900, 1000.0)
    ]
    ghost = row.model_copy(update={"facility": "K"})
    assert told("exams_made_are_read", hand, add(good, "reading", ghost)) == [("K, CT", 1000.0, 0.0)]


def test_somebody_reads_who_can(hand, good):
    without = drop(good, "reading", lambda r: r.facility == "T" and r.modality == "CT")
    assert told("offered_exams_have_a_reader", hand, without) == [("T, imaging, CT", 1000.0, 0.0)]
    alone = put(good, "reading", reading(good, "T", "CT"), centre="T")
    assert told("offered_exams_have_a_reader", hand, alone) == [("T, imaging", 0, 1)]


def test_studies_go_to_rooms_of_the_plan(hand, good):
    rule = "studies_travel_only_where_assigned"
    assert told(rule, hand, drop(good, "centres", lambda r: r.facility == "U")) == [("U, ecg", 0, 0)]
    fewer = put(good, "centres", room(good, "H", "imaging"), sites_read_for=0)
    assert told(rule, hand, fewer) == [("H, imaging", 1, 0)]


def test_the_upload_standard(hand, good):
    rule = "studies_travel_within_the_upload_standard"
    slow = county.with_facts(hand, "T", link_mbps=4.0)  # 300 MB x 8 / 4 / 60 = 10 minutes
    ct = put(good, "reading", reading(good, "T", "CT"), upload_min=10.0)
    both = put(ct, "reading", reading(ct, "T", "ECG"), upload_min=8 / 4 / 60)
    assert told(rule, slow, both) == []
    slower = county.with_facts(hand, "T", link_mbps=3.9)
    assert ("T, H, CT", pytest.approx(600 / 3.9 / 60 * 4), 10.0) in told(rule, slower, both)
    cut_off = county.with_facts(hand, "T", link_mbps=None)
    assert {where for where, _, _ in told(rule, cut_off, good)} == {"T, H, CT", "T, H, ECG"}
    wrong = put(good, "reading", reading(good, "T", "CT"), upload_min=0.0)
    assert told(rule, hand, wrong) == [("T, H, CT", 0.0, pytest.approx(0.8))]


def test_only_listed_open_centres_read_for_others(hand, good):
    rule = "read_only_at_open_centres"
    assert told(rule, hand, put(good, "centres", room(good, "H", "ecg"), shared=False)) == [
        ("T, H, ecg", None, None)
    ]
    shared = put(good, "centres", room(good, "U", "ecg"), shared=True)
    assert told(rule, hand, shared) == [("U, ecg", None, None)]


def test_a_centre_with_readers_reads_its_own(hand, good):
    # U is no centre of the region, but the rule looks at what the plan says: H shared, its own exams at U.
    away = put(good, "reading", reading(good, "H", "ECG"), centre="U")
    assert told("centres_read_their_own", hand, away) == [("H, ecg, U", None, None)]
    nobody = {key: n for key, n in hand.imaging.readers.items() if key != ("H", "ecg")}
    bare = dataclasses.replace(hand, imaging=dataclasses.replace(hand.imaging, readers=nobody))
    assert told("centres_read_their_own", bare, away) == []


def test_readers_on_duty(hand, good):
    rule = "readers_on_duty_come_from_the_pool"
    own = room(good, "H", "imaging")
    assert told(rule, hand, put(good, "centres", own, readers_on_duty=3)) == [("H, imaging", 3, 2.0)]
    assert told(rule, hand, put(good, "centres", own, readers_in_pool=5)) != []
    few = county.instance(standards={"imaging": {"most_readers_on_duty": 1}})
    assert told(rule, few, good) == [("H, imaging", 2, 1)]


def test_a_pool_takes_the_readers_of_sites_read_for_once(hand, good):
    rule = "readers_on_duty_come_from_the_pool"
    # U reads its own exams, so its two readers are not in H's pool.
    grown = put(good, "centres", room(good, "H", "ecg"), readers_in_pool=4, readers_on_duty=2)
    assert told(rule, hand, grown) == [("H, ecg", 4, 2), ("A, ecg", 6.0, 4)]
    # Sent to H, they are; and then not at U as well.
    sent = put(grown, "reading", reading(grown, "U", "ECG"), centre="H")
    assert ("A, ecg", 6.0, 4) in told(rule, hand, sent)
    alone = drop(sent, "centres", lambda r: r.facility == "U")
    assert told(rule, hand, alone) == []


def test_a_pool_takes_no_readers_of_another_staff_pool(hand, good):
    scope = {**hand.staff_scope, "U": "B"}
    apart = dataclasses.replace(hand, staff_scope=scope)
    grown = put(good, "centres", room(good, "H", "ecg"), readers_in_pool=4)
    sent = put(grown, "reading", reading(grown, "U", "ECG"), centre="H")
    alone = drop(sent, "centres", lambda r: r.facility == "U")
    assert ("H, ecg", 4, 2) in told("readers_on_duty_come_from_the_pool", apart, alone)


def test_the_report_standard_at_its_edge(hand, good):
    # The table behind the model is another implementation: the audit must agree with it up to the tolerance.
    edge = hand.imaging.capacity_min_per_year["imaging"][2]
    for factor, late in ((0.999, False), (1.0, False), (1.001, True)):
        exams = edge * factor / 10.0 - 2800
        spoiled = put(good, "reading", reading(good, "T", "CT"), exams_per_year=exams)
        assert bool(told("reading_within_the_report_standard", hand, spoiled)) == late


def test_the_mean_can_be_the_standard(good):
    mean = county.instance(standards={"imaging": {"report_share": None, "report_within_min": 30.0}})
    edge = mean.imaging.capacity_min_per_year["imaging"][2]
    for factor, late in ((0.999, False), (1.001, True)):
        spoiled = put(good, "reading", reading(good, "T", "CT"), exams_per_year=edge * factor / 10.0 - 2800)
        assert bool(told("reading_within_the_report_standard", mean, spoiled)) == late


def test_nobody_on_duty_reads_nothing(hand, good):
    idle = put(good, "centres", room(good, "U", "ecg"), readers_on_duty=0)
    assert [where for where, _, _ in told("reading_within_the_report_standard", hand, idle)] == ["U, ecg"]


def test_ai_assistance_shortens_reading(hand, good):
    slow = county.instance(standards={"imaging": {"ai_factor": 2.0}})
    assert told("centres_add_up", slow, good)[0] == ("H, imaging, read_min_per_year", 38000, 76000.0)


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("read_min_per_year", 37000.0),
        ("capacity_min_per_year", 30000.0),
        ("capacity_min_per_year", 1e7),
        ("setup_cny", 0.0),
        ("running_cny_per_year", 0.0),
    ],
)
def test_the_figures_of_a_room(hand, good, column, wrong):
    spoiled = put(good, "centres", room(good, "H", "imaging"), **{column: wrong})
    assert [where for where, _, _ in told("centres_add_up", hand, spoiled)] == [f"H, imaging, {column}"]


LOADS = st.floats(min_value=0.001, max_value=0.98)


@given(st.integers(1, 20), LOADS, st.floats(1.0, 20.0), st.floats(1.0, 120.0))
def test_the_queue_agrees_with_the_other_implementation(readers, use, read_min, limit):
    per_hour = use * readers * 60.0 / read_min
    other = 1.0 - probability_reported_within(per_hour, read_min, readers, limit)
    assert late_share(readers, per_hour, read_min, limit) == pytest.approx(other, abs=1e-6)
    mean = mean_turnaround_min(per_hour, read_min, readers)
    assert mean_report_min(readers, per_hour, read_min) == pytest.approx(mean, rel=1e-9)


def test_the_queue_of_known_cases():
    assert chance_of_waiting(1, 0.7) == pytest.approx(0.7)
    assert chance_of_waiting(2, 1.0) == pytest.approx(1 / 3)
    assert chance_of_waiting(3, 3.0) == 1.0
    assert chance_of_waiting(3, 0.0) == 0.0
    assert late_share(1, 4.0, 10.0, 30.0) == pytest.approx(math.exp(-(1 / 10 - 4 / 60) * 30))
    assert late_share(2, 6.0, 10.0, 30.0) == pytest.approx(
        1.0 / 3.0 * math.exp(-3) * 4 + 2.0 / 3.0 * math.exp(-3)
    )
    assert late_share(1, 60.0, 10.0, 30.0) == 1.0
    assert mean_report_min(0, 1.0, 10.0) == math.inf
    assert not keeps_the_standard(ImagingStandards(), 0, 1.0, 10.0)


def test_a_listed_centre_that_is_not_shared_costs_nothing(hand, good):
    alone = put(
        good, "centres", room(good, "H", "imaging"), shared=False, setup_cny=0.0, running_cny_per_year=0.0
    )
    assert told("centres_add_up", hand, alone) == []
    unlisted = put(good, "centres", room(good, "U", "ecg"), shared=True)
    assert told("centres_add_up", hand, unlisted) == []
