"""What is left of a problem once sites and pairs are settled, and plans of the rest as plans of the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from alloc.location.capacity.found import Plan, plan_of
from alloc.location.capacity.problem import CapacityProblem
from alloc.location.pairs import Index, Mask, Pairs


@dataclass(frozen=True, eq=False)
class Rest:
    """The smaller problem; ``pair`` and ``site`` number its pairs and sites in the whole one."""

    whole: CapacityProblem
    problem: CapacityProblem
    pair: Index
    site: Index

    def in_whole(self, plan: Plan) -> Plan:
        """A plan of the rest."""
        is_open = np.zeros(self.whole.n_sites, dtype=bool)
        is_open[self.site] = plan.is_open
        share = np.zeros(self.whole.pairs.n_pairs)
        share[self.pair] = plan.share
        return plan_of(self.whole, is_open, share)


def rest_of(problem: CapacityProblem, shut: Mask, opened: Mask, without: Mask) -> Rest:
    """The problem without some sites and pairs, with other sites open in any case (and paid for)."""
    usable = ~shut | problem.open_anyway
    place = np.cumsum(usable) - 1
    listed = usable[problem.pairs.site] & ~without
    kept = problem.pairs.keep(listed)
    pairs = Pairs(int(usable.sum()), kept.start, place[kept.site].astype(np.int32), kept.cost, kept.beyond)
    smaller = replace(
        problem,
        pairs=pairs,
        capacity=problem.capacity[usable],
        fixed_cost=problem.fixed_cost[usable],
        open_anyway=(problem.open_anyway | opened)[usable],
        counted=problem.counted[usable],
        site=problem.site[usable],
    )
    return Rest(problem, smaller, np.flatnonzero(listed), np.flatnonzero(usable))
