"""Of the plans that are known of each part, one a part: the best together that take no more than there is.

Plans are taken whole, as they were found (Dantzig & Wolfe 1960, Oper. Res. 8, with an integer choice).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alloc.solver.outcome import Values
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Resource

_ROUNDING = 1e-9
"""Share of a limit that sums may be above it."""


@dataclass(frozen=True)
class _Some:
    """Plans of the first parts: what they come to, and what they take of each resource."""

    value: float
    taken: Values
    plans: tuple[Values, ...]


def best_together(
    plans: Mapping[Part, Sequence[Values]], goal: Goal, resources: Sequence[Resource]
) -> dict[Part, Values] | None:
    """One of ``plans`` (over the part's own columns) a part; None where none fit together. Part by part, what
    is no better than something that takes no more is left out.
    """
    limits = np.array([one.limit * (1.0 + _ROUNDING) for one in resources])
    known = [_Some(0.0, np.zeros(len(resources)), ())]
    for part, mine in plans.items():
        longer = [_with_one_more(some, part, plan, goal, resources) for some in known for plan in mine]
        known = _undominated([some for some in longer if np.all(some.taken <= limits)])
    if not known:
        return None
    return dict(zip(plans, known[0].plans, strict=True))


def best_first(
    plans: Mapping[Part, Sequence[Values]], goal: Goal, resources: Sequence[Resource]
) -> list[dict[Part, Values]]:
    """Every choice of one plan a part that fits, the best first: for where more than what they take decides
    which plans go together. There are as many as the product of how many plans each part has.
    """
    limits = np.array([one.limit * (1.0 + _ROUNDING) for one in resources])
    known = [_Some(0.0, np.zeros(len(resources)), ())]
    for part, mine in plans.items():
        longer = [_with_one_more(some, part, plan, goal, resources) for some in known for plan in mine]
        known = [some for some in longer if np.all(some.taken <= limits)]
    known.sort(key=lambda some: some.value)
    return [dict(zip(plans, some.plans, strict=True)) for some in known]


def _with_one_more(some: _Some, part: Part, plan: Values, goal: Goal, resources: Sequence[Resource]) -> _Some:
    takes = np.array([float(one.taken[part.columns] @ plan) for one in resources])
    value = some.value + float(goal.cost[part.columns] @ plan)
    return _Some(value, some.taken + takes, (*some.plans, plan))


def _undominated(found: list[_Some]) -> list[_Some]:
    """The best first; each further one takes less of something than all that are better."""
    kept: list[_Some] = []
    for some in sorted(found, key=lambda one: one.value):
        if not any(np.all(better.taken <= some.taken) for better in kept):
            kept.append(some)
    return kept
