"""`alloc solve`: plans one scenario, or all of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alloc.cli.find import Inputs, free_folder, inputs
from alloc.cli.folders import default_folder, plan_name
from alloc.cli.manner import Manner
from alloc.cli.options import (
    DECISIONS,
    json_option,
    lang_option,
    model_option,
    option,
    out_option,
    quiet_option,
    region_argument,
    scenario_option,
    solver_options,
)
from alloc.cli.output import document, show, write
from alloc.cli.parts import command as a_command
from alloc.cli.types import Number, OneOf
from alloc.errors import UsageError

if TYPE_CHECKING:
    from alloc.plan import Plan

_LONGER = 4


@a_command("solve")
@region_argument
@model_option
@scenario_option
@option("--all-scenarios", is_flag=True)
@option("--resume", is_flag=True)
@out_option
@option("--only", metavar="DECISION", type=OneOf(*DECISIONS), multiple=True)
@option("--method", metavar="joint|sequential", type=OneOf("joint", "sequential"), default="joint")
@solver_options
@option("--workers", metavar="N", type=Number(1, whole=True), default=1)
@option("--scheduler", metavar="ADDRESS")
@lang_option
@json_option
@quiet_option
@click.pass_obj
def command(
    manner: Manner,
    /,
    region: str,
    model: str,
    scenario: str | None,
    all_scenarios: bool,
    resume: bool,
    out: str | None,
    workers: int,
    scheduler: str | None,
    **options: Any,
) -> int:
    """Solve, write and show."""
    from alloc.load import is_province_file

    if is_province_file(region):
        from alloc.cli.solve_province import solve_province_file

        return solve_province_file(
            manner, click.get_current_context(), region, workers=workers, scheduler=scheduler
        )
    if scheduler is not None:
        raise UsageError(label="cli.error.scheduler_province")
    if all_scenarios and scenario is not None:
        raise UsageError(label="cli.error.one_or_all")
    if resume and not all_scenarios:
        raise UsageError(label="cli.error.resume_all")
    options["only"] = tuple(dict.fromkeys(options["only"]))
    if all_scenarios:
        from alloc.cli.solve_many import solve_many

        return solve_many(manner, inputs(region, model), out, workers, options, resume=resume)
    target = None if out is None else free_folder(out)
    return _solve_one(manner, inputs(region, model), scenario or "baseline", target, options)


def _solve_one(
    manner: Manner, found: Inputs, scenario: str, target: Path | None, options: dict[str, Any]
) -> int:
    from alloc import study
    from alloc.cli.live import Live
    from alloc.report import render_plan, save_plan
    from alloc.report.words import own_name

    wanted = found.scenario(scenario)
    target = target or free_folder(str(default_folder(found) / plan_name(wanted.id, options)))
    live = Live(manner, {wanted.id: own_name(wanted, manner.lang)})
    with live.running() as cancel:
        plan = study.solve(
            found.region_source,
            found.model_source,
            wanted.id,
            progress=partial(live.tell, wanted.id),
            cancel=cancel,
            **options,
        )
    try:
        save_plan(plan, target, manner.lang)
    except UsageError:
        if not manner.as_json:
            show(render_plan(plan, manner.lang))  # a plan that cannot be written is not lost unseen
        raise
    return _answered(manner, plan, target, longer_s=_LONGER * options["time_limit_s"])


def _answered(manner: Manner, plan: Plan, folder: Path, longer_s: float) -> int:
    from alloc.cli.records import exit_code_of, plan_record
    from alloc.report import render_plan

    code = exit_code_of(plan)
    if manner.as_json:
        document({"command": "solve", "exit_code": code, "plan": plan_record(plan, manner, folder)})
        return code
    show(render_plan(plan, manner.lang))
    write("\n" + manner.text("solve.written", folder=folder) + "\n")
    if plan.status == "time_limit":
        write(manner.text("solve.more_time", seconds=f"{longer_s:g}") + "\n")
    return code
