"""The model finds what listing every plan of a small world finds: least unmet need, least weighted total."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alloc.instance import compile_instance
from alloc.schema import Model, Region
from alloc.schema.checks import check_model, check_region
from alloc.solver.outcome import SolverOptions
from alloc.study.joint import JointModel
from tests.model import brute_force, small_worlds

EXACT = SolverOptions(time_limit_s=20.0, gap=1e-7, threads=1)
KINDS: dict[str, tuple[Callable, Callable, Callable]] = {
    "machines": (small_worlds.machines, small_worlds.machines_inputs, brute_force.best_machines),
    "reading": (small_worlds.reading, small_worlds.reading_inputs, brute_force.best_reading),
    "beds": (small_worlds.beds, small_worlds.beds_inputs, brute_force.best_beds),
    "visits": (small_worlds.visits, small_worlds.visits_inputs, brute_force.best_visits),
}


def least(region: Region, model: Model) -> tuple[float, float]:
    """The model's least unmet need, and its least weighted total, all else held at today's state."""
    joint = JointModel(compile_instance(region, model))
    holding = joint.hold_today(joint.undecided())
    unmet = joint.solve(EXACT, holding=holding, goals=["unmet"], by_parts=False)
    total = joint.solve(EXACT, holding=holding)
    assert unmet.holding == total.holding == "proven"
    return unmet.goal_values["unmet"], total.reports[0].objective or 0.0


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", KINDS)
def test_the_model_finds_the_best_of_all_plans(kind: str, seed: int) -> None:
    draw, inputs, best = KINDS[kind]
    world = draw(seed)
    region, model = inputs(world)
    assert [*check_region(region, scarcity=False), *check_model(model, region)] == []
    found = best(world)
    assert least(region, model) == pytest.approx((found.unmet, found.total), rel=1e-5, abs=1e-6)
