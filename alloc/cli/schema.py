"""`alloc schema`: the JSON Schema of a region, a model or a plan."""

from __future__ import annotations

from typing import Any

import click

from alloc.cli.manner import Manner
from alloc.cli.options import argument, json_option, lang_option, quiet_option
from alloc.cli.output import document
from alloc.cli.parts import command as a_command
from alloc.cli.types import OneOf

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


@a_command("schema")
@argument("what", type=OneOf("region", "model", "plan"), metavar="region|model|plan", said="what")
@lang_option
@json_option
@quiet_option
@click.pass_obj
def command(_: Manner, /, what: str) -> int:
    """Print the schema."""
    document({"$schema": _DRAFT, **_schema(what)})
    return 0


def _schema(what: str) -> dict[str, Any]:
    if what == "plan":
        from alloc.plan.plan import PlanFile

        return PlanFile.model_json_schema()
    from alloc.schema import Model, Region

    return (Region if what == "region" else Model).model_json_schema()
