"""The tables of keys and references are whole, and suggestions are near."""

from __future__ import annotations

from typing import Any

from alloc.schema import TABLES
from alloc.schema.base import Row
from alloc.schema.checks.fault import Known
from alloc.schema.checks.ids import KEYS, REFERENCES
from alloc.units import ID_PATTERN


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
