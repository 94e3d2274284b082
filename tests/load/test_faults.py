"""What a planner reads when a file is wrong: every fault in one go, its place, and what would be right."""

from __future__ import annotations

import pytest

ROWS = {
    "id": "042010",
    "name_zh": "甲镇",
    "area": "urban",
    "lon": "120.1",
    "lat": "30.1",
}


@pytest.mark.parametrize(
    ("column", "cell", "rule", "remedy"),
    [
        ("id", "", "required", "fill it in."),
        ("id", "a/b", "not_an_id", "use letters"),
        ("id", " 042010", "not_an_id", "without blanks at the ends"),
        ("id", "x" * 65, "too_long", "shorten"),
        ("area", "urbann", "not_a_choice", "did you mean urban?"),
        ("lon", "200", "at_most", "at most 180"),
        ("lat", "-91", "at_least", "at least -90"),
        ("lon", "12O.1", "not_a_number", "write digits"),
        ("status", "guess", "not_a_choice", "did you mean"),
        ("area_km2", "-1", "at_least", "at least 0"),
        ("wealth", "1", "unknown_column", "did you mean"),
    ],
)
def test_one_wrong_cell(manifest, faults_of, column: str, cell: str, rule: str, remedy: str) -> None:
    cells = ROWS | {column: cell}
    text = ",".join(cells) + "\n" + ",".join(cells.values()) + "\n042011,乙镇,rural,120.2,30.2,\n"
    path = manifest("  places: places.csv", {"places.csv": text}, without=("places",))
    found = [fault for fault in faults_of(path) if fault.rule == rule]
    assert len(found) == 1
    fault = found[0]
    assert (fault.file, fault.column, fault.table) == ("places.csv", column, "places")
    assert fault.row == (None if rule == "unknown_column" else 2)
    assert remedy in fault.message("en")


def test_all_faults_of_all_tables_are_told_at_once(manifest, faults_of) -> None:
    path = manifest(
        "  places: places.csv\n  population: population.csv\n  staff: {file: staff.csv}\nstaffs: []\n",
        {
            "places.csv": "id,area,lon,lat,人口\n042010,urban,x,30\n042011,rurall,120,30,\n042011,rural,,,\n",
            "population.csv": "居民点,年龄段,常住人口(人)\n42010,all,-3\n042011,,1e3\n",
            "staff.csv": "\ufeff",
        },
        without=("places", "population"),
    )
    told = [(f.file, f.row, f.column, f.rule) for f in faults_of(path)]
    assert told == [
        ("places.csv", 2, None, "row_length"),
        ("staff.csv", None, None, "no_header"),
        ("region.yaml", None, "1", "unknown_key"),
        ("places.csv", None, "人口", "unknown_column"),
        ("places.csv", 2, "lon", "not_a_number"),
        ("places.csv", 3, "area", "not_a_choice"),
        ("population.csv", 2, "常住人口(人)", "at_least"),
        ("population.csv", 3, "年龄段", "required"),
        ("places.csv", 4, "id", "duplicated"),
        ("population.csv", 2, "居民点", "lost_leading_zero"),
    ]


def test_the_message_in_both_languages(small, faults_of) -> None:
    small["population"][1]["residents"] = "12,500"
    (fault,) = faults_of(small)
    assert fault.message("en") == (
        "table population, row 3, column residents: value '12,500' - is not a number. "
        "Remedy: write digits with a decimal point, without thousands separators, units or words; "
        "leave the cell empty where nothing is known."
    )
    assert fault.message("zh") == (
        "表 population，第 3 行，residents 列：值 '12,500'，不是数字。"
        "处理办法：请只写数字和小数点，不要带千位分隔符、单位或文字；未知则留空。"
    )


def test_a_missing_column_is_told_once_and_not_row_by_row(manifest, faults_of) -> None:
    path = manifest("  places: p.csv", {"p.csv": "id\n042010\n042011\n"}, without=("places",))
    assert [(f.rule, f.column) for f in faults_of(path)] == [("missing_column", "area")]


def test_required_tables(small, faults_of) -> None:
    del small["places"], small["about"]
    assert [f.rule for f in faults_of(small)] == ["missing_about", "missing_table"]


@pytest.mark.parametrize(
    ("crs", "rule"),
    [
        (None, "crs_missing"),
        ("GCJ-02", "crs_gcj02"),
        ("高德", "crs_gcj02"),
        ("BD09", "crs_bd09"),
        ("EPSG:4490", "crs_other"),
        ("EPSG:3857", "crs_other"),
    ],
)
def test_coordinate_systems(small, faults_of, crs: str | None, rule: str) -> None:
    small["about"]["crs"] = crs
    (fault,) = faults_of(small)
    assert fault.rule == rule
    assert "EPSG:4326" in fault.message("zh")


def test_thousands_of_faults_are_counted_and_not_all_told(small, faults_of) -> None:
    small["population"] = [{"place": "042010", "age_band": "all", "residents": "?"}] * 6000
    found = faults_of(small)
    counted = [fault for fault in found if fault.rule == "more_faults"]
    assert [fault.params["count"] for fault in counted] == ["1000"]


def test_wrong_ids_are_told_together_with_wrong_cells_but_never_as_their_consequence(
    small, faults_of
) -> None:
    small["places"][0]["id"] = 3.5  # unreadable, so nobody can say whether 042010 is known
    small["population"][1]["place"] = "nowhere"
    small["inventory"] = [{"facility": "H9", "equipment_type": "CT", "install_year": "?", "count": 1}]
    told = {(f.rule, f.value) for f in faults_of(small)}
    assert told == {
        ("id_not_text", "3.5"),
        ("not_a_number", "?"),
        ("unknown_id", "H9"),
        ("unknown_id", "CT"),
    }
