"""What is known of all counties: their plans as columns, their bounds at prices; prices out of both.

The restricted master is the linear program over columns (Dantzig & Wolfe 1960, Oper. Res. 8); its duals are
the next prices. For any prices, the sum of the counties' bounds minus prices x what is shared is a bound on
the province (Lagrangian relaxation: Geoffrion 1974, Math. Prog. Study 2): MIP bounds, never incumbents, enter
it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array

from alloc.errors import SolveError
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions, Values
from alloc.solver.standard import StandardForm
from alloc.study.province.question import Column

Prices = tuple[float, ...]
"""One price for each thing shared: (budget,) or (budget, beds)."""
_OPTIONS = SolverOptions(time_limit_s=60.0, gap=1e-6, threads=1)


@dataclass
class Known:
    """What is known of one county."""

    columns: list[Column] = field(default_factory=list)
    bounds: dict[Prices, float] = field(default_factory=dict)

    def least(self, prices: Prices) -> float:
        """No plan of the county is better than this at the prices: its own bound there, or what those at
        other prices imply. The true least is concave in the prices, and no lower where they are higher.
        """
        best = max((bound for at, bound in self.bounds.items() if _below(at, prices)), default=-math.inf)
        if len(prices) == 1:
            best = max(best, self._chord(prices[0]))
        return best

    def _chord(self, price: float) -> float:
        """Between its neighbours on either side, a concave function lies above the chord."""
        lower = [(at[0], bound) for at, bound in self.bounds.items() if at[0] <= price]
        upper = [(at[0], bound) for at, bound in self.bounds.items() if at[0] > price]
        best = -math.inf
        for left, at_left in lower:
            for right, at_right in upper:
                part = (price - left) / (right - left)
                best = max(best, (1.0 - part) * at_left + part * at_right)
        return best

    def most(self, prices: Prices) -> float:
        """The best of its columns at the prices."""
        return min((worth(column, prices) for column in self.columns), default=math.inf)


def _below(at: Prices, prices: Prices) -> bool:
    return all(one <= other for one, other in zip(at, prices, strict=True))


def taken(column: Column, n_shared: int) -> Prices:
    """What a column takes of what is shared."""
    return (column.spend, column.beds)[:n_shared]


def worth(column: Column, prices: Prices) -> float:
    """Goal and prices together."""
    return column.goal + sum(p * t for p, t in zip(prices, taken(column, len(prices)), strict=True))


def lagrangian(counties: Iterable[Known], prices: Prices, shared: Sequence[float]) -> float:
    """A bound on the sum of the goals of all plans that keep within what is shared."""
    total = sum(county.least(prices) for county in counties)
    return total - sum(price * limit for price, limit in zip(prices, shared, strict=True))


def next_prices(counties: Sequence[Known], shared: Sequence[float], penalty: Prices) -> tuple[Prices, float]:
    """Prices and value of the restricted master; what is lacking costs ``penalty``, which bounds prices."""
    columns = [(number, column) for number, county in enumerate(counties) for column in county.columns]
    form = master_form(columns, len(counties), shared, penalty)
    cost, constant = form.objectives["goal"]
    with HighsSession(form) as session:
        outcome = session.minimise(cost, constant, "master", options=_OPTIONS)
    if outcome.row_duals is None or outcome.objective is None:
        raise SolveError(f"the master of the province stopped: {outcome.status}")
    prices = tuple(max(0.0, -float(dual)) for dual in outcome.row_duals[: len(shared)])
    return prices, outcome.objective


def master_form(
    columns: Sequence[tuple[int, Column]],
    n_counties: int,
    shared: Sequence[float],
    penalty: Prices | None,
    *,
    whole: bool = False,
) -> StandardForm:
    """Rows: what is shared, then one a county (its shares of columns are one). Goal: 'goal'."""
    n, n_shared = len(columns), len(shared)
    extra = 0 if penalty is None else n_shared
    dense: Values = np.zeros((n_shared + n_counties, n + extra))
    for k, (number, column) in enumerate(columns):
        dense[:n_shared, k] = taken(column, n_shared)
        dense[n_shared + number, k] = 1.0
    if penalty is not None:
        dense[range(n_shared), range(n, n + n_shared)] = -1.0
    cost = np.array([*(column.goal for _, column in columns), *(penalty or ())])
    return StandardForm(
        A=csc_array(dense),
        row_lower=np.array([-math.inf] * n_shared + [1.0] * n_counties),
        row_upper=np.array([*shared, *([1.0] * n_counties)]),
        col_lower=np.zeros(n + extra),
        col_upper=np.array([1.0] * n + [math.inf] * extra),
        integrality=np.array([whole] * n + [False] * extra).astype(np.uint8),
        objectives={"goal": (cost, 0.0)},
    )
