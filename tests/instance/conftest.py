"""A small county and a model whose limits scenarios may change."""

from __future__ import annotations

import pytest

from alloc.schema import Model, Region
from alloc.synthetic import synthetic_region


@pytest.fixture(scope="module")
def region() -> Region:
    built = synthetic_region(5, n_places=6, n_facilities=4)
    data = built.model_dump()
    data["facilities"][0]["beds"] = 100
    data["scenarios"] = [{"id": "ours", "changes": []}]
    data["specialists"][0]["days"] = ["Mon", "Wed"]
    return Region.model_validate(data)


@pytest.fixture(scope="module")
def model() -> Model:
    limits = {
        "budget_cny": 1000.0,
        "most_machines": {"CT16": 4},
        "coverage_floors": [{"stream": "exams", "subject": "CT", "share": 0.8}],
    }
    return Model.model_validate({"id": "m", "limits": limits, "scenarios": [{"id": "theirs"}]})
