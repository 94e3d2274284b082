"""The moments at which a search has to stop, and why it did."""

from __future__ import annotations

from collections.abc import Callable

from alloc.location.answer import Status
from alloc.location.siting import Limits
from alloc.solver.progress import CancelToken


def stopper(limits: Limits, cancel: CancelToken | None) -> Callable[[], bool]:
    """A function that says whether it is time to stop."""
    return lambda: limits.left() <= 0.0 or (cancel is not None and cancel.cancelled)


def reason(cancel: CancelToken | None) -> Status:
    """Why a search stopped before its end."""
    return "cancelled" if cancel is not None and cancel.cancelled else "time_limit"
