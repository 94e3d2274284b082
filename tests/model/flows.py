"""Where patients of a small world go, by a linear program (scipy), and the best over listed decisions.

Written from the formulation, in plain numbers, without Pyomo and without anything of `alloc`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

from tests.model.small_worlds import (
    OUTSIDE_MIN,
    PLACES,
    WEIGHTS,
    World,
)

CYCLES = 13


@dataclass(frozen=True)
class Best:
    """The least unmet need, and the least weighted total, over all plans."""

    unmet: float
    total: float


@dataclass
class Flows:
    """Shares of each place's need: how they may end, what a share costs in each goal, what they use up."""

    world: World
    severity: float = 1.0
    city_cny: float = 0.0
    outside_most: float = 0.1
    unmet: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    uses: list[tuple[dict[str, float], float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Every place may go unmet, or some of it outside."""
        for i in PLACES:
            need = self.world.need[i]
            trips = WEIGHTS["travel"] * need * OUTSIDE_MIN / 60_000
            lost = need * self.severity / 1000
            self.add(i, lost, WEIGHTS["unmet"] * lost + trips)
            paid = WEIGHTS["cost"] * need * self.city_cny / 1e6
            self.add(i, 0.0, WEIGHTS["outside"] * lost + trips + paid, most=self.outside_most)

    def add(self, place: str, unmet: float, total: float, most: float = 1.0) -> int:
        """One way for a place's need to end; returns its number."""
        self.unmet.append(unmet)
        self.total.append(total)
        self.place.append(place)
        self.most.append(most)
        return len(self.unmet) - 1

    def served(self, place: str, facility: str, visit_cny: float = 0.0) -> int:
        """Served at a facility: costs only the way and the visit."""
        return self.route(place, self.world.minutes[place, facility], visit_cny)

    def route(self, place: str, minutes: float, cny: float, *, ends: bool = True) -> int:
        """A way with so many minutes and so much money a case; one that ends no need comes on top."""
        need = self.world.need[place]
        total = WEIGHTS["travel"] * need * minutes / 60_000 + WEIGHTS["cost"] * need * cny / 1e6
        return self.add(place if ends else "", 0.0, total)

    def at_most(self, use: dict[int, float], limit: float) -> None:
        """Sum of use x share stays within a limit."""
        self.uses.append((use, limit))  # type: ignore[arg-type]

    def least(self) -> Best:
        """The least unmet need, and the least weighted total (each on its own)."""
        n = len(self.unmet)
        equal = np.array([[float(self.place[j] == i) for j in range(n)] for i in PLACES])
        above = np.zeros((len(self.uses), n))
        for row, (use, _) in enumerate(self.uses):
            for j, amount in use.items():
                above[row, j] = amount  # type: ignore[call-overload]
        results = [
            linprog(
                cost,
                A_ub=above if len(above) else None,
                b_ub=[limit for _, limit in self.uses] if len(above) else None,
                A_eq=equal,
                b_eq=np.ones(len(PLACES)),
                bounds=[(0.0, most) for most in self.most],
            )
            for cost in (self.unmet, self.total)
        ]
        return Best(*(result.fun if result.status == 0 else math.inf for result in results))


def best_of(plans: Iterator[tuple[Best, float, float]]) -> Best:
    """Least over plans of flows plus what the decisions add to the unmet need and to the total."""
    found = [(flows.unmet + unmet, flows.total + total) for flows, unmet, total in plans]
    return Best(min(unmet for unmet, _ in found), min(total for _, total in found))
