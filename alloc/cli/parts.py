"""Commands and options whose help pages come from the labels, in the language of the call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final

import click

from alloc.cli import help as pages
from alloc.cli.manner import Manner, manner_of
from alloc.errors import UsageError

_LONGEST_COMPARED: Final = 100


class Option(click.Option):
    """An option; its help is the label `cli.option.<name>`, or that under `said`."""

    def __init__(self, *args: Any, said: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = said or self.name

    def record(self, manner: Manner) -> tuple[str, str]:
        """The option as it is written, and what it means."""
        written = ", ".join(self.opts) + (f" {self.metavar}" if self.metavar else "")
        return written, manner.text(f"option.{self.said}", default=self.default)


class Argument(click.Argument):
    """An argument; its help is the label `cli.argument.<name>`, or that under `said`."""

    def __init__(self, *args: Any, said: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = said or self.name

    def record(self, manner: Manner) -> tuple[str, str]:
        """The argument as usage lines name it, and what it means."""
        return self.metavar or self.human_readable_name, manner.text(f"argument.{self.said}")


def _print_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from alloc.cli.output import write

        write(ctx.get_help() + "\n")
        ctx.exit()


class _Speaking(click.Command):
    """What commands and groups have in common: a help page in the language of the call."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["add_help_option"] = False
        super().__init__(*args, **kwargs)
        flag = ("-h", "--help", "asked_for_help")
        self.params.append(
            Option(
                flag,
                said="help",
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_print_help,
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; what is wrong always names its command."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def get_usage(self, ctx: click.Context) -> str:
        """The usage line."""
        manner = manner_in(ctx)
        needed = [param for param in self.params if isinstance(param, Argument | Option) and param.required]
        parts = [param.record(manner)[0] for param in needed]
        return manner.text("help.usage", usage=" ".join([ctx.command_path, *self.usage_tail(manner, parts)]))

    def usage_tail(self, manner: Manner, arguments: list[str]) -> list[str]:
        """What follows the name in the usage line."""
        return [*arguments, manner.text("help.some_options")]

    def get_help(self, ctx: click.Context) -> str:
        """The whole page."""
        manner, width = manner_in(ctx), pages.terminal_width()
        lines = [self.get_usage(ctx), "", *pages.paragraphs(manner.text(f"help.{self.name}"), width)]
        for title, rows in self.help_sections(ctx, manner):
            if rows:
                lines += ["", manner.text(f"help.{title}"), *pages.definitions(rows, width)]
        lines += ["", *pages.paragraphs(manner.text(f"help.after_{self.name}", **self.known()), width)]
        return "\n".join(lines)

    def help_sections(
        self, ctx: click.Context, manner: Manner
    ) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Titles and rows of the lists on the page."""
        for title, kind in (("arguments", Argument), ("options", Option)):
            found = [param for param in self.get_params(ctx) if isinstance(param, kind)]
            yield title, [param.record(manner) for param in found]

    def known(self) -> dict[str, str]:
        """What the last paragraph of a page may name."""
        from alloc.shipped import shipped_models, shipped_regions

        lists = {"regions": shipped_regions(), "models": shipped_models()}
        return {name: ", ".join(names) or "-" for name, names in lists.items()}


class Command(_Speaking):
    """One command; it returns its exit code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context_settings = {**self.context_settings, "allow_extra_args": True}

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; arguments too many are told in the language of the call."""
        if ctx.args:
            raise UsageError(label="cli.error.too_many", values=" ".join(ctx.args))
        return super().invoke(ctx)


class Program(_Speaking, click.Group):
    """The group of all commands; each is imported when it is used."""

    def __init__(self, *args: Any, commands_in_order: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, invoke_without_command=True, **kwargs)
        self.in_order: Final = tuple(commands_in_order)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of a planner's work."""
        return list(self.in_order)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, imported now."""
        if cmd_name not in self.in_order:
            return None
        command: click.Command = import_module(f"alloc.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names. Raises UsageError for an unknown one."""
        if args[0] in self.in_order or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        raise unknown("command", args[0], self.in_order)

    def usage_tail(self, manner: Manner, arguments: list[str]) -> list[str]:
        """What follows the name in the usage line."""
        return [manner.text("help.some_command"), manner.text("help.some_options")]

    def help_sections(
        self, ctx: click.Context, manner: Manner
    ) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """The commands, then the options."""
        yield "commands", [(name, manner.text(f"help.short_{name}")) for name in self.in_order]
        yield from super().help_sections(ctx, manner)


def manner_in(ctx: click.Context) -> Manner:
    """The manner of the call."""
    return ctx.obj if isinstance(ctx.obj, Manner) else manner_of(())


def unknown(kind: str, value: object, known: Sequence[str], option: str = "") -> UsageError:
    """The error for a name that is not known: the nearest ones, and all there are."""
    from difflib import get_close_matches

    wanted = str(value).lower()[:_LONGEST_COMPARED]
    near = [name for name in known if wanted and wanted in name] or get_close_matches(wanted, known, 2)
    label = f"cli.error.unknown_{kind}" + ("_near" if near else "")
    told = {"near": ", ".join(near[:2]), "known": ", ".join(known) or "-", "option": option}
    return UsageError(label=label, value=value, **told)


def command(name: str) -> Callable[[Callable[..., int]], Command]:
    """Make a function that returns its exit code a command."""
    return click.command(name, cls=Command)
