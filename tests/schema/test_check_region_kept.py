"""What only looks odd is no fault; and how faults are told together."""

from __future__ import annotations

import pytest

from alloc.schema import Region
from alloc.schema.checks import check_region
from alloc.schema.checks.ids import REFERENCES
from tests.schema.damage import (
    TO_TABLE,
    Damage,
    Facts,
    add,
    again,
    both,
    drop,
    faults_of,
    put,
    travel,
)

KEPT: list[tuple[str, Damage]] = [
    ("the same role at another facility", add("staff", facility="T1", role="tech", fte=1)),
    (
        "a rate of one place beside the region's",
        add("exam_rates", modality="CT", age_band="old", place="01", per_1000=9),
    ),
    ("parallel roads", again("road_edges")),
    (
        "no points, but a full travel table",
        both(TO_TABLE, lambda f: [r.update(lon=None, lat=None) for r in f["places"]]),
    ),
    ("a way known only backwards", both(TO_TABLE, put("travel_minutes", 3, origin="H1", destination="T1"))),
    (
        "no machine of a kind that nobody needs",
        both(
            drop("equipment_types", 1),
            drop("exam_rates", 2, 3),
            lambda f: f["exam_rates"].extend(
                {"modality": "US", "age_band": b, "per_1000": 0} for b in ("young", "old")
            ),
        ),
    ),
    (
        "a band without people needs no rate",
        both(add("age_bands", id="none"), add("population", place="01", age_band="none", residents=0)),
    ),
    (
        "given needs stand in for a rate",
        both(
            drop("exam_rates", 0, 1),
            lambda f: f["given_needs"].extend(
                {"place": p, "stream": "exams", "subject": "CT", "per_year": 1} for p in ("02", "03")
            ),
        ),
    ),
    (
        "rates of every place stand in for the region's",
        both(
            drop("consult_rates"),
            lambda f: f["consult_rates"].extend(
                {"specialty": "cardio", "age_band": b, "place": p, "per_1000": 1}
                for b in ("young", "old")
                for p in ("01", "02", "03")
            ),
        ),
    ),
    (
        "a polygon about its point",
        put("places", 0, polygon_wkt="POLYGON((119.9 29.9, 120.1 29.9, 120.1 30.1, 119.9 29.9))"),
    ),
    (
        "its own readers, without being a centre",
        both(
            put("reading_today", 1, centre="T1"),
            add("readers", facility="T1", reading_group="imaging", count=1),
        ),
    ),
    ("installed in the planning year", put("inventory", 0, install_year=2025)),
    ("no step-down at all", put("conditions", 0, step_down_share=0, step_down_days=0)),
    ("beds are the only limit", put("capabilities", 1, episodes_per_year=None)),
    (
        "unequal ways, said to be so",
        both(travel(symmetric=False), add("travel_minutes", origin="H1", destination="T1", minutes=20)),
    ),
    ("equal ways both given", add("travel_minutes", origin="H1", destination="T1", minutes=15)),
    ("a point to itself in no time", add("travel_minutes", origin="H1", destination="H1", minutes=0)),
    ("a road class without speed, but minutes", put("road_edges", 1, road_class="path")),
    ("a full network", travel(method="network")),
    (
        "existing machines beyond what rooms allow",
        both(put("facilities", 0, machine_rooms=0), put("inventory", 0, count=1)),
    ),
]


@pytest.mark.parametrize("damage", [case[1] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_only_looks_odd_is_no_fault(facts: Facts, damage: Damage) -> None:
    damage(facts)
    assert faults_of(facts) == []


def test_a_sound_region_has_no_fault(facts: Facts) -> None:
    assert faults_of(facts) == []


def test_minutes_that_no_cell_can_hold_are_told_all_the_same(facts: Facts) -> None:
    region = Region.model_validate(facts)
    for minutes in (-1.0, float("nan"), float("inf")):
        row = region.travel_minutes[0].model_copy(update={"minutes": minutes})
        broken = region.model_copy(update={"travel_minutes": (row, *region.travel_minutes[1:])})
        assert [(f.rule, f.row) for f in check_region(broken)] == [("minutes_impossible", 0)]


def test_all_faults_are_told_in_one_go(facts: Facts) -> None:
    for damage in (
        put("staff", 0, facility="H9"),
        put("inventory", 0, install_year=2030),
        put("facilities", 0, lead=False),
        drop("exam_rates", 0),
    ):
        damage(facts)
    assert {f.rule for f in faults_of(facts)} == {
        "unknown_id",
        "installed_later",
        "consortium_without_lead",
        "rate_missing",
    }


def test_ids_that_dangle_everywhere_break_no_rule_by_crashing(facts: Facts) -> None:
    """Every reference at once points nowhere; every rule still runs to its end."""
    for table, field, _ in REFERENCES:
        for row in facts[table]:
            row[field] = "nowhere"
    facts["given_needs"][0]["subject"] = "nowhere"
    facts["road_edges"][0]["road_class"] = "nowhere"
    for method in ("table", "network", "great_circle"):
        facts["travel"]["method"] = method
        told = {(f.table, f.field) for f in faults_of(facts) if f.rule == "unknown_id"}
        assert {(table, field) for table, field, _ in REFERENCES} <= told


def test_a_scenario_may_make_things_scarce_but_not_contradictory(facts: Facts) -> None:
    facts["specialists"] = []
    facts["staff"][0]["facility"] = "H9"
    assert {f.rule for f in faults_of(facts)} == {"specialty_without_specialist", "unknown_id"}
    assert {f.rule for f in faults_of(facts, scarcity=False)} == {"unknown_id"}


def test_a_large_province_has_no_far_points(facts: Facts) -> None:
    for number in range(40):
        facts["places"].append({"id": f"x{number}", "area": "rural", "lon": 100.0 + number, "lat": 30.0})
        facts["population"].append({"place": f"x{number}", "age_band": "old", "residents": 0})
    assert not [f for f in faults_of(facts) if f.rule.startswith("point")]


def test_impossible_capacity_tells_need_and_largest_capacity(facts: Facts) -> None:
    facts["equipment_types"][1]["exams_per_year"] = 200
    fault = next(f for f in faults_of(facts) if f.rule == "exams_impossible")
    assert (fault.value, fault.params["need"], fault.params["most"]) == ("US", "1,200", "800")


def test_shared_rooms_go_to_the_machine_that_makes_most_of_them(facts: Facts) -> None:
    """Two rooms at H1 and one at T1: three CT16 make 15,000 whatever else could stand there."""
    facts["equipment_types"].append(facts["equipment_types"][0] | {"id": "CT8", "exams_per_year": 4000})
    facts["exam_rates"][0]["per_1000"] = facts["exam_rates"][1]["per_1000"] = 4000
    fault = next(f for f in faults_of(facts) if f.rule == "exams_impossible")
    assert (fault.params["need"], fault.params["most"]) == ("16,400", "15,000")


def test_facilities_that_must_not_be_used_offer_nothing(facts: Facts) -> None:
    facts["facilities"][0]["operating"] = "prohibited"
    facts["facilities"][1]["machine_rooms"] = 0
    assert {"exams_impossible", "condition_untreated"} <= {f.rule for f in faults_of(facts)}
