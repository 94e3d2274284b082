"""What a search hands back."""

from __future__ import annotations

from dataclasses import dataclass

from alloc.location.answer import Status
from alloc.location.pairs import Index


@dataclass(frozen=True, eq=False)
class Found:
    """The best sites (as they stand in the `Siting`), their value, what nothing is better than, and how."""

    sites: Index
    value: float
    bound: float
    method: str
    stopped: Status = "time_limit"
