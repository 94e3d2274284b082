"""p_median on tiny random questions, against every choice tried and against the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import Infeasible, UsageError
from alloc.location import p_median
from tests.location.median_cases import by_hand, by_pyomo, case


@pytest.mark.parametrize("seed", range(300))
def test_finds_the_optimum_that_trying_every_choice_finds(seed):
    cost, weights, p, named = case(seed)
    best = by_hand(cost, weights, p, **named)
    if np.isinf(best):
        with pytest.raises(Infeasible):
            p_median(cost, weights, p, **named)
        return
    answer = p_median(cost, weights, p, **named)
    assert answer.objective == pytest.approx(best, abs=1e-9)
    assert answer.status == "optimal"
    assert answer.bound <= best + 1e-9
    assert sum(weights[i] * cost[i, j] for i, j in answer.assignment.items()) == pytest.approx(best, abs=1e-9)
    opened = set(answer.sites) - set(named["existing"])
    assert len(opened) == p
    assert set(named["existing"]) | set(named["required"]) <= set(answer.sites)


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_the_plain_model(seed):
    cost, weights, p, named = case(seed)
    best = by_hand(cost, weights, p, **named)
    assert by_pyomo(cost, weights, p, **named) == pytest.approx(best, abs=1e-6)


def test_ids_of_a_frame_come_back():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame([[1.0, 5.0, 9.0], [4.0, 2.0, 9.0]], index=["a", "b"], columns=["X", "Y", "Z"])
    answer = p_median(frame, p=2)
    assert answer.sites == ("X", "Y")
    assert answer.assignment == {"a": "X", "b": "Y"}


def test_a_largest_distance_can_cost_travel():
    cost = np.array([[0.0, 6.0], [0.0, 6.0], [10.0, 6.0]])
    assert p_median(cost, p=1).sites == (0,)
    assert p_median(cost, p=1, max_distance=8.0).sites == (1,)


def test_says_which_client_reaches_nothing():
    with pytest.raises(Infeasible, match="client 1"):
        p_median(np.array([[1.0, 2.0], [np.inf, np.inf]]), p=1)


def test_says_when_no_choice_of_p_reaches_everyone():
    apart = np.where(np.eye(3) > 0, 1.0, np.inf)
    with pytest.raises(Infeasible, match="no 2 of the sites"):
        p_median(apart, p=2)


@pytest.mark.parametrize("p", [0, -1, 3, 1.5])
def test_refuses_a_p_that_does_not_fit(p):
    with pytest.raises(UsageError):
        p_median(np.ones((4, 2)), p=p)
