"""What `alloc check` tells of a sound region, because a plan will suffer from it: as text, and for JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from alloc.cli.help import hanging
from alloc.cli.manner import Manner

if TYPE_CHECKING:
    from alloc.report.words import Names
    from alloc.schema import Model, Region
    from alloc.study.out_of_reach import OutOfReach
    from alloc.study.postings import PassedOver

_MOST: Final = 20
_COLUMNS: Final = {"exams": "modality", "consultations": "specialty", "episodes": "condition"}


@dataclass(frozen=True)
class Cautions:
    """Needs that nothing in reach can serve, and specialists who will not be considered for a posting."""

    out_of_reach: Sequence[OutOfReach]
    passed_over: Sequence[PassedOver]
    names: Names
    manner: Manner

    def lines(self, width: int) -> Iterator[str]:
        """For each kind a head, and a paragraph for each of the first cases."""
        yield from self._listed("out_of_reach", [self._need(one) for one in self.out_of_reach], width)
        yield from self._listed("passed_over", [self._person(one) for one in self.passed_over], width)

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """Every case of each kind, with its message."""
        return {
            "out_of_reach": [
                dataclasses.asdict(one) | {"message": self._need(one)} for one in self.out_of_reach
            ],
            "passed_over_for_posting": [
                dataclasses.asdict(one) | {"message": self._person(one)} for one in self.passed_over
            ],
        }

    def _listed(self, kind: str, told: list[str], width: int) -> Iterator[str]:
        if not told:
            return
        yield ""
        yield hanging(self.manner.text(f"{kind}.head", n=len(told)), "", "", width)
        yield from (hanging(text, "  - ", "    ", width) for text in told[:_MOST])
        if len(told) > _MOST:
            yield "  " + self.manner.text("check.more", n=len(told) - _MOST)

    def _need(self, need: OutOfReach) -> str:
        from alloc.report.words import number

        def rounded(value: float | None) -> str:
            return "" if value is None else number(value)

        what = self.manner.text(
            f"out_of_reach.{need.stream}",
            place=self.names.of("place", need.place),
            subject=self.names.of(_COLUMNS[need.stream], need.subject),
            need=number(need.need_per_year),
        )
        why = self.manner.text(
            f"out_of_reach.{need.why}" + (f".{need.stream}" if need.why == "no_facility" else ""),
            facility=self.names.facility(need.nearest),
            minutes=rounded(need.minutes),
            limit=rounded(need.limit_min),
        )
        return self.manner.text("out_of_reach.told", what=what, why=why)

    def _person(self, one: PassedOver) -> str:
        return self.manner.text(
            f"passed_over.{one.why}",
            specialist=one.specialist,
            specialty=self.names.of("specialty", one.specialty),
            home=self.names.facility(one.home),
            colleague=one.colleague,
            days=one.days,
            days_of_colleague=one.days_of_colleague,
            half_days=one.half_days_at_home,
            half_days_of_colleague=one.half_days_at_home_of_colleague,
        )


def cautions_of(region: Region, model: Model, manner: Manner) -> Cautions:
    """The cautions of a region that has no faults, under the standards of a model."""
    from alloc.instance import compile_instance
    from alloc.report.words import Names
    from alloc.study.out_of_reach import out_of_reach
    from alloc.study.postings import passed_over

    instance = compile_instance(region, model)
    names = Names(region, manner.lang)
    return Cautions(out_of_reach(region, instance), passed_over(instance), names, manner)
