"""Facilities with capacity, and the capacitated p-median, as they are written in textbooks."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyomo.environ as pyo

from alloc.location.pairs import Values


def capacitated_model(
    cost: Values,
    demand: Values,
    capacity: Values,
    fixed_cost: Values,
    *,
    single_source: bool,
    p: int | None = None,
    existing: Collection[int] = (),
    required: Collection[int] = (),
    prohibited: Collection[int] = (),
) -> pyo.ConcreteModel:
    """``min sum c_ij x_ij + sum f_j y_j``; every client is served once, and no site takes more than it holds.

    ``cost`` (clients x sites) is that of serving all of a client, infinite where a pair is not admissible.
    With ``p``, that many sites are opened (then it is the capacitated p-median); without, as many as pay.
    Existing sites are open, free and not counted. ``capacity`` may be infinite.
    """
    clients, sites = range(cost.shape[0]), range(cost.shape[1])
    arcs = [(i, j) for i in clients for j in sites if np.isfinite(cost[i, j])]
    free = [j for j in sites if j not in existing]
    model = pyo.ConcreteModel()
    model.open = pyo.Var(sites, domain=pyo.Binary)
    model.serve = pyo.Var(arcs, bounds=(0, 1), domain=pyo.Binary if single_source else pyo.Reals)
    model.cost = pyo.Objective(
        expr=sum(float(cost[i, j]) * model.serve[i, j] for i, j in arcs)
        + sum(float(fixed_cost[j]) * model.open[j] for j in free)
    )
    model.served_once, model.within_capacity = pyo.ConstraintList(), pyo.ConstraintList()
    for i in clients:
        mine = [model.serve[i, j] for j in sites if (i, j) in model.serve]
        model.served_once.add(sum(mine) == 1 if mine else pyo.Constraint.Infeasible)
    model.from_open_sites = pyo.Constraint(arcs, rule=lambda m, i, j: m.serve[i, j] <= m.open[j])
    for j in sites:
        load = [float(demand[i]) * model.serve[i, j] for i in clients if (i, j) in model.serve]
        if np.isfinite(capacity[j]) and load:
            model.within_capacity.add(sum(load) <= float(capacity[j]) * model.open[j])
    if p is not None and free:
        model.count = pyo.Constraint(expr=sum(model.open[j] for j in free) == p)
    for j in {*existing, *required}:
        model.open[j].fix(1)
    for j in set(prohibited) - {*existing, *required}:
        model.open[j].fix(0)
    return model
