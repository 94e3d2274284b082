import _thread
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from alloc.solver.highs import HighsSession, SolverOptions
from alloc.solver.progress import CancelToken, Progress
from alloc.solver.watch import Watch

LONG = SolverOptions(time_limit_s=60.0)


def test_progress_comes_in_the_calling_thread(hard_form) -> None:
    seen: list[Progress] = []
    threads = set()

    def note(progress: Progress) -> None:
        seen.append(progress)
        threads.add(threading.get_ident())

    with HighsSession(hard_form) as session:
        outcome = session.minimise(
            *hard_form.objectives["cost"], "cost", options=SolverOptions(time_limit_s=1.5), progress=note
        )
    assert threads == {threading.get_ident()}
    assert {progress.goal for progress in seen} == {"cost"}
    found = [progress.incumbent for progress in seen if progress.stage == "incumbent"]
    assert found == sorted(found, reverse=True)
    assert len([progress for progress in seen if progress.stage == "searching"]) <= 8
    last = seen[-1]
    assert (last.stage, last.incumbent, last.gap) == ("finished", outcome.objective, outcome.gap)
    assert last.bound <= last.incumbent
    assert seen == sorted(seen, key=lambda progress: progress.seconds)


def test_cancel_from_another_thread_keeps_the_solution(hard_form) -> None:
    token = CancelToken()
    threading.Timer(0.7, token.cancel).start()
    with HighsSession(hard_form) as session:
        outcome = session.minimise(*hard_form.objectives["cost"], options=LONG, cancel=token)
        assert (outcome.status, outcome.holding) == ("cancelled", "incumbent")
        assert outcome.seconds < 10
        assert session._problem.feasible(outcome.values)
        # the session is as good as new
        again = session.minimise(
            *hard_form.objectives["cost"],
            warm_start=outcome.values,
            options=SolverOptions(time_limit_s=0.3),
        )
        assert again.status == "time_limit"
        assert again.objective <= outcome.objective


def test_a_token_cancelled_before_the_start_keeps_the_start(hard_form, random_form, solutions_of) -> None:
    token = CancelToken()
    token.cancel()
    assert token.cancelled
    form = random_form(1)
    start = solutions_of(form)[0]
    cost, constant = form.objectives["goal0"]
    with HighsSession(form) as session:
        session.minimise(cost, constant)
        outcome = session.minimise(cost, constant, cancel=token, warm_start=start)
        assert (outcome.status, outcome.holding, outcome.bound) == ("cancelled", "incumbent", None)
        assert outcome.objective == pytest.approx(cost @ start + constant)
        assert session.minimise(cost, constant, cancel=token).holding == "nothing"


def test_control_c_keeps_the_solution(hard_form) -> None:
    token = CancelToken()
    timer = threading.Timer(0.7, _thread.interrupt_main)
    timer.start()
    try:
        with HighsSession(hard_form) as session:
            outcome = session.minimise(*hard_form.objectives["cost"], options=LONG, cancel=token)
    finally:
        timer.cancel()
    assert (outcome.status, outcome.holding) == ("cancelled", "incumbent")
    assert outcome.seconds < 10
    assert token.cancelled


class StubbornHighs:
    """Does not stop before it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.options: list[tuple[str, float]] = []
        for name in (
            "cbMipInterrupt",
            "cbSimplexInterrupt",
            "cbIpmInterrupt",
            "cbMipImprovingSolution",
            "cbLogging",
        ):
            setattr(self, name, self)

    def subscribe(self, _listener: object) -> None: ...

    def unsubscribe(self, _listener: object) -> None: ...

    def setOptionValue(self, name: str, value: float) -> None:
        self.options.append((name, value))

    def run(self) -> None:
        self.released.wait(20)


def test_a_second_control_c_does_not_wait(random_form) -> None:
    highs, token = StubbornHighs(), CancelToken()
    watch = Watch(highs, token, None)
    timers = [threading.Timer(after, _thread.interrupt_main) for after in (0.3, 0.9)]
    for timer in timers:
        timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            watch.run()
        assert watch.running
        assert token.cancelled
        assert highs.options == [("time_limit", 0.0)]
        session = HighsSession(random_form(1))
        session._watch = watch
        session.close()  # leaves HiGHS alone while it works
        with pytest.raises(Exception, match="still busy"):
            session.minimise(*random_form(1).objectives["goal0"])
    finally:
        for timer in timers:
            timer.cancel()
        highs.released.set()
    watch._worker.join(5)
    assert not watch.running


def test_an_error_in_the_progress_callback_stops_the_solve_and_is_raised(hard_form) -> None:
    def fail(_progress: Progress) -> None:
        raise ZeroDivisionError("from the caller")

    token = CancelToken()
    with HighsSession(hard_form) as session:
        began = time.perf_counter()
        with pytest.raises(ZeroDivisionError, match="from the caller"):
            session.minimise(*hard_form.objectives["cost"], options=LONG, progress=fail, cancel=token)
        assert time.perf_counter() - began < 10
        assert session.idle
        assert not token.cancelled


def test_two_sessions_solve_in_two_threads(hard_form, random_form, solutions_of) -> None:
    def hard(threads: int) -> tuple[str, str]:
        options = SolverOptions(time_limit_s=1.0, threads=threads)
        with HighsSession(hard_form) as session:
            outcome = session.minimise(*hard_form.objectives["cost"], options=options)
        return outcome.status, outcome.holding

    def small(seed: int) -> bool:
        form = random_form(seed)
        cost, constant = form.objectives["goal0"]
        with HighsSession(form) as session:
            outcome = session.minimise(cost, constant, options=SolverOptions(gap=0.0, threads=1 + seed % 3))
        points = solutions_of(form)
        return len(points) == 0 or outcome.objective == pytest.approx((points @ cost).min() + constant)

    with ThreadPoolExecutor(4) as pool:
        hards = [pool.submit(hard, threads) for threads in (1, 2)]
        smalls = [pool.submit(small, seed) for seed in range(40)]
        assert [future.result(30) for future in hards] == [("time_limit", "incumbent")] * 2
        assert all(future.result(30) for future in smalls)


def test_the_number_of_threads_may_change_from_solve_to_solve(random_form) -> None:
    form = random_form(1)
    cost, constant = form.objectives["goal0"]
    with HighsSession(form) as session:
        worth = {
            session.minimise(cost, constant, options=SolverOptions(gap=0.0, threads=threads)).objective
            for threads in (1, 2, 0, 4, 1)
        }
    assert len(worth) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_can_solve(random_form) -> None:
    form = random_form(1)
    cost, constant = form.objectives["goal0"]
    with HighsSession(form) as session:
        session.minimise(cost, constant)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with HighsSession(form) as session:
                code = 0 if session.minimise(cost, constant).holding == "proven" else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_no_thread_is_left_behind(random_form) -> None:
    form = random_form(1)
    with HighsSession(form) as session:
        for _ in range(5):
            session.minimise(*form.objectives["goal0"])
    assert not [thread for thread in threading.enumerate() if thread.name == "alloc-highs"]
