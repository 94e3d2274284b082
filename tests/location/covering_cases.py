"""Tiny random covering questions with everything that has gone wrong in such codes, and every choice."""

import itertools

import numpy as np

from alloc.solver.form import compile_model
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions


def case(seed):
    """Costs (with ties, zeros, duplicates, missing pairs), weights, a radius and the states of sites."""
    random = np.random.default_rng(seed)
    n_clients, n_sites = random.integers(1, 10), random.integers(1, 8)
    kind = seed % 3
    if kind == 0:
        cost = random.integers(0, 6, (n_clients, n_sites)).astype(float)
    elif kind == 1:
        cost = random.random((n_clients, n_sites)) * 100
    else:
        places, points = random.integers(0, 7, (n_clients, 1, 2)), random.integers(0, 7, (n_sites, 2))
        cost = np.sqrt(((places - points) ** 2).sum(axis=2).astype(float))
    if random.random() < 0.3:
        cost[random.integers(n_clients)] = cost[0]
    if random.random() < 0.3:
        cost[:, random.integers(n_sites)] = cost[:, 0]
    if random.random() < 0.3:
        cost[random.random(cost.shape) < 0.3] = np.inf
    finite = cost[np.isfinite(cost)]
    radius = float(random.choice(finite)) if len(finite) else 1.0
    weights = random.integers(0, 4, n_clients).astype(float)
    if random.random() < 0.5:
        weights = weights * random.random(n_clients)
    states = random.choice(4, n_sites, p=[0.7, 0.1, 0.1, 0.1])
    named = {
        "existing": np.flatnonzero(states == 1).tolist(),
        "required": np.flatnonzero(states == 2).tolist(),
        "prohibited": np.flatnonzero(states == 3).tolist(),
    }
    if random.random() < 0.2 and len(finite):
        named["cutoff"] = float(np.quantile(finite, 0.8))
    return cost, weights, radius, named


def choices(n_sites, p=None, *, existing=(), required=(), prohibited=(), cutoff=np.inf):
    """Every set of open sites that the states allow; with ``p``, of that many new ones."""
    free = [j for j in range(n_sites) if j not in {*existing, *required, *prohibited}]
    sizes = range(len(free) + 1) if p is None else [p - len(required)]
    for size in sizes:
        for some in itertools.combinations(free, size):
            yield [*existing, *required, *some]


def some_p(seed, n_sites, named):
    """A number of sites that the states allow, from least to all (a prohibited one may be let go)."""
    most = n_sites - len(named["existing"]) - len(named["prohibited"])
    if most == 0 and not named["existing"]:
        named["prohibited"].pop()
        most = 1
    least = len(named["required"]) if named["existing"] else max(len(named["required"]), 1)
    return int(np.random.default_rng(seed + 1).integers(least, most + 1))


def n_within(cost, sites, radius, cutoff=np.inf):
    """How many of some sites each client has within reach."""
    near = cost[:, list(sites)]
    return (np.isfinite(near) & (near <= min(radius, cutoff))).sum(axis=1)


def by_pyomo(model):
    """The optimum of a plain model (minimised); infinite if it has none."""
    form = compile_model(model)
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"], options=SolverOptions(gap=0.0, threads=1))
    return np.inf if outcome.status == "infeasible" else outcome.objective


def sparse(cost):
    """The same costs as a sparse matrix of the admissible pairs (zeros stored)."""
    from scipy.sparse import csr_array

    client, site = np.nonzero(np.isfinite(cost))
    return csr_array((cost[client, site], (client, site)), shape=cost.shape)
