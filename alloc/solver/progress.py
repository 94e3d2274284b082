"""What a running solve tells its caller, and how the caller stops it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """The state of one solve at one moment.

    `goal` is the objective being minimised; `stage` is 'searching', 'incumbent' (a better solution was just
    found) or 'finished'. `incumbent` and `bound` are in the unit of the goal, `gap` is a fraction of the
    incumbent, `seconds` counts from the start of this goal's solve. None: not known yet.
    """

    goal: str
    stage: str
    incumbent: float | None
    bound: float | None
    gap: float | None
    seconds: float


ProgressCallback = Callable[[Progress], None]
"""Called in the thread that asked for the solve, about four times a second and at every new incumbent."""


class CancelToken:
    """Stops a solve from another thread; the best solution so far is kept. Cancelled once is for good."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the solve to stop. Safe from any thread, and harmless when repeated."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """True once `cancel` was called."""
        return self._event.is_set()
