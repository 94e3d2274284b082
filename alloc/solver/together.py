"""Of the plans that are known of each part, one a part: the best together that take no more than there is.

Plans are taken whole, as they were found (Dantzig & Wolfe 1960, Oper. Res. 8, with an integer choice).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from alloc.solver.outcome import Values
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Resource

_ROUNDING = 1e-9
"""Share of a limit that sums may be above it."""


def best_together(
    plans: Mapping[Part, Sequence[Values]], goal: Goal, resources: Sequence[Resource]
) -> dict[Part, Values] | None:
    """One of ``plans`` (over the part's own columns) a part; None where none fit together. All combinations
    are looked at: a few plans of a few parts.
    """
    listed = [
        [
            (
                float(goal.cost[part.columns] @ plan),
                np.array([float(one.taken[part.columns] @ plan) for one in resources]),
                plan,
            )
            for plan in some
        ]
        for part, some in plans.items()
    ]
    limits = np.array([one.limit * (1.0 + _ROUNDING) for one in resources])
    best, chosen = np.inf, None
    for some in itertools.product(*listed):
        value = sum(cost for cost, _, _ in some)
        if value < best and np.all(sum(taken for _, taken, _ in some) <= limits):
            best, chosen = value, some
    if chosen is None:
        return None
    return {part: plan for part, (_, _, plan) in zip(plans, chosen, strict=True)}
