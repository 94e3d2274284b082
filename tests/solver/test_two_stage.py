"""Decisions first, flows by cuts: held to scipy's solver on small random models, at several prices."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from alloc.solver.outcome import SolverOptions
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm
from alloc.solver.two_stage import TwoStage

EXACT = SolverOptions(time_limit_s=30.0, gap=0.0, threads=1)
N_WHOLE, N_FLOWS, N_ROWS = 5, 12, 14


def random_form(seed: int) -> tuple[StandardForm, np.ndarray, np.ndarray]:
    """Whole decisions that open capacity for flows; some rows can only be met with enough of it."""
    rng = np.random.default_rng(seed)
    n = N_WHOLE + N_FLOWS
    dense = np.zeros((N_ROWS, n))
    for row in range(N_ROWS):
        flows = N_WHOLE + rng.choice(N_FLOWS, size=3, replace=False)
        dense[row, flows] = rng.integers(1, 5, size=3)
        dense[row, rng.integers(N_WHOLE)] = -float(rng.integers(1, 6))
    lower, upper = np.full(N_ROWS, -math.inf), rng.integers(0, 4, size=N_ROWS).astype(float)
    demand = rng.choice(N_ROWS, size=3, replace=False)
    dense[demand] = np.abs(dense[demand])
    lower[demand], upper[demand] = rng.integers(1, 5, size=3), math.inf
    whole = np.arange(n) < N_WHOLE
    form = StandardForm(
        A=csc_array(dense),
        row_lower=lower,
        row_upper=upper,
        col_lower=np.zeros(n),
        col_upper=np.where(whole, 3.0, 2.0),
        integrality=whole.astype(np.uint8),
        objectives={},
    )
    cost = np.where(whole, 0.0, rng.integers(-3, 6, size=n).astype(float))
    return form, cost, np.where(whole, rng.integers(1, 4, size=n).astype(float), 0.0)


def true_optimum(form: StandardForm, cost: np.ndarray, spend: np.ndarray, most: float = math.inf) -> float:
    rows = [
        LinearConstraint(form.A, form.row_lower, form.row_upper),
        LinearConstraint(spend, -math.inf, most),
    ]
    found = milp(
        cost, integrality=form.integrality, bounds=Bounds(form.col_lower, form.col_upper), constraints=rows
    )
    return float(found.fun) if found.status == 0 else math.inf


@pytest.mark.parametrize(
    "seed", [*range(12), *(pytest.param(n, marks=pytest.mark.slow) for n in range(12, 120))]
)
def test_every_price_gives_the_true_optimum(seed):
    form, cost, spend = random_form(seed)
    rng = np.random.default_rng([seed, 1])
    near = rng.random(form.n_columns) < rng.choice([0.0, 0.5, 1.0])
    links = rng.random(form.n_rows) < rng.choice([0.0, 0.4])
    stages = TwoStage(form, cost, 2.0, {"budget": spend}, near, links)
    for price, most in ((0.0, math.inf), (3.0, math.inf), (0.4, math.inf), (0.0, 6.0), (1.1, math.inf)):
        limits = {} if math.isinf(most) else {"budget": most}
        found = stages.minimise({"budget": price}, EXACT, CancelToken(), limits)
        true = true_optimum(form, cost + price * spend, spend, most) + 2.0
        if math.isinf(true):
            assert (found.status, found.values) == ("infeasible", None)
            continue
        assert found.status == "optimal"
        assert found.objective == pytest.approx(true, abs=1e-5)
        assert found.bound <= true + 1e-5
        sides = form.A @ found.values
        assert (sides >= form.row_lower - 1e-6).all()
        assert (sides <= form.row_upper + 1e-6).all()
        assert float((cost + price * spend) @ found.values) + 2.0 == pytest.approx(found.objective, abs=1e-6)
    stages.close()


@pytest.mark.parametrize("seed", range(8))
def test_the_least_spend_is_found_without_the_goal(seed):
    form, cost, spend = random_form(seed)
    stages = TwoStage(form, cost, 2.0, {"budget": spend})
    found = stages.minimise({"budget": 1.0}, EXACT, CancelToken(), goal_weight=0.0)
    true = true_optimum(form, spend, spend)
    if math.isfinite(true):
        assert found.objective == pytest.approx(true, abs=1e-6)
    else:
        assert found.status == "infeasible"


@pytest.mark.parametrize("seed", range(20))
def test_a_bound_holds_when_time_is_short(seed):
    form, cost, spend = random_form(seed)
    true = true_optimum(form, cost + 0.7 * spend, spend)
    stages = TwoStage(form, cost, 0.0, {"budget": spend})
    found = stages.minimise({"budget": 0.7}, SolverOptions(time_limit_s=0.005, gap=0.0), CancelToken())
    assert found.bound <= true + 1e-6
    assert found.objective is None or found.objective >= true - 1e-6


def test_a_cancelled_question_has_no_answer():
    form, cost, spend = random_form(1)
    token = CancelToken()
    token.cancel()
    found = TwoStage(form, cost, 0.0, {"budget": spend}).minimise({"budget": 1.0}, EXACT, token)
    assert (found.status, found.values, found.bound) == ("cancelled", None, -math.inf)


def test_decisions_that_no_flow_can_follow_are_no_answer(monkeypatch):
    """The first choice (nothing opened) leaves the need unmet: it must be cut off, not taken for proven."""
    form = StandardForm(
        A=csc_array([[-1.0, 1.0], [0.0, 1.0]]),
        row_lower=np.array([-math.inf, 2.5]),
        row_upper=np.array([0.0, math.inf]),
        col_lower=np.zeros(2),
        col_upper=np.array([5.0, 9.0]),
        integrality=np.array([1, 0], dtype=np.uint8),
        objectives={},
    )
    stages = TwoStage(form, np.array([0.0, 1.0]), 0.0, {"budget": np.array([1.0, 0.0])})
    found = stages.minimise({"budget": 2.0}, SolverOptions(gap=0.01), CancelToken())
    assert (found.status, found.objective) == ("optimal", pytest.approx(2.0 * 3 + 2.5))
    assert found.values == pytest.approx([3.0, 2.5])


def test_flows_without_a_least_cost_are_refused():
    form, cost, spend = random_form(1)
    form.col_upper[-1] = math.inf
    cost[-1] = -1.0
    with pytest.raises(ValueError, match="least cost"):
        TwoStage(form, cost, 0.0, {"budget": spend})
