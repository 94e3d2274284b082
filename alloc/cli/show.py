"""`alloc show`: a plan on the terminal."""

from __future__ import annotations

import click

from alloc.cli.find import plan_folder
from alloc.cli.manner import Manner
from alloc.cli.options import argument, json_option, lang_option, quiet_option
from alloc.cli.output import document, show
from alloc.cli.parts import command as a_command


@a_command("show")
@argument("plan", metavar="PLAN")
@lang_option
@json_option
@quiet_option
@click.pass_obj
def command(manner: Manner, /, plan: str) -> int:
    """Print a plan."""
    folder = plan_folder(plan)
    from alloc.report import load_plan, render_plan

    found = load_plan(folder)
    if manner.as_json:
        from alloc.cli.records import plan_record

        document({"command": "show", "exit_code": 0, "plan": plan_record(found, manner, folder)})
    else:
        show(render_plan(found, manner.lang))
    return 0
