"""Asks counties, reads the store first, keeps what is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from alloc.solver.progress import CancelToken
from alloc.study.province.question import Answer
from alloc.study.province.store import Store
from alloc.study.province.workers import Work, Workers

_log = logging.getLogger("alloc.study")


class Answers:
    """Every answer of a run, from the store or from the workers."""

    def __init__(self, team: Workers, store: Store, cancel: CancelToken) -> None:
        self._team, self._store, self.cancel = team, store, cancel
        self.solved = 0

    def ask(
        self,
        batch: Sequence[Work],
        heard: Callable[[Answer], None] | None = None,
        is_whole: Callable[[Answer], bool] = lambda answer: True,
    ) -> dict[str, Answer]:
        """The answer of every county asked, by its id; ``heard`` is called as each comes in. One in the store
        for which ``is_whole`` is not true is asked again.
        """
        found: dict[str, Answer] = {}
        missing: list[Work] = []
        for work in batch:
            task, question = work
            known = self._store.get(question.key(task))
            if known is None or not is_whole(known):
                missing.append(work)
                continue
            found[task.id] = known
            if heard is not None:
                heard(known)
        for answer in self._team.answers(missing, self.cancel):
            self._store.put(answer)
            self.solved += not answer.failed
            if answer.failed and answer.status != "cancelled":
                _log.warning("%s: %s", answer.county, answer.why("en"))
            found[answer.county] = answer
            if heard is not None:
                heard(answer)
        return found
