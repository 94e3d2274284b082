"""`alloc schema`: the JSON Schema of a region, a model, a plan or a province."""

from __future__ import annotations

from typing import Any

import click

from alloc.cli.manner import Manner
from alloc.cli.options import argument, json_option, lang_option, quiet_option
from alloc.cli.output import document
from alloc.cli.parts import command as a_command
from alloc.cli.types import OneOf

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_WHAT = ("region", "model", "plan", "province")


@a_command("schema")
@argument("what", type=OneOf(*_WHAT), metavar="|".join(_WHAT), said="what")
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
    from pydantic import BaseModel

    from alloc.schema import Model, Region
    from alloc.schema.province import Province

    kinds: dict[str, type[BaseModel]] = {"region": Region, "model": Model, "province": Province}
    return kinds[what].model_json_schema()
