"""Values of options; what is wrong with one is told in the language of the call."""

from __future__ import annotations

import math
from collections.abc import Sequence

import click

from alloc.cli.parts import unknown
from alloc.errors import UsageError


class Number(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """A finite number from `least` (not below; `above`: nor equal) to `most`."""

    name = "number"

    def __init__(
        self, least: float = 0.0, most: float = math.inf, *, above: bool = False, whole: bool = False
    ):
        self.least, self.most, self.above, self.whole = least, most, above, whole

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | int | None:
        """The number. Raises UsageError."""
        try:
            number = int(str(value)) if self.whole else float(str(value))
        except ValueError:
            number = math.nan
        too_low = number <= self.least if self.above else number < self.least
        if not math.isfinite(number) or too_low or number > self.most:
            kind = "whole" if self.whole else "number"
            bounds = "above" if self.above else "between" if math.isfinite(self.most) else "from"
            raise UsageError(
                label=f"cli.error.{kind}_{bounds}",
                option=_written(param),
                value=value,
                least=f"{self.least:g}",
                most=f"{self.most:.15g}",
            )
        return number


class OneOf(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """One of a few words."""

    name = "one of"

    def __init__(self, *words: str) -> None:
        self.words: Sequence[str] = words

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word. Raises UsageError."""
        if value in self.words:
            return str(value)
        raise unknown("choice", value, self.words, _written(param))


def _written(param: click.Parameter | None) -> str:
    if param is None:
        return "-"
    return param.opts[-1] if param.param_type_name == "option" else param.human_readable_name
