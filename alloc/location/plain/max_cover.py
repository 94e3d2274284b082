"""Maximal covering as it is written in textbooks."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyomo.environ as pyo

from alloc.location.pairs import Values


def max_cover_model(
    cost: Values,
    weights: Values,
    radius: float,
    p: int,
    *,
    existing: Collection[int] = (),
    required: Collection[int] = (),
    prohibited: Collection[int] = (),
    cutoff: float = np.inf,
) -> pyo.ConcreteModel:
    """``max sum w_i z_i``, a client covered only if an open site is within reach (Church & ReVelle 1974).

    Written as the minimum of its negative.
    """
    clients, sites = range(cost.shape[0]), range(cost.shape[1])
    reach = min(radius, cutoff)
    free = [j for j in sites if j not in existing]
    model = pyo.ConcreteModel()
    model.open = pyo.Var(sites, domain=pyo.Binary)
    model.covered = pyo.Var(clients, domain=pyo.Binary)
    model.cost = pyo.Objective(expr=-sum(float(weights[i]) * model.covered[i] for i in clients))
    model.within_reach = pyo.ConstraintList()
    for i in clients:
        near = [j for j in sites if np.isfinite(cost[i, j]) and cost[i, j] <= reach]
        model.within_reach.add(
            model.covered[i] <= sum((model.open[j] for j in near), start=0.0 * model.open[0])
        )
    if free:
        model.count = pyo.Constraint(expr=sum(model.open[j] for j in free) == p)
    for j in {*existing, *required}:
        model.open[j].fix(1)
    for j in set(prohibited) - {*existing, *required}:
        model.open[j].fix(0)
    return model
