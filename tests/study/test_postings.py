"""Who may be posted but is not considered for it is told, with the colleague who is, and why."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from alloc import labels
from alloc.instance import Instance, compile_instance
from alloc.load import load_model, load_region
from alloc.plan.record import Caution
from alloc.study.cautions import cautions
from alloc.study.postings import PassedOver, passed_over
from tests.study.two_places import FACTS

ALL = ["Mon", "Tue", "Wed", "Thu", "Fri"]


def person(name: str, days: list[str] = ALL, clinic: int = 6, *, posted: bool = True) -> dict[str, Any]:
    return {
        "id": name,
        "specialty": "cardio",
        "home": "H",
        "days": days,
        "clinic_half_days_per_week": clinic,
        "may_be_posted": posted,
    }


def instance(*people: dict[str, Any], rooms: int = 2, **wishes: Any) -> Instance:
    facts = deepcopy(FACTS) | {"specialists": list(people)}
    facts["facilities"][1]["consulting_rooms"] = rooms
    return compile_instance(
        load_region(facts), load_model({"id": "m", "limits": {"staff_may_cross": True}, **wishes})
    )


def test_fewer_days_and_a_larger_clinic_are_told_apart() -> None:
    team = instance(person("S1"), person("S2", ["Mon", "Wed"]), person("S3", clinic=8), person("S4"))
    assert passed_over(team) == [
        PassedOver("S2", "cardio", "H", "S1", "fewer_days", 2, 5, 16, 24),
        PassedOver("S3", "cardio", "H", "S1", "larger_clinic", 5, 5, 32, 24),
    ]
    assert cautions(team) == (
        Caution(label="posting_fewer_days", pairs=(("S2", "S1"),)),
        Caution(label="posting_larger_clinic", pairs=(("S3", "S1"),)),
    )


@pytest.mark.parametrize(
    "people",
    [
        (person("S1"), person("S2")),
        (person("S1"), person("S2", ["Mon"], posted=False)),
        (person("S1", posted=False), person("S2", ["Mon"])),
        (person("S1", ["Mon", "Tue"]), person("S2", ["Thu", "Fri"])),  # other days, but as many
    ],
)
def test_nobody_is_passed_over_where_all_who_may_be_posted_are_alike(people) -> None:
    assert passed_over(instance(*people)) == []


def test_it_does_not_matter_where_nobody_can_be_posted() -> None:
    people = (person("S1"), person("S2", ["Mon"]))
    assert len(passed_over(instance(*people))) == 1
    assert passed_over(instance(*people, rooms=0)) == []
    assert passed_over(instance(*people, decisions=["referral"])) == []


@pytest.mark.parametrize("why", ["fewer_days", "larger_clinic"])
def test_every_reason_has_words(why) -> None:
    assert labels.has(f"study.warning.posting_{why}")
    assert labels.has(f"cli.passed_over.{why}")
