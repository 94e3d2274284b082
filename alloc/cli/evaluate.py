"""`alloc evaluate`: what a given plan would do to a region under a scenario."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alloc.cli.find import free_folder, inputs, plan_folder, region_source
from alloc.cli.manner import Manner
from alloc.cli.options import (
    json_option,
    lang_option,
    option,
    quiet_option,
    region_argument,
    scenario_option,
    solver_options,
)
from alloc.cli.output import document, show, write
from alloc.cli.parts import command as a_command
from alloc.errors import UsageError
from alloc.shipped import shipped_models

if TYPE_CHECKING:
    from alloc.plan import Plan


@a_command("evaluate")
@region_argument
@option("--plan", metavar="PLAN", required=True)
@option("--model", metavar="MODEL", said="model_evaluate")
@scenario_option
@option("--out", metavar="DIR", said="out_evaluate")
@solver_options
@lang_option
@json_option
@quiet_option
@click.pass_obj
def command(
    manner: Manner,
    /,
    region: str,
    plan: str,
    model: str | None,
    scenario: str | None,
    out: str | None,
    **options: float,
) -> int:
    """Evaluate a plan."""
    folder = plan_folder(plan)
    target = None if out is None else free_folder(out)
    result = _evaluated(manner, region, folder, model, scenario or "baseline", options)
    from alloc.report import render_plan, save_plan

    written = None if target is None else save_plan(result, target, manner.lang)
    from alloc.cli.records import exit_code_of, plan_record

    code = exit_code_of(result)
    if manner.as_json:
        document({"command": "evaluate", "exit_code": code, "plan": plan_record(result, manner, target)})
        return code
    show(render_plan(result, manner.lang))
    if written is not None:
        write("\n" + manner.text("solve.written", folder=target) + "\n")
    return code


def _evaluated(
    manner: Manner, region: str, folder: Path, model: str | None, scenario: str, options: dict[str, float]
) -> Plan:
    from alloc import study
    from alloc.cli.live import Live
    from alloc.report import load_plan
    from alloc.report.words import own_name

    region_source(region)  # a wrong name is told before the plan is read
    given = load_plan(folder)
    found = inputs(region, model or _own_model(given))
    wanted = found.scenario(scenario)
    live = Live(manner, {wanted.id: own_name(wanted, manner.lang)})
    with live.running() as cancel:
        return study.evaluate(
            found.region_source,
            found.model_source,
            given,
            wanted.id,
            progress=partial(live.tell, wanted.id),
            cancel=cancel,
            **options,  # type: ignore[arg-type]  # options are numbers, each of its own kind
        )


def _own_model(plan: Plan) -> str:
    """The model that the plan was made with, as it was before its scenario. Raises UsageError."""
    name = plan.model.id
    if name not in shipped_models():
        raise UsageError(label="cli.error.which_model", model=name)
    return name
