"""equity_p_median on tiny random questions, against every choice tried and against the plain Pyomo model."""

import itertools

import numpy as np
import pytest

from alloc.errors import DataError, Infeasible, UsageError
from alloc.location import equity_p_median, p_median
from alloc.location.plain.p_median import equity_p_median_model
from tests.location.median_cases import by_form, case


def equivalent(cost, weights, kappa):
    """As the definition says."""
    return -np.log(weights @ np.exp(-kappa * cost) / weights.sum()) / kappa


def least_equivalent(cost, weights, p, kappa, *, existing=(), required=(), prohibited=(), cutoff=np.inf):
    """By trying every choice; infinite if none serves everyone."""
    cost = np.where(cost <= cutoff, cost, np.inf)
    free = [j for j in range(cost.shape[1]) if j not in {*existing, *required, *prohibited}]
    best = np.inf
    for some in itertools.combinations(free, p - len(set(required) - set(existing))):
        sites = [*existing, *required, *some]
        near = cost[:, sites].min(axis=1) if sites else np.full(len(cost), np.inf)
        if np.isfinite(near).all():
            best = min(best, equivalent(near, weights, kappa))
    return best


@pytest.mark.parametrize("seed", range(120))
def test_finds_the_least_equivalent(seed):
    cost, weights, p, named = case(seed)
    weights = weights + 0.5
    epsilon = -[0.5, 1.0, 3.0][seed % 3]
    try:
        answer = equity_p_median(cost, weights, p, epsilon, **named)
    except Infeasible:
        assert np.isinf(least_equivalent(cost, weights, p, -1e-3, **named))
        return
    kappa = answer.details["kappa"]
    if kappa == 0.0:
        assert p_median(cost, weights, p, **named).objective == 0.0
        return
    best = least_equivalent(cost, weights, p, kappa, **named)
    assert answer.objective == pytest.approx(best, rel=1e-6, abs=1e-8)
    assert answer.bound <= best + 1e-8
    assert answer.status == "optimal"
    near = np.array([cost[i, answer.assignment[i]] for i in range(len(cost))])
    assert answer.objective == pytest.approx(equivalent(near, weights, kappa), abs=1e-8)


@pytest.mark.parametrize("seed", range(30))
def test_agrees_with_the_plain_model(seed):
    cost, weights, p, named = case(seed)
    weights = weights + 0.5
    total = by_form(equity_p_median_model(cost / 10, weights, p, -0.3, **named | {"cutoff": np.inf}))
    named.pop("cutoff", None)
    best = least_equivalent(cost / 10, weights, p, -0.3, **named)
    if np.isinf(best):
        assert np.isinf(total)
    else:
        assert np.log(total / weights.sum()) / 0.3 == pytest.approx(best, abs=1e-6)


def test_prefers_the_plan_in_which_nobody_is_far():
    cost = np.array([[0.0, 5.0], [0.0, 5.0], [14.0, 5.0]])
    assert p_median(cost, p=1).sites == (0,)
    assert equity_p_median(cost, p=1, epsilon=-2.0).sites == (1,)


def test_alpha_is_that_of_the_reference_plan():
    cost = np.array([[1.0, 2.0], [3.0, 2.0]])
    answer = equity_p_median(cost, p=1, epsilon=-1.0, reference=[0])
    assert answer.details["alpha"] == pytest.approx((1 + 3) / (1 + 9))
    assert answer.details["kappa"] == pytest.approx(-0.4)


def test_costs_of_any_size_do_not_overflow():
    cost = np.array([[1e6, 3e9], [2e6, 1e6], [4e6, 1e6]])
    answer = equity_p_median(cost, p=1, epsilon=-5.0)
    assert answer.sites == (0,)
    assert np.isfinite(answer.objective)


@pytest.mark.parametrize("epsilon", [0.0, 1.0, np.nan, -np.inf, True])
def test_refuses_an_epsilon_that_is_no_aversion(epsilon):
    with pytest.raises(UsageError, match="epsilon"):
        equity_p_median(np.ones((2, 2)), p=1, epsilon=epsilon)


def test_refuses_a_reference_that_names_no_site():
    with pytest.raises(DataError):
        equity_p_median(np.ones((2, 2)), p=1, reference=["nowhere"])
    with pytest.raises(UsageError, match="reference"):
        equity_p_median(np.ones((2, 2)), p=1, reference=[])
