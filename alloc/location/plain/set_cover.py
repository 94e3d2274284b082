"""Location set covering, whole and partial, as it is written in textbooks."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyomo.environ as pyo

from alloc.location.pairs import Values


def set_cover_model(
    cost: Values,
    weights: Values,
    radius: float,
    *,
    fixed_cost: Values | None = None,
    backup: int = 1,
    share: float = 1.0,
    existing: Collection[int] = (),
    required: Collection[int] = (),
    prohibited: Collection[int] = (),
    cutoff: float = np.inf,
) -> pyo.ConcreteModel:
    """``min sum f_j y_j`` so that each covered client has ``backup`` open sites within reach.

    All clients are covered (Toregas et al. 1971), or some of at least ``share`` of the weight.
    """
    clients, sites = range(cost.shape[0]), range(cost.shape[1])
    reach = min(radius, cutoff)
    free = [j for j in sites if j not in existing]
    fixed = np.ones(len(sites)) if fixed_cost is None else fixed_cost
    model = pyo.ConcreteModel()
    model.open = pyo.Var(sites, domain=pyo.Binary)
    model.covered = pyo.Var(clients, domain=pyo.Binary)
    model.cost = pyo.Objective(expr=sum(float(fixed[j]) * model.open[j] for j in free))
    model.within_reach = pyo.ConstraintList()
    for i in clients:
        near = [j for j in sites if np.isfinite(cost[i, j]) and cost[i, j] <= reach]
        model.within_reach.add(
            sum((model.open[j] for j in near), start=0.0 * model.open[0]) >= backup * model.covered[i]
        )
    if share == 1.0:
        model.covered.fix(1)
    else:
        weight = sum(float(weights[i]) * model.covered[i] for i in clients)
        model.enough = pyo.Constraint(expr=weight >= share * float(np.sum(weights)))
    for j in {*existing, *required}:
        model.open[j].fix(1)
    for j in set(prohibited) - {*existing, *required}:
        model.open[j].fix(0)
    return model
