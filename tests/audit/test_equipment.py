"""Machines and exams: each rule at its edge."""

from __future__ import annotations

import dataclasses

import pytest

from alloc.plan.audit import AUDIT_RULES
from tests.audit import county
from tests.audit.edits import add, drop, first, machine, put


def buy(plan, kind, facility):
    return first(plan.machines, lambda r: (r.action, r.equipment_type, r.facility) == ("buy", kind, facility))


def told(rule, instance, plan):
    return [(found.where, found.value, found.limit) for found in AUDIT_RULES[rule](instance, plan)]


def test_a_cohort_is_accounted_for_by_type_year_and_place(hand, good):
    rule = "every_machine_is_kept_moved_or_retired"
    kept = first(good.machines, lambda r: (r.facility, r.equipment_type, r.action) == ("H", "US1", "keep"))
    assert told(rule, hand, put(good, "machines", kept, count=2)) == [("H, US1, 2020", 3.0, 2.0)]
    assert told(rule, hand, put(good, "machines", kept, install_year=2019)) == [
        ("H, US1, 2019", 1.0, 0.0),
        ("H, US1, 2020", 1.0, 2.0),
    ]
    assert told(rule, hand, put(good, "machines", kept, action="retire")) == []
    ghost = good.machines[0].model_copy(update={"facility": "K", "action": "retire"})
    assert told(rule, hand, add(good, "machines", ghost)) == [("K, CT16, 2020", 1.0, 0.0)]


def test_old_machines_may_stay_unless_they_must_go(hand, good):
    old = first(good.machines, lambda r: r.install_year == 2012)
    kept = put(good, "machines", old, action="keep")
    assert told("machines_past_their_life_go", hand, kept) == [("H, CT16, 2012", 1, 0)]
    lenient = county.instance(standards={"equipment": {"obsolete_machines": "may_stay"}})
    assert told("machines_past_their_life_go", lenient, kept) == []


@pytest.mark.parametrize(("install_year", "gone"), [(2018, True), (2019, False)])
def test_a_machine_is_old_in_the_year_its_life_ends(hand, good, install_year, gone):
    # US1 lasts 8 years; the planning year is 2026.
    kept = first(good.machines, lambda r: (r.facility, r.equipment_type, r.action) == ("K", "US1", "keep"))
    spoiled = put(good, "machines", kept, install_year=install_year)
    assert bool(told("machines_past_their_life_go", hand, spoiled)) == gone


def test_machines_move_within_the_pool_and_within_their_life(hand, good):
    rule = "machines_move_within_their_pool"
    move = first(good.machines, lambda r: r.action == "move")
    assert told(rule, hand, put(good, "machines", move, from_facility="K")) != []
    assert told(rule, hand, put(good, "machines", move, install_year=2018)) != []
    assert told(rule, hand, put(good, "machines", move, from_facility="T")) == []
    loose = county.instance(limits={"staff_may_cross": True})
    assert told(rule, loose, put(good, "machines", move, from_facility="K")) == []


def test_prices(hand, good, broken):
    us = buy(good, "US1", "T")
    assert told("one_price_level_a_type", hand, put(good, "machines", us, unit_cny=800000)) == [
        ("US1", 800000.0, 700000.0)
    ]
    ct = buy(good, "CT16", "T")
    bulk = put(good, "machines", ct, unit_cny=1275000, spend_cny=1275000)
    assert told("bulk_price_only_from_its_quantity", hand, bulk) == [("T, CT16", 1, 3)]
    three = put(good, "machines", ct, unit_cny=1275000, count=3)
    assert told("bulk_price_only_from_its_quantity", hand, three) == []
    odd = put(good, "machines", ct, unit_cny=1400000)
    assert told("buy_only_at_the_chosen_price", hand, odd) == [("T, CT16", 1400000.0, 1500000.0)]
    assert told("buy_only_at_the_chosen_price", hand, put(good, "machines", ct, unit_cny=1500000.4)) == []


def test_a_type_without_a_price_is_not_for_sale(hand, good):
    types = hand.equipment.types
    free = {**types, "CT16": types["CT16"].model_copy(update={"price_cny": 0.0})}
    levels = {**hand.equipment.price_levels, "CT16": [(1, 0.0)]}
    equipment = dataclasses.replace(hand.equipment, types=free, price_levels=levels)
    spoiled = put(good, "machines", buy(good, "CT16", "T"), unit_cny=0.0)
    assert told("buy_only_at_the_chosen_price", dataclasses.replace(hand, equipment=equipment), spoiled) != []


def test_a_site_takes_only_so_many_of_a_type(hand, good):
    rule = "machines_fit_the_limit_of_the_site"
    ct = buy(good, "CT16", "T")
    assert told(rule, hand, put(good, "machines", ct, count=2)) == []  # two rooms, two a facility
    assert told(rule, hand, put(good, "machines", ct, count=3)) == [("T, CT16", 3, 2)]
    one_room = county.with_facts(hand, "T", machine_rooms=1)
    assert told(rule, one_room, put(good, "machines", ct, count=2)) == [("T, CT16", 2, 1)]
    no_room = county.with_facts(hand, "H", machine_rooms=0)
    assert told(rule, no_room, good) == []  # what stands at H today may stay


def test_no_machine_arrives_below_its_tier_or_where_none_may_stand(hand, good):
    rule = "machines_fit_the_limit_of_the_site"
    assert told(rule, hand, machine(good, "T", "MRI15", 1, 5000000.0)) == [("T, MRI15", 1, 0)]
    assert told(rule, hand, machine(good, "H", "MRI15", 1, 5000000.0)) == []
    held = county.instance(decisions=["imaging", "outreach", "referral"])
    assert {where for where, _, _ in told(rule, held, good)} >= {"T, CT16", "N, US1"}


def test_rooms_are_shared_by_all_types_of_a_facility(hand, good):
    full = machine(good, "H", "MRI15", 1, 5000000.0)
    assert told("machines_fit_the_rooms", county.with_facts(hand, "H", machine_rooms=2), full) == []
    wider = machine(machine(full, "H", "CT16", 1, 1500000.0), "H", "CT16", 1, 1500000.0)
    assert told("machines_fit_the_rooms", hand, wider) == []
    narrow = county.with_facts(hand, "H", machine_rooms=3)
    assert told("machines_fit_the_rooms", narrow, wider) == [("H", 4.0, 3)]


def test_exams_are_all_counted_within_the_tolerance(hand, good):
    rule = "every_exam_is_made_or_counted"
    flow = first(good.exam_flows, lambda r: r.facility == "K")
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=1000.01)) == []
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=1000.1)) == [
        ("P1, US", 4000.1, 4000.0)
    ]
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=999.9)) == [
        ("P1, US", 3999.9, 4000.0)
    ]
    not_needed = flow.model_copy(update={"modality": "MRI", "exams_per_year": 1.0})
    assert told(rule, hand, add(good, "exam_flows", not_needed)) == [("P1, MRI", 1.0, 0.0)]


def test_capacity_is_that_of_machines_in_their_life_and_less_past_it(hand, good):
    rule = "exams_within_machine_capacity"
    flow = first(good.exam_flows, lambda r: (r.modality, r.facility) == ("CT", "H"))
    one = 10000 * 0.85
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=one)) == []
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=one + 1)) == [
        ("H, CT", one + 1, one)
    ]
    old = first(good.machines, lambda r: r.install_year == 2012)
    both = put(good, "machines", old, action="keep")
    two = one + one * 0.8  # four years past its life, 5% a year
    assert told(rule, hand, put(both, "exam_flows", flow, exams_per_year=two)) == []
    assert told(rule, hand, put(both, "exam_flows", flow, exams_per_year=two + 1)) == [
        ("H, CT", two + 1, two)
    ]


def test_a_bought_machine_is_new_whatever_year_is_written_beside_it(hand, good):
    ct = buy(good, "CT16", "T")
    assert told("exams_within_machine_capacity", hand, put(good, "machines", ct, install_year=1950)) == []


def test_exams_only_where_a_machine_stands(hand, good, broken):
    without = drop(good, "machines", lambda r: (r.facility, r.equipment_type) == ("T", "CT16"))
    assert told("examine_only_where_offered", hand, without) == [("T, CT", 1000.0, 0.0)]
    assert told("offer_only_with_a_machine", hand, without) == [("T, CT", 1000.0, 0.0)]
    ct = buy(good, "CT16", "T")
    assert told("examine_only_where_offered", hand, put(good, "machines", ct, count=0)) != []


def test_a_trickle_of_the_solver_at_a_bare_site_is_no_finding(broken, good):
    flow = first(good.exam_flows, lambda r: r.facility == "K")
    trickle = flow.model_copy(update={"facility": "U", "modality": "US", "exams_per_year": 5e-5,
                                      "ends": "own_consortium", "minutes": 55})  # fmt: skip
    assert broken(add(good, "exam_flows", trickle)) == set()


def test_outside_at_most_its_share(hand, good):
    rule = "outside_exams_within_their_share"
    flow = first(good.exam_flows, lambda r: r.ends == "outside")
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=300.0)) == []
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=301.0)) == [("P1, CT", 301.0, 300.0)]


def test_two_machines_make_twice_as_much(hand, good):
    flow = first(good.exam_flows, lambda r: (r.modality, r.facility) == ("ECG", "H"))
    two = 2 * 5000 * 0.85
    rule = "exams_within_machine_capacity"
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=two)) == []
    assert told(rule, hand, put(good, "exam_flows", flow, exams_per_year=two + 1)) == [
        ("H, ECG", two + 1, two)
    ]
