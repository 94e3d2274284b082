"""Every rule between the cells of a region is told where it is broken."""

from __future__ import annotations

import pytest

from alloc import labels
from tests.schema.damage import (
    TO_TABLE,
    Damage,
    Facts,
    add,
    again,
    both,
    drop,
    faults_of,
    move_west,
    put,
    travel,
)

BROKEN: list[tuple[str, str, int | None, str | None, Damage]] = [
    # ids
    ("table_empty", "places", None, None, drop("places")),
    ("duplicated", "places", 3, "id", again("places")),
    ("duplicated", "population", 6, "place", again("population", 2)),
    ("duplicated", "staff", 1, "facility", again("staff")),
    ("duplicated", "exam_rates", 4, "modality", again("exam_rates", 1)),
    ("duplicated", "tier_money", 3, "tier", again("tier_money")),
    ("duplicated_entry", "scenarios", 1, "id", again("scenarios")),
    ("ids_alike", "age_bands", 2, "id", add("age_bands", id="Young")),
    ("ids_alike", "scenarios", 1, "id", add("scenarios", id="Ｆlu")),
    ("id_of_place_and_facility", "facilities", 1, "id", put("facilities", 1, id="02")),
    ("unknown_id", "staff", 0, "facility", put("staff", 0, facility="H9")),
    ("unknown_id", "given_needs", 0, "subject", put("given_needs", 0, subject="cardio")),
    ("unknown_id", "specialists", 0, "mentor_clinic", put("specialists", 0, mentor_clinic="T9")),
    ("unknown_id", "travel_minutes", 0, "origin", put("travel_minutes", 0, origin="04")),
    ("unknown_id", "road_edges", 0, "destination", put("road_edges", 0, destination="z")),
    ("lost_leading_zero", "population", 0, "place", put("population", 0, place="1")),
    # points
    ("point_missing", "places", 0, "lon", put("places", 0, lon=None, lat=None)),
    ("point_missing", "facilities", 1, "lat", both(TO_TABLE, put("facilities", 1, lat=None))),
    ("point_far", "places", 1, "lon", put("places", 1, lon=100.0)),
    (
        "point_swapped",
        "places",
        1,
        "lon",
        lambda facts: [move_west(facts), put("places", 1, lon=30, lat=80)(facts)],
    ),
    (
        "points_all_swapped",
        "places",
        None,
        "lon",
        lambda facts: [r.update(lon=30, lat=82) for t in ("places", "facilities") for r in facts[t]],
    ),
    ("polygon_unreadable", "places", 0, "polygon_wkt", put("places", 0, polygon_wkt="POLYGON((1 2, 3")),
    ("polygon_unreadable", "places", 0, "polygon_wkt", put("places", 0, polygon_wkt="POINT(120 30)")),
    (
        "polygon_elsewhere",
        "places",
        0,
        "polygon_wkt",
        put("places", 0, polygon_wkt="POLYGON((30 120, 30.1 120, 30.1 120.1, 30 120))"),
    ),
    # people and needs
    ("place_without_population", "places", 2, "id", drop("population", 4, 5)),
    (
        "population_zero",
        "population",
        None,
        "residents",
        lambda facts: [row.update(residents=0) for row in facts["population"]],
    ),
    ("rate_missing", "exam_rates", None, "age_band", drop("exam_rates", 2)),
    ("rate_missing", "consult_rates", None, "age_band", drop("consult_rates")),
    ("rate_missing", "episode_rates", None, "age_band", drop("episode_rates", 1)),
    # members
    ("lead_without_consortium", "facilities", 1, "lead", put("facilities", 1, lead=True, consortium=None)),
    ("consortium_without_lead", "consortia", 0, "id", put("facilities", 0, lead=False)),
    ("consortium_two_leads", "facilities", 1, "lead", put("facilities", 1, lead=True)),
    ("specialist_without_days", "specialists", 0, "days", put("specialists", 0, days=[])),
    ("weekday_twice", "specialists", 0, "days", put("specialists", 0, days="Mon, Tue, Mon")),
    ("specialist_home_too_low", "specialists", 0, "home", put("specialists", 0, home="T1")),
    ("mentor_clinic_too_high", "specialists", 0, "mentor_clinic", put("specialists", 0, mentor_clinic="H1")),
    ("centre_without_readers", "reading_today", 0, "centre", put("readers", 0, count=0)),
    ("centre_without_readers", "reading_today", 1, "centre", put("reading_today", 1, centre="T1")),
    ("centre_not_listed", "reading_today", 1, "centre", drop("reading_centres")),
    # supply
    ("price_break_above_list", "price_breaks", 0, "price_cny", put("price_breaks", 0, price_cny=101)),
    ("price_break_not_lower", "price_breaks", 1, "price_cny", put("price_breaks", 1, price_cny=95)),
    ("price_break_not_lower", "price_breaks", 0, "price_cny", put("price_breaks", 0, quantity_from=8)),
    ("installed_later", "inventory", 0, "install_year", put("inventory", 0, install_year=2026)),
    ("step_down_half_given", "conditions", 0, "step_down_days", put("conditions", 0, step_down_days=0)),
    ("step_down_half_given", "conditions", 0, "step_down_share", put("conditions", 0, step_down_share=0)),
    (
        "treats_below_tier",
        "capabilities",
        3,
        "facility",
        add("capabilities", facility="T1", condition="stroke", role="treat"),
    ),
    ("tier_without_money", "tier_money", None, "tier", drop("tier_money", 2)),
    ("tier_without_money", "tier_money", None, "tier", drop("tier_money", 0)),
    # travel
    (
        "minutes_to_itself",
        "travel_minutes",
        4,
        "minutes",
        add("travel_minutes", origin="H1", destination="H1", minutes=2),
    ),
    (
        "minutes_differ",
        "travel_minutes",
        4,
        "minutes",
        add("travel_minutes", origin="H1", destination="T1", minutes=15.1),
    ),
    ("travel_table_empty", "travel_minutes", None, None, both(TO_TABLE, drop("travel_minutes"))),
    ("place_without_way", "places", 1, "id", both(TO_TABLE, drop("travel_minutes", 1))),
    ("way_missing", "specialists", 0, "mentor_clinic", both(TO_TABLE, drop("travel_minutes", 3))),
    ("way_missing", "outreach_today", 0, "facility", both(TO_TABLE, drop("travel_minutes", 3))),
    ("way_missing", "session_needs", 0, "facility", both(TO_TABLE, drop("travel_minutes", 3))),
    ("way_missing", "capabilities", 0, "facility", both(TO_TABLE, drop("travel_minutes", 3))),
    ("way_missing", "capabilities", 2, "facility", both(TO_TABLE, drop("travel_minutes", 3))),
    ("roads_missing", "road_edges", None, None, both(travel(method="network"), drop("road_edges"))),
    (
        "roads_missing",
        "road_nodes",
        None,
        None,
        both(travel(method="network"), drop("road_edges"), drop("road_nodes")),
    ),
    ("road_without_time", "road_edges", 0, "road_class", put("road_edges", 0, road_class=None)),
    ("road_class_without_speed", "road_edges", 0, "road_class", put("road_edges", 0, road_class="mian")),
    # nothing could meet it
    ("modality_without_machine", "modalities", 1, "id", drop("equipment_types", 1)),
    ("exams_impossible", "modalities", 1, "id", put("equipment_types", 1, exams_per_year=200)),
    ("exams_impossible", "modalities", 0, "id", put("equipment_types", 0, exams_per_year=300)),
    ("exams_impossible", "modalities", 1, "id", put("exam_rates", 2, per_1000=20_000)),
    ("specialty_without_specialist", "specialties", 0, "id", drop("specialists")),
    ("condition_untreated", "conditions", 0, "id", drop("capabilities", 1)),
    ("episodes_impossible", "conditions", 0, "id", put("capabilities", 1, episodes_per_year=29)),
    # scenarios
    (
        "baseline_changed",
        "scenarios",
        1,
        "id",
        add(
            "scenarios",
            id="baseline",
            changes=[{"op": "remove", "table": "specialists", "where": {"id": "S1"}}],
        ),
    ),
]


@pytest.mark.parametrize(
    ("rule", "table", "row", "field", "damage"), BROKEN, ids=[f"{case[0]}-{case[1]}" for case in BROKEN]
)
def test_a_broken_rule_is_told_at_its_place(
    facts: Facts, rule: str, table: str, row: int | None, field: str | None, damage: Damage
) -> None:
    damage(facts)
    faults = faults_of(facts)
    assert (rule, table, row, field) in [(f.rule, f.table, f.row, f.field) for f in faults]
    for fault in faults:
        for lang in labels.languages():
            assert labels.has(f"fault.{fault.rule}")
            assert labels.has(f"remedy.{fault.rule}")
            assert fault.as_fault()._label("fault", lang), "a parameter is missing"
            assert fault.as_fault()._label("remedy", lang)


def test_every_rule_has_a_case() -> None:
    """What the code can tell, `BROKEN` or a test by name shows."""
    import inspect

    from alloc.schema.checks import capacity, ids, members, needs, points, supply, ways

    shown = {case[0] for case in BROKEN} | {"minutes_impossible"}
    for module in (capacity, ids, members, needs, points, supply, ways):
        source = inspect.getsource(module)
        told = {key.removeprefix("fault.") for key in labels.keys("en") if key.startswith("fault.")}
        assert {rule for rule in told if f'"{rule}"' in source} <= shown
