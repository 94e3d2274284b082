"""Every rule between the cells of a region: told where it is broken, silent where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alloc import labels
from alloc.schema import TABLES, Region
from alloc.schema.base import Row
from alloc.schema.checks import TableFault, check_region
from alloc.schema.checks.fault import Known
from alloc.schema.checks.ids import KEYS, REFERENCES
from alloc.units import ID_PATTERN

Facts = dict[str, Any]
Damage = Callable[[Facts], object]


def put(table: str, row: int, **cells: object) -> Damage:
    """Overwrite cells of a row."""
    return lambda facts: facts[table][row].update(cells)


def add(table: str, **cells: object) -> Damage:
    """Append a row."""
    return lambda facts: facts[table].append(cells)


def drop(table: str, *rows: int) -> Damage:
    """Delete rows; without numbers, all."""
    return lambda facts: facts.update(
        {table: [r for i, r in enumerate(facts[table]) if rows and i not in rows]}
    )


def again(table: str, row: int = 0) -> Damage:
    """Append a copy of a row."""
    return lambda facts: facts[table].append(dict(facts[table][row]))


def travel(**cells: object) -> Damage:
    return lambda facts: facts["travel"].update(cells)


def both(*damages: Damage) -> Damage:
    return lambda facts: [damage(facts) for damage in damages]


def move_west(facts: Facts) -> None:
    """To where longitudes are below 90, so that a swapped pair passes as degrees."""
    for row in (*facts["places"], *facts["facilities"]):
        row["lon"] -= 40


TO_TABLE = travel(method="table")

BROKEN: list[tuple[str, str, int | None, str | None, Damage]] = [
    # ids
    ("table_empty", "places", None, None, drop("places")),
    ("duplicated", "places", 3, "id", again("places")),
    ("duplicated", "population", 6, "place", again("population", 2)),
    ("duplicated", "staff", 1, "facility", again("staff")),
    ("duplicated", "exam_rates", 4, "modality", again("exam_rates", 1)),
    ("duplicated", "tier_money", 3, "tier", again("tier_money")),
    ("duplicated_entry", "scenarios", 1, "id", again("scenarios")),
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


def faults_of(facts: Facts, **options: bool) -> list[TableFault]:
    return check_region(Region.model_validate(facts), **options)


def test_a_sound_region_has_no_fault(facts: Facts) -> None:
    assert faults_of(facts) == []


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


# --- the tables of rules themselves ---


def test_every_table_has_a_key_except_roads() -> None:
    assert set(TABLES) - set(KEYS) == {"road_edges"}
    assert all(set(fields) <= set(TABLES[table].model_fields) for table, fields in KEYS.items())


def test_every_id_field_is_a_key_or_a_known_reference() -> None:
    def is_id(row: type[Row], name: str) -> bool:
        return ID_PATTERN in _patterns(row.model_json_schema()["properties"][name])

    found = {(t, n) for t, row in TABLES.items() for n in row.model_fields if is_id(row, n)}
    own = {(table, "id") for table in TABLES} | {("road_speeds", "road_class")}
    special = {("given_needs", "subject"), ("road_edges", "road_class")}
    assert found - own == {(table, field) for table, field, _ in REFERENCES} | special


def _patterns(schema: dict[str, Any]) -> list[str]:
    return [one.get("pattern", "") for one in (schema, *schema.get("anyOf", ()))]


# --- suggestions ---


def test_suggestions_find_the_near_the_twin_and_else_some() -> None:
    known = Known("facilities", ["H001", "H002", "T100", "ａ7"])
    assert known.suggest("H01").startswith("H001")
    assert known.suggest("h001") == "H001"
    assert known.suggest("A7") == "ａ7"
    assert known.suggest("~~~~") == "H001, H002, T100, …"
    assert Known("facilities", []).suggest("H1") == "-"


def test_a_whole_column_of_wrong_ids_takes_no_minutes() -> None:
    known = Known("places", (f"{k:012d}" for k in range(330_000, 350_000)))
    for k in range(20_000):
        assert known.unknown(f"wrong{k}", "population", k, "place").rule == "unknown_id"
