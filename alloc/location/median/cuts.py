"""The cuts that a solution of the master breaks, in closed form.

For fixed y, a client's cost is that of a continuous knapsack over its sites from near to far: it is served up
to the first distance D at which the shares add up to 1 (Duran-Mateluna, Ales & Elloumi 2023; Cornuejols,
Nemhauser & Wolsey 1980).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alloc.location.median.problem import MedianProblem
from alloc.location.pairs import Index, Values

_WHOLE = 1.0 - 1e-7


@dataclass(frozen=True, eq=False)
class Served:
    """What y costs each client, the distance of its cut, and the clients whose listed shares miss 1."""

    cost: Values
    distance: Values
    uncovered: Index


def serve(problem: MedianProblem, y: Values) -> Served:
    """Serve every client from the shares ``y`` of its nearest sites."""
    pairs, n = problem.pairs, problem.n_clients
    share = y[pairs.site]
    total = np.concatenate([[0.0], np.cumsum(share)])
    before = total[pairs.start[:-1]]
    within = total[1:] - before[pairs.client]
    reached = np.flatnonzero(within >= _WHOLE)
    client = pairs.client[reached]
    first = np.ones(len(client), dtype=bool)
    first[1:] = client[1:] != client[:-1]
    distance = problem.cap.copy()
    has = np.flatnonzero(np.diff(pairs.start) > 0)
    far = has[problem.must_reach[has]]
    distance[far] = pairs.cost[pairs.start[far + 1] - 1]
    covered = np.zeros(n, dtype=bool)
    covered[client[first]] = True
    distance[client[first]] = pairs.cost[reached[first]]
    saving = np.maximum(distance[pairs.client] - pairs.cost, 0.0) * share
    cost = distance - np.bincount(pairs.client, saving, minlength=n)
    return Served(cost, distance, np.flatnonzero(problem.must_reach & ~covered))
