"""Visits of teams: each rule at its edge."""

from __future__ import annotations

import pytest

from alloc.plan.audit import AUDIT_RULES
from tests.audit import county
from tests.audit.edits import add, drop, first, put


def told(rule, instance, plan):
    return [(found.where, found.value, found.limit) for found in AUDIT_RULES[rule](instance, plan)]


def visit(plan, facility, kind="clinic"):
    return first(plan.visits, lambda r: (r.facility, r.session_type) == (facility, kind))


def test_outreach_days_allowed(hand, good):
    # Three specialists with 8 days, one with 4: 56 half-days; U and the ward round take 5, postings nothing.
    rule = "visits_within_the_days_allowed"
    assert told(rule, hand, put(good, "visits", visit(good, "T"), half_days_per_cycle=51)) == []
    assert told(rule, hand, put(good, "visits", visit(good, "T"), half_days_per_cycle=52)) == [
        ("INT, H", 57.0, 56)
    ]
    short = county.with_specialist(hand, "S1", days=("Mon",))  # four Mondays, not eight days
    assert told(rule, short, put(good, "visits", visit(good, "T"), half_days_per_cycle=44)) == [
        ("INT, H", 49.0, 48)
    ]


def test_presence_at_home(hand, good):
    # On duty 4, 4, 4, 3, 3; one stays: 13 x 8 half-days may be away.
    rule = "presence_kept_at_home"
    assert told(rule, hand, put(good, "visits", visit(good, "T"), half_days_per_cycle=75)) == []
    assert told(rule, hand, put(good, "visits", visit(good, "T"), half_days_per_cycle=76)) == [
        ("INT, H", 105.0, 104)
    ]


def test_consulting_rooms(hand, good):
    rule = "visits_fit_the_consulting_rooms"
    assert told(rule, hand, put(good, "visits", visit(good, "N", "posting"), half_days_per_cycle=40)) == []
    assert told(rule, hand, put(good, "visits", visit(good, "N", "posting"), half_days_per_cycle=41)) == [
        ("N", 41.0, 40)
    ]
    tele = visit(good, "T", "tele")
    assert told(rule, hand, put(good, "visits", tele, half_days_per_cycle=500)) == []


def test_postings(hand, good):
    rule = "posted_only_who_may_be"
    assert told(rule, hand, put(good, "visits", visit(good, "N", "posting"), half_days_per_cycle=32)) == [
        ("INT, H", 32.0, 24)
    ]
    assert told(rule, county.with_specialist(hand, "S3", may_be_posted=False), good) == [("INT, H", 24.0, 0)]


@pytest.mark.parametrize(
    ("facility", "facts"),
    [("U", {"tier": "county"}), ("U", {"consortium": "B"}), ("U", {"consortium": None})],
)
def test_reach(hand, good, facility, facts):
    assert told("outreach_only_within_reach", hand, good) == []
    changed = county.with_facts(hand, facility, **facts)
    assert [where for where, _, _ in told("outreach_only_within_reach", changed, good)] == ["INT, H, U"]


def test_reach_in_minutes_and_across_consortia(hand, good):
    near = county.instance(standards={"outreach": {"travel_within_min": 49.0}})
    assert told("outreach_only_within_reach", near, good) == [("INT, H, U", 50.0, 49.0)]
    crossing = county.with_facts(county.instance(limits={"staff_may_cross": True}), "U", consortium="B")
    assert told("outreach_only_within_reach", crossing, good) == []
    gone = put(good, "visits", visit(good, "U"), half_days_per_cycle=0)
    assert told("outreach_only_within_reach", near, gone) == []


def test_owed_service_of_the_team(hand, good):
    rule = "owed_service_is_met"
    only = drop(good, "visits", lambda r: r.facility != "U")
    assert told(rule, hand, only) == []  # 26 days a year are 4 half-days a cycle
    assert told(rule, hand, put(only, "visits", visit(only, "U"), half_days_per_cycle=2)) == [
        ("INT, H", 2.0, 4)
    ]
    odd = county.with_specialist(hand, "S1", owed_days_per_year=27)  # 54 / 13, rounded up
    assert told(rule, odd, only) == [("INT, H", 4.0, 5)]
    tele = drop(good, "visits", lambda r: r.session_type != "tele")
    assert told(rule, hand, tele) == [("INT, H", 0.0, 4)]


def test_mentor_pairs(hand, good):
    rule = "mentors_keep_their_clinic"
    less = drop(good, "visits", lambda r: r.facility == "T" and r.session_type == "clinic")
    assert told(rule, hand, less) == [("INT, H, T", 1.0, 2.0)]
    far = county.with_specialist(hand, "S2", mentor_clinic="U")
    three = county.instance(standards={"outreach": {"mentor_half_days_per_cycle": 3}})
    far3 = county.with_specialist(three, "S2", mentor_clinic="U")  # whole days: 4 half-days
    assert told(rule, far, good) == []
    two = put(good, "visits", visit(good, "U"), half_days_per_cycle=2)
    assert told(rule, far3, two) == [("INT, H, U", 2.0, 4.0)]
    out_of_reach = county.with_specialist(hand, "S2", mentor_clinic="K")
    assert told(rule, out_of_reach, good) == []


def test_whole_visits(hand, good):
    rule = "whole_days_where_the_way_is_long"
    assert told(rule, hand, put(good, "visits", visit(good, "U"), half_days_per_cycle=3)) != []
    assert told(rule, hand, put(good, "visits", visit(good, "T"), half_days_per_cycle=3)) == []
    assert told(rule, hand, put(good, "visits", visit(good, "T"), half_days_per_cycle=2.5)) != []
    assert told(rule, hand, put(good, "visits", visit(good, "T", "tele"), half_days_per_cycle=1.3)) == []
    only_days = county.instance(standards={"outreach": {"day_parts": ["day"]}})
    assert told(rule, only_days, put(good, "visits", visit(good, "T"), half_days_per_cycle=3)) != []


def test_a_visit_from_another_home_counts_for_its_own_team(hand, good):
    ghost = visit(good, "T").model_copy(update={"home": "K"})
    findings = {f.rule for name in AUDIT_RULES for f in AUDIT_RULES[name](hand, add(good, "visits", ghost))}
    assert "rows_hold_together" in findings


def test_two_rooms_take_twice_as_much(hand, good):
    assert (
        told(
            "visits_fit_the_consulting_rooms",
            hand,
            put(good, "visits", visit(good, "T"), half_days_per_cycle=79),
        )
        == []
    )
    more = put(good, "visits", visit(good, "T"), half_days_per_cycle=80)
    assert told("visits_fit_the_consulting_rooms", hand, more) == [("T", 81.0, 80)]


@pytest.mark.parametrize("facts", [{"operating": "prohibited"}, {"consulting_rooms": 0}, {"tier": "county"}])
def test_no_mentor_is_due_where_none_can_sit(hand, good, facts):
    nobody = drop(good, "visits", lambda r: r.facility == "T")
    assert told("mentors_keep_their_clinic", hand, nobody) != []
    assert told("mentors_keep_their_clinic", county.with_facts(hand, "T", **facts), nobody) == []


def test_no_mentor_is_due_where_no_visit_can_be_laid(good):
    nobody = drop(good, "visits", lambda r: r.facility == "T")
    near = {"half_day_travel_within_min": 10.0}
    halves = county.instance(standards={"outreach": near | {"day_parts": ["am", "pm"]}})
    assert told("mentors_keep_their_clinic", halves, nobody) == []
    assert told("mentors_keep_their_clinic", county.instance(standards={"outreach": near}), nobody) != []
