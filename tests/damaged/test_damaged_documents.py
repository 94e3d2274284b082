"""Manifests, JSON documents, scenarios and models, mistyped or hostile: refused, and never half-read."""

from __future__ import annotations

from pathlib import Path

import pytest

from alloc.load import load_region
from tests.damaged.damage import (
    Damage,
    alone,
    edit,
    json,
    manifest,
    model,
    raw,
    read,
    refused,
    refused_by_the_command_line,
)

RESIDENTS = '"residents": 900.0'
CHANGE = "{op: remove, table: specialists, where: {id: S1}}"


def bomb(path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, 10)]
    path.write_text("\n".join(lines) + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")


def loop(path: Path) -> None:
    (path.parent / "staff.csv").unlink()
    (path.parent / "staff.csv").symlink_to("staff.csv")


MANIFESTS = [
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
    alone(manifest("a path that climbs and returns", "staff.csv", "a/../staff.csv", "path_outside", line=16)),
    alone(manifest("a device", "staff.csv", "/dev/zero", "path_outside", line=16)),
    alone(
        manifest("a share of another computer", "staff.csv", "\\\\host\\staff.csv", "path_outside", line=16)
    ),
    alone(manifest("a file without a name", "staff.csv", '" "', "no_file_named", line=16)),
    Damage("a link to itself", "folder", loop, "path_outside", {"file": "region.yaml"}),
    manifest("an anchor merged", "  id: good", "  <<: {id: good}", "unknown_key", line=3),
    manifest("a full-width colon", "  id: good", "  id：good", "yaml_syntax"),
    manifest("a date for the year", "2026", "2026-01-01", "not_a_number", field="about.planning_year"),
    Damage(
        "a manifest in GBK", "folder", raw("region.yaml", "id: 好县".encode("gbk")), "document_not_utf8", {}
    ),
]

DOCUMENTS = [
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
    alone(json("NaN", RESIDENTS, '"residents": NaN', "not_finite", line=15, column="residents")),
    alone(json("minus infinity", RESIDENTS, '"residents": -Infinity', "not_finite", line=15)),
    alone(json("five thousand digits", RESIDENTS, f'"residents": {"9" * 5000}', "not_finite", line=15)),
    alone(json("a list for a number", RESIDENTS, '"residents": [900]', "not_a_number", line=15)),
    alone(json("a key twice in a row", RESIDENTS, f'{RESIDENTS}, "residents": 1', "key_twice", line=15)),
    Damage("a bottomless document", "document", raw("region.json", b"[" * 100_000), "too_deep", {}),
    Damage("a document in GBK", "document", raw("region.json", "好".encode("gbk")), "document_not_utf8", {}),
    json(
        "a name that no system can hold",
        '"roles": [',
        '"roles": "\\ud83d.csv", "rolez": [',
        "path_outside",
        line=29,
    ),
]

SCENARIOS = [
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
    alone(
        manifest(
            "a scenario twice", "  - id: one-leaves", "  - id: a\n  - id: a\n  - id: b", "duplicated_entry"
        )
    ),
    alone(
        manifest(
            "two scenarios for one folder", "  - id: one-leaves", "  - id: a\n  - id: A", "ids_alike", line=35
        )
    ),
    alone(manifest("a scenario that removes all", ", where: {id: S1}", "", "change_part_missing", line=36)),
    alone(
        manifest(
            "a factor in percent",
            CHANGE,
            "{op: scale, table: population, field: residents, by: 20%}",
            "percent",
            line=36,
        )
    ),
    Damage(
        "a scenario that names no row",
        "folder",
        edit("region.yaml", "{id: S1}", "{id: []}"),
        "change_selects_nothing",
        {"table": "specialists", "field": "id"},
    ),
    Damage(
        "a factor past all sense",
        "folder",
        edit("region.yaml", CHANGE, "{op: scale, table: population, field: residents, by: 1e300}"),
        "at_most",
        {"table": "population", "field": "residents", "row": 2},
    ),
]

MODELS = [
    model("a misspelt key", "budget_cny: 3", "budgt_cny: 3", "unknown_key", line=8),
    model("a goal twice", "goal: travel", "goal: unmet", "named_twice", line=11),
    model("an unknown decision", "outreach,", "outrech,", "not_a_choice", line=3),
    model("a share above one", "min: 0.7", "min: 70", "not_a_share", line=9),
    model("a number with its unit", "3000000", "300万元", "not_a_number", line=8),
    model(
        "a scenario of an unknown section", "table: limits", "table: limit", "change_unknown_table", line=16
    ),
    model("no goal", "  - {goal: unmet}\n  - {goal: travel, tolerance_share: 0.02}", "  []", "list_empty"),
    alone(model("a decision twice", "[equipment,", "[equipment, equipment,", "named_twice", line=3)),
    alone(model("a budget past all sense", "3000000", "1e300", "at_most", line=8)),
    alone(model("a budget with separators", "3000000", "3,000,000", "not_a_number", line=8)),
]

REGIONS = [*MANIFESTS, *DOCUMENTS, *SCENARIOS]
DAMAGED = [*REGIONS, *MODELS]


def test_the_good_inputs_are_good_and_the_same(
    folder: Path, workbook: Path, document: Path, model: Path
) -> None:
    for path in (folder, workbook, document, model):
        read(path)
    assert load_region(folder) == load_region(document)
    without = load_region(folder).model_copy(update={"scenarios": (), "about": load_region(workbook).about})
    assert load_region(workbook) == without


@pytest.mark.parametrize("damage", DAMAGED, ids=lambda damage: damage.name)
def test_a_damaged_document_is_refused_with_place_and_remedy(
    damage: Damage, request: pytest.FixtureRequest
) -> None:
    refused(damage, request.getfixturevalue(damage.source))


@pytest.mark.parametrize("damage", REGIONS, ids=lambda damage: damage.name)
def test_the_command_line_says_the_same_and_exits_with_3(
    damage: Damage, request: pytest.FixtureRequest
) -> None:
    refused_by_the_command_line(damage, request.getfixturevalue(damage.source))
