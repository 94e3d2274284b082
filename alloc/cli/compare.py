"""`alloc compare`: plans side by side."""

from __future__ import annotations

from pathlib import Path

import click

from alloc.cli.find import plan_folders
from alloc.cli.manner import Manner
from alloc.cli.options import argument, json_option, lang_option, option, quiet_option
from alloc.cli.output import aside, document, show
from alloc.cli.parts import command as a_command


@a_command("compare")
@argument("plans", metavar="PLAN...", nargs=-1, required=True, said="plans")
@option("--out", metavar="DIR", said="out_compare")
@lang_option
@json_option
@quiet_option
@click.pass_obj
def command(manner: Manner, /, plans: tuple[str, ...], out: str | None) -> int:
    """Print a comparison, and write it where asked."""
    folders = plan_folders(plans)
    from alloc.report import compare, load_plan, render_comparison

    comparison = compare([load_plan(folder) for folder in folders])
    written: list[Path] = []
    if out is not None:
        from alloc.cli.comparison_files import save_comparison

        written = save_comparison(comparison, Path(out), manner)
    if manner.as_json:
        from alloc.cli.records import comparison_record

        files = [str(file) for file in written]
        record = comparison_record(comparison, manner)
        document({"command": "compare", "exit_code": 0, "files": files, **record})
        return 0
    show(render_comparison(comparison, manner.lang))
    if len({plan.region.about.id for plan in comparison.plans}) > 1:
        aside(manner.text("compare.regions_differ"), "yellow")
    if written and not manner.quiet:
        aside(manner.text("compare.written", files=", ".join(map(str, written))))
    return 0
