"""facility_location without capacities, against every choice tried and against the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import Infeasible
from alloc.location import facility_location
from tests.location.median_cases import by_hand, by_pyomo, case


def with_fixed_costs(seed):
    """A case without p, its costs per unit of demand, and what sites cost."""
    cost, weights, _, named = case(seed)
    random = np.random.default_rng(seed + 1)
    high = [0, 3, 12][seed % 3]
    return cost, weights, named, random.integers(0, high + 1, cost.shape[1]).astype(float)


@pytest.mark.parametrize("seed", range(150))
def test_opens_as_many_as_pay(seed):
    cost, weights, named, fixed = with_fixed_costs(seed)
    best = by_hand(cost, weights, None, fixed_cost=fixed, **named)
    question = {"demand": weights, "fixed_cost": fixed, "cost_is": "per_unit", **named}
    if np.isinf(best):
        with pytest.raises(Infeasible):
            facility_location(cost, **question)
        return
    answer = facility_location(cost, **question)
    assert answer.objective == pytest.approx(best, abs=1e-9)
    assert answer.status == "optimal"
    assert answer.bound <= best + 1e-9
    travel = sum(amount * cost[pair] for pair, amount in answer.flows.items())
    paid = sum(fixed[j] for j in answer.sites if j not in named["existing"])
    assert travel + paid == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(60))
def test_opens_p_that_cost_something(seed):
    cost, weights, p, named = case(seed)
    fixed = np.random.default_rng(seed).integers(0, 9, cost.shape[1]).astype(float)
    best = by_hand(cost, weights, p, fixed_cost=fixed, **named)
    question = {"demand": weights, "fixed_cost": fixed, "cost_is": "per_unit", "p": p, **named}
    if np.isinf(best):
        with pytest.raises(Infeasible):
            facility_location(cost, **question)
        return
    assert facility_location(cost, **question).objective == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_agrees_with_the_plain_model(seed):
    cost, weights, named, fixed = with_fixed_costs(seed)
    best = by_hand(cost, weights, None, fixed_cost=fixed, **named)
    assert by_pyomo(cost, weights, None, fixed_cost=fixed, **named) == pytest.approx(best, abs=1e-6)
