"""One session, many solves: starts, time limits, changed rows and bounds, calls that are refused."""

import math

import numpy as np
import pytest
import scipy.sparse as sp

from alloc.errors import SolveError
from alloc.solver.highs import HighsSession, SolverOptions
from alloc.solver.standard import StandardForm

EXACT = SolverOptions(gap=0.0, time_limit_s=20.0)
SHORT = SolverOptions(time_limit_s=0.5)


def test_a_start_is_used(hard_form) -> None:
    cost, constant = hard_form.objectives["cost"]
    with HighsSession(hard_form) as session:
        first = session.minimise(cost, constant, options=SHORT)
        first = session.minimise(cost, constant, warm_start=first.values, options=SHORT)
    seen = []
    with HighsSession(hard_form) as session:
        again = session.minimise(
            cost,
            constant,
            warm_start=first.values,
            options=SolverOptions(time_limit_s=0.05),
            progress=seen.append,
        )
    assert again.status == "time_limit"
    assert again.holding == "incumbent"
    assert again.objective == first.objective
    assert seen[0].incumbent == pytest.approx(first.objective), "HiGHS itself took the start"


def test_a_solve_does_not_depend_on_the_one_before(hard_form) -> None:
    cost, constant = hard_form.objectives["cost"]
    tiny = SolverOptions(time_limit_s=0.01)
    with HighsSession(hard_form) as session:
        before = session.minimise(cost, constant, options=tiny)
        session.minimise(cost, constant, options=SHORT)
        after = session.minimise(cost, constant, options=tiny)
    assert after.objective is None or before.objective is None or after.objective >= before.objective


def test_an_infeasible_start_does_no_harm(random_form, solutions_of) -> None:
    form = random_form(2)
    cost, constant = form.objectives["goal0"]
    best = (solutions_of(form) @ cost).min() + constant
    with HighsSession(form) as session:
        for start in (np.zeros(5), np.full(5, 3.0), np.full(5, 99.0)):
            outcome = session.minimise(cost, constant, warm_start=start, options=EXACT)
            assert outcome.objective == pytest.approx(best)


def test_the_time_limit_keeps_the_best_solution_and_holds_for_each_run(hard_form) -> None:
    cost, constant = hard_form.objectives["cost"]
    with HighsSession(hard_form) as session:
        for _ in range(3):
            outcome = session.minimise(cost, constant, options=SHORT)
            assert (outcome.status, outcome.holding) == ("time_limit", "incumbent")
            assert 0.3 < outcome.seconds < 3.0
            assert outcome.bound < outcome.objective
            assert outcome.gap == pytest.approx((outcome.objective - outcome.bound) / outcome.objective)
            assert session._problem.feasible(outcome.values)


def test_the_time_limit_of_a_linear_program_holds_for_each_run() -> None:
    """HiGHS counts an LP's limit over all runs of one object; ours is for one solve."""
    draw = np.random.default_rng(0)
    form = StandardForm(
        A=sp.csc_array(draw.random((300, 300))),
        row_lower=np.full(300, 50.0),
        row_upper=np.full(300, np.inf),
        col_lower=np.zeros(300),
        col_upper=np.full(300, np.inf),
        integrality=np.zeros(300, dtype=np.uint8),
        objectives={},
    )
    options = SolverOptions(time_limit_s=0.3)
    with HighsSession(form) as session:
        while session._highs.getRunTime() < 0.8:
            assert session.minimise(draw.random(300), options=options).status == "optimal"


def test_rows_and_bounds_change_between_solves(form_of) -> None:
    form = form_of([[1, 1]], [2], [math.inf], col_upper=[9, 9], integer=[1, 1], goals={"cost": ([1, 3], 0.0)})
    cost, constant = form.objectives["cost"]
    with HighsSession(form) as session:

        def best() -> float | None:
            return session.minimise(cost, constant, options=EXACT).objective

        assert best() == 2
        assert session.add_row([1, 0], -math.inf, 1.0) == 1
        assert best() == 1 + 3
        assert session.add_row([1, 0], -math.inf, 0.0) == 2
        assert best() == 6
        session.drop_added_rows(keep=1)
        assert session.n_added_rows == 1
        assert best() == 4
        session.drop_added_rows()
        session.fix_columns([1], [2.0])
        assert best() == 6
        session.set_column_bounds([1], 0.0, 9.0)
        assert best() == 2
        session.set_row_bounds([0], [5.0], math.inf)
        assert best() == 5
        session.fix_columns([0, 1], [0.0, 0.0])
        assert session.minimise(cost).status == "infeasible"


@pytest.mark.parametrize("fails", [False, True])
def test_what_is_changed_for_now_is_taken_back(random_form, fails: bool) -> None:
    """Rows, bounds and integrality; rows that were there before stay."""
    form = random_form(2)
    cost, constant = form.objectives["goal0"]
    with HighsSession(form) as session:
        session.add_limit(cost, 1e6)
        columns = np.flatnonzero(session.integer_columns())
        best = session.minimise(cost, constant, options=EXACT)
        was = session.column_bounds(columns)
        try:
            with session.for_now():
                session.add_limit(-cost, -(best.objective - constant) - 1.0)
                session.set_integer(np.zeros(form.n_columns, dtype=bool))
                relaxed = session.minimise(cost, constant, options=EXACT)
                assert relaxed.objective == pytest.approx(best.objective + 1.0)
                session.hold_whole(columns, np.full(len(columns), 0.4))
                assert (session.column_bounds(columns)[1] == np.maximum(0.0, was[0])).all()
                if fails:
                    raise SolveError("broken off")
        except SolveError:
            assert fails
        assert session.n_added_rows == 1
        assert np.array_equal(session.column_bounds(columns), was)
        assert np.flatnonzero(session.integer_columns()).tolist() == columns.tolist()
        assert session.minimise(cost, constant, options=EXACT).objective == best.objective


def test_calls_that_make_no_sense_are_refused(random_form) -> None:
    form = random_form(1)
    cost, constant = form.objectives["goal0"]
    with HighsSession(form) as session:
        for call in (
            lambda: session.minimise(cost[:3]),
            lambda: session.minimise(cost * math.nan),
            lambda: session.minimise(cost, math.inf),
            lambda: session.minimise(cost, warm_start=np.full(5, math.nan)),
            lambda: session.add_row(np.full(5, math.inf), 0, 1),
            lambda: session.add_row(np.ones(5), math.nan, 1),
            lambda: session.fix_columns([0], [math.inf]),
            lambda: session.set_column_bounds([0], math.nan, 1),
        ):
            with pytest.raises(ValueError, match=r"finite|NaN|5 columns"):
                call()
        with pytest.raises(IndexError):
            session.set_column_bounds([5], 0, 1)
        assert session.n_added_rows == 0
        assert session.minimise(cost, constant).holding == "proven"


def test_a_coefficient_that_highs_refuses_is_a_solve_error(form_of) -> None:
    form = form_of([[1e16, 1]], [0], [1], col_upper=[1, 1], integer=[0, 0], goals={"cost": ([1, 1], 0.0)})
    with pytest.raises(SolveError, match="refused the model"):
        HighsSession(form)


@pytest.mark.parametrize(
    "bad",
    [
        {"time_limit_s": 0.0},
        {"time_limit_s": math.nan},
        {"gap": -0.1},
        {"gap": math.inf},
        {"threads": -1},
        {"seed": -1},
        {"seed": 2**31},
    ],
)
def test_options_out_of_range_are_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        SolverOptions(**bad)
