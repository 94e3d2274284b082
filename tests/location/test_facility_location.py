"""facility_location on tiny random questions, against every choice tried and the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import DataError, Infeasible, UsageError
from alloc.location import facility_location
from tests.location.capacity_cases import by_hand, by_pyomo, case, check
from tests.location.covering_cases import sparse


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(120))
def test_finds_the_optimum_that_trying_every_choice_finds(seed, single):
    cost, demand, capacity, fixed, named = case(seed)
    best = by_hand(cost, demand, capacity, fixed, single_source=single, **named)
    question = {"capacity": capacity, "fixed_cost": fixed, "single_source": single, **named}
    given = sparse(cost) if seed % 5 == 0 else cost
    if np.isinf(best):
        with pytest.raises(Infeasible):
            facility_location(given, demand, **question)
        return
    answer = facility_location(given, demand, **question)
    assert answer.objective == pytest.approx(best, abs=1e-7)
    assert answer.status == "optimal"
    assert answer.bound <= best + 1e-9
    check(answer, cost, demand, capacity, fixed, single=single, **named)


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_agrees_with_the_plain_model(seed, single):
    cost, demand, capacity, fixed, named = case(seed)
    best = by_hand(cost, demand, capacity, fixed, single_source=single, **named)
    model = by_pyomo(cost, demand, capacity, fixed, single_source=single, **named)
    assert model == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_without_capacity_every_client_goes_to_the_nearest_open_site(seed):
    cost, demand, _, fixed, named = case(seed)
    best = by_hand(cost, demand, np.full(len(fixed), np.inf), fixed, single_source=True, **named)
    if np.isinf(best):
        with pytest.raises(Infeasible):
            facility_location(cost, demand, fixed_cost=fixed, **named)
        return
    answer = facility_location(cost, demand, fixed_cost=fixed, **named)
    assert answer.objective == pytest.approx(best, abs=1e-9)
    assert answer.status == "optimal"
    for client, site in answer.assignment.items():
        assert cost[client, site] == cost[client, list(answer.sites)].min()


def test_demand_is_split_where_a_site_is_full():
    minutes = np.array([[1.0, 5.0], [1.0, 5.0]])
    answer = facility_location(minutes, [60.0, 60.0], capacity=[80.0, 100.0], cost_is="per_unit")
    assert answer.objective == 80 * 1 + 40 * 5
    assert sum(amount for (_, site), amount in answer.flows.items() if site == 0) == 80.0
    whole = facility_location(
        minutes, [60.0, 60.0], capacity=[80.0, 100.0], cost_is="per_unit", single_source=True
    )
    assert whole.objective == 60 * 1 + 60 * 5


def test_a_cost_is_of_the_whole_client_or_of_a_unit():
    cost, demand = np.array([[3.0]]), [10.0]
    assert facility_location(cost, demand, fixed_cost=1.0).objective == 4.0
    assert facility_location(cost, demand, fixed_cost=1.0, cost_is="per_unit").objective == 31.0


def test_the_cutoff_is_in_the_unit_of_the_costs():
    cost = np.array([[3.0, 9.0]])
    answer = facility_location(cost, [10.0], fixed_cost=[100.0, 0.0], cost_is="per_unit", cutoff=5.0)
    assert answer.sites == (0,)


def test_what_exists_is_free_and_what_is_required_is_paid():
    cost = np.array([[1.0, 1.0]])
    assert facility_location(cost, fixed_cost=7.0, existing=[1]).objective == 1.0
    assert facility_location(cost, fixed_cost=7.0, existing=[1], required=[0]).objective == 8.0


def test_says_by_how_much_capacity_is_short():
    with pytest.raises(Infeasible, match="short by 5"):
        facility_location(np.ones((2, 2)), [10.0, 15.0], capacity=10.0)


def test_names_a_client_that_no_site_is_large_enough_for():
    with pytest.raises(Infeasible, match="client 1 needs more"):
        facility_location(np.ones((2, 3)), [5.0, 15.0], capacity=10.0, single_source=True)


def test_names_a_client_that_reaches_nothing():
    with pytest.raises(Infeasible, match="client 1 reaches no site"):
        facility_location(np.array([[1.0], [np.inf]]), [5.0, 5.0], capacity=10.0)


@pytest.mark.parametrize("wrong", [{"capacity": [1.0]}, {"cost_is": "each"}, {"p": 9}])
def test_refuses_nonsense(wrong):
    with pytest.raises(UsageError):
        facility_location(np.ones((2, 2)), [1.0, 1.0], **wrong)


@pytest.mark.parametrize(
    "wrong", [{"capacity": np.nan}, {"capacity": -1.0}, {"fixed_cost": np.inf}, {"demand": [1.0, -1.0]}]
)
def test_refuses_faulty_numbers(wrong):
    with pytest.raises(DataError):
        facility_location(np.ones((2, 2)), **wrong)
