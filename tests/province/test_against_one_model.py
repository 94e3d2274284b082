"""Bound <= the best plan of all counties in one model <= value, for many small provinces."""

from __future__ import annotations

import pytest

from alloc.study.province import county as county_file
from alloc.study.province import solve_province
from tests.province import made

ROUNDING = 2e-6


def solved(tmp_path, seed, taken_apart, monkeypatch, **changes):
    if taken_apart:
        monkeypatch.setattr(county_file, "_SMALL", 0)
    share = (0.05, 0.15, 0.3)[seed % 3]
    province, base = made.written(tmp_path, made.tiny(seed, share=share), **changes)
    plan = solve_province(province, base, tmp_path / "out", gap=0.001, effort="goal_only")
    assert plan.findings == ()
    assert plan.failed == ()
    return plan, made.true_optimum(province, base)


def brackets(plan, true):
    room = ROUNDING * max(1.0, abs(true))
    assert plan.bound <= true + room
    assert plan.value >= true - room
    assert plan.spend_cny <= plan.province.budget_cny + 1.0


@pytest.mark.parametrize("seed", range(4))
def test_value_and_bound_bracket_the_true_optimum(tmp_path, seed, monkeypatch):
    brackets(*solved(tmp_path, seed, seed % 2 == 0, monkeypatch))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 60))
def test_value_and_bound_bracket_the_true_optimum_for_many(tmp_path, seed, monkeypatch):
    brackets(*solved(tmp_path, seed, seed % 2 == 0, monkeypatch))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_shared_beds_bind_too(tmp_path, seed, monkeypatch):
    free, _ = solved(tmp_path / "free", seed, False, monkeypatch)
    days = 0.6 * free.bed_days_per_year
    plan, true = solved(tmp_path / "bound", seed, False, monkeypatch, tertiary_bed_days_per_year=days)
    brackets(plan, true)
    assert plan.bed_days_per_year <= days + 1.0


def test_weights_over_goals(tmp_path, monkeypatch):
    goals = ({"goal": "unmet", "weight": 1.0}, {"goal": "cost", "weight": 0.2})
    brackets(*solved(tmp_path, 3, True, monkeypatch, goals=goals))
