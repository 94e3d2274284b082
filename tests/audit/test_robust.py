"""Whatever rows say, the audit answers with findings; noise below the tolerance is not told."""

from __future__ import annotations

import random
from typing import Any, get_args

import pytest

from alloc.instance import compile_instance
from alloc.plan.audit import audit
from alloc.plan.audit_shape import numbers_of
from alloc.plan.audit_tables import KEYS, KIND_OF_COLUMN, lookups
from alloc.schema import Decisions
from alloc.synthetic import synthetic_model, synthetic_region, tiny_region


def test_the_audit_knows_every_table_and_every_column_that_names_something():
    assert set(KEYS) == set(Decisions.model_fields)
    for name, columns in KEYS.items():
        row_type = get_args(Decisions.model_fields[name].annotation)[0]
        assert set(columns) <= set(row_type.model_fields)
    text = {
        name
        for field in Decisions.model_fields.values()
        for name, column in get_args(field.annotation)[0].model_fields.items()
        if column.annotation in (str, str | None)
    }
    assert text - set(KIND_OF_COLUMN) == {"scope", "category", "limit", "unit"}


@pytest.mark.parametrize("seed", range(5))
def test_noise_of_a_solver_is_not_told(hand, good, seed):
    rng = random.Random(seed)
    flows = {"exam_flows": "exams_per_year", "consult_flows": "consults_per_year",
             "reading": "exams_per_year", "episode_flows": "episodes_per_year"}  # fmt: skip
    noisy = {
        table: tuple(
            row.model_copy(update={column: getattr(row, column) * (1 + rng.uniform(-1e-7, 1e-7))})
            for row in getattr(good, table)
        )
        for table, column in flows.items()
    }
    assert audit(hand, good.model_copy(update=noisy)) == []


@pytest.mark.parametrize("seed", range(40))
def test_scrambled_plans_are_answered(hand, good, seed):
    """Ids swapped for others, numbers blown up or emptied, rows lost and doubled: no exception."""
    rng = random.Random(seed)
    spoiled = {table: tuple(_scrambled(rng, hand, getattr(good, table))) for table in KEYS}
    findings = audit(hand, Decisions.model_construct(**spoiled))
    assert findings
    for found in findings:
        assert found.message("en")
        assert found.message("zh")


def _scrambled(rng: random.Random, instance: Any, rows: Any) -> Any:
    known = {kind: sorted(ids) for kind, ids in lookups(instance).items()}
    for row in rows:
        changes: dict[str, Any] = {}
        for name in type(row).model_fields:
            kind = KIND_OF_COLUMN.get(name)
            if kind is not None and rng.random() < 0.15 and getattr(row, name) is not None:
                changes[name] = rng.choice([*known[kind], "NOBODY", None if rng.random() < 0.2 else "H"])
        for name, value in numbers_of(row):
            if rng.random() < 0.1:
                changes[name] = type(value)(rng.choice([0, value * 1000, -value, 1]))
        for _ in range(rng.choice([0, 1, 1, 1, 1, 2])):
            yield row.model_copy(update=changes)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tiny", [True, False])
def test_an_empty_plan_of_any_region_is_answered(seed, tiny):
    region = tiny_region(seed) if tiny else synthetic_region(seed)
    instance = compile_instance(region, synthetic_model(region))
    rules = {found.rule for found in audit(instance, Decisions())}
    assert "every_exam_is_made_or_counted" in rules
    assert "ids_are_known" not in rules
