"""Every way in which a call can end badly: an exit code, and a sentence or a JSON document."""

from __future__ import annotations

import traceback
from difflib import get_close_matches
from typing import Final

import click

from alloc.cli.help import hanging, terminal_width
from alloc.cli.manner import Manner
from alloc.cli.output import aside, document
from alloc.errors import AllocError, Cancelled, DataError, UsageError

GRAVEST_FIRST: Final = (130, 1, 2, 3, 4, 5, 0)


def gravest(codes: list[int]) -> int:
    """The exit code of a call that did several things."""
    return min(codes, key=GRAVEST_FIRST.index, default=0)


def end(error: BaseException, manner: Manner, command: str | None) -> int:
    """Tell how the call failed, and return its exit code."""
    known = _as_ours(error, manner)
    if known is None:
        return _bug(error, manner, command, 1)
    try:
        record = {"command": command, **known.as_dict(manner.lang)}
        text = told(known, manner, command)
    except Exception as odd:  # an error that cannot tell itself keeps its exit code
        return _bug(odd, manner, command, known.exit_code)
    if manner.as_json:
        document(record)
        return known.exit_code
    if isinstance(error, click.UsageError) and error.ctx is not None:
        aside(error.ctx.get_usage())
    aside(text, "red")
    if isinstance(error, click.UsageError):
        path = "alloc" if error.ctx is None else error.ctx.command_path
        aside(manner.text("ending.see_help", command=path))
    return known.exit_code


def told(error: AllocError, manner: Manner, command: str | None = None) -> str:
    """An error as text for a terminal."""
    width = terminal_width()
    if isinstance(error, DataError):
        from alloc.cli.faults import FEW, grouped_faults

        return grouped_faults(error.faults, manner, width, None if command == "check" else FEW)
    head, *rest = error.message(manner.lang).splitlines() or [""]
    first = manner.text("ending.cancelled" if isinstance(error, Cancelled) else "ending.error", message=head)
    return "\n".join([hanging(first, "", "  ", width), *reasons(rest, manner)])


def reasons(sentences: list[str], manner: Manner, most: int | None = None) -> list[str]:
    """Sentences as a list, at most so many of them."""
    width = terminal_width()
    lines = [hanging(line.strip(), "  - ", "    ", width) for line in sentences[:most]]
    left = len(sentences) - len(lines)
    return [*lines, "  " + manner.text("faults.more", n=left)] if left else lines


def _as_ours(error: BaseException, manner: Manner) -> AllocError | None:
    """The same as an error of the family; None for one that nobody foresaw."""
    if isinstance(error, AllocError):
        return error
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        return Cancelled(label="cli.error.cancelled")
    if isinstance(error, click.ClickException):
        return UsageError(_usage_text(error, manner))
    if isinstance(error, OSError) and error.filename is not None:
        label = "cli.error.system"
        return UsageError(label=label, file=error.filename, detail=error.strerror or str(error))
    return None


def _usage_text(error: click.ClickException, manner: Manner) -> str:
    """What click found wrong with the arguments."""
    if isinstance(error, click.NoSuchOption):
        name, known = error.option_name.lstrip("-"), error.possibilities or ()
        near = ", ".join(one for one in known if get_close_matches(name, [one.lstrip("-")]))
        key = "no_such_option_near" if near else "no_such_option"
        return manner.text(f"error.{key}", option=error.option_name, near=near)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        kind = "argument" if isinstance(error.param, click.Argument) else "option"
        name = error.param.human_readable_name if kind == "argument" else error.param.opts[-1]
        return manner.text(f"error.missing_{kind}", name=name)
    if isinstance(error, click.BadOptionUsage) and error.ctx is not None:
        params = {name: param for param in error.ctx.command.params for name in param.opts}
        flag = getattr(params.get(error.option_name), "is_flag", False)
        return manner.text(
            f"error.{'flag_with_value' if flag else 'without_value'}", option=error.option_name
        )
    return error.format_message()


def _bug(error: BaseException, manner: Manner, command: str | None, code: int) -> int:
    kind, detail = type(error).__name__, str(error)
    message = manner.text("ending.bug", kind=kind, detail=detail)
    aside("".join(traceback.format_exception(error)))
    if manner.as_json:
        document({"command": command, "error": kind, "exit_code": code, "message": message})
    else:
        aside(message, "red")
    return code
