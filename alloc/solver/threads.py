"""Searches at the same time, in threads: HiGHS lets go of Python's lock while it works."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from alloc.solver.progress import CancelToken

T = TypeVar("T")


def pool_of(threads: int) -> ThreadPoolExecutor:
    """So many threads; 0: as many as the machine has."""
    return ThreadPoolExecutor(threads or os.cpu_count() or 1)


def result_of(job: Future[T], cancel: CancelToken) -> T:
    """What a thread answers. Ctrl-C reaches the waiting thread only: it cancels the searches, a second one is
    raised.
    """
    try:
        return job.result()
    except KeyboardInterrupt:
        cancel.cancel()
        return job.result()
