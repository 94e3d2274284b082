"""What a benchmark file holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from alloc.location.costs import Costs, Ids
from alloc.location.pairs import Values


@dataclass(frozen=True, eq=False)
class SitingInstance:
    """One instance; what its format does not say is None.

    Attributes:
        name: The file's name without its ending.
        costs: Clients x sites; ids are the numbers of clients and sites in the file, from 1.
        cost_is: Whether a cost is for a unit of demand or for the whole client.
        demand: (n_clients).
        capacity, fixed_cost: (n_sites).
        p: How many sites to open.
        known: The best value that the file itself tells.
        points: (n_clients, 2) coordinates of the clients, as in the file.
    """

    name: str
    costs: Costs
    cost_is: Literal["per_unit", "total"] = "per_unit"
    demand: Values | None = None
    capacity: Values | None = None
    fixed_cost: Values | None = None
    p: int | None = None
    known: float | None = None
    points: Values | None = None


def numbered(n: int) -> Ids:
    """Ids from 1 up."""
    ids = np.empty(n, dtype=object)
    ids[:] = range(1, n + 1)
    return ids
