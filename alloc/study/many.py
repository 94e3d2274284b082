"""Many scenarios of one region, one after another or in several processes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from alloc.errors import AllocError, Cancelled
from alloc.load import load_model, load_region
from alloc.plan.plan import Plan
from alloc.schema.model import Model
from alloc.schema.region import Region
from alloc.solver.progress import CancelToken, Progress
from alloc.study.process import ScenarioProcess
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

    ``workers`` scenarios at once, each in a process of its own; ``on_plan`` is called as soon as a plan is
    there. ``on_error`` hears of a scenario that has no plan and the others go on, also where the system ended
    its process (SolveError); without it the first error is raised. ``options`` as for ``solve``.

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
            answer: Plan | AllocError
            try:
                answer = self._solve(name)
            except AllocError as error:
                answer = error
            self._settle(name, answer)
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
        waiting, running = deque(wanted), list[ScenarioProcess]()
        try:
            while waiting or running:
                self._begin(waiting, running, workers)
                for process in self._ready(running):
                    said = process.news()
                    if isinstance(said, Progress):
                        self._tell(process.scenario, said)
                        continue
                    running.remove(process)
                    self._begin(waiting, running, workers)  # before the plan is written, which takes a while
                    self._settle(process.scenario, said)
        finally:
            for process in running:
                process.kill()
        return self.found

    def _begin(self, waiting: deque[str], running: list[ScenarioProcess], workers: int) -> None:
        """Fill the places that are free; once cancelled, nothing is begun any more."""
        while waiting and self.cancel.cancelled:
            self._settle(waiting.popleft(), Cancelled())
        while waiting and len(running) < workers:
            tells, name = self.progress is not None, waiting.popleft()
            running.append(ScenarioProcess(self.region, self.model, name, self.options, tells=tells))

    def _ready(self, running: list[ScenarioProcess]) -> list[ScenarioProcess]:
        """Those that have something to say within a moment; once cancelled, all have been asked to stop."""
        pipes: list[object] = []
        try:
            pipes += wait([process.pipe for process in running], timeout=POLL_S)
        except KeyboardInterrupt:
            self.cancel.cancel()
        if self.cancel.cancelled:
            for process in running:
                process.stop()
        return [process for process in running if process.pipe in pipes]

    def _tell(self, name: str, event: Progress) -> None:
        if self.progress is not None:
            self.progress(name, event)

    def _settle(self, name: str, answer: Plan | AllocError) -> None:
        if isinstance(answer, AllocError):
            if self.on_error is not None:
                self.on_error(name, answer)
            elif not (isinstance(answer, Cancelled) and self.found):  # who cancels keeps what there is
                raise answer
            return
        self.found[name] = answer
        if self.on_plan is not None:
            self.on_plan(answer)
