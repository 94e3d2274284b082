"""p-center as it is written in textbooks."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyomo.environ as pyo

from alloc.location.pairs import Values


def p_center_model(
    cost: Values,
    weights: Values,
    p: int,
    *,
    existing: Collection[int] = (),
    required: Collection[int] = (),
    prohibited: Collection[int] = (),
    cutoff: float = np.inf,
) -> pyo.ConcreteModel:
    """``min z``, ``z >= w_i sum_j c_ij x_ij``, each client served once, by open sites (Daskin 1995)."""
    clients, sites = range(cost.shape[0]), range(cost.shape[1])
    arcs = [(i, j) for i in clients for j in sites if np.isfinite(cost[i, j]) and cost[i, j] <= cutoff]
    free = [j for j in sites if j not in existing]
    model = pyo.ConcreteModel()
    model.open = pyo.Var(sites, domain=pyo.Binary)
    model.serve = pyo.Var(arcs, bounds=(0, 1))
    model.radius = pyo.Var(bounds=(0, None))
    model.cost = pyo.Objective(expr=model.radius)
    model.served_once, model.not_farther = pyo.ConstraintList(), pyo.ConstraintList()
    for i in clients:
        mine = [j for j in sites if (i, j) in model.serve]
        model.served_once.add(
            sum(model.serve[i, j] for j in mine) == 1 if mine else pyo.Constraint.Infeasible
        )
        if mine:
            way = sum(float(weights[i] * cost[i, j]) * model.serve[i, j] for j in mine)
            model.not_farther.add(model.radius >= way)
    model.from_open_sites = pyo.Constraint(arcs, rule=lambda m, i, j: m.serve[i, j] <= m.open[j])
    if free:
        model.count = pyo.Constraint(expr=sum(model.open[j] for j in free) == p)
    for j in {*existing, *required}:
        model.open[j].fix(1)
    for j in set(prohibited) - {*existing, *required}:
        model.open[j].fix(0)
    return model
