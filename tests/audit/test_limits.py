"""Limits, staff and money: each rule at its edge. The figures are worked out in county_plan."""

from __future__ import annotations

import dataclasses

import pytest

from alloc.plan.audit import AUDIT_RULES
from alloc.plan.audit_limits import MEASURES
from alloc.schema import Limits
from tests.audit import county
from tests.audit.edits import add, drop, first, machine, put


def told(rule, instance, plan):
    return [(found.where, found.value, found.limit) for found in AUDIT_RULES[rule](instance, plan)]


@pytest.mark.parametrize(
    ("rule", "field", "kept", "broken"),
    [
        ("spend_within_budget", "budget_cny", 4065000, 4064990),
        (
            "spend_within_budget_of_consortium",
            "budget_cny_by_consortium",
            {"A": 4065000, "B": 0},
            {"A": 4064990},
        ),
        ("yearly_cost_within_limit", "yearly_cost_cny", 4929475, 4929400),
        ("rural_share_of_spend", "rural_share_of_spend_min", 3.23 / 4.03, 0.802),
        ("machines_within_the_number", "most_machines", {"CT16": 2, "MRI15": 0}, {"CT16": 1}),
        ("open_centres_within_the_number", "most_open_centres", 2, 1),
        (
            "coverage_floor",
            "coverage_floors",
            [{"stream": "exams", "subject": "CT", "share": 0.95}],
            [{"stream": "exams", "subject": "CT", "share": 0.951}],
        ),
        (
            "coverage_floor",
            "coverage_floors",
            [{"stream": "consultations", "subject": "INT", "share": 5020 / 5500}],
            [{"stream": "consultations", "subject": "INT", "share": 0.914}],
        ),
        (
            "coverage_floor",
            "coverage_floors",
            [{"stream": "episodes", "subject": "HIP", "share": 66 / 70}],
            [{"stream": "episodes", "subject": "HIP", "share": 0.95}],
        ),
    ],
)
def test_a_limit_at_its_edge(good, rule, field, kept, broken):
    assert told(rule, county.instance(limits={field: kept}), good) == []
    assert told(rule, county.instance(limits={field: broken}), good) != []
    none = Limits().model_dump()[field]
    assert told(rule, county.instance(limits={field: none}), good) == []


def test_the_yearly_cost_counts_capital_over_its_life(hand, good):
    (held,) = MEASURES["yearly_cost_within_limit"](hand, good)
    assert held.value == pytest.approx(4506600 + 422875)


def test_money_of_a_consortium_is_spent_at_its_members(good):
    limits = {"budget_cny_by_consortium": {"B": 100000}}
    assert told("spend_within_budget_of_consortium", county.instance(limits=limits), good) == []
    more = machine(good, "K", "ECG1", 4, 30000.0)
    assert told("spend_within_budget_of_consortium", county.instance(limits=limits), more) == [
        ("B", 120000.0, 100000.0)
    ]


def test_the_gap_in_service_is_per_stream(good):
    # exams 4,400 of 4,500 rural, 7,800 of 8,000 urban; consultations 2,420 of 2,500 and 2,600 of 3,000
    rows = [
        row.model_copy(update={"facility": None, "ends": "unmet"}) if row.place == "P2" else row
        for row in good.exam_flows
    ]
    spoiled = good.model_copy(update={"exam_flows": tuple(rows)})
    narrow = county.instance(limits={"urban_rural_service_gap_max": 0.08})
    assert [where for where, _, _ in told("urban_rural_service_gap", narrow, spoiled)] == ["exams"]


def test_the_gap_in_travel(good):
    rule = "urban_rural_travel_gap"
    # 15.93 minutes by urban case of need, 13.29 by rural; what is unmet counts as outside
    assert told(rule, county.instance(limits={"urban_rural_travel_gap_max": 0.0}), good) == []
    reference = {"urban_rural_travel_gap_max": 0.1, "urban_travel_reference_min": 12.0}
    assert told(rule, county.instance(limits=reference), good) == [
        ("region", pytest.approx(13.290278), pytest.approx(13.2))
    ]
    assert told(rule, county.instance(limits=reference | {"urban_travel_reference_min": 12.1}), good) == []


def test_staff_hours(hand, good):
    rule = "staff_hours_within_what_is_there"
    # sonographers of A: 6 FTE for 4 machines of 1.2; a fifth fits to the hour, a sixth does not
    five = machine(good, "N", "US1", 1, 700000.0)
    assert told(rule, hand, five) == []
    assert told(rule, hand, machine(five, "N", "US1", 1, 700000.0)) == [("sono/A", 12960.0, 10800.0)]
    free = county.instance(limits={"staff_hours": False})
    assert told(rule, free, machine(five, "N", "US1", 9, 700000.0)) == []


def test_what_is_used_today_may_go_on(good):
    rule = "staff_hours_within_what_is_there"
    # B has one sonographer when no recruit comes: 1,800 hours, 2,160 in use today.
    short = county.instance(limits={"recruits_filled_share": 0.0})
    assert [found for found in told(rule, short, good) if found[0] == "sono/B"] == []
    assert ("sono/B", 4320.0, 2160.0) in told(rule, short, machine(good, "K", "US1", 1, 700000.0))


def test_the_staff_table(hand, good):
    row = good.staff[0]
    for column in ("available_hours_per_year", "used_hours_per_year"):
        assert len(told("staff_add_up", hand, put(good, "staff", row, **{column: 1.0}))) == 1
    missing = drop(good, "staff", lambda r: r is row)
    assert told("staff_add_up", hand, missing) == [("tech, A, used", 7200.0, 0.0)]


@pytest.mark.parametrize("limit", range(17))
@pytest.mark.parametrize("column", ["value", "limit_value"])
def test_the_limit_table(hand, good, limit, column):
    row = good.limits[limit]
    sign = {"value": 1, "limit_value": -1}[column] * (1 if row.sense == "at_least" else -1)
    told_wrong = {column: getattr(row, column) + 1000.0, "room": row.room + sign * 1000.0}
    where = [at for at, _, _ in told("limits_add_up", hand, put(good, "limits", row, **told_wrong))]
    assert where == [f"{row.limit}, {row.scope}, {'value' if column == 'value' else 'limit'}"]
    assert told("limits_add_up", hand, put(good, "limits", row, room=row.room + 1.0)) != []


def test_a_limit_that_is_not_told(hand, good):
    for row in good.limits:
        without = drop(good, "limits", lambda r, row=row: r is row)
        assert [where for where, _, _ in told("limits_add_up", hand, without)] == [
            f"{row.limit}, {row.scope}"
        ]


def test_a_limit_that_is_not_the_audits_own(hand, good):
    row = good.limits[0].model_copy(update={"limit": "unmet_within_limit"})
    assert told("limits_add_up", hand, add(good, "limits", row)) == []


@pytest.mark.parametrize("index", range(21))
def test_every_line_of_money_is_checked(hand, good, index):
    row = good.costs[index]
    assert told("costs_add_up", hand, put(good, "costs", row, cny=row.cny + 0.5)) == []
    findings = told("costs_add_up", hand, put(good, "costs", row, cny=row.cny + 1e6))
    assert findings[0][0].startswith(f"{row.category}, {row.kind}, {row.payer}")


@pytest.mark.parametrize("changes", [{"payer": "fund"}, {"kind": "capital"}, {"category": "gifts"}])
def test_money_of_another_kind(hand, good, changes):
    row = first(good.costs, lambda r: r.category == "upkeep")
    assert told("costs_add_up", hand, put(good, "costs", row, **changes)) != []


def test_life_years_of_capital(hand, good):
    row = first(good.costs, lambda r: r.category == "opening")
    assert told("costs_add_up", hand, put(good, "costs", row, life_years=20.0)) == [
        ("opening, capital, region, life_years", 15000.0, 10000.0)
    ]


def test_a_line_may_be_split_and_a_missing_one_is_told(hand, good):
    row = first(good.costs, lambda r: r.category == "running")
    split = add(put(good, "costs", row, cny=row.cny / 2), "costs", row, cny=row.cny / 2, facility="H")
    assert told("costs_add_up", hand, split) == []
    assert told("costs_add_up", hand, drop(good, "costs", lambda r: r is row)) == [
        ("running, yearly, region", 0.0, 2200000.0)
    ]


def test_links_of_sites_without_exams_may_be_paid(hand, good):
    room = first(good.centres, lambda r: r.reading_group == "imaging")
    links = first(good.costs, lambda r: r.category == "centre_links")
    three = put(good, "centres", room, sites_read_for=3)
    assert told("costs_add_up", hand, put(three, "costs", links, cny=3 * 12000 + 2 * 3000)) == []
    assert told("costs_add_up", hand, put(three, "costs", links, cny=4 * 12000 + 2 * 3000)) != []
    assert told("costs_add_up", hand, put(three, "costs", links, cny=3000)) != []


@pytest.mark.parametrize("action", ["buy", "move", "retire"])
def test_money_beside_machines(hand, good, action):
    row = first(good.machines, lambda r: r.action == action)
    assert len(told("machine_spend_adds_up", hand, put(good, "machines", row, spend_cny=1.0))) == 1


def test_links_count_other_sites_only(hand, good):
    mine = first(good.reading, lambda r: (r.facility, r.modality) == ("H", "ECG"))
    fewer = put(good, "reading", mine, exams_per_year=0.0)
    assert told("costs_add_up", hand, fewer) == []
    u = first(good.reading, lambda r: r.facility == "U")
    links = first(good.costs, lambda r: r.category == "centre_links")
    more = put(good, "reading", u, centre="H")
    assert told("costs_add_up", hand, put(more, "costs", links, cny=12000 + 2 * 3000)) == []
    assert told("costs_add_up", hand, more) == [("centre_links, yearly, region", 15000.0, 18000.0)]


def test_money_for_the_way(good):
    dear = county.instance(standards={"outreach": {"cny_per_km": 2.0, "km_per_hour": 20.0}})
    assert told("costs_add_up", dear, good) == []
    dearer = county.instance(standards={"outreach": {"cny_per_km": 2.0}})
    assert told("costs_add_up", dearer, good) == [
        ("outreach_travel, yearly, region", pytest.approx(7800), pytest.approx(15600))
    ]


def test_machines_that_need_nobody_use_no_hours(hand, good):
    types = hand.equipment.types
    alone = {**types, "CT16": types["CT16"].model_copy(update={"staff_role": None})}
    free = dataclasses.replace(hand, equipment=dataclasses.replace(hand.equipment, types=alone))
    assert told("staff_add_up", free, good) == [("tech, A, used", 7200.0, 0.0)]


def test_a_limit_told_in_the_wrong_sense(hand, good):
    row = good.limits[0]
    turned = put(good, "limits", row, sense="at_least", room=-row.room)
    assert told("limits_add_up", hand, turned) == [("spend_within_budget, region", 4065000.0, 4500000.0)]


def test_a_limit_on_nothing_need_not_be_told(good):
    nothing = county.instance(limits={"most_machines": {"MRI15": 1, "CT16": 3}})
    assert told("limits_add_up", nothing, good) == []
