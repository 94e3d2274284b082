"""What `alloc check` tells of a sound region, because a plan will suffer from it: as text, and for JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from alloc.cli.help import hanging
from alloc.cli.manner import Manner

if TYPE_CHECKING:
    from alloc.report.words import Names
    from alloc.study.out_of_reach import OutOfReach

_MOST: Final = 20
_COLUMNS: Final = {"exams": "modality", "consultations": "specialty", "episodes": "condition"}


def out_of_reach_lines(
    needs: Sequence[OutOfReach], names: Names, manner: Manner, width: int
) -> Iterator[str]:
    """A head, and a paragraph for each of the first needs that nothing in reach can serve."""
    if not needs:
        return
    yield from ("", manner.text("out_of_reach.head", n=len(needs)))
    for need in needs[:_MOST]:
        yield hanging(_told(need, names, manner), "  - ", "    ", width)
    if len(needs) > _MOST:
        yield "  " + manner.text("out_of_reach.more", n=len(needs) - _MOST)


def out_of_reach_records(needs: Sequence[OutOfReach], names: Names, manner: Manner) -> list[dict[str, Any]]:
    """Every need that nothing in reach can serve."""
    return [dataclasses.asdict(need) | {"message": _told(need, names, manner)} for need in needs]


def _told(need: OutOfReach, names: Names, manner: Manner) -> str:
    from alloc.report.words import number

    def rounded(value: float | None) -> str:
        return "" if value is None else number(value)

    what = manner.text(
        f"out_of_reach.{need.stream}",
        place=names.of("place", need.place),
        subject=names.of(_COLUMNS[need.stream], need.subject),
        need=number(need.need_per_year),
    )
    why = manner.text(
        f"out_of_reach.{need.why}" + (f".{need.stream}" if need.why == "no_facility" else ""),
        facility=names.facility(need.nearest),
        minutes=rounded(need.minutes),
        limit=rounded(need.limit_min),
    )
    return manner.text("out_of_reach.told", what=what, why=why)
