"""A covering search that is stopped hands over its best answer and a bound that holds."""

import numpy as np
import pytest

from alloc.errors import Cancelled, NoPlanInTime
from alloc.location import max_cover, p_center, p_dispersion, set_cover
from alloc.solver import CancelToken


@pytest.fixture
def cancelled():
    token = CancelToken()
    token.cancel()
    return token


@pytest.fixture(params=range(4))
def km(request):
    """Between 40 places."""
    points = np.random.default_rng(request.param).random((40, 2)) * 100
    return np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))


def people(km):
    return np.arange(1.0, len(km) + 1)


@pytest.mark.parametrize("stop", ["cancel", "time"])
def test_the_bound_of_a_stopped_search_holds(km, cancelled, stop):
    limit = {"cancel": cancelled} if stop == "cancel" else {"time_limit_s": 1e-9}
    questions = [
        (set_cover, {"radius": 15.0}, 1),
        (set_cover, {"radius": 15.0, "weights": people(km), "share": 0.8}, 1),
        (max_cover, {"radius": 15.0, "weights": people(km), "p": 6}, -1),
        (max_cover, {"radius": 15.0, "weights": people(km), "p": 6, "radius_partial": 30.0}, -1),
        (max_cover, {"radius": 15.0, "weights": people(km), "p": 6, "backup": "bacop2"}, -1),
        (p_center, {"p": 5}, 1),
        (p_dispersion, {"p": 9}, -1),
    ]
    for function, options, sense in questions:
        best = function(km, **options)
        stopped = function(km, **options, **limit)
        assert best.status == "optimal"
        assert sense * stopped.objective >= sense * best.objective - 1e-9
        assert sense * stopped.bound <= sense * best.objective + 1e-9
        assert stopped.status == "optimal" or stopped.status == (
            "cancelled" if stop == "cancel" else "time_limit"
        )
        assert stopped.status != "optimal" or stopped.objective == pytest.approx(best.objective, rel=1e-6)


def test_a_wide_gap_is_enough_where_it_is_asked_for(km):
    best, near = (p_center(km, p=7, gap=gap) for gap in (1e-6, 0.2))
    assert near.gap <= 0.2
    assert near.bound <= best.objective <= near.objective <= 1.25 * best.objective


def test_stopped_before_anything_reaches_everyone_there_is_no_answer(cancelled):
    only_ends = np.array(
        [[1.0, 9.0, np.inf], [np.inf, 9.0, 1.0], [1.0, np.inf, np.inf], [np.inf, np.inf, 1.0]]
    )
    assert p_center(only_ends, p=2).sites == (0, 2)
    trap = np.array([[np.inf, 1.0, 2.0], [1.0, np.inf, 2.0], [0.5, np.inf, 2.0], [np.inf, 0.5, 2.0]])
    assert p_center(trap, p=1).sites == (2,)
    with pytest.raises(Cancelled):
        p_center(trap, p=1, cancel=cancelled)
    with pytest.raises(NoPlanInTime):
        p_center(trap, p=1, time_limit_s=1e-9)
