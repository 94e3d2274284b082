"""Tiny random siting questions with all that has gone wrong in such codes, and their answers by hand."""

import itertools

import numpy as np

from alloc.location.plain.p_median import p_median_model
from alloc.solver.form import compile_model
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions


def case(seed):
    """Costs (with ties, zeros, duplicates, missing pairs), weights, p and the states of sites."""
    random = np.random.default_rng(seed)
    n_clients, n_sites = random.integers(1, 9), random.integers(1, 8)
    kind = seed % 4
    if kind == 0:
        cost = random.integers(0, 6, (n_clients, n_sites)).astype(float)
    elif kind == 1:
        cost = random.random((n_clients, n_sites)) * 100
    elif kind == 2:
        cost = np.hypot(*(random.integers(0, 9, (n_clients, 1, 2)) - random.integers(0, 9, (n_sites, 2))).T).T
    else:
        cost = random.integers(0, 4, (n_clients, n_sites)) * 0.1
    if random.random() < 0.3:
        cost[random.integers(n_clients)] = cost[0]
    if random.random() < 0.4:
        cost[random.random(cost.shape) < 0.3] = np.inf
    weights = random.integers(0, 4, n_clients).astype(float)
    if random.random() < 0.5:
        weights = weights * random.random(n_clients)
    states = random.choice(4, n_sites, p=[0.7, 0.1, 0.1, 0.1])
    named = {
        "existing": np.flatnonzero(states == 1).tolist(),
        "required": np.flatnonzero(states == 2).tolist(),
        "prohibited": np.flatnonzero(states == 3).tolist(),
    }
    least, most = len(named["required"]), int((states % 2 == 0).sum())
    p = int(random.integers(least, most + 1))
    if p == 0 and not named["existing"]:
        return case(seed + 10_000)
    if random.random() < 0.3:
        named["cutoff"] = float(np.quantile(cost[np.isfinite(cost)], 0.8)) if np.isfinite(cost).any() else 1.0
    return cost, weights, p, named


def by_hand(cost, weights, p, *, existing=(), required=(), prohibited=(), cutoff=np.inf, fixed_cost=None):
    """The optimum by trying every choice; infinite if none serves everyone."""
    cost = np.where(cost <= cutoff, cost, np.inf)
    fixed = np.zeros(cost.shape[1]) if fixed_cost is None else np.asarray(fixed_cost)
    free = [j for j in range(cost.shape[1]) if j not in {*existing, *required, *prohibited}]
    new = [j for j in required if j not in existing]
    sizes = range(len(free) + 1) if p is None else [p - len(new)]
    best = np.inf
    for size in sizes:
        for some in itertools.combinations(free, size):
            sites = [*existing, *new, *some]
            if not sites:
                continue
            near = cost[:, sites].min(axis=1)
            if np.isfinite(near).all():
                best = min(best, weights @ near + fixed[[*new, *some]].sum())
    return best


def by_pyomo(cost, weights, p, **named):
    """The optimum of the plain model; infinite if it has none."""
    return by_form(p_median_model(cost, weights, p, **named))


def by_form(model):
    """The optimum of a Pyomo model whose objective is called cost; infinite if it has none."""
    form = compile_model(model)
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"], options=SolverOptions(gap=0.0))
    return np.inf if outcome.status == "infeasible" else outcome.objective
