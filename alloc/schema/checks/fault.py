"""A broken rule, the place where it stands, and what a mistyped id may have meant."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from alloc.errors import Fault

_SUGGESTED = 3
_MOST_COMPARED = 2000
_MOST_SUGGESTIONS = 20


@dataclass(frozen=True)
class TableFault:
    """One broken rule. ``row`` counts the rows of ``table`` from 0; None: the table as a whole.

    ``rule`` is the label key under ``fault.`` and ``remedy.``; ``params`` fill the braces of those texts. The
    param ``first`` is another row of the same table, as ``sheet_row`` gives it.
    """

    rule: str
    table: str
    row: int | None = None
    field: str | None = None
    value: object = None
    params: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)

    def as_fault(self) -> Fault:
        """The same, for a region that came from no file: rows counted as a spreadsheet shows them."""
        row = None if self.row is None else int(sheet_row(self.row))
        value = None if self.value is None else str(self.value)
        return Fault(self.rule, table=self.table, row=row, field=self.field, value=value, params=self.params)


Faults = Iterator[TableFault]


def sheet_row(row: int) -> str:
    """A row's number as a spreadsheet shows it: the header is row 1."""
    return str(row + 2)


def listed(names: Iterable[str], most: int = 5) -> str:
    """The first names, with an ellipsis when there are more."""
    shown = sorted(names)
    return ", ".join(shown[:most]) + (", …" if len(shown) > most else "")


class Known:
    """The ids of one table, or of several: tells whether an id is among them, and which one was meant.

    Suggestions are kept for each wrong id, and only the first few are compared at length: a whole column of
    wrong ids must not take minutes.
    """

    def __init__(self, target: str, ids: Iterable[str]) -> None:
        self.target = target
        self.ids = frozenset(ids)
        self._sorted = sorted(self.ids)
        self._by_look: dict[str, str] = {_look(known): known for known in reversed(self._sorted)}
        self._suggested: dict[str, str] = {}

    def __contains__(self, wanted: str) -> bool:
        return wanted in self.ids

    def twin(self, wanted: str) -> str | None:
        """The known id that differs only in leading zeros, case, width or blanks."""
        return self._by_look.get(_look(wanted))

    def suggest(self, wanted: str) -> str:
        """Up to three known ids most like the wanted one; failing that, the first three known ones."""
        if wanted not in self._suggested:
            self._suggested[wanted] = self._nearest(wanted)
        return self._suggested[wanted]

    def _nearest(self, wanted: str) -> str:
        twin = self.twin(wanted)
        if twin is not None:
            return twin
        if len(self._suggested) < _MOST_SUGGESTIONS:
            near = get_close_matches(wanted, self._sorted[:_MOST_COMPARED], _SUGGESTED)
            if near:
                return ", ".join(near)
        first = ", ".join(self._sorted[:_SUGGESTED]) or "-"
        return first + (", …" if len(self._sorted) > _SUGGESTED else "")

    def unknown(self, wanted: str, table: str, row: int | None, field: str | None) -> TableFault:
        """The fault of an id that is not among these."""
        twin = self.twin(wanted)
        if twin is not None and _without_zeros(wanted) == _without_zeros(twin):
            return TableFault("lost_leading_zero", table, row, field, wanted, {"known": twin})
        params = {"target": self.target, "known": self.suggest(wanted)}
        return TableFault("unknown_id", table, row, field, wanted, params)


def look(name: str) -> str:
    """An id without capitals, width and blanks: two that differ in no more look the same to a person."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _look(name: str) -> str:
    return _without_zeros(look(name))


def _without_zeros(name: str) -> str:
    return name.lstrip("0")
