"""The order of the methods: a good choice, prices that bound it, a tree over what is left between them."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np

from alloc.errors import Cancelled, Infeasible, NoPlanInTime
from alloc.location.median.cover import covering_choice
from alloc.location.median.found import Found
from alloc.location.median.goal import Goal, unit_of
from alloc.location.median.incumbent import Incumbent
from alloc.location.median.interchange import Interchange, greedy
from alloc.location.median.lagrangian import ascend
from alloc.location.median.master import NumbersRefusedError
from alloc.location.median.narrow import narrow
from alloc.location.median.parts import split
from alloc.location.median.prices import Pricing
from alloc.location.median.problem import MedianProblem
from alloc.location.median.shares import share_out
from alloc.location.median.sums import add_up
from alloc.location.median.tree import Tree
from alloc.location.pairs import Index, Mask, Values
from alloc.location.refusals import Reason
from alloc.location.siting import Limits
from alloc.location.stopping import reason, stopper
from alloc.solver.progress import CancelToken

_log = logging.getLogger("alloc.location")

_MOST_STEPS = 1200
_WHOLE = 0.7
"""Share of all pairs in one part from which on the whole is searched as one."""
_SMALLER = 0.6


def search(
    problem: MedianProblem,
    limits: Limits,
    cancel: CancelToken | None,
    value_of: Callable[[Index], float],
    known: Found | None = None,
) -> Found:
    """Solve a problem; ``value_of`` tells the true cost of sites (as they stand in the `Siting`).

    ``known`` is what an earlier search on shorter lists has found. A value is infinite where the lists are
    too short to tell who is reached. Raises Infeasible, NoPlanInTime or Cancelled when there is no choice.
    """
    incumbent, stop = Incumbent(value_of), stopper(limits, cancel)
    if known is not None:
        incumbent.offer(known.sites, known.method)
    prices = _first_choice(problem, incumbent, stop)
    if np.isinf(incumbent.value):
        incumbent.offer(problem.sites(_reaching_everyone(problem, limits, cancel)), "covering")
    if np.isinf(incumbent.value):
        return Found(incumbent.sites, np.inf, -np.inf, "covering", reason(cancel))
    goal = Goal(problem.step, limits.gap, unit=unit_of(incumbent.value))
    ascent = ascend(problem, prices, incumbent, goal, stop, most_steps=_MOST_STEPS)
    bound = ascent.bound
    if ascent.problem is not None and not stop():
        try:
            bound = max(bound, conquer(ascent.problem, ascent.prices, incumbent, goal, _left(limits, cancel)))
        except NumbersRefusedError as refused:
            _log.warning("%s: what prices have proven stands", refused)
    if known is not None:
        bound = max(bound, known.bound)
    bound = min(goal.rounded(bound), goal.proven(incumbent.value))
    return Found(
        sites=incumbent.sites,
        value=incumbent.value,
        bound=incumbent.value if goal.met(incumbent.value, bound) else bound,
        method=incumbent.found_by,
        stopped=reason(cancel),
    )


def conquer(
    problem: MedianProblem, prices: Values, incumbent: Incumbent, goal: Goal, left: Callable[[], float]
) -> float:
    """Settle what is left of a problem: as a whole, or part by part; returns what is proven."""
    tree = Tree(problem, prices, incumbent.value, left)
    bound = tree.minimise(incumbent, goal, problem.p, most_nodes=1)
    enough = goal.enough(incumbent.value)
    if bound > enough or left() <= 0.0:
        return bound
    rest = narrow(problem, tree.prices, Pricing(problem).price(tree.prices), enough)
    if rest is None:
        return goal.proven(incumbent.value)
    parts, unlisted = split(rest)
    if rest.p is not None and len(parts) > 1 and parts[0].problem.pairs.n_pairs < _WHOLE * rest.pairs.n_pairs:
        share = tree.share[np.searchsorted(problem.site, rest.site)]
        return share_out(rest, parts, unlisted, tree.prices, share, incumbent, goal, left)
    if rest.p is None and len(parts) > 1:
        return add_up(rest, parts, unlisted, tree.prices, incumbent, goal, left)
    if rest.pairs.n_pairs < _SMALLER * problem.pairs.n_pairs:
        return conquer(rest, tree.prices, incumbent, goal, left)
    return tree.minimise(incumbent, goal, problem.p)


def _left(limits: Limits, cancel: CancelToken | None) -> Callable[[], float]:
    return lambda: 0.0 if cancel is not None and cancel.cancelled else limits.left()


def _first_choice(problem: MedianProblem, incumbent: Incumbent, stop: Callable[[], bool]) -> Values:
    """A choice by greedy and interchange, offered; returns prices to start with."""
    interchange = Interchange(problem, greedy(problem, problem.p))
    interchange.improve(stop)
    incumbent.offer(problem.sites(interchange.chosen), "interchange")
    return np.minimum(interchange.middle_costs(), problem.cap)


def _reaching_everyone(problem: MedianProblem, limits: Limits, cancel: CancelToken | None) -> Mask:
    """A choice that leaves nobody out, when the search found none."""
    chosen, status = covering_choice(problem, max(limits.left(), 1e-3), cancel)
    if chosen is not None:
        return chosen
    if status == "infeasible" and problem.p is not None:
        raise Infeasible([Reason("no_p_reach", {"p": problem.p})])
    if status == "infeasible":
        raise Infeasible
    raise Cancelled() if status == "cancelled" else NoPlanInTime()
