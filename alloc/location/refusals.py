"""How the engine says no: faults counted and named, and reasons in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from alloc import labels
from alloc.errors import DataError, Fault, UsageError, shown

FEW: Final = 20
"""Faults and clients that are named; the others are counted."""


@dataclass(frozen=True)
class Reason:
    """Why no answer exists, for `Infeasible`: the label `reason.location.<key>` and what fills its braces."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def message(self, lang: str = "en") -> str:
        """The sentence."""
        told = {name: shown(param) for name, param in self.params.items()}
        return labels.text(f"reason.location.{self.key}", lang, **told)

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """For JSON."""
        told = {name: shown(param) for name, param in self.params.items()}
        return {"reason": self.key, **told, "message": self.message(lang)}

    def __str__(self) -> str:
        return self.message()


def reasons_for(key: str, clients: Sequence[Hashable], **params: object) -> list[Reason]:
    """One reason for each of the first clients, and how many more there are."""
    told = [Reason(key, {"client": client, **params}) for client in clients[:FEW]]
    left = len(clients) - len(told)
    return [*told, Reason("more_clients", {"n": left})] if left else told


def usage(key: str, **params: object) -> UsageError:
    """The UsageError with the label `error.location.<key>`."""
    return UsageError("", label=f"error.location.{key}", **params)


class FaultList:
    """Faults as they are found, the first ones of each kind by name; `raise_any` raises all at once."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, rule: str, where: str, value: object = None, **params: object) -> None:
        """One fault; ``where`` names the argument it stands in."""
        told = {name: str(param) for name, param in params.items()}
        text = None if value is None else str(value)
        self._faults.append(Fault(f"location.{rule}", field=where, value=text, params=told))

    def add_all(self, rule: str, where: str, found: Iterable[Mapping[str, object]], n: int) -> None:
        """Faults of one kind, ``n`` in all; ``found`` holds at least the first ones."""
        for named, params in enumerate(found):
            if named == FEW:
                break
            value = params.get("value")
            rest = {name: param for name, param in params.items() if name != "value"}
            self.add(rule, where, value, **rest)
        if n > FEW:
            self.add("more", where, n=n - FEW)

    def raise_any(self) -> None:
        """Raise DataError where there are faults."""
        if self._faults:
            raise DataError(self._faults)
