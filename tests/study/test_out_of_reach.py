"""Needs that nothing in reach can serve are listed before a solve, with who could and what cuts it off."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from alloc.instance import compile_instance
from alloc.load import load_model, load_region
from alloc.study.out_of_reach import OutOfReach, out_of_reach
from tests.study.two_places import FACTS


@pytest.fixture
def facts() -> dict[str, Any]:
    return deepcopy(FACTS)


def found(facts: dict[str, Any], **wishes: Any) -> list[OutOfReach]:
    region, model = load_region(facts), load_model({"id": "m", **wishes})
    return out_of_reach(region, compile_instance(region, model))


def minutes(facts: dict[str, Any], origin: str, destination: str, value: float) -> None:
    for row in facts["travel_minutes"]:
        if (row["origin"], row["destination"]) == (origin, destination):
            row["minutes"] = value


def test_a_region_in_which_all_is_in_reach_has_none(facts) -> None:
    assert found(facts) == []


@pytest.mark.parametrize(("way_min", "cut"), [(60, False), (61, True)])
def test_an_emergency_farther_off_than_its_limit(facts, way_min, cut) -> None:
    minutes(facts, "A", "H", way_min)
    told = [OutOfReach("episodes", "A", "stroke", 3.0, "beyond_acute_limit", "H", 61.0, 60.0)]
    assert found(facts) == (told if cut else [])


def test_beyond_the_cutoff_the_way_is_told_all_the_same(facts) -> None:
    minutes(facts, "A", "H", 300)
    assert found(facts) == [
        OutOfReach("exams", "A", "CT", 15.0, "beyond_cutoff", "H", 300.0, 240.0),
        OutOfReach("consultations", "A", "cardio", 30.0, "beyond_cutoff", "H", 300.0, 240.0),
        OutOfReach("episodes", "A", "hernia", 6.0, "beyond_cutoff", "H", 300.0, 240.0),
        OutOfReach("episodes", "A", "stroke", 3.0, "beyond_acute_limit", "H", 300.0, 60.0),
    ]


def test_a_machine_or_a_clinic_near_by_brings_the_need_into_reach(facts) -> None:
    minutes(facts, "A", "H", 300)
    facts["facilities"][1] |= {"machine_rooms": 1, "consulting_rooms": 2}
    assert [need.stream for need in found(facts, limits={"staff_may_cross": True})] == ["episodes"] * 2


def test_no_way_at_all(facts) -> None:
    del facts["travel_minutes"][1]
    assert {(need.subject, need.why, need.nearest) for need in found(facts)} == {
        (subject, "no_way", None) for subject in ("CT", "cardio", "stroke", "hernia")
    }


def test_a_first_contact_from_which_nothing_leads_on(facts) -> None:
    minutes(facts, "T", "H", 300)
    assert found(facts) == [OutOfReach("episodes", "A", "hernia", 6.0, "no_way_onward", "H", 50.0)]


def test_a_modality_that_nobody_offers_and_the_model_does_not_buy(facts) -> None:
    assert found(facts, decisions=["referral"]) == [
        OutOfReach("exams", "B", "CT", 90.0, "no_facility"),
        OutOfReach("exams", "A", "CT", 15.0, "no_facility"),
    ]


def test_the_distance_on_the_sphere_is_told_beyond_the_cutoff_too(facts) -> None:
    """111.2 km to the north, 1.35 times as far by road, at 35 km/h: 257 minutes."""
    facts["travel"] = {"method": "great_circle"}
    for row in (*facts["places"], *facts["facilities"]):
        row |= {"lon": 120.0, "lat": 31.0 if row["id"] in ("A", "T") else 30.0}
    (need,) = [need for need in found(facts) if need.subject == "CT"]
    assert (need.place, need.why, need.nearest) == ("A", "beyond_cutoff", "H")
    assert need.minutes == pytest.approx(257, abs=1)
