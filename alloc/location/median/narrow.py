"""What no better choice can use is taken out of a problem, what every better choice uses is settled.

By reduced costs at given prices: a choice that uses something costs its bound plus its reduced cost at least.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from alloc.location.median.prices import Priced
from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Index, Mask, Pairs, Values


def narrow(problem: MedianProblem, prices: Values, priced: Priced, enough: float) -> MedianProblem | None:
    """The same problem for choices that cost ``enough`` at most; None if there are none.

    Clients keep their numbers. A client that cannot stay at its base, or go beyond its list, in such a choice
    must reach a listed site from now on.
    """
    slack = enough - priced.bound
    if slack < 0.0:
        return None
    rho = priced.rho
    picked: Mask = np.zeros(problem.n_sites, dtype=bool)
    picked[priced.picked] = True
    into = np.flatnonzero(picked & (priced.in_from - rho > slack))
    extra = np.where(picked, 0.0, np.maximum(rho - priced.out_from, 0.0))
    out = ~picked & (extra > slack)
    settled = _settled(problem, into)
    pairs, client = problem.pairs, problem.pairs.client
    near = settled.base
    cost = pairs.cost
    above = np.maximum(cost - prices[client], 0.0) + extra[pairs.site]
    keep = (above <= slack) & (cost < near[client])
    keep &= ~out[pairs.site]
    stays = ~out
    stays[into] = False
    keep &= stays[pairs.site]
    base = np.where(near - prices > slack, np.inf, near)
    beyond = np.where(np.minimum(pairs.beyond, near) - prices > slack, np.inf, pairs.beyond)
    narrowed = _of_sites(settled, pairs.keep(keep, beyond), base, stays)
    hopeless = narrowed.must_reach & (np.diff(narrowed.pairs.start) == 0)
    if hopeless.any() or (narrowed.p is not None and not 0 <= narrowed.p <= narrowed.n_sites):
        return None
    return narrowed


def _settled(problem: MedianProblem, sites: Index) -> MedianProblem:
    """With some sites chosen for good, though still among the candidates."""
    if not len(sites):
        return problem
    chosen: Mask = np.zeros(problem.n_sites, dtype=bool)
    chosen[sites] = True
    _, near = problem.pairs.nearest_open(chosen)
    base = np.minimum(problem.base, near)
    return replace(
        problem,
        base=base,
        p=None if problem.p is None else problem.p - len(sites),
        settled=np.concatenate([problem.settled, problem.site[sites]]),
        constant=problem.constant + float(problem.fixed_cost[sites].sum()),
    )


def _of_sites(problem: MedianProblem, pairs: Pairs, base: Values, stays: Mask) -> MedianProblem:
    """Only some of the sites; none of the pairs may belong to another."""
    place = np.cumsum(stays) - 1
    site = place[pairs.site].astype(np.int32)
    return replace(
        problem,
        pairs=Pairs(int(stays.sum()), pairs.start, site, pairs.cost, pairs.beyond),
        base=base,
        fixed_cost=problem.fixed_cost[stays],
        site=problem.site[stays],
    )
