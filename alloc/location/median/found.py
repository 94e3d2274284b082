"""What a search hands back, and the moments at which it has to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alloc.location.answer import Status
from alloc.location.pairs import Index
from alloc.location.siting import Limits
from alloc.solver.progress import CancelToken


@dataclass(frozen=True, eq=False)
class Found:
    """The best sites (as they stand in the `Siting`), their value, what nothing is better than, and how."""

    sites: Index
    value: float
    bound: float
    method: str
    stopped: Status = "time_limit"


def stopper(limits: Limits, cancel: CancelToken | None) -> Callable[[], bool]:
    """A function that says whether it is time to stop."""
    return lambda: limits.left() <= 0.0 or (cancel is not None and cancel.cancelled)


def reason(cancel: CancelToken | None) -> Status:
    """Why a search stopped before its end."""
    return "cancelled" if cancel is not None and cancel.cancelled else "time_limit"
