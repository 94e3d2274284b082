"""The best flows around whole decisions: a linear programme, solved in a moment."""

from __future__ import annotations

import numpy as np

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values
from alloc.solver.progress import CancelToken


def flows_around(
    session: HighsSession, cost: Values, plan: Values, name: str, options: SolverOptions, cancel: CancelToken
) -> Outcome:
    """The least cost with the whole decisions of ``plan`` (one value a column, within its bounds where it is
    not); its flows need not fit. Bounds and integrality of the session are left as they were.
    """
    whole = session.integer_columns()
    held = np.flatnonzero(whole)
    with session.for_now():
        session.hold_whole(held, plan[held])
        session.set_integer(np.zeros_like(whole))  # no search, only a relaxation with nothing to round
        return session.minimise(cost, 0.0, name, options=options, cancel=cancel)
