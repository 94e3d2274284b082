"""What each part takes at least of what the parts share: the others have no more than the rest.

Alone, a part may take all there is, and its bound is that of a part that leaves nothing to the others. What
the goals before hold makes the others need some of it in any case: what is proven of that is a row of the
whole, and what it leaves is a row of every other part (bounds on what a block takes of a shared resource, as
constraint propagation tightens them: Savelsbergh 1994, ORSA J. Computing 6).
"""

from __future__ import annotations

import math

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions
from alloc.solver.part import Part
from alloc.solver.parts import Parts, Resource
from alloc.solver.progress import CancelToken
from alloc.solver.threads import pool_of, result_of

GAP = 1e-4
"""How closely the least is wanted: little is left to share out, so that little counts."""
_SLACK = 1e-6


def tell_the_least(
    parts: Parts, session: HighsSession, options: SolverOptions, cancel: CancelToken, threads: int
) -> None:
    """Find what every user of a resource takes at least, as many at a time as ``threads``, and add rows to
    the whole and to the parts, which hold as long as the parts are only narrowed down.
    """
    for resource in parts.resources:
        hard_first = [part for part in parts.easy_first[::-1] if resource.taken[part.columns].any()]
        with pool_of(threads) as pool:
            jobs = [
                pool.submit(part.least, resource.taken[part.columns], options, cancel) for part in hard_first
            ]
            found = [result_of(job, cancel) for job in jobs]
        if any(found):
            _add_rows(resource, dict(zip(hard_first, found, strict=True)), session)


def _add_rows(resource: Resource, least: dict[Part, float], session: HighsSession) -> None:
    slack = _SLACK * max(1.0, abs(resource.limit))
    for part, takes in least.items():
        rest = resource.limit - sum(other for one, other in least.items() if one is not part)
        part.session.add_row(resource.taken[part.columns], takes - slack, rest + slack)
        mine = 0.0 * resource.taken
        mine[part.columns] = resource.taken[part.columns]
        session.add_row(mine, takes - slack, math.inf)
