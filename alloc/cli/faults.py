"""Faults of input files for a person: grouped by file, one hanging paragraph each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

from alloc import labels
from alloc.cli.help import hanging
from alloc.cli.manner import Manner
from alloc.errors import Fault, shown

FEW: Final = 20
"""Faults of one file that a command other than `check` shows."""


def grouped_faults(faults: Sequence[Fault], manner: Manner, width: int, most: int | None = None) -> str:
    """The number of faults; then each file, and what is wrong in it. At most `most` of one file."""
    lines = [labels.text("error.faults", manner.lang, n=len(faults))]
    hidden = 0
    for file, group in _by_file(faults).items():
        if file is not None:
            lines += [manner.text("faults.file", file=shown(file), n=len(group))]
        for fault in group[:most]:
            told = _without_file(fault).message(manner.lang)
            lines.append(hanging(told, "  - ", "    ", width))
        hidden += len(group) - len(group[:most])
    if hidden:
        lines.append(manner.text("faults.hidden", n=hidden))
    return "\n".join(lines)


def told_one_by_one(faults: Sequence[Fault], manner: Manner, width: int, most: int) -> Iterator[str]:
    """Faults that do not end the call, as indented paragraphs."""
    for fault in faults[:most]:
        yield hanging(fault.message(manner.lang), "  - ", "    ", width)
    if len(faults) > most:
        yield "  " + manner.text("faults.more", n=len(faults) - most)


def _by_file(faults: Sequence[Fault]) -> dict[str | None, list[Fault]]:
    groups: dict[str | None, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(fault.file, []).append(fault)
    return groups


def _without_file(fault: Fault) -> Fault:
    """The file stands above already; it stays where there is no other place to name."""
    places = (fault.sheet, fault.row, fault.line, fault.column, fault.field)
    if fault.file is None or all(place is None for place in places):
        return fault
    return dataclasses.replace(fault, file=None, table=None)
