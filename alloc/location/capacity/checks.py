"""What no search has to find out: a client that nobody can serve, capacity that is short in any case."""

from __future__ import annotations

import numpy as np

from alloc.errors import Infeasible
from alloc.location.capacity.problem import CAPACITY_SLACK, CapacityProblem
from alloc.location.pairs import Pairs
from alloc.location.refusals import Reason, reasons_for
from alloc.location.siting import Siting


def refuse_hopeless(problem: CapacityProblem, siting: Siting, listed: Pairs) -> None:
    """Raises Infeasible: clients that reach no site, or none large enough, and capacity short in all.

    ``listed`` are the pairs before those too small for a client were taken out.
    """
    names = siting.costs.client_ids
    alone = (np.diff(problem.pairs.start) == 0) & np.isinf(problem.pairs.beyond)
    if alone.any():
        usable = siting.open_anyway | ~siting.prohibited
        reaches = np.bincount(listed.client[usable[listed.site]], minlength=problem.n_clients) > 0
        raise Infeasible(
            [
                *reasons_for("unreached", list(names[alone & ~reaches])),
                *reasons_for("too_large", list(names[alone & reaches])),
            ]
        )
    held = most_capacity(problem)
    if held * (1.0 + CAPACITY_SLACK) < problem.total_demand:
        told = {"short": problem.total_demand - held, "demand": problem.total_demand, "held": held}
        shown = {name: f"{amount:.10g}" for name, amount in told.items()}
        if problem.p is None:
            raise Infeasible([Reason("capacity_short", shown)])
        raise Infeasible([Reason("capacity_short_p", {**shown, "p": problem.p})])


def most_capacity(problem: CapacityProblem) -> float:
    """What the sites of the largest choice hold together."""
    if problem.p is None:
        return float(problem.capacity.sum())
    in_any_case = problem.open_anyway
    free = np.sort(problem.capacity[~in_any_case])[::-1]
    n_free = problem.p - int((in_any_case & problem.counted).sum())
    return float(problem.capacity[in_any_case].sum() + free[:n_free].sum())
