"""What a solve answers: optima, bounds and duals, against enumeration and by hand."""

import math

import numpy as np
import pytest
import scipy.sparse as sp

from alloc.solver.highs import HighsSession, SolverOptions
from alloc.solver.outcome import relative_gap
from alloc.solver.standard import StandardForm

EXACT = SolverOptions(gap=0.0, time_limit_s=20.0)


@pytest.mark.parametrize("seed", range(50))
def test_small_models_match_enumeration(seed: int, random_form, solutions_of) -> None:
    form = random_form(seed)
    cost, constant = form.objectives["goal0"]
    points = solutions_of(form)
    with HighsSession(form) as session:
        outcome = session.minimise(cost, constant, "goal0", options=EXACT)
    if len(points) == 0:
        assert (outcome.status, outcome.holding, outcome.values) == ("infeasible", "nothing", None)
        assert outcome.objective is None
        return
    assert (outcome.status, outcome.holding) == ("optimal", "proven")
    assert outcome.objective == pytest.approx((points @ cost).min() + constant)
    assert outcome.bound == pytest.approx(outcome.objective)
    assert outcome.gap == 0.0
    assert (points == outcome.values).all(axis=1).any()


@pytest.mark.parametrize("seed", range(20))
def test_mixed_models_match_enumeration(seed: int, random_form, solutions_of) -> None:
    """One continuous column 0..1.5 joins the first row only: its best value is at an end or at that row."""
    form = random_form(seed * 7 + 1)
    draw = np.random.default_rng(seed)
    share, price = float(draw.integers(1, 5)), float(draw.integers(-9, 10))
    column = sp.csc_array(np.array([[share], [0.0], [0.0], [0.0]]))
    cost = np.append(form.objectives["goal0"][0], price)
    mixed = StandardForm(
        A=sp.csc_array(sp.hstack([form.A, column])),
        row_lower=form.row_lower,
        row_upper=form.row_upper,
        col_lower=np.zeros(6),
        col_upper=np.append(form.col_upper, 1.5),
        integrality=np.append(form.integrality, 0).astype(np.uint8),
        objectives={"goal0": (cost, 0.0)},
    )
    points = solutions_of(form)
    most = np.minimum(1.5, (form.row_upper[0] - points @ form.A.toarray()[0]) / share)
    best = (points @ cost[:5] + np.minimum(0.0, price * most)).min()
    with HighsSession(mixed) as session:
        outcome = session.minimise(cost, options=EXACT)
    assert outcome.holding == "proven"
    assert outcome.objective == pytest.approx(best)


def test_a_linear_program_has_bound_and_duals(form_of) -> None:
    form = form_of(
        [[1, 1], [1, 0]],
        [2, -math.inf],
        [math.inf, 1.5],
        col_upper=[9, 9],
        integer=[0, 0],
        goals={"cost": ([1, 3], 10.0)},
    )
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"])
    assert (outcome.status, outcome.holding) == ("optimal", "proven")
    assert outcome.objective == outcome.bound == pytest.approx(1.5 + 3 * 0.5 + 10)
    assert outcome.values == pytest.approx([1.5, 0.5])
    assert outcome.row_duals == pytest.approx([3.0, -2.0])
    assert outcome.reduced_costs == pytest.approx([0.0, 0.0])


def test_relaxing_gives_a_bound(random_form) -> None:
    form = random_form(3)
    cost, constant = form.objectives["goal0"]
    with HighsSession(form) as whole, HighsSession(form.relaxed()) as relaxed:
        assert whole.minimise(cost, constant).row_duals is None
        assert relaxed.minimise(cost, constant).objective <= whole.minimise(cost, constant).objective + 1e-9


@pytest.mark.parametrize("integer", [[0, 0], [1, 1]])
def test_unbounded_is_told_from_infeasible(form_of, integer: list[int]) -> None:
    goals = {"cost": ([-1, -1], 0.0)}
    free = form_of([[1, -1]], [0], [0], col_upper=[math.inf] * 2, integer=integer, goals=goals)
    with HighsSession(free) as session:
        outcome = session.minimise(*free.objectives["cost"])
    assert (outcome.status, outcome.holding, outcome.bound) == ("unbounded", "nothing", None)
    none = form_of([[1, 1]], [3], [math.inf], col_upper=[1, 1], integer=integer, goals=goals)
    with HighsSession(none) as session:
        outcome = session.minimise(*none.objectives["cost"])
    assert (outcome.status, outcome.holding, outcome.bound) == ("infeasible", "nothing", None)


def test_models_with_no_rows_or_no_columns(form_of) -> None:
    rowless = form_of([], [], [], col_upper=[4, 4], integer=[1, 0], goals={"cost": ([-1, 1], 3.0)})
    with HighsSession(rowless) as session:
        outcome = session.minimise(*rowless.objectives["cost"])
    assert (outcome.holding, outcome.objective) == ("proven", -1.0)
    for side, status in ((0.0, "optimal"), (1.0, "infeasible")):
        empty = form_of([[]], [side], [2], col_upper=[], integer=[], goals={"cost": ([], 3.0)})
        with HighsSession(empty) as session:
            outcome = session.minimise(*empty.objectives["cost"])
        assert outcome.status == status
        assert outcome.objective == (3.0 if status == "optimal" else None)


def test_the_gap_is_relative_and_zero_near_zero() -> None:
    assert relative_gap(100.0, 99.0) == pytest.approx(0.01)
    assert relative_gap(-100.0, -101.0) == pytest.approx(0.01)
    assert relative_gap(5e-7, 0.0) == 0.0
    assert relative_gap(None, 1.0) is None
    assert relative_gap(1.0, None) is None


def test_an_outcome_reads_well(random_form) -> None:
    form = random_form(1)
    with HighsSession(form) as session:
        assert "optimal, holds proven" in str(session.minimise(*form.objectives["goal0"]))
