"""p-dispersion as it is written in textbooks."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
import pyomo.environ as pyo

from alloc.location.pairs import Values


def p_dispersion_model(
    cost: Values,
    p: int,
    *,
    weights: Values | None = None,
    cutoff: float = math.inf,
    existing: Collection[int] = (),
    required: Collection[int] = (),
    prohibited: Collection[int] = (),
) -> pyo.ConcreteModel:
    """``max z``, ``z <= d_jk + M (2 - y_j - y_k)``: a distance counts once both sites are open (Kuby 1987).

    Written as the minimum of ``-z``; distances are finite, ``cutoff`` is the most that one counts, and
    ``weights`` (one a site) multiply it both.
    """
    sites = range(len(cost))
    weight = np.ones(len(cost)) if weights is None else weights
    distance = np.minimum(np.minimum(cost, cost.T), cutoff) * np.outer(weight, weight)
    most = float(distance.max())
    free = [j for j in sites if j not in existing]
    model = pyo.ConcreteModel()
    model.open = pyo.Var(sites, domain=pyo.Binary)
    model.smallest = pyo.Var(bounds=(0, most))
    model.cost = pyo.Objective(expr=-model.smallest)
    model.no_larger = pyo.ConstraintList()
    for j in sites:
        for k in range(j):
            slack = most * (2 - model.open[j] - model.open[k])
            model.no_larger.add(model.smallest <= float(distance[j, k]) + slack)
    if free:
        model.count = pyo.Constraint(expr=sum(model.open[j] for j in free) == p)
    for j in {*existing, *required}:
        model.open[j].fix(1)
    for j in set(prohibited) - {*existing, *required}:
        model.open[j].fix(0)
    return model
