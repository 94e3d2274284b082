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

GAP = 1e-4
"""How closely the least is wanted: little is left to share out, so that little counts."""
LITTLE = 0.01
"""Share of a resource: where less is left to share out, more proofs of the least are worth little."""
_SLACK = 1e-6


def is_worth_asking(resource: Resource, parts: Parts) -> bool:
    """Whether what is not proven to be taken is more than a little."""
    known = sum(part.least_taken.get(resource.row, 0.0) for part in parts.users)
    return resource.limit - known > LITTLE * abs(resource.limit)


def find_the_least(resource: Resource, part: Part, options: SolverOptions, cancel: CancelToken) -> None:
    """What a part takes at least of a resource, kept in the part; what was proven before stays."""
    proven = part.least(resource.taken[part.columns], options, cancel)
    part.least_taken[resource.row] = max(proven, part.least_taken.get(resource.row, 0.0))


def tell_the_least(resource: Resource, parts: Parts, session: HighsSession) -> None:
    """Add rows to the whole and to the parts, which hold as long as the parts are only narrowed down."""
    slack = _SLACK * max(1.0, abs(resource.limit))
    users = [part for part in parts.users if resource.taken[part.columns].any()]
    least = {part: part.least_taken.get(resource.row, 0.0) for part in users}
    if not any(least.values()):
        return
    for part, takes in least.items():
        rest = resource.limit - sum(other for one, other in least.items() if one is not part)
        part.session.add_row(resource.taken[part.columns], takes - slack, rest + slack)
        mine = 0.0 * resource.taken
        mine[part.columns] = resource.taken[part.columns]
        session.add_row(mine, takes - slack, math.inf)
