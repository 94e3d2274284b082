"""One run of HiGHS in a thread of its own, watched from the thread that asked for it.

Why a new thread for each run:

* Ctrl-C reaches Python's main thread only; HiGHS must not block it, or the best solution is lost.
* HiGHS keeps one pool of helper threads for each calling thread (`HighsTaskExecutor` is thread-local), and
  refuses another number of `threads` there until the pool is reset. A new thread has no pool yet, so sessions
  with different settings neither meet nor need a lock, and no pool outlives a run (which keeps `fork` safe).

HiGHS would call back at every iteration of the simplex method, and each time wait up to 5 ms for Python's
lock while another thread holds it: a linear programme of 0.2 s took 16 s. So only the search of a MIP calls
back (some 50 times a second); all else is told when it is over, or stopped by its clock.
"""

import logging
import math
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from highspy import Highs

from alloc.solver.progress import CancelToken

_log = logging.getLogger("alloc.solver")

POLL_S = 0.1
_WAIT_FOR_POOL = False
SECONDS_BETWEEN_TICKS = 0.25
_OBJECTIVE_STEPS = re.compile(r"Objective function is integral with scale (\S+)")


class Tick(NamedTuple):
    """What HiGHS knows at one moment; infinite or NaN where it knows nothing yet."""

    stage: str
    incumbent: float
    bound: float


class Watch:
    """Runs a `Highs` object once and listens to it; the ticks go to `on_tick`, in the calling thread.

    `objective_step` is what HiGHS says the objective moves in steps of, once presolved; 0.0 where it says
    nothing of that.
    """

    def __init__(self, highs: Highs, token: CancelToken, on_tick: Callable[[Tick], None] | None) -> None:
        self._highs = highs
        self._token = token
        self._on_tick = on_tick
        self._ticks: SimpleQueue[Tick | None] = SimpleQueue()
        self._known = Tick("searching", math.nan, math.nan)
        self._given_up = threading.Event()
        self._hurried = False
        self.objective_step = 0.0
        self._last_tick = -math.inf
        self._error: BaseException | None = None
        # Not a daemon: at exit Python waits for HiGHS, instead of pulling the interpreter from under it.
        self._worker = threading.Thread(target=self._work, name="alloc-highs", daemon=False)

    @property
    def running(self) -> bool:
        """True while HiGHS is at work; after `run` only if the caller gave up waiting."""
        return self._worker.is_alive()

    @property
    def stopping(self) -> bool:
        """True once HiGHS is to stop early."""
        return self._token.cancelled or self._given_up.is_set()

    def run(self) -> None:
        """Run HiGHS to its end.

        The first Ctrl-C cancels the token and waits for HiGHS to hand over what it has; a second one raises
        KeyboardInterrupt at once and leaves HiGHS to stop by itself. An exception out of `on_tick` stops
        HiGHS and is raised here.
        """
        interrupted = False
        while True:
            try:
                self._follow()
                break
            except KeyboardInterrupt:
                self._token.cancel()
                if interrupted:
                    raise
                interrupted = True
                _log.info("interrupted: waiting for HiGHS to hand over its best solution")
        if self._error is not None:
            raise self._error

    def _follow(self) -> None:
        if self._worker.ident is None:
            self._worker.start()
        while (tick := self._next_tick()) is not None:
            self._tell(tick)
        self._worker.join()

    def _next_tick(self) -> Tick | None:
        while True:
            if self.stopping:
                self._hurry()
            try:
                tick = self._ticks.get(timeout=POLL_S)
            except Empty:
                if not self._worker.is_alive():
                    return None
                if not self._is_time():
                    continue
                tick = self._known._replace(stage="searching")
            self._known = tick or self._known
            return tick

    def _tell(self, tick: Tick) -> None:
        if self._on_tick is None:
            return
        try:
            self._on_tick(tick)
        except Exception as error:
            self._error = error
            self._on_tick = None
            self._given_up.set()

    def _hurry(self) -> None:
        # In an LP HiGHS is not asked to call back, but it does read the clock.
        if not self._hurried:
            self._hurried = True
            self._highs.setOptionValue("time_limit", 0.0)

    def _work(self) -> None:
        try:
            with self._listening():
                self._highs.run()
        except BaseException as error:
            self._error = error
        finally:
            # As highspy itself does: on Windows, a pool that ends with its thread can deadlock.
            Highs.resetGlobalScheduler(_WAIT_FOR_POOL)
            self._ticks.put(None)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        highs = self._highs
        pairs = (
            (highs.cbMipInterrupt, self._on_mip),
            (highs.cbMipImprovingSolution, self._on_incumbent),
            (highs.cbLogging, self._on_log),
        )
        for callback, listener in pairs:
            callback.subscribe(listener)
        try:
            yield
        finally:
            for callback, listener in pairs:
                callback.unsubscribe(listener)

    def _on_mip(self, event: Any) -> None:
        event.interrupt(self.stopping)  # said each time: HiGHS would remember a yes into its next run
        if self._is_time():
            data = event.data_out
            self._ticks.put(Tick("searching", data.mip_primal_bound, data.mip_dual_bound))

    def _on_incumbent(self, event: Any) -> None:
        event.interrupt(interrupt_value=False)
        self._last_tick = time.monotonic()
        data = event.data_out
        self._ticks.put(Tick("incumbent", data.objective_function_value, data.mip_dual_bound))

    def _on_log(self, event: Any) -> None:
        if said := _OBJECTIVE_STEPS.search(event.message):
            self.objective_step = 1.0 / float(said[1])

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self._last_tick < SECONDS_BETWEEN_TICKS:
            return False
        self._last_tick = now
        return True
