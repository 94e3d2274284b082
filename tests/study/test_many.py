"""Many scenarios: each answered once, also when the planner stops."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

import pytest

from alloc.errors import Cancelled, Infeasible, SolveError
from alloc.schema import Scenario
from alloc.solver.progress import CancelToken
from alloc.study import many, process
from alloc.synthetic import synthetic_model, tiny_region
from tests.study import small

NAMES = ["baseline", "one", "two"]


@pytest.fixture
def asked(monkeypatch):
    """Stands in for ``solve``: the first scenario is cancelled by the planner, the second is never begun."""
    names = []

    def solve(region, model, name, *, cancel, **_):
        names.append(name)
        cancel.cancel()
        raise Cancelled

    monkeypatch.setattr(many, "solve", solve)
    return names


def test_every_cancelled_scenario_reaches_on_error(asked):
    heard = {}
    region = tiny_region(1)
    found = many.solve_all(region, synthetic_model(region), NAMES, on_error=heard.__setitem__)
    assert found == []
    assert asked == ["baseline"]
    assert list(heard) == NAMES
    assert all(isinstance(error, Cancelled) for error in heard.values())


def test_without_on_error_cancelled_is_raised(asked):
    region = tiny_region(1)
    with pytest.raises(Cancelled):
        many.solve_all(region, synthetic_model(region), NAMES)


def test_one_scenario_without_a_plan_does_not_sink_the_others(monkeypatch):
    def solve(region, model, name, **_):
        if name == "one":
            raise Infeasible("too little")
        return name

    monkeypatch.setattr(many, "solve", solve)
    heard = {}
    region = tiny_region(1)
    found = many.solve_all(region, synthetic_model(region), NAMES, on_error=heard.__setitem__)
    assert found == ["baseline", "two"]
    assert list(heard) == ["one"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal")
def test_an_interrupt_reaches_every_process_and_all_are_answered():
    region = tiny_region(1)
    heard, token = {}, CancelToken()
    names = many.scenario_ids(region, synthetic_model(region))[:2]
    timer = threading.Timer(1.0, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        plans = many.solve_all(
            region, synthetic_model(region), names, workers=2, on_error=heard.__setitem__, cancel=token
        )
    finally:
        timer.cancel()
    assert token.cancelled
    assert {plan.scenario.id for plan in plans} | set(heard) == set(names)
    assert all(isinstance(error, Cancelled) for error in heard.values())


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_process_costs_its_own_scenario_only():
    """The system ends the process of one scenario: that one is told as failed, the one beside it and the one
    after it are solved.
    """
    region, model = small.hard()
    heard, killed = {}, []

    def kill(name, _):
        (mine,) = [one for one in multiprocessing.active_children() if one.name == "alloc one"] or [None]
        if name == "one" and mine is not None and not killed:
            killed.append(mine.pid)
            os.kill(mine.pid, signal.SIGKILL)

    scenarios = [Scenario(id=name) for name in NAMES]
    plans = many.solve_all(
        region.model_copy(update={"scenarios": tuple(scenarios)}),
        model,
        NAMES,
        workers=2,
        on_error=heard.__setitem__,
        progress=kill,
        time_limit_s=10.0,  # half a second was too short for any plan beside other tests
        gap=0.1,
    )
    assert len(killed) == 1
    assert [plan.scenario.id for plan in plans] == ["baseline", "two"]
    assert list(heard) == ["one"]
    assert (type(heard["one"]), heard["one"].exit_code) == (SolveError, 1)
    assert "memory" in heard["one"].message("en")
    assert "内存" in heard["one"].message("zh")
    assert multiprocessing.active_children() == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_process_is_raised_where_nobody_listens():
    region, model = small.hard()

    def kill(_, __):
        for mine in multiprocessing.active_children():
            os.kill(mine.pid, signal.SIGKILL)

    with pytest.raises(SolveError, match="lack of memory"):
        many.solve_all(region, model, workers=2, progress=kill, time_limit_s=0.5, gap=0.0)
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_how_a_process_died_is_told():
    assert "most often for lack of memory" in process.death(-signal.SIGKILL).message("en")
    assert "exit code -11" in process.death(-signal.SIGSEGV).message("en")
    assert "exit code 1)" in process.death(1).message("en")


@pytest.mark.slow
def test_processes_give_the_same_plans_as_one_after_another():
    region, model = small.region(1), small.model(1)
    names = many.scenario_ids(region, model)[:3]
    heard = set()
    plans = many.solve_all(region, model, names, workers=2, progress=lambda name, _: heard.add(name))
    assert heard == set(names)
    assert [plan.decisions for plan in plans] == [
        plan.decisions for plan in many.solve_all(region, model, names)
    ]
