"""Maximal covering, gradual and with backup, as they are written in textbooks."""

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
    model = _sites(cost.shape[1], p, existing, required, prohibited)
    clients = range(cost.shape[0])
    model.covered = pyo.Var(clients, domain=pyo.Binary)
    model.cost = pyo.Objective(expr=-sum(float(weights[i]) * model.covered[i] for i in clients))
    model.within_reach = pyo.ConstraintList()
    for i in clients:
        model.within_reach.add(model.covered[i] <= _n_open(model, cost[i], min(radius, cutoff)))
    return model


def gradual_cover_model(
    share: Values,
    weights: Values,
    p: int,
    *,
    existing: Collection[int] = (),
    required: Collection[int] = (),
    prohibited: Collection[int] = (),
) -> pyo.ConcreteModel:
    """``max sum w_i a_ij x_ij``: each client is covered by one open site, to the ``share`` a_ij (0 to 1).

    Berman & Krass (2002), "The generalized maximal covering location problem".
    """
    clients, sites = range(share.shape[0]), range(share.shape[1])
    model = _sites(share.shape[1], p, existing, required, prohibited)
    model.covers = pyo.Var(clients, sites, bounds=(0, 1))
    model.cost = pyo.Objective(
        expr=-sum(float(weights[i] * share[i, j]) * model.covers[i, j] for i in clients for j in sites)
    )
    model.once = pyo.Constraint(clients, rule=lambda m, i: sum(m.covers[i, j] for j in sites) <= 1)
    model.by_open = pyo.Constraint(clients, sites, rule=lambda m, i, j: m.covers[i, j] <= m.open[j])
    return model


def backup_cover_model(
    cost: Values,
    weights: Values,
    radius: float,
    p: int,
    *,
    first_share: float | None = None,
    existing: Collection[int] = (),
    required: Collection[int] = (),
    prohibited: Collection[int] = (),
    cutoff: float = np.inf,
) -> pyo.ConcreteModel:
    """BACOP1 where ``first_share`` is None, else BACOP2 (Hogan & ReVelle 1986).

    ``x_i + u_i <= open sites within reach``, ``u_i <= x_i``; BACOP1 has all x_i = 1 and maximises
    sum w_i u_i, BACOP2 maximises ``sum w_i (share x_i + (1 - share) u_i)``.
    """
    model = _sites(cost.shape[1], p, existing, required, prohibited)
    clients = range(cost.shape[0])
    model.once = pyo.Var(clients, domain=pyo.Binary)
    model.again = pyo.Var(clients, domain=pyo.Binary)
    share = 0.0 if first_share is None else first_share
    model.cost = pyo.Objective(
        expr=-sum(float(weights[i]) * (share * model.once[i] + (1 - share) * model.again[i]) for i in clients)
    )
    model.within_reach = pyo.ConstraintList()
    for i in clients:
        model.within_reach.add(model.once[i] + model.again[i] <= _n_open(model, cost[i], min(radius, cutoff)))
        model.within_reach.add(model.again[i] <= model.once[i])
    if first_share is None:
        model.once.fix(1)
    return model


def _sites(
    n_sites: int,
    p: int,
    existing: Collection[int],
    required: Collection[int],
    prohibited: Collection[int],
) -> pyo.ConcreteModel:
    model = pyo.ConcreteModel()
    model.open = pyo.Var(range(n_sites), domain=pyo.Binary)
    free = [j for j in range(n_sites) if j not in existing]
    if free:
        model.count = pyo.Constraint(expr=sum(model.open[j] for j in free) == p)
    for j in {*existing, *required}:
        model.open[j].fix(1)
    for j in set(prohibited) - {*existing, *required}:
        model.open[j].fix(0)
    return model


def _n_open(model: pyo.ConcreteModel, cost: Values, reach: float) -> object:
    near = [j for j in range(len(cost)) if np.isfinite(cost[j]) and cost[j] <= reach]
    return sum((model.open[j] for j in near), start=0.0 * model.open[0])
