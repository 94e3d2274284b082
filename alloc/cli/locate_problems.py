"""The problems of `alloc locate`: which function answers each, and which options it needs and takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from alloc.errors import UsageError

if TYPE_CHECKING:
    from alloc.cli.locate_input import Question

_STATES: Final = ("existing", "required", "prohibited")
_SEARCH: Final = ("time_limit_s", "gap", "seed")
_INPUT: Final = ("inputs", "clients", "sites", "file_format", "columns", "metric", "detour", "status")


@dataclass(frozen=True)
class Problem:
    """A function of `alloc.location` by name, and its options beside those that every problem takes."""

    function: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    clients: bool = True


PROBLEMS: Final[Mapping[str, Problem]] = {
    "p-median": Problem("p_median", ("p",), ("weights", "cutoff")),
    "p-center": Problem("p_center", ("p",), ("weights", "cutoff")),
    "set-cover": Problem("set_cover", ("radius",), ("weights", "fixed_cost", "cutoff")),
    "max-cover": Problem("max_cover", ("radius", "p"), ("weights", "cutoff")),
    "facility-location": Problem(
        "facility_location",
        (),
        ("p", "demand", "capacity", "fixed_cost", "cost_is", "single_source", "cutoff"),
    ),
    "capacitated-p-median": Problem(
        "capacitated_p_median", ("p", "capacity"), ("weights", "demand", "split", "cutoff")
    ),
    "p-dispersion": Problem("p_dispersion", ("p",), ("weights", "cutoff"), clients=False),
    "equity-p-median": Problem("equity_p_median", ("p",), ("weights", "cutoff", "epsilon")),
}


def checked(problem: str, given: Mapping[str, Any]) -> Callable[[Question], dict[str, Any]]:
    """How a question becomes a call. Raises UsageError for options that the problem does not take."""
    kind = PROBLEMS[problem]
    known = {*kind.needs, *kind.takes, *_STATES, *_SEARCH, *_INPUT}
    for name, value in given.items():
        if name not in known and value not in (None, False, ()):
            raise UsageError(label="cli.locate.error.option_unused", option=_written(name), problem=problem)

    def call(question: Question) -> dict[str, Any]:
        return _arguments(problem, kind, given, question)

    return call


def _arguments(problem: str, kind: Problem, given: Mapping[str, Any], question: Question) -> dict[str, Any]:
    call: dict[str, Any] = {"cost": question.costs}
    for name in (*kind.needs, *kind.takes):
        value = question.value(name, given.get(name))
        if value is None and name in kind.needs:
            raise UsageError(label="cli.locate.error.option_needed", option=_written(name), problem=problem)
        if value is not None:
            call[name] = value
    if "split" in kind.takes:
        call["single_source"] = not call.pop("split", False)
    call |= {state: question.site_ids_of(given[state]) for state in _STATES}
    return call | {name: given[name] for name in _SEARCH}


def _written(name: str) -> str:
    return "--" + name.replace("_", "-")
