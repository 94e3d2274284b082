"""Who answers: this process, processes of this machine, or a Dask cluster; all under one small protocol.

A worker keeps its counties inside the solver, so each county goes to the worker that knows it; one that is
idle takes over from the longest queue. A worker that dies costs the county that it was at, and is replaced.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from alloc import labels
from alloc.errors import AllocError, Cancelled, SolveError, UsageError
from alloc.solver.progress import CancelToken
from alloc.study.process import death
from alloc.study.province.county import Kept
from alloc.study.province.question import Answer, CountyTask, Question

Work = tuple[CountyTask, Question]
POLL_S = 0.2
_REST_S = 0.05
_SPAWN = get_context("spawn")
_STEAL_FROM = 3
"""An idle worker takes over from a queue this long: building a county anew takes longer than a short wait."""


class Workers(Protocol):
    """Answers a batch, each as soon as it is there."""

    def answers(self, batch: Sequence[Work], cancel: CancelToken) -> Iterator[Answer]:
        """One answer for each; a failure is an answer too. Once cancelled, the rest are answered as such."""
        ...

    def close(self) -> None:
        """End what was begun."""
        ...


def answer(kept: Kept, work: Work, cancel: CancelToken) -> Answer:
    """Answer one question; whatever goes wrong is told in the answer."""
    task, question = work
    try:
        if cancel.cancelled:
            raise Cancelled
        if question.ask == "finish":
            from alloc.study.province.finish import finish

            return finish(task, question, cancel)
        return kept.get(task).answer(question, cancel)
    except AllocError as error:
        return failure(work, error)
    except MemoryError:
        return failure(work, SolveError(label="error.process_killed"))
    except Exception as error:  # one county must not sink the others
        return failure(work, SolveError(f"{type(error).__name__}: {error}"))


def failure(work: Work, error: AllocError) -> Answer:
    """The answer that says why there is none."""
    task, question = work
    told = tuple((lang, error.message(lang)) for lang in labels.languages())
    status = "cancelled" if isinstance(error, Cancelled) else "failed"
    return Answer(county=task.id, key=question.key(task), status=status, failed=told)


class Here:
    """One after another, in this process."""

    def __init__(self) -> None:
        self._kept = Kept()

    def answers(self, batch: Sequence[Work], cancel: CancelToken) -> Iterator[Answer]:
        """As ``Workers``."""
        for work in batch:
            yield answer(self._kept, work, cancel)

    def close(self) -> None:
        """Nothing was begun."""


class _Process:
    """One worker process, joined to the caller by a pipe and by nothing else."""

    def __init__(self) -> None:
        self.pipe, far_end = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_work, args=(far_end,), name="alloc province", daemon=True)
        self.process.start()
        far_end.close()
        self.at: Work | None = None

    def begin(self, work: Work) -> None:
        """Ask. A process that has died in the meantime shows when it is read."""
        self.at = work
        with suppress(OSError):
            self.pipe.send(work)

    def read(self) -> Answer | None:
        """Its answer; None when it has died."""
        try:
            said: Answer = self.pipe.recv()
        except (EOFError, OSError):
            return None
        return said

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Processes:
    """So many processes of this machine."""

    def __init__(self, n: int) -> None:
        self._team: list[_Process | None] = [None] * n
        self._home: dict[str, int] = {}

    def answers(self, batch: Sequence[Work], cancel: CancelToken) -> Iterator[Answer]:
        """As ``Workers``."""
        queues = [deque[Work]() for _ in self._team]
        for work in batch:
            home = self._home.setdefault(work[0].id, len(self._home) % len(self._team))
            queues[home].append(work)
        while any(queues) or any(one is not None and one.at is not None for one in self._team):
            if cancel.cancelled:
                yield from self._drop(queues)
            self._begin(queues)
            busy = {one.pipe: k for k, one in enumerate(self._team) if one is not None and one.at is not None}
            for pipe in wait(list(busy), timeout=POLL_S):
                yield self._take(busy[pipe])  # type: ignore[index]
                self._begin(queues)

    def _begin(self, queues: list[deque[Work]]) -> None:
        for k, queue in enumerate(queues):
            one = self._team[k]
            if one is not None and one.at is not None:
                continue
            work = self._next(queues, queue, k)
            if work is None:
                continue
            if one is None:
                one = self._team[k] = _Process()
            one.begin(work)

    def _next(self, queues: list[deque[Work]], own: deque[Work], k: int) -> Work | None:
        if own:
            return own.popleft()
        longest = max(queues, key=len)
        anywhere = bool(longest) and longest[-1][1].ask == "finish"
        if len(longest) >= (1 if anywhere else _STEAL_FROM):
            work = longest.pop()
            if not anywhere:
                self._home[work[0].id] = k
            return work
        return None

    def _take(self, k: int) -> Answer:
        one = self._team[k]
        assert one is not None and one.at is not None  # noqa: S101, PT018 - only the busy are read
        said, work = one.read(), one.at
        one.at = None
        if said is None:
            one.process.join()
            said = failure(work, death(one.process.exitcode))
            self._team[k] = None
        return said

    def _drop(self, queues: list[deque[Work]]) -> Iterator[Answer]:
        """Once cancelled: what waits is not begun, what runs is ended (its answers so far are kept)."""
        for queue in queues:
            while queue:
                yield failure(queue.popleft(), Cancelled())
        for k, one in enumerate(self._team):
            if one is not None and one.at is not None:
                work = one.at
                one.kill()
                self._team[k] = None
                yield failure(work, Cancelled())

    def close(self) -> None:
        """End all processes."""
        for one in self._team:
            if one is not None:
                one.kill()
        self._team = [None] * len(self._team)


def _work(pipe: Connection) -> None:
    """Runs in the process, until the caller hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all: the caller decides
    kept = Kept()
    inbox: deque[Work] = deque()
    arrived, token = threading.Semaphore(0), CancelToken()

    def listen() -> None:
        try:
            while True:
                inbox.append(pipe.recv())
                arrived.release()
        except (EOFError, OSError):
            token.cancel()  # the caller is gone: stop at once
            arrived.release()

    threading.Thread(target=listen, daemon=True).start()
    while True:
        arrived.acquire()
        if token.cancelled:
            return
        said = answer(kept, inbox.popleft(), token)
        try:
            pipe.send(said)
        except OSError:
            return


class Dask:
    """The workers of a Dask cluster. Files of regions and models, and the plan's folder, must be where they
    are for all of them. Raises UsageError without the package `distributed`, or without the scheduler.
    """

    def __init__(self, scheduler: str) -> None:
        try:
            self._dask: Any = import_module("distributed")
        except ImportError as error:
            raise UsageError(label="province.error.no_dask") from error
        try:
            self._client: Any = self._dask.Client(scheduler, timeout="10s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                label="province.error.no_scheduler", scheduler=scheduler, detail=str(error) or "timeout"
            ) from error
        self._home: dict[str, str] = {}

    def answers(self, batch: Sequence[Work], cancel: CancelToken) -> Iterator[Answer]:
        """As ``Workers``."""
        asked = {self._submit(work): work for work in batch}
        done: Any = self._dask.as_completed(list(asked), loop=self._client.loop, raise_errors=False)
        left = dict(asked)
        while left:
            if cancel.cancelled:
                self._client.cancel(list(left), force=True)
                for work in left.values():
                    yield failure(work, Cancelled())
                return
            if not done.has_ready():
                time.sleep(_REST_S)
                continue
            for future in done.next_batch(block=False):
                yield self._result(future, left.pop(future))

    def _submit(self, work: Work) -> Any:
        addresses = sorted(self._client.scheduler_info(n_workers=-1)["workers"])
        if not addresses:
            raise UsageError(label="province.error.no_workers")
        home = self._home.setdefault(work[0].id, addresses[len(self._home) % len(addresses)])
        if home not in addresses:
            home = self._home[work[0].id] = addresses[len(work[0].id) % len(addresses)]
        return self._client.submit(
            answer_on_dask, work, workers=[home], allow_other_workers=True, pure=False, retries=0
        )

    def _result(self, future: Any, work: Work) -> Answer:
        try:
            said: Answer = future.result(timeout=60)
        except Exception as error:  # whatever befell the cluster's worker
            return failure(work, SolveError(label="province.error.worker_lost", detail=str(error)[:300]))
        return said

    def close(self) -> None:
        """Leave the cluster as it is."""
        self._client.close()


_KEPT: list[Kept] = []
_ONE_AT_A_TIME = threading.Lock()


def answer_on_dask(work: Work) -> Answer:
    """Runs on a worker of the cluster, one at a time: a county's model belongs to one thread."""
    with _ONE_AT_A_TIME:
        if not _KEPT:
            _KEPT.append(Kept())
        return answer(_KEPT[0], work, CancelToken())
