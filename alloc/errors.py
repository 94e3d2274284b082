"""Floor 0. Everything that goes wrong, as one family; `exit_code` is what the command line returns.

AllocError
    UsageError            2    the call or command does not make sense
    DataError             3    a region file has faults (all of them are listed)
        ModelError        3    a model file has faults
    SolveError            1    no plan
        Infeasible        4    no plan can satisfy all rules together
        NoPlanInTime      5    the time limit came before the first plan
        Cancelled       130    the user stopped the solve before the first plan
    AuditError            1    a plan breaks the rules that it claims to keep
"""

import contextlib
import dataclasses
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from alloc import labels

_MAX_SHOWN = 200
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def shown(value: object) -> str:
    """A user's value made safe to print: one line, nothing invisible, at most 200 characters."""
    raw = str(value)[: 4 * _MAX_SHOWN]
    clean = "".join(
        " " if char in "\n\r\t" else "" if unicodedata.category(char) in _INVISIBLE else char for char in raw
    )
    return clean if len(clean) <= _MAX_SHOWN else clean[: _MAX_SHOWN - 1] + "…"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in the input: where it stands, what stands there, and which rule it breaks.

    `rule` is the label key under `fault.` (and `remedy.`); `params` fill the braces of those two texts,
    beside `value`, `file`, `sheet`, `row`, `column`, `line`, `table` and `field`. `row` is 1-based, as a
    spreadsheet shows it (the header is row 1); `line` is 1-based too, in a YAML or JSON file.
    """

    rule: str
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    line: int | None = None
    value: str | None = None
    table: str | None = None
    field: str | None = None
    params: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)

    def where(self, lang: str = "en") -> str:
        """The place of the fault: 'region.xlsx, sheet places, row 7, column residents'."""
        names = ["file", "sheet", "row", "line", "column"]
        if self.column is None:
            names.append("field")
        if self.file is None and self.sheet is None:
            names.insert(0, "table")
        parts = [
            labels.text(f"fault_part.{name}", lang, **{name: shown(getattr(self, name))})
            for name in names
            if getattr(self, name) is not None
        ]
        if not parts:
            return labels.text("fault_part.nowhere", lang)
        return labels.text("fault_part.separator", lang).join(parts)

    def message(self, lang: str = "en") -> str:
        """The whole sentence: place, value, broken rule and remedy."""
        where = self.where(lang)
        rule = self._label("fault", lang) or self.rule
        rule = rule.rstrip(".。")
        if self.value is None:
            says = labels.text("fault_part.says_without_value", lang, where=where, rule=rule)
        else:
            what = labels.text("fault_part.value", lang, value=shown(self.value))
            says = labels.text("fault_part.says", lang, where=where, what=what, rule=rule)
        remedy = self._label("remedy", lang)
        return says + (labels.text("fault_part.remedy", lang, remedy=remedy) if remedy else "")

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """For JSON: every part that is known, and the message."""
        known = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "params"}
        record: dict[str, Any] = {
            name: shown(part) if isinstance(part, str) else part
            for name, part in known.items()
            if part is not None
        }
        if self.params:
            record["params"] = {name: shown(part) for name, part in self.params.items()}
        record["message"] = self.message(lang)
        return record

    def _label(self, section: str, lang: str) -> str | None:
        """The text of the rule; None when there is none, for a fault must be told even without its label."""
        own = ("file", "sheet", "row", "column", "line", "value", "table", "field")
        given: dict[str, object] = {
            name: "" if getattr(self, name) is None else getattr(self, name) for name in own
        }
        given.update(self.params)
        try:
            return labels.text(f"{section}.{self.rule}", lang, **{k: shown(v) for k, v in given.items()})
        except (labels.MissingLabel, ValueError):
            return None


class AllocError(Exception):
    """The head of the family. `text` is one sentence; `label` and `params` name it in the labels instead."""

    exit_code: ClassVar[int] = 1
    default_label: ClassVar[str | None] = None

    def __init__(self, text: str = "", *, label: str | None = None, **params: object) -> None:
        super().__init__(text)
        self.text = text
        self.label = label
        self.params = params

    def message(self, lang: str = "en") -> str:
        """What the user reads, in `lang` ('en' or 'zh')."""
        if self.label is not None:
            # A missing label or parameter must not hide the error that is being told.
            with contextlib.suppress(labels.MissingLabel, ValueError):
                return labels.text(self.label, lang, **{k: shown(v) for k, v in self.params.items()})
        if self.text:
            return self.text
        if self.default_label is not None:
            return labels.text(self.default_label, lang)
        return self.label or type(self).__name__

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """For JSON: the kind of error, its exit code and its message."""
        return {"error": type(self).__name__, "exit_code": self.exit_code, "message": self.message(lang)}

    def __str__(self) -> str:
        return self.message("en")


class UsageError(AllocError):
    """The call or command does not make sense, whatever the data."""

    exit_code = 2
    default_label = "error.usage"


class DataError(AllocError):
    """A region file has faults; `faults` holds all of them, in file order."""

    exit_code = 3

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        super().__init__()
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        self.args = (self.faults,)

    def message(self, lang: str = "en") -> str:
        """The number of faults, then one line a fault."""
        head = labels.text("error.faults", lang, n=len(self.faults))
        return "\n".join([head, *(f"  {fault.message(lang)}" for fault in self.faults)])

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """As AllocError, with the list of faults."""
        return super().as_dict(lang) | {"faults": [fault.as_dict(lang) for fault in self.faults]}


class ModelError(DataError):
    """A model file, or a scenario's change, has faults."""


class SolveError(AllocError):
    """The solve ended without a plan."""

    default_label = "error.solve"


class Infeasible(SolveError):
    """No plan can satisfy all rules together; `explanations` says which rules clash.

    An explanation is a sentence, or any record with `message(lang) -> str` (and `as_dict(lang)` for JSON).
    """

    exit_code = 4
    default_label = "error.infeasible"

    def __init__(self, explanations: str | Iterable[object] = ()) -> None:
        super().__init__()
        self.explanations: tuple[object, ...] = _as_tuple(explanations)
        self.args = (self.explanations,)

    def message(self, lang: str = "en") -> str:
        """What is impossible, then one line an explanation."""
        if not self.explanations:
            return labels.text("error.infeasible", lang)
        head = labels.text("error.infeasible_because", lang)
        return "\n".join([head, *(f"  {_told(item, lang)}" for item in self.explanations)])

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """As AllocError, with the list of explanations."""
        return super().as_dict(lang) | {"explanations": [_record(item, lang) for item in self.explanations]}


class NoPlanInTime(SolveError):
    """The time limit was reached before any plan was found: nothing is known about feasibility."""

    exit_code = 5
    default_label = "error.no_plan_in_time"


class Cancelled(SolveError):
    """The user stopped the solve before any plan was found."""

    exit_code = 130
    default_label = "error.cancelled"


class AuditError(AllocError):
    """A plan breaks the rules it claims to keep; `findings` are as the explanations of Infeasible."""

    exit_code = 1

    def __init__(self, findings: str | Iterable[object]) -> None:
        super().__init__()
        self.findings: tuple[object, ...] = _as_tuple(findings)
        self.args = (self.findings,)

    def message(self, lang: str = "en") -> str:
        """The number of broken rules, then one line a finding."""
        head = labels.text("error.audit", lang, n=len(self.findings))
        return "\n".join([head, *(f"  {_told(item, lang)}" for item in self.findings)])

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """As AllocError, with the list of findings."""
        return super().as_dict(lang) | {"findings": [_record(item, lang) for item in self.findings]}


def _as_tuple(items: str | Iterable[object]) -> tuple[object, ...]:
    return (items,) if isinstance(items, str) else tuple(items)


def _told(item: object, lang: str) -> str:
    message = getattr(item, "message", None)
    return str(message(lang)) if callable(message) else str(item)


def _record(item: object, lang: str) -> object:
    as_dict = getattr(item, "as_dict", None)
    return as_dict(lang) if callable(as_dict) else _told(item, lang)
