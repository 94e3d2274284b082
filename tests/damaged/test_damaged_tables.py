"""Tables in CSV files as people hand them in, by mistake or not: each is refused, and never half-read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.damaged.damage import Damage, alone, at, csv, edit, raw, refused, refused_by_the_command_line

MANY = "x" * 2_100_000


def link_out(path: Path) -> None:
    (path.parent.parent / "secret.csv").write_text("id\nx\n")
    (path.parent / "places.csv").unlink()
    (path.parent / "places.csv").symlink_to(path.parent.parent / "secret.csv")


def folder_for_a_file(path: Path) -> None:
    (path.parent / "staff.csv").unlink()
    (path.parent / "staff.csv").mkdir()


def endless(path: Path) -> None:
    (path.parent / "staff.csv").unlink()
    os.mkfifo(path.parent / "staff.csv")


def in_other_separators(separator: str) -> Damage:
    def spoil(path: Path) -> None:
        text = (path.parent / "staff.csv").read_text(encoding="utf-8")
        (path.parent / "staff.csv").write_text(text.replace(",", separator), encoding="utf-8")

    where = at("staff.csv")
    return alone(Damage(f"columns separated by {separator!r}", "folder", spoil, "csv_separator", where))


CELLS = [
    csv("a word for a number", "facilities", "80,2", "many,2", "not_a_number", 2, "beds"),
    csv("half a machine", "inventory", "2018,1", "2018,1.5", "not_whole", 2, "count"),
    csv("negative residents", "population", "900", "-900", "at_least", 2, "residents"),
    csv("NaN", "population", "300", "NaN", "not_finite", 3, "residents"),
    csv("a percentage", "conditions", "0.3", "30%", "percent", 2, "step_down_share"),
    csv("a share of thirty", "conditions", "0.3", "30", "not_a_share", 2, "step_down_share"),
    csv("thousands separator", "equipment_types", "1500000", '"1,500,000"', "not_a_number", 2, "price_cny"),
    csv("a formula in a CSV", "staff", "tech,3", "tech,=1+2", "not_a_number", 2, "fte"),
    csv("a blank required cell", "places", "rural", "", "required", 2, "area"),
    csv("an unknown choice", "facilities", "township", "townshp", "not_a_choice", 3, "tier"),
    csv("an id that climbs", "places", "0103", "../0103", "not_an_id", 4, "id"),
    csv("a huge cell", "places", "城区", MANY, "csv_syntax", None, None),
    csv("an invisible character", "places", "城区", "城\x07区", "control_character", 4, "name_zh"),
    csv("a latitude beyond the pole", "places", "86.00,44.00", "86.00,120.00", "at_most", 2, "lat"),
    alone(csv("full-width digits", "population", "900", "９００", "full_width_number", 2, "residents")),
    csv("a unit in the cell", "equipment_types", "1500000", "150万", "not_a_number", 2, "price_cny"),
    csv("a dash for nothing", "capabilities", "treat,90", "treat,-", "not_a_number", 3, "episodes_per_year"),
    alone(csv("a number past all sense", "population", "900", "1e308", "at_most", 2, "residents")),
    alone(csv("more machines than atoms", "inventory", "2018,1", "2018,99999999999", "at_most", 2, "count")),
    csv("a count of thirty digits", "inventory", "2018,1", f"2018,{'9' * 30}", "number_too_long", 2, "count"),
    csv("a date for a year", "inventory", "2018,1", "2018-05-01,1", "not_a_number", 2, "install_year"),
    csv("a Saturday", "specialists", "Mon, Wed, Fri", "Mon, Sat", "not_a_choice", 2, "days"),
    alone(csv("an id with a line break", "facilities", "T1,", '"T\n1",', "not_an_id", 3, "id")),
    alone(csv("an id with a blank behind", "facilities", "T1,", "T1 ,", "not_an_id", 3, "id")),
    alone(csv("an id with an invisible character", "facilities", "T1,", "T\u200b1,", "not_an_id", 3, "id")),
]

FILES = [
    csv("a missing column", "population", "residents", "#residents", "missing_column", None, "residents"),
    csv("an unknown column", "places", "area", "aera", "unknown_column", None, "aera"),
    csv("a column twice", "staff", "fte", "role", "column_twice", None, "role"),
    csv("a row too long", "staff", "tech,3", "tech,3,4,5", "row_length", 2, None),
    csv("an open quote", "places", "东村", '"东村', "csv_syntax", None, None),
    Damage("an empty file", "folder", raw("places.csv", b""), "no_header", at("places.csv")),
    Damage("a header only", "folder", raw("places.csv", b"id,area\n"), "table_empty", at("places.csv")),
    Damage(
        "GBK text",
        "folder",
        raw("places.csv", "id,area\n东,rural\n".encode("gbk")),
        "not_utf8",
        at("places.csv"),
    ),
    Damage(
        "a missing file",
        "folder",
        lambda p: (p.parent / "staff.csv").unlink(),
        "no_such_file",
        at("staff.csv"),
    ),
    Damage("a link out of the folder", "folder", link_out, "path_outside", at("region.yaml")),
    in_other_separators(";"),
    in_other_separators("\t"),
    alone(
        csv(
            "a title above the header",
            "staff",
            "facility",
            "各机构人员,,\nfacility",
            "title_above_header",
            1,
            None,
        )
    ),
    csv(
        "a row of totals", "population", "0103,old,900", "0103,old,900\n合计,,8100", "required", 8, "age_band"
    ),
    csv("a column without a name", "staff", "fte\nH1", "\nH1", "row_length", 2, None),
    alone(
        Damage(
            "UTF-8 called GBK",
            "folder",
            edit("region.yaml", "places: places.csv", "places: {file: places.csv, encoding: gb18030}"),
            "utf8_after_all",
            at("places.csv"),
        )
    ),
    Damage("UTF-16", "folder", raw("staff.csv", "facility,role,fte\n".encode("utf-16")), "not_utf8", {}),
    alone(Damage("a folder for a file", "folder", folder_for_a_file, "is_a_folder", at("staff.csv"))),
    pytest.param(
        alone(Damage("a pipe without end", "folder", endless, "no_such_file", at("staff.csv"))),
        marks=pytest.mark.skipif(os.name == "nt", reason="no such files there"),
    ),
]

BETWEEN_CELLS = [
    csv("an id twice", "places", "0102", "0101", "duplicated", 3, "id"),
    csv("an unknown id", "staff", "H1", "H2", "unknown_id", 2, "facility"),
    csv("a lost leading zero", "population", "0101", "101", "lost_leading_zero", 2, "place"),
    csv("swapped lon and lat", "places", "86.00,44.00", "44.00,86.00", "point_swapped", 2, "lon"),
    csv("swapped in the east", "places", "86.00,44.00", "44.00,120.00", "point_swapped", 2, "lon"),
    csv("swapped headers", "places", "lon,lat", "lat,lon", "points_all_swapped", None, "lon"),
    csv("unequal ways", "travel_minutes", "H1,11", "H1,11\nH1,T1,19", "minutes_differ", 7, "minutes"),
    csv("no minutes", "travel_minutes", "H1,12", "H1,nan", "not_finite", 3, "minutes"),
    csv("negative minutes", "travel_minutes", "H1,12", "H1,-12", "at_least", 3, "minutes"),
    csv(
        "a place without a way", "travel_minutes", "0102,H1,15\n", "", "place_without_way", 3, "id", "places"
    ),
    csv("no lead", "facilities", "yes", "no", "consortium_without_lead", 2, "id", "consortia"),
    csv("two leads", "facilities", "C1,no", "C1,yes", "consortium_two_leads", 3, "lead"),
    csv("half a point", "facilities", "86.01,44.00", "86.01,", "point_missing", 3, "lat"),
    csv(
        "nobody there",
        "population",
        "0102,young,800\n0102,old,200\n",
        "",
        "place_without_population",
        3,
        "id",
        "places",
    ),
    csv("no rate for a band", "exam_rates", "CT,old,400\n", "", "rate_missing", None, "age_band"),
    csv("an impossible capacity", "equipment_types", "8000", "80", "exams_impossible", 2, "id", "modalities"),
    csv("a scanner of next year", "inventory", "2018", "2027", "installed_later", 2, "install_year"),
    csv("a dearer discount", "price_breaks", "1400000", "1600000", "price_break_above_list", 2, "price_cny"),
    csv(
        "an unreachable place",
        "travel_minutes",
        "0102,H1,15",
        "0102,H1,400",
        "place_unreachable",
        3,
        "id",
        "places",
    ),
    alone(
        csv(
            "two ids that differ in a capital",
            "age_bands",
            "old,65岁及以上",
            "old,65岁及以上\nOld,65岁及以上",
            "ids_alike",
            4,
            "id",
        )
    ),
    csv("two ids that differ in width", "places", "0103,", "０１０２,", "ids_alike", 4, "id"),
    csv(
        "a polygon with a hole in its numbers",
        "places",
        "lat\n0101,东村,rural,C1,86.00,44.00",
        'lat,polygon_wkt\n0101,东村,rural,C1,86.00,44.00,"POLYGON((86 44, nan 44, 86 45, 86 44))"',
        "polygon_unreadable",
        2,
        "polygon_wkt",
    ),
]

DAMAGED = [*CELLS, *FILES, *BETWEEN_CELLS]


@pytest.mark.parametrize("damage", DAMAGED, ids=lambda damage: damage.name)
def test_a_damaged_table_is_refused_with_place_and_remedy(
    damage: Damage, request: pytest.FixtureRequest
) -> None:
    refused(damage, request.getfixturevalue(damage.source))


@pytest.mark.parametrize("damage", DAMAGED, ids=lambda damage: damage.name)
def test_the_command_line_says_the_same_and_exits_with_3(
    damage: Damage, request: pytest.FixtureRequest
) -> None:
    refused_by_the_command_line(damage, request.getfixturevalue(damage.source))
