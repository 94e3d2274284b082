"""An answer in figures: how far clients go, to which site, and how much each site takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from alloc.location.pairs import Index, Values

if TYPE_CHECKING:
    from alloc.cli.locate_input import Question
    from alloc.location.answer import Answer


@dataclass(frozen=True)
class SiteFigures:
    """One open site: its state, and the clients that go there. Costs are None where nobody does."""

    id: str
    state: str
    n_clients: int
    amount: float
    mean_cost: float | None
    worst_cost: float | None


@dataclass(frozen=True, eq=False)
class Summary:
    """The figures of an answer; ``client``, ``site``, ``cost`` and ``amount`` are those of each served pair.

    ``amount`` is the client's weight, or what flows where demand is shipped; ``mean`` is weighted by it.
    """

    question: Question
    answer: Answer
    sites: list[SiteFigures]
    client: Index
    site: Index
    cost: Values
    amount: Values
    unserved: list[str]

    @property
    def mean(self) -> float | None:
        """What an average unit of weight pays, or None where nobody is served."""
        return _mean(self.cost, self.amount)

    @property
    def worst(self) -> int | None:
        """The served pair that pays most."""
        return int(np.argmax(self.cost)) if len(self.cost) else None

    def record(self) -> dict[str, Any]:
        """For JSON: ids as text, and no number that JSON does not know."""
        answer, costs = self.answer, self.question.costs
        worst = self.worst
        return {
            "problem": self.question.problem,
            "status": answer.status,
            "holding": answer.holding,
            "objective": answer.objective,
            "bound": _finite(answer.bound),
            "gap": _finite(answer.gap),
            "seconds": round(answer.seconds, 3),
            "method": answer.method,
            "unit": self.question.unit,
            "mean_cost": self.mean,
            "worst_cost": None if worst is None else float(self.cost[worst]),
            "worst_client": None if worst is None else str(costs.client_ids[self.client[worst]]),
            "sites": [vars(site) for site in self.sites],
            "assignment": {str(client): str(site) for client, site in answer.assignment.items()},
            "flows": [
                {"client": str(client), "site": str(site), "amount": amount}
                for (client, site), amount in answer.flows.items()
            ],
            "unserved": self.unserved,
            "details": {name: _plain(value) for name, value in answer.details.items()},
        }


def summary_of(question: Question, answer: Answer, call: Mapping[str, Any]) -> Summary:
    """The figures of the answer to a call; costs are looked up again in the question."""
    costs = question.costs
    weights = call.get("weights", call.get("demand"))
    own = getattr(costs, "own_states", {})
    states = {name: {*call[name], *own.get(name, ())} for name in ("existing", "required")}
    place = {one: number for number, one in enumerate(costs.site_ids)}
    row = {one: number for number, one in enumerate(costs.client_ids)}
    pairs: dict[Any, float]
    if answer.flows:
        pairs = dict(answer.flows)
    else:
        weight = np.broadcast_to(1.0 if weights is None else np.asarray(weights, dtype=float), (len(row),))
        pairs = {pair: float(weight[row[pair[0]]]) for pair in answer.assignment.items()}
    client = np.array([row[one] for one, _ in pairs], dtype=np.int64)
    site = np.array([place[one] for _, one in pairs], dtype=np.int64)
    amount = np.array(list(pairs.values()), dtype=float)
    is_open = np.array([place[one] for one in answer.sites], dtype=np.int64)
    column = {number: at for at, number in enumerate(is_open)}
    to_open = costs.to_sites(is_open)
    cost = to_open[client, [column[one] for one in site]] if len(client) else np.empty(0)
    served = set(client.tolist())
    unserved = [] if not pairs else [str(one) for one, number in row.items() if number not in served]
    figures = [_figures(costs.site_ids[at], states, site == at, cost, amount) for at in is_open]
    return Summary(question, answer, figures, client, site, cost, amount, unserved)


def _figures(one: Any, states: dict[str, set[Any]], mine: Any, cost: Values, amount: Values) -> SiteFigures:
    state = next((name for name, ids in states.items() if one in ids), "chosen")
    n = int(mine.sum())
    worst = float(cost[mine].max()) if n else None
    return SiteFigures(str(one), state, n, float(amount[mine].sum()), _mean(cost[mine], amount[mine]), worst)


def _mean(cost: Values, amount: Values) -> float | None:
    if not len(cost):
        return None
    return float(cost @ amount / amount.sum()) if amount.sum() > 0.0 else float(cost.mean())


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, str)) or value is None:
        return value
    return _finite(float(value)) if isinstance(value, (int, float, np.number)) else str(value)
