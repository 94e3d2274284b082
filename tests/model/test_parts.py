"""The joint model solved by parts finds what plain HiGHS finds on the whole."""

from __future__ import annotations

import pytest

from alloc.instance import compile_instance
from alloc.schema import Model
from alloc.solver.outcome import SolverOptions
from alloc.solver.passes import PassesResult
from alloc.study.joint import JointModel
from alloc.synthetic import synthetic_model, synthetic_region, tiny_region

EXACT = SolverOptions(time_limit_s=20.0, gap=1e-6, threads=1)


def both(joint: JointModel, goals: list[str] | None = None) -> tuple[PassesResult, PassesResult]:
    """The goals solved by parts, and on the whole."""
    return joint.solve(EXACT, goals=goals), joint.solve(EXACT, goals=goals, by_parts=False)


@pytest.mark.parametrize("seed", range(30))
def test_the_first_goal_is_exact(seed: int) -> None:
    region = tiny_region(seed)
    parts, whole = both(JointModel(compile_instance(region, synthetic_model(region))), ["unmet"])
    assert parts.holding == whole.holding == "proven"
    assert parts.goal_values["unmet"] == pytest.approx(whole.goal_values["unmet"], rel=2e-6, abs=2e-6)


@pytest.mark.parametrize("seed", range(30, 40))
def test_later_goals_lie_within_the_tolerance(seed: int) -> None:
    """By parts, each part keeps its own share of a goal: never better than the whole, nor far from it."""
    region = tiny_region(seed)
    model = synthetic_model(region)
    parts, whole = both(JointModel(compile_instance(region, model)))
    for goal, one, other in zip(model.goals, parts.reports, whole.reports, strict=True):
        assert one.goal == other.goal == goal.goal
        room = 0.05 * abs(other.objective or 0.0) + 1e-5
        if goal.goal != "disruption":
            assert one.objective == pytest.approx(other.objective, abs=room)


@pytest.mark.parametrize("seed", range(3))
def test_a_bound_is_never_above_the_plan(seed: int) -> None:
    region = synthetic_region(
        seed, n_places=6, n_facilities=4, n_modalities=2, n_specialists=4, n_conditions=2
    )
    result = JointModel(compile_instance(region, synthetic_model(region))).solve(
        SolverOptions(time_limit_s=4.0, gap=1e-3, threads=1)
    )
    for report in result.reports:
        assert report.objective is not None
        assert report.bound is not None
        assert report.bound <= report.objective + 1e-5 * max(1.0, abs(report.objective))


@pytest.mark.parametrize("seed", range(5))
def test_weighted_goals_are_at_most_what_any_other_plan_is_worth(seed: int) -> None:
    """The weighted optimum is no worse, in its own total, than the lexicographic plan."""
    region = tiny_region(seed)
    base = synthetic_model(region)
    weights = {"unmet": 10.0, "outside": 5.0, "travel": 2.0, "cost": 1.0, "disruption": 0.1}
    goals = [{**goal.model_dump(), "weight": weights[goal.goal]} for goal in base.goals]
    model = Model.model_validate({**base.model_dump(), "goals": goals, "goal_method": "weighted"})
    weighted = JointModel(compile_instance(region, model)).solve(EXACT)
    ordered = JointModel(compile_instance(region, base)).solve(EXACT)
    total = sum(weight * ordered.goal_values[name] for name, weight in weights.items())
    assert weighted.reports[0].objective <= total + 1e-5
    found = sum(weight * weighted.goal_values[name] for name, weight in weights.items())
    assert weighted.reports[0].objective == pytest.approx(found)
