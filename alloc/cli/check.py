"""`alloc check`: is the input right, and where does the region stand today?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from alloc.cli.cautions import cautions_of
from alloc.cli.find import Inputs, inputs
from alloc.cli.manner import Manner
from alloc.cli.options import DEFAULT_MODEL, json_option, lang_option, option, quiet_option, region_argument
from alloc.cli.output import document, quoted, show, write
from alloc.cli.parts import command as a_command
from alloc.errors import DataError, Fault

if TYPE_CHECKING:
    from alloc.schema import Scenario

_FEW = 5


@a_command("check")
@region_argument
@option("--model", metavar="MODEL", said="model_check")
@lang_option
@json_option
@quiet_option
@click.pass_obj
def command(manner: Manner, /, region: str, model: str | None) -> int:
    """List every fault; without one, say how the region stands."""
    from alloc.load import is_province_file

    if is_province_file(region):
        from alloc.cli.solve_province import check_province_file

        return check_province_file(manner, region)
    found = inputs(region, model or DEFAULT_MODEL)
    faults, misfits = crossed(found, model_given=model is not None)
    if faults:
        raise DataError(faults)
    if manner.as_json:
        document(_record(manner, found, misfits, model_given=model is not None))
    elif not manner.quiet:
        _print(manner, found, misfits, region, model)
    return 0


def crossed(found: Inputs, *, model_given: bool) -> tuple[list[Fault], list[Fault]]:
    """What is wrong between the files: faults; and how the default model, taken unasked, does not fit.

    Every scenario is applied. What it breaks only because the model does not fit the region is told once.
    """
    from alloc.schema.checks import check_model

    base = [fault.as_fault() for fault in check_model(found.model, found.region)]
    said = {_what(fault) for fault in base}
    of_region = [fault for fault in _broken_by(found, found.region.scenarios) if _what(fault) not in said]
    of_model = [fault for fault in _broken_by(found, found.model.scenarios) if _what(fault) not in said]
    if model_given:
        return [*base, *of_region, *of_model], []
    return of_region, [*base, *of_model]


def _broken_by(found: Inputs, scenarios: tuple[Scenario, ...]) -> list[Fault]:
    from alloc.instance.change import apply_scenario

    faults: list[Fault] = []
    for scenario in scenarios:
        try:
            apply_scenario(found.region, found.model, scenario)
        except DataError as error:
            faults += error.faults
    return faults


def _what(fault: Fault) -> tuple[object, ...]:
    return fault.rule, fault.table, fault.row, fault.field, fault.value


def _print(manner: Manner, found: Inputs, misfits: list[Fault], region: str, model: str | None) -> None:
    from alloc.cli.faults import told_one_by_one
    from alloc.cli.help import definitions, terminal_width
    from alloc.report import render_check
    from alloc.report.words import own_name

    width = terminal_width()
    write(manner.text("check.good", n=len(found.scenarios())) + "\n\n")
    show(render_check(found.region, manner.lang, None if model is None else found.model))
    cautions = cautions_of(found.region, found.model, manner)
    write("".join(f"{line}\n" for line in cautions.lines(width)))
    rows = [(scenario.id, own_name(scenario, manner.lang)) for scenario in found.scenarios().values()]
    lines = ["", manner.text("check.scenarios", model=found.model.id), *definitions(rows, width), ""]
    if misfits:
        lines.append(manner.text("check.misfits", model=found.model.id, n=len(misfits)))
        lines += told_one_by_one(misfits, manner, width, _FEW)
    else:
        chosen = "" if model is None else f" --model {quoted(model)}"
        lines.append(manner.text("check.next", command=f"alloc solve {quoted(region)}{chosen}"))
    write("\n".join(lines) + "\n")


def _record(manner: Manner, found: Inputs, misfits: list[Fault], *, model_given: bool) -> dict[str, Any]:
    from alloc.report.check import capacity_rows

    region = found.region
    capacity = capacity_rows(region, found.model if model_given else None)
    return {
        "command": "check",
        "exit_code": 0,
        "region": region.about.model_dump(mode="json"),
        "model": found.model.id,
        "residents": sum(row.residents for row in region.population),
        "n_places": len(region.places),
        "n_facilities": len(region.facilities),
        "capacity": [
            {
                "kind": row.kind,
                "subject": row.subject,
                "need_per_year": row.need,
                "capacity_per_year": row.capacity,
                "share": row.ratio,
            }
            for row in capacity
        ],
        **cautions_of(region, found.model, manner).records(),
        "scenarios": [
            scenario.model_dump(mode="json", exclude={"changes"}) for scenario in found.scenarios().values()
        ],
        "misfits": [fault.as_dict(manner.lang) for fault in misfits],
        "faults": [],
    }
