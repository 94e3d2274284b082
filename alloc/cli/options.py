"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from alloc import labels
from alloc.cli.parts import Argument, Option
from alloc.cli.types import Number, OneOf

Decorator = Callable[[Callable[..., int]], Callable[..., int]]
DEFAULT_MODEL: Final = "county"
DECISIONS: Final = ("equipment", "imaging", "outreach", "referral")
_MOST_SEED: Final = 2**31 - 1


def together(*decorators: Decorator) -> Decorator:
    """Several decorators as one, the first on top."""

    def apply(function: Callable[..., int]) -> Callable[..., int]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


def option(*names: str, **settings: Any) -> Decorator:
    """An option of ours."""
    return click.option(*names, cls=Option, **settings)


def argument(name: str, **settings: Any) -> Decorator:
    """An argument of ours."""
    return click.argument(name, cls=Argument, **settings)


# Language, JSON and quiet are read off before parsing (see `manner_of`): here they are only explained.
lang_option = option("--lang", type=OneOf(*labels.languages()), metavar="zh|en", expose_value=False)
json_option = option("--json", "as_json", is_flag=True, expose_value=False, said="json")
quiet_option = option("-q", "--quiet", is_flag=True, expose_value=False)
region_argument = argument("region", metavar="REGION")
out_option = option("--out", metavar="DIR")
model_option = option("--model", metavar="MODEL", default=DEFAULT_MODEL)
scenario_option = option("--scenario", metavar="SCENARIO")
solver_options = together(
    option(
        "--time-limit", "time_limit_s", metavar="S", type=Number(above=True), default=30, said="time_limit"
    ),
    option("--gap", metavar="G", type=Number(most=1.0), default=0.005),
    option("--threads", metavar="N", type=Number(whole=True), default=1),
    option("--seed", metavar="N", type=Number(most=_MOST_SEED, whole=True), default=0),
)
