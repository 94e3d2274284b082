"""A plan from the likeliest sites and pairs alone: a MIP small enough to be solved where the whole is not.

At good prices the sites of good plans cost the relaxation little, and so do their pairs ("restricted core").
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from alloc.location.capacity.found import Plan
from alloc.location.capacity.mip import solve_mip
from alloc.location.capacity.relaxation import Priced, Relaxation
from alloc.location.capacity.rest import Rest, rest_of
from alloc.location.pairs import Mask
from alloc.location.siting import Limits
from alloc.solver.progress import CancelToken

_PAIRS_A_CLIENT = 5
_SITES_MORE = 1.6
_SITES_EXTRA = 8
_SHARE_OF_TIME = 0.6
_GAP = 5e-4
_WHOLE_GAP = 1e-4


def core_of(relaxation: Relaxation, now: Priced, keep: Plan | None) -> Rest:
    """The problem with the cheapest sites at these prices, some pairs a client, and what a plan uses."""
    problem, pairs = relaxation.problem, relaxation.problem.pairs
    to_open, _ = relaxation.extra_cost(now)
    n_core = int(_SITES_MORE * now.is_open.sum()) + _SITES_EXTRA
    likely = problem.open_anyway.copy()
    likely[np.argsort(np.where(now.is_open, -1.0, to_open), kind="stable")[:n_core]] = True
    if keep is not None:
        likely |= keep.is_open
    extra = now.packed.extra_cost(problem, now.price)
    order = np.lexsort((pairs.cost, extra, ~likely[pairs.site], pairs.client))
    rank = np.empty(pairs.n_pairs, dtype=np.int64)
    rank[order] = np.arange(pairs.n_pairs) - pairs.start[pairs.client[order]]
    used: Mask = (rank < _PAIRS_A_CLIENT) & likely[pairs.site]
    if keep is not None:
        used |= keep.share > 0
    core = rest_of(problem, ~likely, np.zeros(problem.n_sites, dtype=bool), ~used)
    listed = replace(core.problem.pairs, beyond=np.full(problem.n_clients, np.inf))
    return replace(core, problem=replace(core.problem, pairs=listed))


def solve_core(
    relaxation: Relaxation, now: Priced, keep: Plan | None, limits: Limits, cancel: CancelToken | None
) -> Plan | None:
    """The best plan of the core, of clients that may be split, in a share of the time that is left."""
    core = core_of(relaxation, now, keep)
    until = limits.seconds() + _SHARE_OF_TIME * limits.left()
    part = replace(limits, time_limit_s=until, gap=max(limits.gap, _GAP))
    size = np.inf if keep is None else keep.value
    problem = replace(core.problem, single_source=False)
    searched = solve_mip(problem, part, cancel, size)
    return None if searched.plan is None else core.in_whole(searched.plan)


def solve_whole_core(
    relaxation: Relaxation, now: Priced, keep: Plan, limits: Limits, cancel: CancelToken | None
) -> Plan | None:
    """The best assignment of whole clients to a plan's sites along the core, in half the time left."""
    core = core_of(relaxation, now, keep)
    sites = keep.is_open[core.site]
    nothing = np.zeros(core.problem.pairs.n_pairs, dtype=bool)
    given = rest_of(core.problem, ~sites, sites, nothing)
    until = limits.seconds() + 0.5 * limits.left()
    part = replace(limits, time_limit_s=until, gap=max(limits.gap, _WHOLE_GAP))
    searched = solve_mip(given.problem, part, cancel, keep.value)
    return None if searched.plan is None else core.in_whole(given.in_whole(searched.plan))
