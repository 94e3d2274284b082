"""Tiny random questions with capacities, and their answers by trying every choice of sites."""

import itertools
from functools import cache

import numpy as np
from scipy.optimize import linprog

from alloc.location.plain.capacitated import capacitated_model
from alloc.solver.form import compile_model
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions


def case(seed):
    """Costs of whole clients (ties, zeros, missing pairs), demand, capacity, fixed costs, states of sites."""
    random = np.random.default_rng(seed)
    n_clients, n_sites = random.integers(1, 8), random.integers(1, 6)
    if seed % 3 == 0:
        cost = random.integers(0, 6, (n_clients, n_sites)).astype(float)
    elif seed % 3 == 1:
        cost = random.random((n_clients, n_sites)) * 100
    else:
        cost = random.integers(0, 4, (n_clients, n_sites)) * 0.1
    if random.random() < 0.3:
        cost[random.integers(n_clients)] = cost[0]
    if random.random() < 0.3:
        cost[random.random(cost.shape) < 0.2] = np.inf
    demand = random.integers(0, 5, n_clients).astype(float)
    capacity = random.integers(0, 12, n_sites).astype(float)
    if random.random() < 0.4:
        demand, capacity = demand * 0.1, capacity * 0.1
    elif random.random() < 0.3:
        demand, capacity = demand * random.random(n_clients), capacity * random.random(n_sites)
    if random.random() < 0.5:
        capacity = capacity + demand.sum() / 2
    if random.random() < 0.2:
        capacity[random.integers(n_sites)] = np.inf
    fixed = random.integers(0, 8, n_sites) * (1.0 if seed % 2 else 0.3)
    states = random.choice(4, n_sites, p=[0.7, 0.1, 0.1, 0.1])
    named = {
        "existing": np.flatnonzero(states == 1).tolist(),
        "required": np.flatnonzero(states == 2).tolist(),
        "prohibited": np.flatnonzero(states == 3).tolist(),
    }
    return cost, demand, capacity, fixed, named


def some_p(seed, n_sites, named):
    """A number of sites that the states allow; None where none is."""
    least, most = len(named["required"]), n_sites - len(named["existing"]) - len(named["prohibited"])
    if not named["existing"]:
        least = max(least, 1)
    return int(np.random.default_rng(seed + 1).integers(least, most + 1)) if least <= most else None


def by_hand(cost, demand, capacity, fixed, *, single_source, p=None, existing=(), required=(), prohibited=()):
    """The optimum over every choice of sites; infinite if none serves everyone."""
    free = [j for j in range(cost.shape[1]) if j not in {*existing, *required, *prohibited}]
    best = np.inf
    for size in range(len(free) + 1) if p is None else [p - len(required)]:
        for some in itertools.combinations(free, size):
            sites = [*existing, *required, *some]
            if sites:
                serve = cheapest_whole if single_source else cheapest_split
                served = serve(cost[:, sites], demand, capacity[sites])
                best = min(best, served + fixed[[*required, *some]].sum())
    return best


def cheapest_split(cost, demand, capacity):
    """Cheapest flows from open sites; infinite if there are none."""
    clients, sites = np.nonzero(np.isfinite(cost))
    n_clients, n_sites = cost.shape
    if (np.isfinite(cost).sum(axis=1) == 0).any():
        return np.inf
    once = (np.arange(n_clients)[:, None] == clients).astype(float)
    load = (np.arange(n_sites)[:, None] == sites) * demand[clients]
    held = np.minimum(capacity, demand.sum() + 1.0)
    found = linprog(cost[clients, sites], load, held * (1 + 1e-12), once, np.ones(n_clients), method="highs")
    return max(found.fun, 0.0) if found.status == 0 else np.inf


def cheapest_whole(cost, demand, capacity):
    """Cheapest assignment of whole clients to open sites, by recursion; infinite if there is none."""
    n_clients, n_sites = cost.shape

    @cache
    def rest(client, room):
        if client == n_clients:
            return 0.0
        best = np.inf
        for site in range(n_sites):
            left = room[site] - demand[client]
            if np.isfinite(cost[client, site]) and left >= -1e-9 * max(1.0, capacity[site]):
                after = (*room[:site], left, *room[site + 1 :])
                best = min(best, cost[client, site] + rest(client + 1, after))
        return best

    return rest(0, tuple(np.minimum(capacity, demand.sum() + 1.0).tolist()))


def by_pyomo(cost, demand, capacity, fixed, **named):
    """The optimum of the plain model; infinite if it has none."""
    form = compile_model(capacitated_model(cost, demand, capacity, fixed, **named))
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"], options=SolverOptions(gap=0.0, threads=1))
    return np.inf if outcome.status == "infeasible" else outcome.objective


def check(answer, cost, demand, capacity, fixed, *, existing=(), required=(), prohibited=(), p=None, single):
    """Everything an answer promises, from the raw numbers."""
    opened = set(answer.sites)
    assert set(existing) | set(required) <= opened
    assert not set(prohibited) & opened
    if p is not None:
        assert len(opened - set(existing)) == p
    served, load, paid = np.zeros(len(demand)), np.zeros(len(capacity)), 0.0
    for (i, j), amount in answer.flows.items():
        assert j in opened
        assert amount > 0
        served[i] += amount
        load[j] += amount
        paid += cost[i, j] * amount / demand[i]
    assert np.allclose(served, demand, rtol=1e-12, atol=0)
    assert (load <= capacity * (1 + 2e-9)).all()
    assert set(answer.assignment) == set(range(len(demand)))
    for i, j in answer.assignment.items():
        assert np.isfinite(cost[i, j])
        assert j in opened
        if demand[i] == 0:
            paid += cost[i, j]
        else:
            assert answer.flows[i, j] == max(f for (k, _), f in answer.flows.items() if k == i)
    if single:
        assert len(answer.flows) == (demand > 0).sum()
    paid += sum(fixed[j] for j in opened - set(existing))
    assert abs(answer.objective - paid) <= 1e-9 * max(1.0, paid)
