"""Plans as things that programs handle: pickled, made in threads, cancelled, out of time, never printed."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from alloc.errors import Cancelled, NoPlanInTime
from alloc.instance import compile_instance
from alloc.plan import Plan
from alloc.plan.audit import audit
from alloc.solver.progress import CancelToken, Progress
from alloc.study.single import solve
from tests.study import small


def test_a_plan_is_pickled_and_back() -> None:
    plan = small.plan(0)
    back = pickle.loads(pickle.dumps(plan))
    assert isinstance(back, Plan)
    assert back == plan
    assert back.to_json() == plan.to_json()


def test_two_threads_solve_at_once() -> None:
    def one(seed: int) -> Plan:
        return solve(small.region(seed), small.model(seed), gap=small.GAP)

    with ThreadPoolExecutor(2) as pool:
        plans = list(pool.map(one, [0, 1, 2, 3]))
    for seed, plan in enumerate(plans):
        assert plan.decisions == small.plan(seed).decisions


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    solve(small.region(1), small.model(1))
    out, err = capfd.readouterr()
    assert out == ""
    assert err == ""


def check_unproven(plan: Plan, status: str) -> None:
    """A plan that was stopped early keeps every rule, and says that a better one may exist."""
    assert plan.status == status
    assert plan.holding == "incumbent"
    assert not plan.proven
    named = bool(plan.decisions.roster)
    assert audit(compile_instance(plan.region, plan.model), plan.decisions, roster=named) == []
    assert "incumbent" in plan.provenance()["holding"]


def test_a_cancelled_solve_keeps_the_best_so_far() -> None:
    region, model = small.hard()
    token, heard = CancelToken(), []

    def stop_at_the_third_goal(event: Progress) -> None:
        heard.append(event.goal)
        if event.goal == "travel":
            token.cancel()

    plan = solve(region, model, gap=0.0, time_limit_s=10.0, progress=stop_at_the_third_goal, cancel=token)
    check_unproven(plan, "cancelled")
    assert "cost" not in heard, "later goals are not begun"


def test_cancelled_before_it_began() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        solve(small.region(0), small.model(0), cancel=token)


def test_out_of_time_keeps_the_best_so_far() -> None:
    region, model = small.hard()
    check_unproven(solve(region, model, gap=0.0, time_limit_s=0.5), "time_limit")


def test_no_time_at_all_gives_a_plan_or_says_so() -> None:
    region, model = small.hard()
    try:
        plan = solve(region, model, time_limit_s=0.01)
    except NoPlanInTime:
        return
    check_unproven(plan, "time_limit")


@pytest.mark.parametrize("first", ["alloc.solve", "alloc.solve_all", "alloc.study.evaluate"])
def test_solve_is_a_function_whatever_was_used_before(first: str) -> None:
    code = f"import alloc, alloc.study; {first}; assert callable(alloc.solve) and callable(alloc.study.solve)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
