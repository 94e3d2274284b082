"""Whatever a region holds, the rules between its cells tell faults; they never raise."""

from __future__ import annotations

import random
from typing import Any

import pytest
from pydantic import ValidationError

from alloc.errors import ModelError
from alloc.instance.change import apply_scenario
from alloc.schema import TABLES, Model, Region, Scenario
from alloc.schema.checks import check_model, check_region
from alloc.schema.checks.scenarios import ROWS, SECTIONS

VALUES: list[Any] = [0, 0.0, 1, 1.5, 1e12, -1, "", "H1", "T1", "01", "CT", "nobody", "county", None, True, []]


def shaken(facts: dict[str, Any], seed: int) -> dict[str, Any]:
    """A few rows dropped, doubled, or with another value in a field."""
    draw = random.Random(seed)
    facts["travel"]["method"] = draw.choice(["table", "network", "great_circle"])
    for _ in range(draw.randint(1, 12)):
        table = draw.choice([name for name in TABLES if facts.get(name)])
        rows, deed = facts[table], draw.choice(["drop", "double", "empty", "value", "value", "value"])
        row = draw.randrange(len(rows))
        if deed == "drop":
            rows.pop(row)
        elif deed == "double":
            rows.append(dict(rows[row]))
        elif deed == "empty":
            rows.clear()
        else:
            rows[row] = with_other_value(table, rows[row], draw)
    return facts


def with_other_value(table: str, row: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """The row with another value in a field, one that the field can hold."""
    for _ in range(30):
        changed = row | {draw.choice(list(TABLES[table].model_fields)): draw.choice(VALUES)}
        try:
            TABLES[table].model_validate(changed)
        except ValidationError:
            continue
        return changed
    return row


@pytest.mark.parametrize("seed", range(300))
def test_a_shaken_region_gives_faults_and_no_exception(facts: dict[str, Any], seed: int) -> None:
    model = Model.model_validate({"id": "m", "limits": {"most_machines": {"CT16": 1}}})
    region = Region.model_validate(shaken(facts, seed))
    for fault in [*check_region(region), *check_model(model, region)]:
        assert fault.row is None or fault.row < len(getattr(region, fault.table))
        assert fault.as_fault()._label("fault", "en"), fault


def random_change(facts: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """Mostly in values that do occur, so that many are applied."""
    table = draw.choice([*(name for name in ROWS if facts.get(name)), *SECTIONS])
    row = draw.choice(facts[table]) if table in facts and table in ROWS else {}
    names = list((ROWS.get(table) or SECTIONS[table]).model_fields)
    change: dict[str, Any] = {"op": draw.choice(["set", "scale", "add", "remove"]), "table": table}
    if change["op"] in ("set", "scale"):
        change["field"] = draw.choice(names) + (draw.choice(["", ".CT16"]) if table in SECTIONS else "")
    if change["op"] == "set":
        change["value"] = draw.choice([*VALUES, row.get(change["field"], 1)])
    if change["op"] == "scale":
        change["by"] = draw.choice([0, 0.5, 1.1, 1e308])
    if change["op"] == "add":
        change["rows"] = [row | {draw.choice(names): draw.choice(VALUES[:-1])}]
    elif row and draw.random() < 0.7:
        name = draw.choice(list(row))
        change["where"] = {name: draw.choice([row[name], row[name], draw.choice(VALUES)])}
    return change


@pytest.mark.parametrize("seed", range(300))
def test_a_random_scenario_is_applied_or_refused(facts: dict[str, Any], seed: int) -> None:
    draw = random.Random(seed)
    changes = [random_change(facts, draw) for _ in range(draw.randint(1, 2))]
    try:
        scenario = Scenario.model_validate({"id": "s", "changes": changes})
    except ValidationError:
        return
    region = Region.model_validate(facts)
    model = Model.model_validate({"id": "m", "limits": {"most_machines": {"CT16": 1}}})
    try:
        after, changed = apply_scenario(region, model, scenario)
    except ModelError as error:
        for fault in error.faults:
            assert fault._label("fault", "zh"), fault
        return
    assert Region.model_validate(after.model_dump()) == after
    assert Model.model_validate(changed.model_dump()) == changed
