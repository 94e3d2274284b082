"""Consultations, episodes, slots and beds: each rule at its edge."""

from __future__ import annotations

import dataclasses

import pytest

from alloc.plan.audit import AUDIT_RULES
from tests.audit import county
from tests.audit.edits import add, drop, first, put


def told(rule, instance, plan):
    return [(found.where, found.value, found.limit) for found in AUDIT_RULES[rule](instance, plan)]


def consult(plan, setting, facility=None, place="P2"):
    return first(plan.consult_flows, lambda r: (r.setting, r.facility, r.place) == (setting, facility, place))


def route(plan, place, condition, first_contact=None):
    return first(
        plan.episode_flows,
        lambda r: (
            (r.place, r.condition, r.leg) == (place, condition, "route")
            and first_contact in (None, r.first_contact)
        ),
    )


def bed(plan, facility="H"):
    return first(plan.beds, lambda r: r.facility == facility)


def with_condition(instance, name, **facts):
    conditions = instance.referral.conditions
    changed = {**conditions, name: conditions[name].model_copy(update=facts)}
    return dataclasses.replace(instance, referral=dataclasses.replace(instance.referral, conditions=changed))


def test_clinics_hold_what_their_sessions_take(hand, good):
    rule = "clinic_consultations_within_sessions"
    at_t = consult(good, "outreach", "T")
    assert told(rule, hand, put(good, "consult_flows", at_t, consults_per_year=624.0)) == []  # 4 x 12 x 13
    assert told(rule, hand, put(good, "consult_flows", at_t, consults_per_year=625.0)) == [
        ("INT, T", 625.0, 624.0)
    ]
    at_n = consult(good, "outreach", "N")
    assert told(rule, hand, put(good, "consult_flows", at_n, consults_per_year=3744.0)) == []  # posting


def test_tele_consultations(hand, good):
    rule = "tele_consultations_within_time"
    tele = consult(good, "tele", "T")
    assert told(rule, hand, put(good, "consult_flows", tele, consults_per_year=208.0)) == []
    assert told(rule, hand, put(good, "consult_flows", tele, consults_per_year=209.0)) == [
        ("INT, T", 209.0, 208.0)
    ]
    time = first(good.visits, lambda r: r.session_type == "tele")
    much = put(good, "visits", time, half_days_per_cycle=10)
    assert told(
        rule, hand, put(much, "consult_flows", consult(much, "tele", "T"), consults_per_year=251.0)
    ) == [("P2, INT", 251.0, 250.0)]
    assert told(rule, county.with_facts(hand, "T", link_mbps=7.9), good) == [("INT, H, T", 2.0, 0.0)]
    assert told(rule, county.with_facts(hand, "H", link_mbps=None), good) == [("INT, H, T", 2.0, 0.0)]


def test_time_at_home(hand, good):
    # 92 half-days; 29 of outreach, 2 of tele, 12 in use of which 2.4 by referred patients.
    rule = "time_at_home_is_not_sold_twice"
    slots = good.slots[0]
    assert told(rule, hand, put(good, "slots", slots, reserved_half_days=51)) == []
    assert told(rule, hand, put(good, "slots", slots, reserved_half_days=52)) == [
        ("INT, H", pytest.approx(9.6 + 52 + 31), 92)
    ]


def test_hospital_consultations(hand, good):
    rule = "hospital_consultations_within_slots"
    mine = consult(good, "hospital", "H", "P1")
    # 61 half-days are left x 20 x 13 = 15,860 a year; a fifth of those in use must be reserved.
    most = 50 * 260 - 520
    assert told(rule, hand, put(good, "consult_flows", mine, consults_per_year=most)) == []
    assert told(rule, hand, put(good, "consult_flows", mine, consults_per_year=most + 1)) != []
    wide = put(good, "slots", good.slots[0], reserved_half_days=40)
    left = 61 * 260 - 520
    assert told(rule, hand, put(wide, "consult_flows", mine, consults_per_year=left)) == []
    assert told(rule, hand, put(wide, "consult_flows", mine, consults_per_year=left + 1)) == [
        ("INT, H", pytest.approx(61 + 1 / 260), 61.0)
    ]
    nobody = put(good, "consult_flows", mine, facility="K")
    assert ("INT, K", 2600.0, 0.0) in told(rule, hand, nobody)


def test_reserved_slots(hand, good):
    rule = "reserved_slots_meet_their_share"
    assert told(rule, hand, put(good, "slots", good.slots[0], reserved_half_days=9)) == [
        ("INT, H", 9, pytest.approx(9.2))
    ]
    assert told(rule, hand, good.model_copy(update={"slots": ()})) == [("INT, H", 0, pytest.approx(9.2))]


def test_consultations_outside(hand, good):
    rule = "outside_consultations_within_their_share"
    away = consult(good, "outside", None, "P1")
    assert told(rule, hand, put(good, "consult_flows", away, consults_per_year=300.0)) == []
    assert told(rule, hand, put(good, "consult_flows", away, consults_per_year=301.0)) != []


@pytest.mark.parametrize(
    "column",
    ["specialists", "clinic_half_days", "outreach_half_days", "tele_half_days", "used_at_home_half_days",
     "reserved_used_half_days"],
)  # fmt: skip
def test_the_slot_table(hand, good, column):
    spoiled = put(good, "slots", good.slots[0], **{column: 3.5})
    assert [where for where, _, _ in told("slots_add_up", hand, spoiled)] == [f"INT, H, {column}"]


def test_a_missing_slot_row(hand, good):
    assert told("slots_add_up", hand, good.model_copy(update={"slots": ()})) == [("INT, H", None, 43.0)]


def test_without_names_a_posting_takes_at_least_the_least(hand, good):
    nobody = good.model_copy(update={"roster": ()})
    assert told("slots_add_up", hand, nobody) == []


def test_episodes_are_counted_without_their_step_down(hand, good):
    rule = "every_episode_is_treated_or_counted"
    assert told(rule, hand, drop(good, "episode_flows", lambda r: r.leg == "step_down")) == []
    assert told(rule, hand, drop(good, "episode_flows", lambda r: r.leg == "unmet")) == [
        ("P1, FLU", 90.0, 100.0)
    ]


def test_acute_cases(hand, good):
    rule = "acute_within_the_limit"
    assert told(rule, with_condition(hand, "STROKE", acute_limit_min=30.0), good) == []
    assert told(rule, with_condition(hand, "STROKE", acute_limit_min=29.0), good) == [
        ("P2, STROKE, H, H", 30.0, 29.0)
    ]
    detour = put(good, "episode_flows", route(good, "P1", "STROKE"), first_contact="T")
    assert told(rule, hand, detour) == [("P1, STROKE, T, H", 10.0, 40.0)]


@pytest.mark.parametrize(
    ("key", "done"),
    [
        (("T", "FLU", "treat"), 210.0),
        (("T", "HIP", "first_contact"), 56.0),
        (("T", "HIP", "step_down"), 18.0),
        (("T", "FLU", "first_contact"), 30.0),
    ],
)
def test_capability_by_role(hand, good, key, done):
    def able(limit):
        capability = {**hand.referral.capability, key: limit}
        if limit is None:
            del capability[key]
        return dataclasses.replace(hand, referral=dataclasses.replace(hand.referral, capability=capability))

    assert told("treat_within_capability", able(done), good) == []
    assert told("treat_within_capability", able(done - 1), good) == [(", ".join(key), done, done - 1)]
    assert told("treat_within_capability", able(None), good) == [(", ".join(key), done, 0.0)]


def test_modalities_and_tier(hand, good):
    without = drop(good, "machines", lambda r: (r.facility, r.equipment_type) == ("H", "CT16"))
    assert told("treat_only_with_the_modalities_needed", hand, without) == [("H, STROKE, CT", 50.0, 0.0)]
    assert told("treat_at_the_tier_needed", with_condition(hand, "FLU", treating_tier="county"), good) == [
        ("T, FLU", 210.0, 0.0)
    ]


def test_step_down(hand, good):
    rule = "step_down_only_the_eligible"
    down = first(good.episode_flows, lambda r: r.leg == "step_down" and r.place == "P1")
    assert told(rule, hand, put(good, "episode_flows", down, episodes_per_year=18.0)) == []
    assert told(rule, hand, put(good, "episode_flows", down, episodes_per_year=18.1)) == [
        ("P1, HIP, H", 18.1, 18.0)
    ]
    assert told(rule, hand, put(good, "episode_flows", down, treated_at="K")) == [("P1, HIP, K", 10.0, 0.0)]
    near = county.instance(standards={"referral": {"step_down_within_min": 24.0}})
    assert told("step_down_near_home", near, good) == [("P2, HIP, U", 25.0, 24.0)]
    assert told("step_down_near_home", county.with_facts(hand, "U", tier="county"), good) == [
        ("P2, HIP, U", 25.0, 45.0)
    ]


def test_patients_fit_the_beds(hand, good):
    rule = "patients_fit_the_beds"
    # H: 4.79 in use - 4.03 referred + 0.85 x 5 reserved = 5.02; usable 0.85 x (beds + 1 surge bed).
    assert told(rule, county.with_facts(hand, "H", beds=5), good) == []
    assert told(rule, county.with_facts(hand, "H", beds=4), good) == [
        ("H", pytest.approx(1750 / 365 - 1470 / 365 + 4.25), pytest.approx(4.25))
    ]
    assert told(rule, hand, put(good, "beds", bed(good), reserved_beds=4)) == [
        ("H, reserved_beds", pytest.approx(1470 / 365), pytest.approx(3.4))
    ]
    # T: 1,050 days of flu and 180 of step-down; 6 beds at 60% are not enough for 3.37.
    assert told(rule, county.with_facts(hand, "T", beds=6), good) == []
    assert [where for where, _, _ in told(rule, county.with_facts(hand, "T", beds=5), good)] == ["T"]


def test_reserved_and_surge_beds(hand, good):
    assert told("reserved_beds_meet_their_share", county.with_facts(hand, "H", beds=50), good) == []
    assert told("reserved_beds_meet_their_share", county.with_facts(hand, "H", beds=51), good) == [
        ("H", 5, pytest.approx(5.1))
    ]
    assert (
        told("surge_beds_within_their_number", hand, put(good, "beds", bed(good), surge_beds_opened=5)) == []
    )
    assert (
        told("surge_beds_within_their_number", hand, put(good, "beds", bed(good), surge_beds_opened=6)) != []
    )
    calm = county.instance(standards={"referral": {"surge_beds_open": False}})
    assert told("surge_beds_within_their_number", calm, good) == [("H", 1, 0)]


def test_episodes_outside(hand, good):
    away = first(good.episode_flows, lambda r: r.leg == "outside")
    rule = "outside_episodes_within_their_share"
    assert told(rule, hand, put(good, "episode_flows", away, episodes_per_year=6.0)) == []
    assert told(rule, hand, put(good, "episode_flows", away, episodes_per_year=6.1)) != []


@pytest.mark.parametrize(
    "column",
    [
        "beds",
        "usable_beds",
        "treating_beds",
        "step_down_beds",
        "reserved_used_beds",
        "freed_by_step_down_beds",
    ],
)
def test_the_bed_table(hand, good, column):
    spoiled = put(good, "beds", bed(good), **{column: 7})
    assert [where for where, _, _ in told("beds_add_up", hand, spoiled)] == [f"H, {column}"]


def test_a_missing_bed_row(hand, good):
    assert [
        where for where, _, _ in told("beds_add_up", hand, drop(good, "beds", lambda r: r.facility == "U"))
    ] == ["U"]
    assert told("beds_add_up", hand, drop(good, "beds", lambda r: r.facility == "K")) == []


def test_flows_of_two_routes_add_up(hand, good):
    twice = add(
        good, "episode_flows", route(good, "P2", "HIP", "N"), first_contact="T", episodes_per_year=1e-6
    )
    assert told("every_episode_is_treated_or_counted", hand, twice) == []
