"""Answers on the disk, each in a file of its own as soon as it is there: nothing is solved twice."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path

from pydantic import ValidationError

from alloc.errors import UsageError
from alloc.study.province.question import Answer

FOLDER = "answers"


class Store:
    """The answers in a folder; with ``resume`` those of an earlier run too. A damaged one is not there."""

    def __init__(self, folder: Path | None, *, resume: bool) -> None:
        self._folder = None if folder is None else folder / FOLDER
        self._known: dict[str, Answer] = {}
        self.taken_up = 0
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                detail = error.strerror or str(error)
                raise UsageError(label="plan.error.cannot_write", folder=folder, detail=detail) from error
        self._resume = resume

    def get(self, key: str) -> Answer | None:
        """The answer kept under a key; None where there is none, or a damaged one."""
        if key in self._known:
            return self._known[key]
        if self._folder is None or not self._resume:
            return None
        answer = _read(self._folder / f"{key}.json", key)
        if answer is not None:
            self._known[key] = answer
            self.taken_up += 1
        return answer

    def put(self, answer: Answer) -> None:
        """Keep an answer. One that only says why there is none is not written: it is asked again."""
        self._known[answer.key] = answer
        if self._folder is None or answer.failed or answer.status == "cancelled":
            return
        body = answer.model_dump_json()
        text = json.dumps({"sha256": hashlib.sha256(body.encode()).hexdigest(), "answer": body})
        new = self._folder / f".{answer.key}.{secrets.token_hex(4)}"
        try:
            with new.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._folder / f"{answer.key}.json")
        except OSError as error:
            detail = error.strerror or str(error)
            raise UsageError(label="plan.error.cannot_write", folder=self._folder, detail=detail) from error


def _read(path: Path, key: str) -> Answer | None:
    try:
        record = json.loads(path.read_bytes())
        body = record["answer"]
        if hashlib.sha256(body.encode()).hexdigest() != record["sha256"]:
            return None
        answer = Answer.model_validate_json(body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return None
    return answer if answer.key == key else None
