"""Flows around whole decisions: never worse than the plan's own, and nothing of the session left changed."""

import numpy as np
import pytest
from scipy.sparse import csc_array

from alloc.solver.follow import flows_around
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm

EXACT = SolverOptions(time_limit_s=20.0, gap=0.0, threads=1)
N_SITES, N_TOWNS = 3, 6


def towns(seed: int) -> tuple[StandardForm, np.ndarray]:
    """Whole machines at three sites, shares of six towns that each serves; the way is the cost."""
    random = np.random.default_rng(seed)
    n_columns = N_SITES + N_SITES * N_TOWNS
    rows, cost = [], np.concatenate([np.zeros(N_SITES), random.uniform(1, 9, N_SITES * N_TOWNS).round(2)])
    for town in range(N_TOWNS):
        row = np.zeros(n_columns)
        row[N_SITES + town :: N_TOWNS] = 1.0
        rows.append(row)
    for site in range(N_SITES):
        row = np.zeros(n_columns)
        row[site] = -3.0
        row[N_SITES + site * N_TOWNS : N_SITES + (site + 1) * N_TOWNS] = 1.0
        rows.append(row)
    rows.append(np.concatenate([np.ones(N_SITES), np.zeros(N_SITES * N_TOWNS)]))
    form = StandardForm(
        A=csc_array(np.array(rows)),
        row_lower=np.concatenate([np.ones(N_TOWNS), np.full(N_SITES + 1, -np.inf)]),
        row_upper=np.concatenate([np.ones(N_TOWNS), np.zeros(N_SITES), [3.0]]),
        col_lower=np.zeros(n_columns),
        col_upper=np.concatenate([np.full(N_SITES, 2.0), np.ones(N_SITES * N_TOWNS)]),
        integrality=np.concatenate([np.ones(N_SITES), np.zeros(N_SITES * N_TOWNS)]).astype(np.uint8),
        objectives={},
    )
    return form, cost


@pytest.mark.parametrize("seed", range(20))
def test_flows_are_the_best_around_the_machines_of_a_plan(seed: int) -> None:
    form, cost = towns(seed)
    with HighsSession(form) as session:
        worst = session.minimise(-cost, options=EXACT).values
        assert worst is not None
        found = flows_around(session, cost, worst, "way", EXACT, CancelToken())
        assert found.values is not None
        assert np.array_equal(np.rint(found.values[:N_SITES]), np.rint(worst[:N_SITES]))
        assert session.problem.feasible(found.values)
        assert found.objective <= cost @ worst + 1e-9
        assert np.array_equal(session.integer_columns(), form.integrality == 1)
        assert session.column_bounds(np.arange(N_SITES))[1].tolist() == [2.0] * N_SITES
        best = session.minimise(cost, options=EXACT).objective
        assert best is not None
        assert found.objective >= best - 1e-9


def test_machines_that_no_flows_fit_have_none() -> None:
    form, cost = towns(0)
    with HighsSession(form) as session:
        found = flows_around(session, cost, np.zeros(len(cost)), "way", EXACT, CancelToken())
        assert found.values is None
        assert session.minimise(cost, options=EXACT).holding == "proven"
