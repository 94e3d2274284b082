"""`alloc locate`: one siting question, from files to open sites."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alloc.cli.locate_problems import PROBLEMS, checked
from alloc.cli.manner import Manner
from alloc.cli.options import argument, json_option, lang_option, option, quiet_option
from alloc.cli.options import together as all_of
from alloc.cli.output import aside, document, write
from alloc.cli.parts import command as a_command
from alloc.cli.types import Number, OneOf
from alloc.errors import UsageError

if TYPE_CHECKING:
    from alloc.cli.locate_summary import Summary
    from alloc.location.answer import Answer

_LONGER = 4
_FORMATS = (
    "matrix", "pairs", "orlib-pmed", "orlib-cap", "orlib-pmedcap", "tsplib", "cpmp", "holmberg", "mclp"
)  # fmt: skip
_METRICS = ("euclidean", "manhattan", "great_circle_km", "great_circle_m")

_input_options = all_of(
    option("--clients", metavar="FILE"),
    option("--sites", metavar="FILE"),
    option("--format", "file_format", metavar="FORMAT", type=OneOf(*_FORMATS), said="format"),
    option("--columns", metavar="CLIENT,SITE,COST"),
    option("--metric", metavar="METRIC", type=OneOf(*_METRICS)),
    option("--detour", metavar="FACTOR", type=Number(above=True), default=1.0),
)
_question_options = all_of(
    option("--p", "p", metavar="N", type=Number(whole=True)),
    option("--radius", metavar="R", type=Number()),
    option("--cutoff", "--max-distance", "cutoff", metavar="R", type=Number()),
    option("--epsilon", metavar="E", type=Number(-100.0, 0.0)),
    option("--weights", metavar="COLUMN|FILE"),
    option("--demand", metavar="COLUMN|FILE"),
    option("--capacity", metavar="COLUMN|FILE|N"),
    option("--fixed-cost", "fixed_cost", metavar="COLUMN|FILE|N"),
    option("--cost-is", "cost_is", metavar="total|per_unit", type=OneOf("total", "per_unit")),
    option("--single-source", "single_source", is_flag=True),
    option("--split", is_flag=True),
    option("--status", metavar="COLUMN", said="status_column"),
    option("--existing", metavar="ID", multiple=True),
    option("--required", metavar="ID", multiple=True),
    option("--prohibited", metavar="ID", multiple=True),
)
_search_options = all_of(
    option(
        "--time-limit", "time_limit_s", metavar="S", type=Number(above=True), default=60,
        said="time_limit_locate",
    ),
    option("--gap", metavar="G", type=Number(most=1.0), default=1e-6),
    option("--seed", metavar="N", type=Number(most=2**31 - 1, whole=True), default=0),
)  # fmt: skip


@a_command("locate")
@argument("problem", metavar="PROBLEM", type=OneOf(*PROBLEMS))
@argument("inputs", metavar="INPUT", nargs=-1, said="locate_inputs")
@_input_options
@_question_options
@_search_options
@option("--out", metavar="DIR", said="out_locate")
@lang_option
@json_option
@quiet_option
@click.pass_obj
def command(manner: Manner, /, problem: str, out: str | None, **given: Any) -> int:
    """Read, answer, write and show."""
    question_of = checked(problem, given)
    from alloc.cli.locate_files import check_folder, save_answer
    from alloc.cli.locate_input import read_question
    from alloc.cli.locate_summary import summary_of

    folder = None if out is None else check_folder(out)
    question = read_question(problem, given)
    call = question_of(question)
    answer = _solved(manner, problem, call)
    summary = summary_of(question, answer, call)
    files = [] if folder is None else save_answer(summary, folder)
    return _told(manner, summary, files, longer_s=_LONGER * given["time_limit_s"])


def _solved(manner: Manner, problem: str, call: dict[str, Any]) -> Answer:
    """Ctrl-C stops early and keeps the best answer so far."""
    from alloc import location
    from alloc.cli.live import interrupts
    from alloc.solver.progress import CancelToken

    solve = getattr(location, PROBLEMS[problem].function, None)
    if solve is None:
        raise UsageError(label="cli.locate.error.not_there", problem=problem)
    token = CancelToken()
    with interrupts(token, lambda: None if manner.quiet else aside(manner.text("locate.stopping"))):
        answer: Answer = solve(**call, cancel=token)
    return answer


def _told(manner: Manner, summary: Summary, files: list[Path], longer_s: float) -> int:
    code = {"optimal": 0, "cancelled": 130, "time_limit": 5}[summary.answer.status]
    if manner.as_json:
        written = [str(file) for file in files]
        document({"command": "locate", "exit_code": code, "answer": summary.record(), "files": written})
        return code
    from alloc.cli.locate_text import summary_text

    write(summary_text(summary, manner))
    if files:
        write(manner.text("locate.written", folder=files[0].parent, n=len(files)) + "\n")
    if code == 5:
        write(manner.text("locate.more_time", seconds=f"{longer_s:g}") + "\n")
    return code
