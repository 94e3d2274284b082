"""Prices of rows: what they prove is the relaxation's own optimum, and never more with less time."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csc_array

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import Outcome, SolverOptions, Values
from alloc.solver.progress import CancelToken
from alloc.solver.row_prices import row_prices
from alloc.solver.standard import StandardForm

OPTIONS = SolverOptions(time_limit_s=20.0, threads=1)


def needs(seed: int) -> tuple[StandardForm, Values, np.ndarray]:
    """Ten needs, to be met at least cost by eight means; means linked in pairs by rows that seldom bind."""
    random = np.random.default_rng(seed)
    matrix = random.uniform(0.0, 3.0, (14, 8)).round(1)
    matrix[10:] = 0.0
    for pair in range(4):
        matrix[10 + pair, [2 * pair, 2 * pair + 1]] = 1.0, -1.0
    form = StandardForm(
        A=csc_array(matrix),
        row_lower=np.concatenate([random.uniform(1.0, 5.0, 10), np.full(4, -np.inf)]),
        row_upper=np.concatenate([np.full(10, np.inf), np.full(4, 0.1)]),
        col_lower=np.zeros(8),
        col_upper=np.full(8, 9.0),
        integrality=np.ones(8, dtype=np.uint8),
        objectives={},
    )
    return form, random.uniform(1.0, 4.0, 8).round(2), np.arange(14) >= 10


def proven_by(form: StandardForm, cost: Values, prices: Values) -> float:
    """The least of cost and prices over the bounds of the columns."""
    left = cost - form.A.T @ prices
    sides = np.where(prices > 0.0, form.row_lower, form.row_upper)
    at_rows = prices[prices != 0.0] @ sides[prices != 0.0]
    return float(at_rows + np.minimum(left * form.col_lower, left * form.col_upper).sum())


@pytest.mark.parametrize("seed", range(20))
def test_prices_prove_the_optimum_of_the_relaxation(seed: int) -> None:
    form, cost, seldom = needs(seed)
    prices = row_prices(form, seldom, cost, OPTIONS, CancelToken())
    with HighsSession(form.relaxed()) as session:
        relaxed = session.minimise(cost, options=OPTIONS).objective
    assert prices is not None
    assert proven_by(form, cost, prices) == pytest.approx(relaxed, rel=1e-7)


def test_without_time_for_all_rows_prices_prove_less_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    form, cost, seldom = needs(3)
    answers: list[Outcome] = []
    minimise = HighsSession.minimise

    def only_once(self: HighsSession, *given: object, **options: object) -> Outcome:
        answers.append(minimise(self, *given, **options))  # type: ignore[arg-type]
        return answers[0] if len(answers) == 1 else replace(answers[-1], row_duals=None)

    monkeypatch.setattr(HighsSession, "minimise", only_once)
    prices = row_prices(form, seldom, cost, OPTIONS, CancelToken())
    assert len(answers) == 2
    assert prices is not None
    assert not prices[seldom].any()
    assert answers[1].objective is not None
    assert proven_by(form, cost, prices) <= answers[1].objective + 1e-7


def test_a_model_without_a_solution_has_no_prices() -> None:
    form, cost, seldom = needs(0)
    impossible = replace(form, row_lower=np.where(seldom, -np.inf, 1e6))
    assert row_prices(impossible, seldom, cost, OPTIONS, CancelToken()) is None
