import math
import threading

import numpy as np
import pytest

from alloc.solver.highs import HighsSession, SolverOptions
from alloc.solver.outcome import Outcome
from alloc.solver.passes import GoalPass, run_passes, run_weighted
from alloc.solver.progress import CancelToken

EXACT = SolverOptions(gap=0.0, time_limit_s=20.0)


def by_enumeration(form, points: np.ndarray, goals: list[GoalPass]) -> list[float]:
    """The value of each goal at the end of its pass."""
    best = []
    for goal in goals:
        cost, constant = form.objectives[goal.goal]
        worth = points @ cost + constant
        best.append(worth.min())
        room = max(goal.tolerance_rel * abs(best[-1]), goal.tolerance_abs)
        points = points[worth <= best[-1] + room + 1e-9]
    return best


@pytest.mark.parametrize("seed", [seed for seed in range(40) if seed % 7])
@pytest.mark.parametrize("tolerance", [(0.0, 0.0), (0.1, 0.0), (0.0, 2.0)])
def test_goals_in_order_match_enumeration(seed, tolerance, random_form, solutions_of) -> None:
    form = random_form(seed, n_goals=3)
    goals = [GoalPass(f"goal{number}", *tolerance) for number in (2, 0, 1)]
    with HighsSession(form) as session:
        result = run_passes(session, form, goals, EXACT)
        assert session.n_added_rows == 0
    assert (result.status, result.holding) == ("optimal", "proven")
    assert [report.goal for report in result.reports] == ["goal2", "goal0", "goal1"]
    assert [report.objective for report in result.reports] == pytest.approx(
        by_enumeration(form, solutions_of(form), goals)
    )
    for name, (cost, constant) in form.objectives.items():
        assert result.goal_values[name] == pytest.approx(cost @ result.values + constant)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_goals_on_any_scale_are_held(factor: float, random_form, solutions_of) -> None:
    form = random_form(4, n_goals=2)
    for name, (cost, constant) in form.objectives.items():
        form.objectives[name] = (cost * factor, constant * factor)
    goals = [GoalPass("goal0"), GoalPass("goal1")]
    with HighsSession(form) as session:
        result = run_passes(session, form, goals, EXACT)
    wanted = by_enumeration(form, solutions_of(form), goals)
    assert result.goal_values["goal0"] == pytest.approx(wanted[0], abs=1e-6)
    if factor > 1:
        assert [report.objective for report in result.reports] == pytest.approx(wanted)


def test_an_infeasible_model_ends_at_the_first_pass(random_form) -> None:
    form = random_form(0, n_goals=2)
    with HighsSession(form) as session:
        result = run_passes(session, form, [GoalPass("goal0"), GoalPass("goal1")])
    assert (result.status, result.holding, result.values) == ("infeasible", "nothing", None)
    assert [report.goal for report in result.reports] == ["goal0"]
    assert result.goal_values == {}


def test_a_pass_out_of_time_is_held_and_the_next_one_starts_from_it(hard_form) -> None:
    seen = []
    goals = [GoalPass("cost", tolerance_rel=0.01), GoalPass("moves")]
    with HighsSession(hard_form) as session:
        result = run_passes(session, hard_form, goals, SolverOptions(time_limit_s=0.7), progress=seen.append)
        assert session._problem.feasible(result.values)
    assert (result.status, result.holding) == ("time_limit", "incumbent")
    first, second = result.reports
    assert first.status == second.status == "time_limit"
    assert result.goal_values["cost"] <= first.objective * 1.01 + 1e-6
    assert result.goal_values["moves"] == second.objective
    moves = [progress for progress in seen if progress.goal == "moves"]
    assert moves[0].incumbent >= second.objective


def test_time_is_shared(hard_form) -> None:
    goals = [GoalPass("cost"), GoalPass("moves")]
    with HighsSession(hard_form) as session:
        result = run_passes(session, hard_form, goals, SolverOptions(time_limit_s=60), shared_time_s=1.2)
    assert len(result.reports) == 2
    assert sum(report.seconds for report in result.reports) < 3.0


def test_cancel_ends_the_passes_at_once(hard_form) -> None:
    token = CancelToken()
    threading.Timer(0.7, token.cancel).start()
    goals = [GoalPass("cost"), GoalPass("moves")]
    with HighsSession(hard_form) as session:
        result = run_passes(session, hard_form, goals, SolverOptions(time_limit_s=60), cancel=token)
        assert session.n_added_rows == 0
    assert (result.status, result.holding) == ("cancelled", "incumbent")
    assert [report.status for report in result.reports] == ["cancelled"]
    assert result.values is not None


def test_cancel_between_passes_keeps_the_proven_pass(random_form) -> None:
    token = CancelToken()
    form = random_form(1, n_goals=2)
    goals = [GoalPass("goal0"), GoalPass("goal1")]
    with HighsSession(form) as session:
        result = run_passes(
            session,
            form,
            goals,
            EXACT,
            cancel=token,
            progress=lambda progress: token.cancel() if progress.stage == "finished" else None,
        )
    assert (result.status, result.holding) == ("cancelled", "incumbent")
    assert [(report.status, report.holding) for report in result.reports] == [("optimal", "proven")]


def test_a_later_pass_that_fails_keeps_the_earlier_solution(random_form, monkeypatch) -> None:
    form = random_form(1, n_goals=2)
    real = HighsSession.minimise

    def failing(self, objective, constant=0.0, name="objective", **others):
        if name == "goal1":
            return Outcome("error", "nothing", None, None, None, 0.1, 0, None)
        return real(self, objective, constant, name, **others)

    monkeypatch.setattr(HighsSession, "minimise", failing)
    with HighsSession(form) as session:
        result = run_passes(session, form, [GoalPass("goal0"), GoalPass("goal1")], EXACT)
    assert (result.status, result.holding) == ("error", "incumbent")
    assert [report.holding for report in result.reports] == ["proven", "nothing"]
    cost, constant = form.objectives["goal0"]
    assert cost @ result.values + constant == pytest.approx(result.reports[0].objective)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_weights_match_enumeration(seed: int, random_form, solutions_of) -> None:
    form = random_form(seed, n_goals=3)
    weights = {"goal0": 2.0, "goal2": 0.5}
    with HighsSession(form) as session:
        result = run_weighted(session, form, weights, EXACT)
    points = solutions_of(form)
    worth = sum(
        weight * (points @ form.objectives[goal][0] + form.objectives[goal][1])
        for goal, weight in weights.items()
    )
    assert result.reports[0].goal == "weighted"
    assert result.reports[0].objective == pytest.approx(worth.min())
    assert result.holding == "proven"
    assert set(result.goal_values) == {"goal0", "goal1", "goal2"}


def test_calls_that_make_no_sense_are_refused(random_form) -> None:
    form = random_form(1)
    with HighsSession(form) as session:
        with pytest.raises(ValueError, match="no goals"):
            run_passes(session, form, [])
        with pytest.raises(KeyError, match="elsewhere"):
            run_passes(session, form, [GoalPass("goal0"), GoalPass("elsewhere")])
        for weights in ({}, {"goal0": 0.0}, {"goal0": -1.0}, {"goal0": math.nan}):
            with pytest.raises(ValueError, match="weights"):
                run_weighted(session, form, weights)
    for bad in ((-0.1, 0.0), (0.0, math.nan)):
        with pytest.raises(ValueError, match="tolerance"):
            GoalPass("goal0", *bad)
