"""p-median and facilities without capacity, as they are written in textbooks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pyomo.environ as pyo

from alloc.location.pairs import Values


def p_median_model(
    cost: Values,
    weights: Values,
    p: int | None,
    *,
    fixed_cost: Values | None = None,
    existing: Collection[int] = (),
    required: Collection[int] = (),
    prohibited: Collection[int] = (),
    cutoff: float = np.inf,
) -> pyo.ConcreteModel:
    """``min sum w_i c_ij x_ij + sum f_j y_j``, each client served once, only from open sites.

    ``cost`` (clients x sites) is infinite where a pair is not admissible. With ``p``, that many sites are
    opened; without, as many as pay. Existing sites are open, free and not counted.
    """
    clients, sites = range(cost.shape[0]), range(cost.shape[1])
    arcs = [(i, j) for i in clients for j in sites if np.isfinite(cost[i, j]) and cost[i, j] <= cutoff]
    free = [j for j in sites if j not in existing]
    fixed = np.zeros(len(sites)) if fixed_cost is None else fixed_cost
    model = pyo.ConcreteModel()
    model.open = pyo.Var(sites, domain=pyo.Binary)
    model.serve = pyo.Var(arcs, bounds=(0, 1))
    model.cost = pyo.Objective(
        expr=sum(float(weights[i] * cost[i, j]) * model.serve[i, j] for i, j in arcs)
        + sum(float(fixed[j]) * model.open[j] for j in free)
    )
    model.served_once = pyo.ConstraintList()
    for i in clients:
        mine = [model.serve[i, j] for j in sites if (i, j) in model.serve]
        model.served_once.add(sum(mine) == 1 if mine else pyo.Constraint.Infeasible)
    model.from_open_sites = pyo.Constraint(arcs, rule=lambda m, i, j: m.serve[i, j] <= m.open[j])
    if p is not None and free:
        model.count = pyo.Constraint(expr=sum(model.open[j] for j in free) == p)
    for j in {*existing, *required}:
        model.open[j].fix(1)
    for j in set(prohibited) - {*existing, *required}:
        model.open[j].fix(0)
    return model


def equity_p_median_model(
    cost: Values, weights: Values, p: int, kappa: float, **states: Any
) -> pyo.ConcreteModel:
    """``min sum w_i e^(-kappa c_ij) x_ij`` with kappa < 0: the Kolm-Pollak equivalent, before the logarithm.

    ``states`` are those of `p_median_model`; costs must be small enough for the exponentials to be numbers.
    """
    limit = states.pop("cutoff", np.inf)
    admissible = np.isfinite(cost) & (cost <= limit)
    counted = np.where(admissible, np.exp(-kappa * np.where(admissible, cost, 0.0)), np.inf)
    return p_median_model(counted, weights, p, **states)
