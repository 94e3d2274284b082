"""Costs may be in any unit: the same question in units a billion times smaller has the same proven answer."""

from collections.abc import Callable

import numpy as np
import pytest

from alloc.errors import DataError
from alloc.location import (
    Answer,
    capacitated_p_median,
    equity_p_median,
    facility_location,
    max_cover,
    p_center,
    p_dispersion,
    p_median,
    set_cover,
)

N_CLIENTS, N_SITES = 8, 6
FIXED = np.linspace(1.0, 2.0, N_SITES)
Question = Callable[[np.ndarray, np.ndarray, float], Answer]

QUESTIONS: dict[str, Question] = {
    "p_median": lambda c, w, unit: p_median(c * unit, w, p=2),
    "equity_p_median": lambda c, w, unit: equity_p_median(c * unit, w, p=2, epsilon=-1.0),
    "p_center": lambda c, w, unit: p_center(c * unit, p=2),
    "max_cover": lambda c, w, unit: max_cover(c, w * unit, radius=0.3, p=2),
    "set_cover": lambda c, w, unit: set_cover(c, radius=0.9, fixed_cost=FIXED * unit),
    "uncapacitated": lambda c, w, unit: facility_location(c * unit, fixed_cost=FIXED * unit),
    "capacitated": lambda c, w, unit: facility_location(
        c * unit, demand=w, capacity=w.sum() / 2.5, fixed_cost=FIXED * unit
    ),
    "capacitated_p_median": lambda c, w, unit: capacitated_p_median(c * unit, w, p=3, capacity=w.sum() / 2.2),
    "p_dispersion": lambda c, w, unit: p_dispersion((c[:6] + c[:6].T) * unit * (1.0 - np.eye(6)), p=3),
}


@pytest.mark.parametrize("unit", [1e-12, 1e-9, 1e-6, 1e9])
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_unit_of_costs_changes_nothing(name: str, unit: float) -> None:
    for seed in (0, 1, 2, 15, 18, 25):  # each was wrongly proven by one function in some unit
        random = np.random.default_rng(seed)
        cost = random.uniform(0.0, 1.0, (N_CLIENTS, N_SITES))
        weights = random.integers(1, 5, N_CLIENTS).astype(float)
        plain, other = (QUESTIONS[name](cost, weights, one) for one in (1.0, unit))
        assert plain.status == other.status == "optimal"
        assert other.objective / unit == pytest.approx(plain.objective, rel=3e-6)


def test_a_detour_of_any_size_is_a_detour() -> None:
    answer = p_median(np.array([[1e-12, 0.0]]), weights=np.array([1e-12]), p=1)
    assert list(answer.sites) == [1]
    assert answer.objective == answer.bound == 0.0


@pytest.mark.parametrize("given", [{"cost": [[1e-300, 1.0]]}, {"cost": [[1.0]], "weights": [1e-300]}])
def test_numbers_whose_products_would_come_to_nothing_are_refused(given) -> None:
    cost = given.pop("cost")
    with pytest.raises(DataError, match="smaller than 1e-100"):
        p_median(cost, p=1, **given)
