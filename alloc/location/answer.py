"""The answer to a siting question: what to open, who goes where, what it costs, and what is proven."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["optimal", "time_limit", "cancelled"]
"""Why the search stopped; 'optimal' means: within the gap asked for."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a problem of `alloc.location` returns; all ids are the caller's own.

    Attributes:
        problem: Its name, such as "p_median".
        sites: Ids of the open sites (those open today included), in the order of the input.
        assignment: Client id -> site id that serves it (the largest flow, where it is split); clients that
            nothing covers are absent.
        objective: The value of this answer, recomputed from the costs as given.
        bound: What no answer can be better than: below `objective` when it is minimised, above it when it is
            maximised.
        gap: |objective - bound| / |objective|; 0 where they meet, 1 where only the objective is 0.
        seconds: Wall time, reading the input included.
        status: Why the search stopped.
        method: Which methods gave bound and answer, for the record.
        flows: (client id, site id) -> amount, where demand is shipped; empty otherwise.
        details: Figures of single problems, such as the covered weight.
    """

    problem: str
    sites: tuple[Hashable, ...]
    assignment: Mapping[Hashable, Hashable]
    objective: float
    bound: float
    gap: float
    seconds: float
    status: Status
    method: str
    flows: Mapping[tuple[Hashable, Hashable], float] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def holding(self) -> Literal["proven", "incumbent"]:
        """Whether this is proven to be within the gap asked for, or the best found in the time."""
        return "proven" if self.status == "optimal" else "incumbent"

    def __str__(self) -> str:
        return (
            f"{self.problem}: {len(self.sites)} sites, {self.objective:g} ({self.holding}, "
            f"gap {self.gap:.4%}, {self.seconds:.2f} s)"
        )
