"""What HiGHS says is doubted: verdicts are confirmed, solutions and bounds checked, whole numbers exact."""

import math

import numpy as np
import pytest
from highspy import Highs, HighsSolution

from alloc.solver.highs import HighsSession, SolverOptions

EXACT = SolverOptions(gap=0.0, time_limit_s=20.0)


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


@pytest.mark.parametrize("seed", range(10))
def test_a_start_between_the_steps_of_the_objective_cuts_nothing_off(seed: int, form_of) -> None:
    """Presolve settles the last column at zero, and nothing else has a cost: the objective has no steps left.
    The start has that column at one, for 0.3, and HiGHS cuts off all that is not a whole step better.
    """
    draw = np.random.default_rng(seed)
    rows, chosen = draw.integers(0, 60, (3, 14)), draw.integers(0, 2, 14)
    sides = rows @ chosen
    form = form_of(
        np.column_stack([rows, np.zeros(3)]),
        sides,
        sides,
        col_upper=[1] * 14 + [3],
        integer=[1] * 15,
        goals={"cost": ([0.0] * 14 + [0.3], 0.0)},
    )
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"], warm_start=np.append(chosen, 1.0), options=EXACT)
    assert outcome.holding == "proven"
    assert outcome.objective == pytest.approx(0.0, abs=1e-9)


def test_highs_tells_of_the_steps_of_an_objective(hard_form) -> None:
    """What the doubt rests on: a newer HiGHS that words it otherwise must fail here."""
    with HighsSession(hard_form) as session:
        session.minimise(
            np.round(10 * hard_form.objectives["cost"][0]), options=SolverOptions(time_limit_s=2.0)
        )
        assert session._objective_step() > 0.0
