import math

import numpy as np
import pytest
import scipy.sparse as sp
from highspy import Highs, HighsSolution

from alloc.errors import SolveError
from alloc.solver.form import StandardForm
from alloc.solver.highs import HighsSession, SolverOptions
from alloc.solver.outcome import relative_gap

EXACT = SolverOptions(gap=0.0, time_limit_s=20.0)
SHORT = SolverOptions(time_limit_s=0.5)


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


def test_infeasible_is_confirmed_without_presolve(form_of, monkeypatch) -> None:
    form = form_of(
        [[2, 2]], [1], [1], col_upper=[5, 5], integer=[1, 1], goals={"cost": ([1, 1], 0.0)}
    )  # an even number is never 1
    runs: list[bool] = []
    real_run = HighsSession._run

    def noted(self, request, time_limit_s, presolve):
        runs.append(presolve)
        return real_run(self, request, time_limit_s, presolve)

    monkeypatch.setattr(HighsSession, "_run", noted)
    with HighsSession(form) as session:
        assert session.minimise(*form.objectives["cost"]).status == "infeasible"
        assert runs == [True, False]
        assert session.minimise(*form.objectives["cost"], presolve=False).status == "infeasible"
        assert runs == [True, False, False]


def test_a_wrong_verdict_of_presolve_is_overruled(random_form, monkeypatch) -> None:
    form = random_form(1)
    real_run = HighsSession._run

    def lying(self, request, time_limit_s, presolve):
        status = real_run(self, request, time_limit_s, presolve)
        return "infeasible" if presolve else status

    monkeypatch.setattr(HighsSession, "_run", lying)
    with HighsSession(form) as session:
        assert session.minimise(*form.objectives["goal0"]).holding == "proven"


def test_an_infeasible_verdict_against_a_known_solution_is_an_error(
    random_form, solutions_of, monkeypatch
) -> None:
    form = random_form(1)
    monkeypatch.setattr(HighsSession, "_run", lambda *_args, **_kwargs: "infeasible")
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["goal0"], warm_start=solutions_of(form)[0])
    assert (outcome.status, outcome.holding) == ("error", "incumbent")


class Forger:
    """HiGHS, but the first solutions it hands over are made up."""

    def __init__(self, real: Highs, *made_up: list[float]) -> None:
        self.real = real
        self.made_up = [np.array(values) for values in made_up]

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def getSolution(self) -> HighsSolution:
        solution = self.real.getSolution()
        if self.made_up:
            solution.col_value = self.made_up.pop(0)
        return solution


def test_an_optimum_that_breaks_a_row_is_an_error(form_of, monkeypatch) -> None:
    form = form_of([[1, 1]], [1], [9], col_upper=[5, 5], integer=[1, 0], goals={"cost": ([1, 1], 0.0)})
    with HighsSession(form) as session:
        monkeypatch.setattr(session, "_highs", Forger(session._highs, [0.0, 0.5]))
        outcome = session.minimise(*form.objectives["cost"])
    assert (outcome.status, outcome.holding, outcome.values) == ("error", "nothing", None)


def test_a_bound_above_a_known_solution_is_an_error(form_of, monkeypatch) -> None:
    form = form_of([[1, 1]], [1], [9], col_upper=[5, 5], integer=[1, 1], goals={"cost": ([1, 1], 0.0)})
    monkeypatch.setattr(HighsSession, "_bound", lambda *_args: 4.0)
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"])
    assert (outcome.status, outcome.holding, outcome.bound, outcome.gap) == ("error", "incumbent", None, None)
    assert outcome.objective == 1.0


def test_the_other_columns_are_solved_again_where_rounding_breaks_a_row(form_of, monkeypatch) -> None:
    """y = 1e-6 is whole enough for HiGHS, yet with x <= 10000 y it lets 0.01 through a closed door."""
    form = form_of(
        [[1, -1e4]], [-math.inf], [0], col_upper=[5, 1], integer=[0, 1], goals={"cost": ([-0.1, 1], 0.0)}
    )
    with HighsSession(form) as session:
        monkeypatch.setattr(session, "_highs", Forger(session._highs, [0.01, 1e-6]))
        outcome = session.minimise(*form.objectives["cost"])
        assert outcome.values.tolist() == [0.0, 0.0]
        assert outcome.holding == "proven"
        assert session._problem.col_upper.tolist() == [5.0, 1.0]
        monkeypatch.setattr(session, "_highs", Forger(session._highs, [0.01, 1e-6], [9.0, 9.0]))
        assert session.minimise(*form.objectives["cost"]).values.tolist() == [0.01, 1e-6]


def test_whole_numbers_are_exact_even_behind_a_large_coefficient(form_of) -> None:
    """y = 1e-6 would be whole enough for HiGHS, and yet let 1 unit pass an unopened door."""
    form = form_of(
        [[1, -1e6], [1, 0]],
        [-math.inf, 0.5],
        [0, math.inf],
        col_upper=[1e6, 1],
        integer=[0, 1],
        goals={"cost": ([0, 1], 0.0)},
    )
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"], options=EXACT)
    assert outcome.values is not None
    assert outcome.values[1] in (0.0, 1.0)
    assert outcome.holding == "proven"
    assert outcome.objective == 1.0


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
