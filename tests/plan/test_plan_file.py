"""A plan's file loses nothing, and a damaged one names its faults."""

import dataclasses
import json

import pytest

from alloc.errors import DataError
from alloc.plan import Plan


def test_json_round_trip(plan, bare):
    for each in (plan, bare):
        assert Plan.from_json(each.to_json()) == each
    assert json.loads(plan.to_json())["schema_version"] == 1


def test_hostile_texts_survive_the_round_trip(plan):
    names = ("=1+1", "<script>alert(1)</script>", "../../x", "'; DROP TABLE", "\u202e德清\u0000", "𠮷")
    places = tuple(
        p.model_copy(update={"name_zh": n}) for p, n in zip(plan.region.places, names, strict=False)
    )
    hostile = dataclasses.replace(plan, region=plan.region.model_copy(update={"places": places}))
    assert Plan.from_json(hostile.to_json()) == hostile


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"schema_version": 2}, "schema_version"),
        ({"holding": "surely"}, "holding"),
        ({"surprise": 1}, "surprise"),
        ({"decisions": {"machines": [{"facility": "x"}]}}, "decisions.machines.0.equipment_type"),
    ],
)
def test_a_damaged_file_names_its_faults(plan, change, where):
    data = json.loads(plan.to_json()) | change
    with pytest.raises(DataError) as caught:
        Plan.from_json(json.dumps(data), file="plan.json")
    assert where in {fault.field for fault in caught.value.faults}
    assert "plan.json" in str(caught.value)


def test_text_that_is_no_json_is_refused():
    with pytest.raises(DataError):
        Plan.from_json("{")
    with pytest.raises(DataError):
        Plan.from_json(b"\xff\xfe")
