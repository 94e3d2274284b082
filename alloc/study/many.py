"""Many scenarios of one region, one after another or in several processes."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Empty
from typing import Any

from alloc.errors import AllocError, Cancelled
from alloc.load import load_model, load_region
from alloc.plan.plan import Plan
from alloc.schema.model import Model
from alloc.schema.region import Region
from alloc.solver.progress import CancelToken, Progress
from alloc.study.single import solve

ScenarioProgress = Callable[[str, Progress], None]
POLL_S = 0.2


def scenario_ids(region: Region, model: Model) -> list[str]:
    """The baseline, then every scenario of the region and of the model."""
    return list(dict.fromkeys(["baseline", *(s.id for s in (*region.scenarios, *model.scenarios))]))


def solve_all(
    region: Region | str | Path,
    model: Model | str | Path = "county",
    scenarios: Sequence[str] | None = None,
    *,
    workers: int = 1,
    on_plan: Callable[[Plan], None] | None = None,
    on_error: Callable[[str, AllocError], None] | None = None,
    progress: ScenarioProgress | None = None,
    cancel: CancelToken | None = None,
    **options: Any,
) -> list[Plan]:
    """A plan for every scenario (all shipped ones by default), in the order of the scenarios.

    ``workers`` processes; ``on_plan`` is called as soon as a plan is there. ``on_error`` hears of a scenario
    that has no plan and the others go on; without it the first error is raised. ``options`` as for ``solve``.

    Once ``cancel`` is set (Ctrl-C does so while processes run), every scenario under way ends with the best
    plan it holds; ``on_error`` hears Cancelled for those that hold none or were not begun.
    """
    facts = region if isinstance(region, Region) else load_region(region)
    wishes = model if isinstance(model, Model) else load_model(model)
    wanted = list(scenarios) if scenarios is not None else scenario_ids(facts, wishes)
    run = _Run(region, model, on_plan, on_error, progress, cancel or CancelToken(), options)
    found = run.here(wanted) if workers <= 1 or len(wanted) <= 1 else run.in_processes(wanted, workers)
    return [found[name] for name in wanted if name in found]


class _Run:
    """One call of ``solve_all``."""

    def __init__(
        self,
        region: Region | str | Path,
        model: Model | str | Path,
        on_plan: Callable[[Plan], None] | None,
        on_error: Callable[[str, AllocError], None] | None,
        progress: ScenarioProgress | None,
        cancel: CancelToken,
        options: dict[str, Any],
    ) -> None:
        self.region, self.model, self.options, self.cancel = region, model, options, cancel
        self.on_plan, self.on_error, self.progress = on_plan, on_error, progress
        self.found: dict[str, Plan] = {}

    def here(self, wanted: list[str]) -> dict[str, Plan]:
        for name in wanted:
            self._settle(name, partial(self._solve, name))
        return self.found

    def _solve(self, name: str) -> Plan:
        if self.cancel.cancelled:
            raise Cancelled
        return solve(
            self.region,
            self.model,
            name,
            progress=None if self.progress is None else partial(self.progress, name),
            cancel=self.cancel,
            **self.options,
        )

    def in_processes(self, wanted: list[str], workers: int) -> dict[str, Plan]:
        context = multiprocessing.get_context("spawn")
        with context.Manager() as manager:
            events, stop = manager.Queue(), manager.Event()
            pool = ProcessPoolExecutor(
                min(workers, len(wanted)), mp_context=context, initializer=_leave_interrupts_to_the_parent
            )
            with pool:
                tell = events if self.progress is not None else None
                jobs: dict[Future[Plan], str] = {
                    pool.submit(_in_process, self.region, self.model, name, self.options, tell, stop): name
                    for name in wanted
                }
                try:
                    self._collect(jobs, events, stop)
                finally:
                    stop.set()
        return self.found

    def _collect(self, jobs: dict[Future[Plan], str], events: Any, stop: Any) -> None:
        while jobs:
            if self.cancel.cancelled:
                stop.set()
            try:
                done, _ = wait(jobs, timeout=POLL_S, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                self.cancel.cancel()
                continue
            self._relay(events)
            for job in done:
                self._settle(jobs.pop(job), job.result)

    def _relay(self, events: Any) -> None:
        while self.progress is not None:
            try:
                name, event = events.get_nowait()
            except Empty:
                return
            self.progress(name, event)

    def _settle(self, name: str, result: Callable[[], Plan]) -> None:
        try:
            plan = result()
        except Cancelled as error:
            if self.on_error is not None:
                self.on_error(name, error)
            elif not self.found:
                raise
        except AllocError as error:
            if self.on_error is None:
                raise
            self.on_error(name, error)
        else:
            self.found[name] = plan
            if self.on_plan is not None:
                self.on_plan(plan)


def _leave_interrupts_to_the_parent() -> None:
    """Ctrl-C reaches every process of a terminal: workers must live on to hand in what they hold."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _in_process(
    region: Region | str | Path,
    model: Model | str | Path,
    name: str,
    options: dict[str, Any],
    events: Any,
    stop: Any,
) -> Plan:
    """One scenario in a worker process, until ``stop`` is set."""
    if stop.is_set():
        raise Cancelled
    token = CancelToken()
    tell = None if events is None else lambda event: events.put((name, event))
    with _cancelled_by(stop, token):
        return solve(region, model, name, progress=tell, cancel=token, **options)


@contextmanager
def _cancelled_by(stop: Any, token: CancelToken) -> Iterator[None]:
    """Cancel the token soon after ``stop`` is set by another process."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(POLL_S):
            if stop.is_set():
                token.cancel()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
