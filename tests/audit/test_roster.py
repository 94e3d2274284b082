"""The named roster: each rule at its edge."""

from __future__ import annotations

import pytest

from alloc.plan.audit import AUDIT_RULES, ROSTER_RULES
from tests.audit import county
from tests.audit.damage_people import named, with_roster
from tests.audit.edits import drop, first, put


def told(rule, instance, plan):
    return [found.where for found in AUDIT_RULES[rule](instance, plan)]


def person(instance, name):
    return instance.outreach.specialists[name]


def of(plan, name):
    return first(plan.roster, lambda r: r.specialist == name)


def test_without_a_roster_its_rules_are_not_asked(broken, good):
    nobody = good.model_copy(update={"roster": ()})
    assert broken(nobody, roster=False) == set()
    assert "roster_realises_visits" in broken(nobody)
    assert broken(nobody) <= ROSTER_RULES


def test_one_place_in_a_half_day(hand, good):
    rule = "nobody_in_two_places"
    s2 = person(hand, "S2")
    twice = with_roster(good, named(hand, s2, "N", weekday="Wed", weeks=(2, 4), rhythm="fortnightly"))
    assert told(rule, hand, twice) == ["S2, 2, Wed, am", "S2, 4, Wed, am"]
    assert told(rule, hand, with_roster(good, named(hand, s2, "N", weekday="Wed", part="pm"))) == []
    day = with_roster(good, named(hand, s2, "T", weekday="Wed", part="day", rhythm="monthly", weeks=(3,)))
    assert told(rule, hand, day) == ["S2, 3, Wed, am"]


def test_two_clinics_on_a_day_only_when_near(hand, good):
    rule = "one_clinic_a_day"
    s2 = person(hand, "S2")
    near = with_roster(good, named(hand, s2, "N", weekday="Wed", part="pm"))  # T to N: 18 minutes
    assert told(rule, hand, near) == []
    stricter = county.instance(standards={"outreach": {"half_day_travel_within_min": 20.0}})
    assert told(rule, stricter, near) == []
    strictest = county.instance(standards={"outreach": {"half_day_travel_within_min": 17.0}})
    assert told(rule, strictest, near)[0] == "S2, 1, Wed, T, N"


def test_half_a_day_only_near_home(hand, good):
    rule = "one_clinic_a_day"
    assert told(rule, hand, put(good, "roster", of(good, "S1"), part="am")) == [
        "S1, 1, Tue, U, H",
        "S1, 3, Tue, U, H",
    ]
    assert told(rule, hand, put(good, "roster", of(good, "S1"), part="pm"))[0] == "S1, 1, Tue, H, U"
    only_days = county.instance(standards={"outreach": {"day_parts": ["day"]}})
    assert len(told(rule, only_days, good)) == 5  # S2 four times, S4 once


def test_only_on_days_on_duty(hand, good):
    away = county.with_specialist(hand, "S1", days=("Mon", "Wed"))
    assert told("works_only_on_own_days", hand, good) == []
    assert told("works_only_on_own_days", away, good) == ["S1, U, Tue"]


def test_consulting_rooms_in_every_half_day(hand, good):
    rule = "rooms_in_every_half_day"
    s1, s4 = person(hand, "S1"), person(hand, "S4")
    two = with_roster(good, named(hand, s1, "T", weekday="Wed"))
    assert told(rule, hand, two) == []
    three = with_roster(two, named(hand, s4, "T", weekday="Wed", rhythm="monthly", weeks=(2,)))
    assert told(rule, hand, three) == ["T, 2, Wed, am"]


def test_presence_in_every_half_day(hand, good):
    rule = "present_at_home_in_every_half_day"
    s1, s4 = person(hand, "S1"), person(hand, "S4")
    # Wednesday morning: S2 at T and S3 posted; S1 and S4 go as well.
    three = with_roster(good, named(hand, s1, "T", weekday="Wed"))
    assert told(rule, hand, three) == []
    four = with_roster(three, named(hand, s4, "T", weekday="Wed", rhythm="monthly", weeks=(4,)))
    assert told(rule, hand, four) == ["INT, H, 4, Wed, am"]


def test_where_few_are_on_duty_all_of_them_stay(hand, good):
    specialty = hand.outreach.specialties["INT"].model_copy(update={"present_at_home": 9})
    import dataclasses

    outreach = dataclasses.replace(hand.outreach, specialties={"INT": specialty})
    all_stay = dataclasses.replace(hand, outreach=outreach)
    assert told("present_at_home_in_every_half_day", all_stay, good) != []
    assert told("present_at_home_in_every_half_day", all_stay, good.model_copy(update={"roster": ()})) == []


def test_outreach_days_of_a_person(hand, good):
    rule = "days_within_the_most"
    s3 = person(hand, "S3")
    assert told(rule, hand, good) == []  # 12 posted days, 4 allowed: postings are counted apart
    s2 = county.with_specialist(hand, "S2", most_outreach_days_per_cycle=4)
    assert told(rule, s2, good) == []
    less = county.with_specialist(hand, "S2", most_outreach_days_per_cycle=3)
    assert told(rule, less, good) == ["S2"]
    one_day = with_roster(good, named(hand, person(hand, "S2"), "N", weekday="Wed", part="pm"))
    assert told(rule, s2, one_day) == []
    assert s3.most_outreach_days_per_cycle == 4


def test_owed_service_in_person(hand, good):
    rule = "owed_service_in_person"
    others = county.with_specialist(hand, "S4", owed_days_per_year=26)
    assert told(rule, others, good) == ["S4"]  # the team gives plenty, S4 only one half-day
    posting = county.with_specialist(hand, "S3", owed_days_per_year=156)
    assert told(rule, posting, good) == []
    assert told(rule, county.with_specialist(hand, "S3", owed_days_per_year=157), good) == ["S3"]


def test_the_mentor_comes_in_person(hand, good):
    rule = "mentor_in_person"
    assert told(rule, county.with_specialist(hand, "S4", mentor_clinic="T"), good) == ["S4, T"]
    assert told(rule, county.with_specialist(hand, "S3", mentor_clinic="N"), good) == []
    assert told(rule, county.with_specialist(hand, "S2", mentor_clinic="U"), good) == ["S2, U"]


@pytest.mark.parametrize(
    "changes",
    [
        {"weeks": (1, 2)},
        {"weeks": (1, 3, 4)},
        {"rhythm": "weekly"},
        {"rhythm": "monthly"},
        {"rhythm": "every_day", "weeks": (1, 2, 3, 4), "half_days_per_cycle": 8},
        {"half_days_per_cycle": 2},
        {"session_type": "posting"},
    ],
)
def test_irregular_visits(hand, good, changes):
    assert told("patterns_are_regular", hand, put(good, "roster", of(good, "S1"), **changes)) != []


def test_regular_visits(hand, good):
    rule = "patterns_are_regular"
    s1 = of(good, "S1")
    assert told(rule, hand, put(good, "roster", s1, weeks=(2, 4))) == []
    assert (
        told(rule, hand, put(good, "roster", s1, weeks=(3,), rhythm="monthly", half_days_per_cycle=2)) == []
    )
    mornings = county.instance(standards={"outreach": {"day_parts": ["am", "day"]}})
    assert told(rule, mornings, good) == ["S4, T, Thu, monthly"]
    halves = county.instance(standards={"outreach": {"day_parts": ["am", "pm"]}})
    assert told(rule, halves, good) == ["S1, U, Tue, fortnightly"]


def test_the_roster_gives_the_visits(hand, good):
    rule = "roster_realises_visits"
    assert told(rule, hand, drop(good, "roster", lambda r: r.specialist == "S4")) == ["INT, H, T, ward_round"]
    more = with_roster(good, named(hand, person(hand, "S4"), "U", weekday="Fri"))
    assert told(rule, hand, more) == ["INT, H, U, clinic"]


def test_a_posting_is_whole(hand, good):
    rule = "posting_is_whole"
    assert told(rule, hand, good) == []
    assert told(rule, county.with_specialist(hand, "S3", may_be_posted=False), good) == ["S3, N"]
    assert told(rule, hand, drop(good, "roster", lambda r: r.weekday == "Mon")) == ["S3, N"]
    elsewhere = with_roster(good, named(hand, person(hand, "S3"), "T", weekday="Mon"))
    assert told(rule, hand, elsewhere) == ["S3, N, T"]


def test_a_posting_told_in_one_row_is_as_good(broken, good):
    monday = first(good.roster, lambda r: r.specialist == "S3")
    one = drop(good, "roster", lambda r: r.specialist == "S3" and r is not monday)
    assert broken(put(one, "roster", monday, half_days_per_cycle=24)) == set()
