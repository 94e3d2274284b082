"""A large part searched kind by kind: bounds below the optimum, plans above it, nothing left behind."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csc_array

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions
from alloc.solver.part_search import Marks, PartSearch
from alloc.solver.progress import CancelToken
from alloc.solver.standard import StandardForm

EXACT = SolverOptions(time_limit_s=20.0, gap=0.0, threads=1)
N_COLUMNS = 9


@pytest.fixture(params=range(25))
def search(request: pytest.FixtureRequest) -> Iterator[PartSearch]:
    """Nine whole columns of three kinds, six covering rows; thrift and the next goal are other costs."""
    random = np.random.default_rng(request.param)
    matrix = csc_array(random.integers(0, 4, (6, N_COLUMNS)).astype(float))
    form = StandardForm(
        A=matrix,
        row_lower=random.integers(3, 9, 6).astype(float),
        row_upper=np.full(6, np.inf),
        col_lower=np.zeros(N_COLUMNS),
        col_upper=np.full(N_COLUMNS, 5.0),
        integrality=np.ones(N_COLUMNS, dtype=np.uint8),
        objectives={},
    )
    cost, thrift, next_cost = random.uniform(1, 9, (3, N_COLUMNS)).round(2)
    with HighsSession(form) as session:
        if session.minimise(cost, options=EXACT).values is None:
            pytest.skip("no solution at all")
        kinds = np.arange(N_COLUMNS) % 3
        marks = Marks(kinds=kinds, topics=np.arange(N_COLUMNS) % 4, links=np.zeros(6, dtype=bool))
        yield PartSearch(session, cost, thrift, next_cost, marks, "cost", EXACT, CancelToken())


def optimum(search: PartSearch) -> float:
    found = search.session.minimise(search.cost, options=EXACT).objective
    assert found is not None
    return found


def test_a_search_is_exact(search: PartSearch) -> None:
    outcome = search.run()
    assert outcome.holding == "proven"
    assert outcome.objective == pytest.approx(optimum(search))


def test_a_plan_as_good_as_what_is_known_needs_no_search(search: PartSearch) -> None:
    """Told the least, a search stops at a plan that comes to it, and no plan is lost where it does not."""
    best = search.session.minimise(search.cost, options=EXACT)
    assert best.values is not None
    assert best.objective is not None
    told = replace(search, thrift=None, known=best.objective)
    assert told.run([best.values]).nodes == 0
    assert told.run([best.values]).holding == "proven"
    assert replace(told).run().objective == pytest.approx(best.objective)


def test_no_step_proves_too_much_or_leaves_a_trace(search: PartSearch) -> None:
    best = optimum(search)
    search._relax(np.array([], dtype=np.int64))
    search._within_limits()
    relaxed = {kind: search._relax(np.array([kind])) for kind in search._whole_kinds()}
    assert len(relaxed) == 3
    assert search._bound <= best + 1e-6
    search._within_limits()
    for kind, values in relaxed.items():
        search._around(kind, values)
    search._by_topics()
    if search._values is not None:
        assert search._value() >= best - 1e-6
        assert search.session.problem.feasible(search._values)
    assert search.session.integer_columns().all()
    assert search.session.n_added_rows == 0
    assert search.session.column_bounds(np.arange(N_COLUMNS))[1].tolist() == [5.0] * N_COLUMNS
    assert optimum(search) == pytest.approx(best)


def test_a_cancelled_search_keeps_its_start(search: PartSearch) -> None:
    start = search.session.minimise(search.cost, options=EXACT).values
    search.cancel.cancel()
    assert start is not None
    outcome = search.run([start])
    assert outcome.values is not None
    assert outcome.objective == pytest.approx(float(search.cost @ start))
