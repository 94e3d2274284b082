"""Where a need ends, in the order of preference: own consortium, the region, outside, unmet."""

from __future__ import annotations

from alloc.instance.instance import Instance
from alloc.schema.plan import Ends


def ends_of(instance: Instance, place: str, facility: str | None, kind: str = "facility") -> Ends:
    """``kind`` is "outside" or "unmet" where no facility of the region serves."""
    if facility is None:
        return "outside" if kind == "outside" else "unmet"
    mine, theirs = instance.places[place].consortium, instance.facilities[facility].consortium
    return "own_consortium" if mine is not None and mine == theirs else "region"
