"""capacitated_p_median on tiny random questions, against every choice tried and the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import Infeasible, UsageError
from alloc.location import capacitated_p_median
from tests.location.capacity_cases import by_hand, by_pyomo, case, check, some_p


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(100))
def test_finds_the_optimum_that_trying_every_choice_finds(seed, single):
    cost, demand, capacity, _, named = case(seed)
    p = some_p(seed, cost.shape[1], named)
    if p is None:
        pytest.skip("the states of the sites allow no p")
    free = np.zeros(cost.shape[1])
    best = by_hand(cost, demand, capacity, free, single_source=single, p=p, **named)
    question = {"p": p, "capacity": capacity, "demand": demand, "single_source": single, **named}
    if np.isinf(best):
        with pytest.raises(Infeasible):
            capacitated_p_median(cost, **question)
        return
    answer = capacitated_p_median(cost, **question)
    assert answer.objective == pytest.approx(best, abs=1e-7)
    assert answer.status == "optimal"
    assert answer.bound <= best + 1e-9
    check(answer, cost, demand, capacity, free, p=p, single=single, **named)


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_agrees_with_the_plain_model(seed, single):
    cost, demand, capacity, _, named = case(seed)
    p = some_p(seed, cost.shape[1], named)
    if p is None:
        pytest.skip("the states of the sites allow no p")
    free = np.zeros(cost.shape[1])
    best = by_hand(cost, demand, capacity, free, single_source=single, p=p, **named)
    model = by_pyomo(cost, demand, capacity, free, single_source=single, p=p, **named)
    assert model == pytest.approx(best, abs=1e-6)


def test_weights_multiply_costs_and_take_capacity_where_no_demand_is_given():
    minutes = np.array([[0.0, 10.0], [1.0, 10.0], [10.0, 0.0]])
    answer = capacitated_p_median(minutes, [30.0, 20.0, 5.0], p=2, capacity=40.0)
    assert answer.objective == 20 * 10.0
    assert answer.assignment == {0: 0, 1: 1, 2: 1}


def test_demand_takes_capacity_and_leaves_the_costs_alone():
    minutes = np.array([[0.0, 10.0], [1.0, 10.0], [10.0, 0.0]])
    answer = capacitated_p_median(minutes, p=2, capacity=40.0, demand=[30.0, 20.0, 5.0])
    assert answer.objective == 10.0


def test_says_by_how_much_the_largest_sites_are_short():
    with pytest.raises(Infeasible, match="short by 5"):
        capacitated_p_median(np.ones((3, 3)), p=1, capacity=[10.0, 7.0, 5.0], demand=5.0 * np.ones(3))


def test_refuses_a_p_that_does_not_fit():
    with pytest.raises(UsageError):
        capacitated_p_median(np.ones((3, 2)), p=3, capacity=10.0)


@pytest.mark.filterwarnings("error")
def test_clients_that_take_no_room_are_served_as_in_a_p_median():
    """Found by `make fuzz`: with dear pairs, what an overfull site costs came to infinity x 0."""
    yuan = 1e9 * np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 1.0], [2.0, 7.0, 1.0]])
    answer = capacitated_p_median(yuan, p=2, capacity=1.0, demand=np.zeros(3))
    assert answer.objective == pytest.approx(3e9)
