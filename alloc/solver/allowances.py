"""What each part may take of what the parts share, when little is left to share out.

Every part has what it takes at least. What is left goes to those that want more, one after another, and what
nobody wants to the first of them. Within allowances that add up to what there is, parts can be searched at
the same time, and what they find fits together (resource-directive decomposition: Geoffrion 1970, Oper. Res.
18).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alloc.solver.outcome import Values
from alloc.solver.part import Part
from alloc.solver.parts import Resource


@dataclass(frozen=True)
class Allowances:
    """``most`` that each part may take of the resource."""

    resource: Resource
    most: dict[Part, float]


def share_out(
    resource: Resource, most_to_gain_first: Sequence[Part], wanted: Mapping[Part, Values]
) -> Allowances:
    """``wanted`` are values of each part's columns: what it would have if it could. A part without a
    ``thrifty`` plan has what it wants.
    """

    def takes(part: Part, values: Values) -> float:
        return float(resource.taken[part.columns] @ values)

    wants = {part: takes(part, wanted[part]) for part in most_to_gain_first}
    most = {
        part: wants[part] if part.thrifty is None else takes(part, part.thrifty)
        for part in most_to_gain_first
    }
    left = max(0.0, resource.limit - sum(most.values()))
    for part in most_to_gain_first:
        more = min(left, max(0.0, wants[part] - most[part]))
        most[part] += more
        left -= more
    most[most_to_gain_first[0]] += left
    return Allowances(resource, most)
