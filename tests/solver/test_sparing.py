"""Rows that sleep until they are needed: the same answers as with all rows awake."""

import numpy as np
import pytest

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions
from alloc.solver.sparing import SparingSession
from tests.solver.conftest import make_random_form
from tests.solver.test_decisions_first import clinics

EXACT = SolverOptions(time_limit_s=20.0, gap=0.0, threads=1)


def assert_same(sparing, plain):
    assert sparing.status == plain.status
    assert sparing.holding == plain.holding
    if plain.objective is not None:
        assert sparing.objective == pytest.approx(plain.objective, rel=1e-6, abs=1e-6)
        assert sparing.bound == pytest.approx(plain.bound, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("goal", ["unmet", "travel", "spend"])
@pytest.mark.parametrize("seed", range(30))
def test_links_asleep_change_no_answer(seed, goal):
    form, links, unmet, travel, spend = clinics(seed)
    cost = {"unmet": unmet, "travel": 10.0 * unmet + travel, "spend": unmet + 0.1 * spend}[goal]
    with HighsSession(form) as plain, SparingSession(form, links) as sparing:
        first = sparing.minimise(cost, options=EXACT)
        assert_same(first, plain.minimise(cost, options=EXACT))
        assert sparing.problem.feasible(first.values)
        assert sparing._asleep.any()


@pytest.mark.parametrize("seed", range(60))
def test_any_row_may_sleep(seed):
    """Also rows that bind, in models that have no solution."""
    form = make_random_form(seed, n_goals=2)
    seldom = np.random.default_rng(seed).random(form.n_rows) < 0.7
    with HighsSession(form) as plain, SparingSession(form, seldom) as sparing:
        for cost, constant in form.objectives.values():
            assert_same(
                sparing.minimise(cost, constant, options=EXACT), plain.minimise(cost, constant, options=EXACT)
            )


@pytest.mark.parametrize("seed", range(30))
def test_sides_that_change_and_rows_that_are_added_hold(seed):
    form, links, unmet, travel, _ = clinics(seed)
    random = np.random.default_rng(seed)
    rows = random.choice(form.n_rows - 1, 12, replace=False)
    tighter = np.where(form.row_lower[rows] == form.row_upper[rows], 0.0, random.random(12) * 2.0)
    with HighsSession(form) as plain, SparingSession(form, links) as sparing:
        for session in (plain, sparing):
            session.minimise(unmet + 0.01 * travel, options=EXACT)
            session.set_row_bounds(rows, form.row_lower[rows], form.row_upper[rows] - tighter)
        assert_same(sparing.minimise(unmet, options=EXACT), plain.minimise(unmet, options=EXACT))
        for session in (plain, sparing):
            session.add_row(unmet, 0.7 * unmet.sum(), np.inf)
        assert_same(sparing.minimise(travel, options=EXACT), plain.minimise(travel, options=EXACT))


@pytest.mark.parametrize("seed", range(30))
def test_a_relaxation_has_the_prices_of_all_rows(seed):
    """What a row is worth: the dual solution comes to the optimum, whichever rows slept."""
    form, links, unmet, travel, spend = clinics(seed)
    cost = 10.0 * unmet + travel + 0.1 * spend
    with SparingSession(form.relaxed(), links) as sparing:
        answer = sparing.minimise(cost, options=EXACT)
        assert answer.row_duals.shape == (form.n_rows,)
        reduced = cost - form.A.T @ answer.row_duals
        assert reduced == pytest.approx(answer.reduced_costs, abs=1e-6)
        sides = np.where(answer.row_duals > 0.0, form.row_lower, form.row_upper)
        binding = np.abs(answer.row_duals) > 1e-9
        ends = np.where(reduced > 0.0, form.col_lower, form.col_upper)
        at_ends = np.abs(reduced) > 1e-9
        worth = answer.row_duals[binding] @ sides[binding] + reduced[at_ends] @ ends[at_ends]
        assert worth == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
