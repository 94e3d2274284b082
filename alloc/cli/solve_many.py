"""`alloc solve --all-scenarios`: a plan for each, written as soon as it is there; then all side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alloc.cli.ending import gravest, reasons
from alloc.cli.find import Inputs, free_folder
from alloc.cli.folders import default_folder, plan_name
from alloc.cli.live import Live
from alloc.cli.manner import Manner
from alloc.cli.output import document, show, write
from alloc.cli.records import comparison_record, exit_code_of, plan_record
from alloc.errors import AllocError, Cancelled, DataError, UsageError
from alloc.plan.plan import Plan
from alloc.report.words import own_name, verdict

_MOST_REASONS = 6


def solve_many(
    manner: Manner,
    found: Inputs,
    out: str | None,
    workers: int,
    options: dict[str, Any],
    *,
    resume: bool = False,
) -> int:
    """Plan every scenario; one that has no plan does not sink the others. Returns the gravest exit code.

    With ``resume``, plans that are there already and answer the same question are kept.
    """
    from alloc import study

    folder = default_folder(found) if out is None else Path(out)
    targets = {name: free_folder(str(folder / plan_name(name, options))) for name in found.scenarios()}
    names = {name: own_name(scenario, manner.lang) for name, scenario in found.scenarios().items()}
    live = Live(manner, names)
    run = _Run(manner, live, targets, names)
    with live.running() as cancel:
        if resume:
            run.take_up(found, options)
        study.solve_all(
            found.region_source,
            found.model_source,
            [name for name in targets if name not in run.plans],
            workers=workers,
            on_plan=run.keep,
            on_error=run.fail,
            progress=live.tell,
            cancel=cancel,
            **options,
        )
        cancelled = cancel.cancelled
    if cancelled:
        for name in targets.keys() - run.plans.keys() - run.failed.keys():
            run.failed[name] = Cancelled()
    return _answered(run, folder)


@dataclass
class _Run:
    """Plans and failures as they come in."""

    manner: Manner
    live: Live
    targets: dict[str, Path]
    names: dict[str, str]
    plans: dict[str, Plan] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, AllocError] = field(default_factory=dict)

    def keep(self, plan: Plan) -> None:
        """Write a plan now; that it cannot be written is told, and the others go on."""
        from alloc.report import save_plan

        name = plan.scenario.id
        try:
            save_plan(plan, self.targets[name], self.manner.lang)
        except UsageError as error:
            self.fail(name, error)
            return
        self.plans[name] = plan
        told = {"scenario": self.names[name], "verdict": verdict(plan, self.manner.lang)}
        self.live.done(name, self.manner.text("many.plan", folder=self.targets[name], **told))

    def take_up(self, found: Inputs, options: dict[str, Any]) -> None:
        """Keep the plans of an earlier run that a new one would only make again."""
        from alloc.report import load_plan
        from alloc.study.resume import answers

        for name, folder in self.targets.items():
            try:
                plan = load_plan(folder)
                same = answers(plan, found.region, found.model, name, **options)
            except (UsageError, DataError):
                continue  # none there, or a damaged one: solved as if nothing were there
            if same:
                self.plans[name] = plan
                self.kept.append(name)
                told = {"scenario": self.names[name], "verdict": verdict(plan, self.manner.lang)}
                self.live.done(name, self.manner.text("many.kept", folder=folder, **told))

    def fail(self, name: str, error: AllocError) -> None:
        """A scenario has no plan."""
        self.failed[name] = error
        self.live.done(name, self._why(name)[0], "red")

    def failures(self) -> list[str]:
        """Each scenario without a plan, in their order, and the first reasons."""
        lines: list[str] = []
        for name in self.targets:
            if name in self.failed:
                head, *sentences = self._why(name)
                lines += [head, *reasons(sentences, self.manner, _MOST_REASONS)]
        return lines

    def _why(self, name: str) -> list[str]:
        head, *rest = self.failed[name].message(self.manner.lang).splitlines() or [""]
        return [self.manner.text("many.failed", scenario=self.names[name], error=head), *rest]

    def code(self) -> int:
        """The gravest exit code."""
        codes = [exit_code_of(plan) for plan in self.plans.values()]
        return gravest([*codes, *(error.exit_code for error in self.failed.values())])


def _answered(run: _Run, folder: Path) -> int:
    """The comparison, on the disk and on the terminal."""
    from alloc.cli.comparison_files import save_comparison
    from alloc.report import compare, render_comparison

    manner, code = run.manner, run.code()
    plans = [run.plans[name] for name in run.targets if name in run.plans]
    comparison = compare(plans) if plans else None
    if comparison is not None:
        save_comparison(comparison, folder, manner)
    if manner.as_json:
        document(
            {
                "command": "solve",
                "exit_code": code,
                "folder": str(folder),
                "kept": run.kept,
                "plans": [plan_record(plan, manner, run.targets[plan.scenario.id]) for plan in plans],
                "failed": [
                    {"scenario": name, **error.as_dict(manner.lang)} for name, error in run.failed.items()
                ],
                "comparison": None if comparison is None else comparison_record(comparison, manner),
            }
        )
        return code
    if comparison is not None:
        show(render_comparison(comparison, manner.lang))
        write("\n" + manner.text("many.written", n=len(plans), folder=folder) + "\n")
    if run.failed:
        write("\n" + "\n".join(run.failures()) + "\n")
    return code
