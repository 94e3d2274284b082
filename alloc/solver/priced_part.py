"""One part asked at several prices for what it takes: what it learned at one price stays for the next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from threading import Lock

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values, relative_gap
from alloc.solver.progress import CancelToken
from alloc.solver.two_stage import TwoStage

SHARED = "shared"


@dataclass(eq=False)
class PricedPart:
    """``cost`` and ``taken`` are per column of the part; ``stages`` are None where decisions do not come
    first. ``close`` frees them.
    """

    session: HighsSession
    cost: Values
    taken: Values
    stages: TwoStage | None

    def ask(
        self, price: float, options: SolverOptions, cancel: CancelToken, lock: Lock, most: float = math.inf
    ) -> Outcome:
        """The least of the cost and the price of what is taken, no more than ``most`` of it. ``lock`` is held
        while the session works.
        """
        limits = {SHARED: most} if math.isfinite(most) else {}
        prices = {SHARED: price}
        found = None if self.stages is None else self.stages.minimise(prices, options, cancel, limits)
        with lock:
            problem = self.session.problem
            if found is None or (found.values is not None and not problem.feasible(found.values)):
                return self._by_highs(price, most, options, cancel)
        return Outcome(
            status=found.status,
            holding="nothing" if found.values is None else "incumbent",
            objective=found.objective,
            bound=found.bound if math.isfinite(found.bound) else None,
            gap=relative_gap(found.objective, found.bound),
            seconds=found.seconds,
            nodes=0,
            values=found.values,
        )

    def close(self) -> None:
        """Free what the solver holds for it."""
        if self.stages is not None:
            self.stages.close()

    def _by_highs(self, price: float, most: float, options: SolverOptions, cancel: CancelToken) -> Outcome:
        cost = self.cost + price * self.taken
        with self.session.for_now():
            self.session.add_limit(self.taken, most)
            return self.session.minimise(cost, 0.0, "priced", options=options, cancel=cancel)
