"""`alloc solve province.yaml`: many counties under one budget."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from alloc.cli.find import RESULTS
from alloc.cli.live import Live
from alloc.cli.manner import Manner
from alloc.cli.output import aside, document, show, write
from alloc.errors import UsageError

if TYPE_CHECKING:
    from alloc.study.province.outcome import ProvincePlan
    from alloc.study.province.wishes import ProvinceProgress

_FOREIGN = {"model": "--model", "scenario": "--scenario", "all_scenarios": "--all-scenarios"}
_FOREIGN |= {"only": "--only", "method": "--method", "threads": "--threads"}
_OWN = ("answers", "counties", "province.json", "province.csv", "province.xlsx")
_TELL_S = 5.0


def solve_province_file(
    manner: Manner, ctx: click.Context, source: str, *, workers: int, scheduler: str | None
) -> int:
    """Plan a province; returns 0 proven, 5 not proven, 1 where a county has no plan, 130 cancelled."""
    from alloc.load import load_province
    from alloc.report import folder_name
    from alloc.report.province import save_province
    from alloc.study.province import solve_province

    for name, written in _FOREIGN.items():
        if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE:
            raise UsageError(label="cli.province.not_with", option=written)
    province = load_province(source)
    out, resume = ctx.params["out"], bool(ctx.params["resume"])
    folder = _free(Path(out) if out else RESULTS / folder_name(province.id))
    if not resume and (folder / "answers").is_dir() and not manner.quiet:
        aside(manner.text("province.resumes", folder=folder))
    live = Live(manner, {})
    teller = _Teller(manner)
    with live.running() as cancel:
        plan = solve_province(
            province,
            Path(source).resolve().parent,
            folder,
            workers=workers,
            scheduler=scheduler,
            resume=resume,
            lang=manner.lang,
            seed=ctx.params["seed"],
            progress=teller.tell,
            cancel=cancel,
            **_given(ctx),
        )
    save_province(plan, folder, manner.lang)
    return _answered(manner, plan, folder)


def _given(ctx: click.Context) -> dict[str, Any]:
    """Gap and time limit where the caller gave them: a province has defaults of its own."""
    names = {"gap": "gap", "time_limit_s": "time_limit_s"}
    given = {name for name in names if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE}
    return {names[name]: ctx.params[name] for name in sorted(given)}


def exit_code_of(plan: ProvincePlan) -> int:
    """As for many scenarios: the gravest first."""
    if plan.status == "cancelled":
        return 130
    if plan.failed or plan.findings:
        return 1
    return 0 if plan.proven else 5


class _Teller:
    """Progress on stderr: a line every few seconds, and at the end of every stage."""

    def __init__(self, manner: Manner) -> None:
        self._manner, self._last = manner, 0.0

    def tell(self, news: ProvinceProgress) -> None:
        """The run has news."""
        now = time.perf_counter()
        if self._manner.quiet or (now - self._last < _TELL_S and news.done < news.total):
            return
        self._last = now
        gap = "-" if news.gap is None else f"{news.gap:.2%}"
        told = {"round": news.round, "done": news.done, "total": news.total, "gap": gap}
        text = self._manner.text(f"province.{news.stage}", seconds=f"{news.seconds:.0f}", **told)
        aside(text, "dim" if sys.stderr.isatty() else "")


def _free(folder: Path) -> Path:
    """A folder that is new, empty, or a province's. Raises UsageError."""
    try:
        inside = [one.name for one in folder.iterdir()] if folder.exists() else []
    except OSError as error:
        detail = error.strerror or str(error)
        raise UsageError(label="plan.error.cannot_write", folder=folder, detail=detail) from error
    if any(name not in _OWN and not name.startswith(".") for name in inside):
        raise UsageError(label="cli.province.folder_in_use", folder=folder)
    return folder


def _answered(manner: Manner, plan: ProvincePlan, folder: Path) -> int:
    from alloc.report.province import province_record, render_province
    from alloc.report.screen import Prose

    code = exit_code_of(plan)
    if manner.as_json:
        record = {"command": "solve", "exit_code": code, "folder": str(folder)}
        document({**record, "province": province_record(plan)})
        return code
    show(render_province(plan, manner.lang))
    write("\n")
    show(Prose(manner.text("province.written", folder=folder)))
    return code


def check_province_file(manner: Manner, source: str) -> int:
    """`alloc check province.yaml`: the file, and every county's files. Raises DataError with every fault."""
    from dataclasses import replace

    from alloc.errors import DataError
    from alloc.load import load_province
    from alloc.solver.outcome import SolverOptions
    from alloc.study.province.county import county_case
    from alloc.study.province.run import task_of

    province, base = load_province(source), Path(source).resolve().parent
    faults = []
    for county in province.counties:
        task = task_of(province, county, base)
        try:
            county_case(task, SolverOptions(), task.most_cny)
        except DataError as error:
            faults += [replace(one, file=f"{county.id}: {one.file or county.region}") for one in error.faults]
    if faults:
        raise DataError(faults)
    if manner.as_json:
        document(
            {"command": "check", "exit_code": 0, "province": province.model_dump(mode="json"), "faults": []}
        )
    elif not manner.quiet:
        write(manner.text("province.good", n=len(province.counties)) + "\n")
    return 0
