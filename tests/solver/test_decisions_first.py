"""Decisions first, flows alike as one: what plain HiGHS finds, also with rows that tell the flows apart."""

import numpy as np
import pytest
from scipy.sparse import lil_array

from alloc.solver.decisions_first import decisions_first, merging_pays
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm

EXACT = SolverOptions(time_limit_s=20.0, gap=1e-7, threads=1)
N_SITES, N_PLACES = 4, 12


def clinics(seed):
    """Places whose need ends at a site or unmet, sites with machines: form, links, unmet, travel, spend."""
    random = np.random.default_rng(seed)
    n = N_SITES + N_PLACES * (N_SITES + 1)
    need = random.integers(1, 9, N_PLACES).astype(float)
    flow = N_SITES + np.arange(N_PLACES * (N_SITES + 1)).reshape(N_PLACES, N_SITES + 1)
    matrix, lower, upper, links = lil_array((N_PLACES + N_SITES * (N_PLACES + 1) + 1, n)), [], [], []
    for place in range(N_PLACES):
        matrix[[place], flow[place]] = 1.0
        lower, upper, links = [*lower, need[place]], [*upper, need[place]], [*links, False]
    row = N_PLACES
    for site in range(N_SITES):
        matrix[[row], flow[:, site]] = 1.0
        matrix[row, site] = -float(random.integers(4, 12))
        lower, upper, links = [*lower, -np.inf], [*upper, 0.0], [*links, False]
        row += 1
        for place in range(N_PLACES):
            matrix[row, flow[place, site]], matrix[row, site] = 1.0, -need[place]
            lower, upper, links = [*lower, -np.inf], [*upper, 0.0], [*links, True]
            row += 1
    spend = np.zeros(n)
    spend[:N_SITES] = random.integers(2, 9, N_SITES)
    matrix[[row], np.arange(N_SITES)] = spend[:N_SITES]
    links = np.array([*links, False])
    unmet, travel = np.zeros(n), np.zeros(n)
    unmet[flow[:, -1]] = 1.0
    travel[flow[:, :-1].ravel()] = random.random(N_PLACES * N_SITES).round(3)
    form = StandardForm(
        A=matrix.tocsc(),
        row_lower=np.array([*lower, -np.inf]),
        row_upper=np.array([*upper, float(random.integers(4, 20))]),
        col_lower=np.zeros(n),
        col_upper=np.concatenate([np.full(N_SITES, 3.0), np.full(n - N_SITES, np.inf)]),
        integrality=np.array([1] * N_SITES + [0] * (n - N_SITES), dtype=np.uint8),
        objectives={},
    )
    return form, links, unmet, travel, spend


@pytest.mark.parametrize("seed", range(40))
def test_finds_what_plain_highs_finds(seed):
    form, links, unmet, _, _ = clinics(seed)
    with HighsSession(form) as session:
        found = decisions_first(session.problem, links, unmet, EXACT, CancelToken())
        plain = session.minimise(unmet, options=EXACT)
        assert found is not None
        assert session.problem.feasible(found.values)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(plain.objective, abs=2e-5)
    assert found.bound <= plain.objective + 1e-5


@pytest.mark.parametrize("seed", range(40))
def test_a_row_that_tells_flows_apart_binds_too(seed):
    form, links, unmet, travel, spend = clinics(seed)
    with HighsSession(form) as session:
        best = session.minimise(unmet, options=EXACT).objective
        session.add_row(unmet, -np.inf, best + 2.0)
        near = session.minimise(travel, options=EXACT).objective
        session.add_row(travel, -np.inf, near + 0.3)
        found = decisions_first(session.problem, links, spend, EXACT, CancelToken())
        plain = session.minimise(spend, options=EXACT)
        assert found is not None
        assert session.problem.feasible(found.values)
    assert found.objective == pytest.approx(plain.objective, abs=2e-5)
    assert found.bound <= plain.objective + 1e-5


def test_where_every_flow_costs_something_else_it_does_not_pay():
    form, links, unmet, travel, _ = clinics(1)
    with HighsSession(form) as session:
        assert merging_pays(session.problem, links, unmet)
        assert not merging_pays(session.problem, links, travel)
        assert decisions_first(session.problem, links, travel, EXACT, CancelToken()) is None


def test_a_goal_held_that_tells_flows_apart_is_no_quick_answer():
    form, links, _, travel, spend = clinics(1)
    with HighsSession(form) as session:
        assert merging_pays(session.problem, links, spend)
        session.add_row(travel, -np.inf, 1e3)
        assert not merging_pays(session.problem, links, spend)
