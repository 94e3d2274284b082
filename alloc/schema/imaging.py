"""Who can read examinations, and where a shared reading centre may stand."""

from __future__ import annotations

from alloc.schema.base import Row
from alloc.schema.equipment import ReadingGroup
from alloc.units import Cny, CnyPerYear, Count, Id


class Readers(Row):
    """Doctors who read one group of examinations at a facility."""

    facility: Id
    reading_group: ReadingGroup
    count: Count


class ReadingCentre(Row):
    """A facility that is, or may become, the shared reading centre for one group."""

    facility: Id
    reading_group: ReadingGroup
    exists: bool = False
    setup_cny: Cny = 0.0
    running_cny_per_year: CnyPerYear = 0.0
    cny_per_link_year: CnyPerYear = 0.0


class ReadingToday(Row):
    """Today's arrangement: ``centre`` reads for ``facility`` (itself, where it reads its own)."""

    facility: Id
    reading_group: ReadingGroup
    centre: Id
