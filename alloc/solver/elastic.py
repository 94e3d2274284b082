"""Which rules clash when no solution exists: the least, weighted amount by which they must give way.

Every row of the policy families may be broken at a price (elastic programming: Brown and Graves 1975;
Chinneck, Feasibility and Infeasibility in Optimization, 2008). Slack is measured in parts of a row's own
limit, so that weights compare across units. The cheapest total tends to break few rows, without proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions, Values
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm

_LEAST_SHARE = 1e-6
_COST = "slack"


@dataclass(frozen=True)
class Violation:
    """One row that must give way: by `amount` 'above' its upper or 'below' its lower `limit`.

    Both are in the unit of the row; `family` is the constraint's name, `row` the full name with its index.
    """

    family: str
    row: str
    amount: float
    limit: float
    side: Literal["above", "below"]


def explain_infeasible(
    form: StandardForm,
    policy_families: Mapping[str, float],
    options: SolverOptions | None = None,
    *,
    cancel: CancelToken | None = None,
) -> list[Violation]:
    """The rows of the policy families that must give way, largest share of their limit first.

    `policy_families` maps a family to its weight: the price of breaking a row by its whole limit (by 1 where
    the limit is smaller than 1). Families that the form does not have are ignored. The list is empty when the
    model is feasible as it stands, when it stays infeasible with every policy relaxed (the clash is then
    among the physical rows), and when the time limit came first.

    Raises ValueError for a weight that is not above 0.
    """
    for family, weight in policy_families.items():
        if not 0 < weight < np.inf:
            raise ValueError(f"the weight of {family} must be above 0, not {weight}")
    policy = np.array([family in policy_families for family in form.row_families], dtype=bool)
    above = np.flatnonzero(policy & np.isfinite(form.row_upper))
    below = np.flatnonzero(policy & np.isfinite(form.row_lower))
    if not above.size and not below.size:
        return []
    weights = np.array([policy_families[form.row_families[row]] for row in (*above, *below)])
    elastic = _with_slack(form, above, below, weights)
    cost, _ = elastic.objectives[_COST]
    with HighsSession(elastic) as session:
        outcome = session.minimise(cost, name=_COST, options=options, cancel=cancel)
    if outcome.values is None:
        return []
    return _violations(form, policy, outcome.values[: form.n_columns])


def _with_slack(
    form: StandardForm, above: NDArray[np.intp], below: NDArray[np.intp], weights: Values
) -> StandardForm:
    """The form with one column more for each side that may give way, in parts of that side's limit."""
    rows = np.concatenate([above, below])
    n_slack = len(rows)
    scale = np.concatenate([-_size(form.row_upper[above]), _size(form.row_lower[below])])
    slack = sp.csc_array((scale, (rows, np.arange(n_slack))), shape=(form.n_rows, n_slack))
    cost = np.concatenate([np.zeros(form.n_columns), weights])
    return replace(
        form,
        A=sp.csc_array(sp.hstack([form.A, slack])),
        col_lower=np.concatenate([form.col_lower, np.zeros(n_slack)]),
        col_upper=np.concatenate([form.col_upper, np.full(n_slack, np.inf)]),
        integrality=np.concatenate([form.integrality, np.zeros(n_slack, dtype=np.uint8)]),
        objectives={_COST: (cost, 0.0)},
        columns=[],
        unused=[],
    )


def _violations(form: StandardForm, policy: NDArray[np.bool_], values: Values) -> list[Violation]:
    activity = form.A @ values
    over = (activity - form.row_upper) / _size(form.row_upper)
    under = (form.row_lower - activity) / _size(form.row_lower)
    share = np.where(policy, np.maximum(over, under), 0.0)
    broken = np.flatnonzero(share > _LEAST_SHARE)
    found = []
    for row in broken[np.argsort(-share[broken], kind="stable")]:
        is_above = over[row] >= under[row]
        limit = float(form.row_upper[row] if is_above else form.row_lower[row])
        found.append(
            Violation(
                family=form.row_families[row],
                row=form.row_names[row],
                amount=abs(float(activity[row]) - limit),
                limit=limit,
                side="above" if is_above else "below",
            )
        )
    return found


def _size(limit: Values) -> Values:
    return np.where(np.isfinite(limit), np.maximum(1.0, np.abs(limit)), 1.0)
