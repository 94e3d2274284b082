"""Synthetic regions: the same from the same seed, of the size asked for, sound across tables, and tight."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from alloc.errors import UsageError
from alloc.schema import Region
from alloc.synthetic import gap_cny, synthetic_model, synthetic_region, tiny_region

SIZES = [
    {"n_places": 4, "n_facilities": 3, "n_modalities": 1, "n_specialists": 2},
    {},
    {"n_places": 60, "n_facilities": 20, "n_modalities": 5, "n_specialists": 32, "n_conditions": 8},
    {"n_places": 300, "n_facilities": 40, "n_modalities": 5, "n_specialists": 60, "n_counties": 3},
    {"n_places": 30, "n_facilities": 5, "n_modalities": 8, "n_specialists": 0, "n_counties": 5},
]


def usable(region: Region, modality: str) -> float:
    types = {t.id: t for t in region.equipment_types if t.modality == modality}
    return 0.85 * sum(
        i.count * types[i.equipment_type].exams_per_year
        for i in region.inventory
        if i.equipment_type in types
    )


def need(region: Region, modality: str) -> float:
    people: Counter[str] = Counter()
    for row in region.population:
        people[row.age_band] += int(row.residents)
    return sum(people[r.age_band] * r.per_1000 / 1000 for r in region.exam_rates if r.modality == modality)


@pytest.mark.parametrize("size", SIZES)
def test_has_the_size_asked_for(size: dict[str, int]) -> None:
    region = synthetic_region(3, **size)
    assert len(region.places) == size.get("n_places", 20)
    assert len(region.facilities) == size.get("n_facilities", 8)
    assert len(region.modalities) == size.get("n_modalities", 3)
    assert len(region.specialists) == size.get("n_specialists", 12)
    assert sum(row.residents for row in region.population) == 40_000 * size.get("n_facilities", 8)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", [0, 7])
def test_passes_the_cross_table_checks(seed: int, size: dict[str, int]) -> None:
    checks = pytest.importorskip("alloc.schema.checks")
    assert list(checks.check_region(synthetic_region(seed, **size))) == []


@pytest.mark.parametrize("seed", range(30))
def test_tiny_regions_are_tiny_and_sound(seed: int) -> None:
    region = tiny_region(seed)
    assert len(region.places) <= 5
    assert len(region.facilities) <= 8
    assert 1 <= len(region.modalities) <= 2
    assert len(region.equipment_types) == len(region.modalities)
    assert 2 <= len(region.specialists) <= 4
    assert len(region.conditions) == 2
    assert all(len(s.days) == 1 for s in region.specialists)
    checks = pytest.importorskip("alloc.schema.checks")
    assert list(checks.check_region(region)) == []


def test_a_seed_gives_one_region_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib; from alloc.synthetic import *; r = synthetic_region(11); "
        "text = r.model_dump_json() + synthetic_model(r).model_dump_json(); "
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("0", "1", "4242")
    }
    assert len(seen) == 1


def test_seeds_differ() -> None:
    assert synthetic_region(1).population != synthetic_region(2).population


@pytest.mark.parametrize("slack", [0.6, 0.85, 1.2])
def test_slack_is_todays_capacity_over_need(slack: float) -> None:
    region = synthetic_region(5, n_facilities=24, n_places=60, slack=slack)
    for modality in region.modalities:
        assert usable(region, modality.id) / need(region, modality.id) == pytest.approx(slack, rel=0.12)


def test_the_models_budget_pays_for_its_share_of_the_gap() -> None:
    region = synthetic_region(5)
    half = synthetic_model(region, budget_share=0.5).limits.budget_cny
    whole = synthetic_model(region, budget_share=1.0).limits.budget_cny
    assert half is not None
    assert whole is not None
    assert half < whole
    assert whole == pytest.approx(gap_cny(region), abs=10_000)


@pytest.mark.parametrize(
    "size",
    [{"n_modalities": 9}, {"n_counties": 9}, {"n_modalities": 0}, {"slack": 0.0}, {"urban_share": 1.5}],
)
def test_refuses_impossible_sizes(size: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        synthetic_region(1, **size)  # type: ignore[arg-type]
