"""Damaged inputs as people hand them in, by mistake or not. Each is refused as a DataError that names the
place, the value, the rule and the remedy; never by any other exception, and never half-read.

A damage is one function that spoils a good input on the disk. `where` is what the fault must name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from alloc import labels
from alloc.errors import DataError, Fault
from alloc.instance.change import apply_scenario, find_scenario
from alloc.load import load_model, load_region

MANY = "x" * 2_100_000


@dataclass(frozen=True)
class Damage:
    """``source``: the fixture that is spoilt. ``rule``: what must be told, at ``where``."""

    name: str
    source: str
    spoil: Callable[[Path], object]
    rule: str
    where: dict[str, Any]


def edit(file: str, old: str, new: str) -> Callable[[Path], object]:
    """Replace the first occurrence of a text in a file beside the input (or the input itself)."""

    def spoil(path: Path) -> None:
        target = path.parent / file
        text = target.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not occur in {file}"
        target.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def put(sheet: str, cell: str, value: object) -> Callable[[Path], object]:
    """Write one cell of a workbook."""
    return in_book(lambda book: book[sheet].__setitem__(cell, value))


def in_book(spoil: Callable[[Any], object]) -> Callable[[Path], object]:
    """Change a workbook as Excel would."""

    def spoilt(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        spoil(book)
        book.save(path)

    return spoilt


def raw(file: str, content: bytes) -> Callable[[Path], object]:
    """Replace the bytes of a file."""
    return lambda path: (path.parent / file).write_bytes(content)


def link_out(path: Path) -> None:
    (path.parent.parent / "secret.csv").write_text("id\nx\n")
    (path.parent / "places.csv").unlink()
    (path.parent / "places.csv").symlink_to(path.parent.parent / "secret.csv")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def bomb(path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, 10)]
    path.write_text("\n".join(lines) + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")


def at(file: str, row: int | None = None, column: str | None = None, **more: object) -> dict[str, Any]:
    parts = {"file": file, "row": row, "column": column, **more}
    return {name: part for name, part in parts.items() if part is not None}


def csv(
    name: str, table: str, old: str, new: str, rule: str, row: int | None, column: str | None, told: str = ""
) -> Damage:
    """A damage of one CSV file of the folder, told there or in the file of another table."""
    return Damage(
        name, "folder", edit(f"{table}.csv", old, new), rule, at(f"{told or table}.csv", row, column)
    )


def manifest(name: str, old: str, new: str, rule: str, **where: object) -> Damage:
    """A damage of region.yaml."""
    return Damage(name, "folder", edit("region.yaml", old, new), rule, {"file": "region.yaml", **where})


def sheet(name: str, spoil: Callable[[Path], object], rule: str, **where: object) -> Damage:
    """A damage of the workbook."""
    return Damage(name, "workbook", spoil, rule, {"file": "region.xlsx", **where})


def json(name: str, old: str, new: str, rule: str, **where: object) -> Damage:
    """A damage of the JSON document."""
    return Damage(name, "document", edit("region.json", old, new), rule, {"file": "region.json", **where})


def model(name: str, old: str, new: str, rule: str, **where: object) -> Damage:
    """A damage of the model."""
    return Damage(name, "model", edit("model.yaml", old, new), rule, where)


DAMAGED: list[Damage] = [
    # cells
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
    # columns, rows, files
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
    # the manifest
    manifest("a path that climbs", "staff.csv", "../staff.csv", "path_outside", field="tables.staff"),
    manifest("an absolute path", "staff.csv", "/etc/passwd", "path_outside", field="tables.staff"),
    manifest("a drive letter", "staff.csv", "C:\\staff.csv", "path_outside", field="tables.staff"),
    manifest("web Mercator", "EPSG:4326", "EPSG:3857", "crs_other", field="about.crs"),
    manifest("GCJ-02", "EPSG:4326", "GCJ-02", "crs_gcj02", field="about.crs"),
    manifest("no coordinate system", "  crs: EPSG:4326\n", "", "crs_missing"),
    manifest(
        "a key twice", "  crs: EPSG:4326\n", "  crs: EPSG:4326\n  crs: EPSG:4326\n", "key_twice", line=7
    ),
    manifest("a tab", "  id: good", "\tid: good", "yaml_syntax", line=3),
    manifest("an unknown key", "  method: table", "  metod: table", "unknown_key", line=8),
    manifest("an unknown table", "  staff: ", "  stuff: ", "unknown_table", line=16),
    manifest("a year far off", "2026", "20266", "at_most", field="about.planning_year"),
    manifest(
        "yes for a number", "method: table", "cutoff_min: yes", "not_a_number", field="travel.cutoff_min"
    ),
    manifest(
        "a tag that runs code", "id: good", "id: !!python/object/apply:os.getcwd []", "yaml_tag", line=3
    ),
    manifest("a bottomless list", "id: good", f"id: {'[' * 5000}", "too_deep"),
    Damage("a YAML bomb", "folder", bomb, "yaml_alias", {"file": "region.yaml"}),
    Damage("no manifest", "folder", lambda p: p.unlink(), "no_such_region", {}),
    # between cells
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
    # workbooks
    sheet("a truncated workbook", truncate, "not_a_workbook"),
    sheet("text called a workbook", raw("region.xlsx", b"id,area\n"), "not_a_workbook"),
    sheet("a missing sheet", in_book(lambda b: b.remove(b["places"])), "missing_table"),
    sheet("an unknown sheet", in_book(lambda b: b.create_sheet("plces")), "unknown_sheet", sheet="plces"),
    sheet(
        "a date for a number",
        put("population", "C2", date(2026, 3, 1)),
        "date_for_number",
        sheet="population",
        row=2,
        column="residents",
    ),
    sheet(
        "an id as a number",
        put("population", "A2", 101),
        "lost_leading_zero",
        sheet="population",
        row=2,
        column="place",
    ),
    sheet(
        "a formula without value",
        put("population", "C3", "=1+1"),
        "formula_without_value",
        sheet="population",
        row=3,
        column="residents",
    ),
    sheet("an Excel error", put("staff", "C2", "#REF!"), "excel_error", sheet="staff", row=2, column="fte"),
    sheet(
        "merged cells",
        in_book(lambda b: b["places"].merge_cells("C2:C3")),
        "merged_cells",
        sheet="places",
        row=2,
    ),
    # JSON
    json("a comma too many", '"integrated": true', '"integrated": true,,', "json_syntax", line=23),
    json(
        "text for a number",
        '"residents": 900.0',
        '"residents": "lots"',
        "not_a_number",
        line=15,
        column="residents",
    ),
    json("a table that is none", '"roles": [', '"roles": 7, "staf": [', "not_a_table"),
    json(
        "a number past all bounds",
        '"residents": 900.0',
        '"residents": 1e999',
        "not_finite",
        column="residents",
    ),
    # scenarios
    manifest(
        "a scenario of an unknown table",
        "table: specialists",
        "table: specialist",
        "change_unknown_table",
        line=36,
    ),
    manifest("a scenario of an unknown field", "{id: S1}", "{ids: S1}", "change_unknown_field", line=36),
    Damage(
        "a scenario that selects nobody",
        "folder",
        edit("region.yaml", "{id: S1}", "{id: S9}"),
        "change_selects_nothing",
        {"table": "specialists", "field": "id", "value": "S9"},
    ),
    # models
    model("a misspelt key", "budget_cny: 3", "budgt_cny: 3", "unknown_key", line=8),
    model("a goal twice", "goal: travel", "goal: unmet", "invalid"),
    model("an unknown decision", "outreach,", "outrech,", "not_a_choice", line=3),
    model("a share above one", "min: 0.7", "min: 70", "not_a_share", line=9),
    model("a number with its unit", "3000000", "300万元", "not_a_number", line=8),
    model(
        "a scenario of an unknown section", "table: limits", "table: limit", "change_unknown_table", line=16
    ),
]

SEEN_LATER = ("a scenario that selects nobody",)
"""What shows only when a scenario is applied."""


def read(path: Path) -> None:
    """Read an input to the end; of a region also its scenarios."""
    if path.name == "model.yaml":
        load_model(path)
        return
    region = load_region(path)
    base = load_model({"id": "none"})
    for scenario in region.scenarios:
        apply_scenario(region, base, find_scenario(region, base, scenario.id))


def test_the_good_inputs_are_good_and_the_same(
    folder: Path, workbook: Path, document: Path, model: Path
) -> None:
    for path in (folder, workbook, document, model):
        read(path)
    assert load_region(folder) == load_region(document)
    without = load_region(folder).model_copy(update={"scenarios": (), "about": load_region(workbook).about})
    assert load_region(workbook) == without


@pytest.mark.parametrize("damage", DAMAGED, ids=[damage.name for damage in DAMAGED])
def test_a_damaged_input_is_refused_with_place_and_remedy(
    damage: Damage, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(damage.source)
    damage.spoil(path)
    with pytest.raises(DataError) as caught:
        read(path)
    assert caught.value.exit_code == 3
    told = [fault for fault in caught.value.faults if fault.rule == damage.rule]
    assert told, [fault.message() for fault in caught.value.faults]
    place = {name: getattr(told[0], name) for name in damage.where}
    if "file" in place:
        place["file"] = Path(place["file"]).name
    assert place == damage.where
    for fault in caught.value.faults:
        complete(fault)


@pytest.mark.parametrize(
    "damage", [d for d in DAMAGED if d.source != "model" and d.name not in SEEN_LATER], ids=lambda d: d.name
)
def test_the_command_line_says_the_same_and_exits_with_3(
    damage: Damage, request: pytest.FixtureRequest
) -> None:
    cli = pytest.importorskip("alloc.cli")
    path: Path = request.getfixturevalue(damage.source)
    damage.spoil(path)
    done = CliRunner().invoke(cli.main, ["check", str(path)], env={"LC_ALL": "C.UTF-8"})
    assert done.exit_code == 3, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    assert "Remedy" in done.output


def complete(fault: Fault) -> None:
    """Both languages have the rule and the remedy, on one line of bearable length."""
    for lang in labels.languages():
        assert labels.has(f"fault.{fault.rule}"), fault.rule
        assert fault._label("fault", lang), f"{fault.rule}: a parameter is missing"
        assert fault._label("remedy", lang), f"{fault.rule}: a parameter of the remedy is missing"
        assert "\n" not in fault.message(lang)
        assert len(fault.message(lang)) < 1000
