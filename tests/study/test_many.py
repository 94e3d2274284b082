"""Many scenarios: each answered once, also when the planner stops."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from alloc.errors import Cancelled, Infeasible
from alloc.solver.progress import CancelToken
from alloc.study import many
from alloc.synthetic import synthetic_model, tiny_region

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
