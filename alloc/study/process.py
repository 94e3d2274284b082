"""One scenario in a process of its own: whatever becomes of the process, the others go on.

Caller and process are joined by a pipe and by nothing else, no lock that a killed process could take along.
Progress comes up through it, then the answer; down goes the wish to stop, also when the caller dies.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from alloc.errors import AllocError, Cancelled, SolveError
from alloc.plan.plan import Plan
from alloc.schema.model import Model
from alloc.schema.region import Region
from alloc.solver.progress import CancelToken, Progress
from alloc.study.single import solve

_STOP = "stop"
_SPAWN = get_context("spawn")


class ScenarioProcess:
    """A scenario under way. ``pipe`` can be waited for, and read with ``news``."""

    def __init__(
        self,
        region: Region | str | Path,
        model: Model | str | Path,
        scenario: str,
        options: Mapping[str, Any],
        *,
        tells: bool,
    ) -> None:
        self.scenario = scenario
        self._stopping = False
        self.pipe, far_end = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=_work,
            args=(far_end, region, model, scenario, dict(options), tells),
            name=f"alloc {scenario}",
            daemon=True,
        )
        self._process.start()
        far_end.close()  # the process then holds the only other end: its death shows at ours

    def news(self) -> Progress | Plan | AllocError:
        """The next thing that the process says. All but Progress is its last word.

        Of a process that died it is SolveError; Cancelled, where it had been asked to stop.
        """
        try:
            said: Progress | Plan | AllocError = self.pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            return Cancelled() if self._stopping else death(self._process.exitcode)
        if not isinstance(said, Progress):
            self._process.join()
        return said

    def stop(self) -> None:
        """Ask for the best plan so far. Harmless when repeated, and when the process has ended."""
        if not self._stopping:
            self._stopping = True
            _send(self.pipe, _STOP)

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()


def death(exit_code: int | None) -> SolveError:
    """Why there is no answer, in a planner's words."""
    kill = getattr(signal, "SIGKILL", None)  # Windows has none
    if kill is not None and exit_code == -kill:
        return SolveError(label="error.process_killed")
    return SolveError(label="error.process_ended", code=exit_code)


def _work(
    pipe: Connection,
    region: Region | str | Path,
    model: Model | str | Path,
    scenario: str,
    options: dict[str, Any],
    tells: bool,
) -> None:
    """Runs in the process. An error that nobody foresaw ends it, with its traceback on stderr."""
    # Ctrl-C reaches every process of a terminal: the caller decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    token = CancelToken()
    threading.Thread(target=_await_stop, args=(pipe, token), daemon=True).start()

    def tell(event: Progress) -> None:
        _send(pipe, event)

    answer: Plan | AllocError
    try:
        answer = solve(region, model, scenario, progress=tell if tells else None, cancel=token, **options)
    except AllocError as error:
        answer = error
    _send(pipe, answer)


def _await_stop(pipe: Connection, token: CancelToken) -> None:
    """Cancel at the caller's wish, or when there is no caller any more."""
    with suppress(EOFError, OSError):
        pipe.recv()
    token.cancel()


def _send(pipe: Connection, item: object) -> None:
    with suppress(ConnectionError):  # nobody is there to hear it
        pipe.send(item)
