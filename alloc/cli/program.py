"""The program: takes the arguments, runs one command, and turns every way to end into an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from alloc import __version__
from alloc.cli.manner import Manner, manner_of
from alloc.cli.options import json_option, lang_option, option, quiet_option
from alloc.cli.output import aside, settle_streams, write
from alloc.cli.parts import Program, manner_in
from alloc.errors import UsageError

COMMANDS = ("new", "check", "solve", "show", "compare", "evaluate", "locate", "schema")
USAGE = 2


class Alloc(Program):
    """The group `alloc`."""

    def main(  # type: ignore[override]  # click's own has overloads for the two modes
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> int:
        """Run one call; in standalone mode exit with its code, else return it."""
        given = list(sys.argv[1:] if args is None else args)
        settle_streams()
        manner = manner_of(given)
        code = self._ended(given, manner, complete_var, extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _ended(self, args: list[str], manner: Manner, complete_var: str | None, extra: dict[str, Any]) -> int:
        try:
            result = super().main(
                args,
                self.name,
                complete_var,
                standalone_mode=False,
                obj=manner,
                **extra,
            )
        except (Exception, KeyboardInterrupt) as error:
            from alloc.cli.ending import end

            return end(error, manner, next((arg for arg in args if arg in self.in_order), None))
        return result if isinstance(result, int) else 0


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        write(f"alloc {__version__}\n")
        ctx.exit()


@click.group("alloc", cls=Alloc, commands_in_order=COMMANDS)
@option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
)
@lang_option
@json_option
@quiet_option
@click.pass_context
def main(ctx: click.Context) -> int:
    """The command `alloc`."""
    if ctx.invoked_subcommand is None:
        if manner_in(ctx).as_json:
            raise UsageError(label="cli.error.no_command", known=", ".join(COMMANDS))
        aside(ctx.get_help())
        return USAGE
    return 0
