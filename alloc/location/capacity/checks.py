"""What no search has to find out: a client that nobody can serve, capacity that is short in any case."""

from __future__ import annotations

import numpy as np

from alloc.errors import Infeasible
from alloc.location.capacity.problem import CAPACITY_SLACK, CapacityProblem
from alloc.location.costs import Ids
from alloc.location.pairs import Index, Pairs
from alloc.location.siting import Siting

_MOST_NAMED = 20


def refuse_hopeless(problem: CapacityProblem, siting: Siting, listed: Pairs) -> None:
    """Raises Infeasible: clients that reach no site, or none large enough, and capacity short in all.

    ``listed`` are the pairs before those too small for a client were taken out.
    """
    names = siting.costs.client_ids
    alone = np.diff(problem.pairs.start) == 0
    if alone.any():
        usable = siting.open_anyway | ~siting.prohibited
        reaches = np.bincount(listed.client[usable[listed.site]], minlength=problem.n_clients) > 0
        raise Infeasible(
            _named(names, np.flatnonzero(alone & ~reaches), "reaches no site that may be open")
            + _named(names, np.flatnonzero(alone & reaches), "needs more than any site within reach holds")
        )
    held = most_capacity(problem)
    if held * (1.0 + CAPACITY_SLACK) < problem.total_demand:
        short = problem.total_demand - held
        sites = "all sites" if problem.p is None else f"the {problem.p} largest sites and those that exist"
        raise Infeasible(
            [f"capacity is short by {short:g}: the demand is {problem.total_demand:g}, {sites} hold {held:g}"]
        )


def most_capacity(problem: CapacityProblem) -> float:
    """What the sites of the largest choice hold together."""
    if problem.p is None:
        return float(problem.capacity.sum())
    in_any_case = problem.open_anyway
    free = np.sort(problem.capacity[~in_any_case])[::-1]
    n_free = problem.p - int((in_any_case & problem.counted).sum())
    return float(problem.capacity[in_any_case].sum() + free[:n_free].sum())


def _named(names: Ids, clients: Index, what: str) -> list[str]:
    told = [f"client {names[i]} {what}" for i in clients[:_MOST_NAMED]]
    if len(clients) > _MOST_NAMED:
        told.append(f"and {len(clients) - _MOST_NAMED} more clients")
    return told
