"""The methods for problems with capacities, one by one: bounds, what they settle, flows, the core."""

import numpy as np
import pytest

from alloc.errors import Infeasible
from alloc.location import capacitated_p_median, facility_location
from alloc.location.capacity import answered, popmusic, search, transport
from alloc.location.capacity.assign import whole_shares
from alloc.location.capacity.found import plan_of
from alloc.location.capacity.knapsack import WholeKnapsacks
from alloc.location.capacity.lagrange import ascend
from alloc.location.capacity.mip import solve_mip
from alloc.location.capacity.problem import capacity_problem
from alloc.location.capacity.relaxation import Relaxation, settled
from alloc.location.capacity.rest import rest_of
from alloc.location.inputs import read_siting
from alloc.location.siting import Limits
from tests.location.capacity_cases import (
    by_hand,
    by_pyomo,
    case,
    cheapest_split,
    cheapest_whole,
    check,
    some_p,
)


def problem_of(seed, *, single, with_p=False):
    """A problem and its optimum by trying every choice; None where there is none, or a client has no pair."""
    cost, demand, capacity, fixed, named = case(seed)
    p = some_p(seed, cost.shape[1], named) if with_p else None
    best = by_hand(cost, demand, capacity, fixed, single_source=single, p=p, **named)
    if np.isinf(best) or (with_p and p is None):
        return None
    siting = read_siting(cost, **named)
    pairs = siting.costs.within(np.inf)
    return capacity_problem(siting, pairs, demand, capacity, fixed, p, single), best


@pytest.mark.parametrize("with_p", [False, True])
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_every_price_gives_a_bound_and_settles_nothing_of_a_better_plan(seed, single, with_p):
    found = problem_of(seed, single=single, with_p=with_p)
    if found is None:
        return
    problem, best = found
    random = np.random.default_rng(seed)
    relaxations = [Relaxation(problem)]
    if single:
        relaxations.append(Relaxation(problem, WholeKnapsacks(problem)))
    above = best + 1e-6 * (1.0 + best)
    for relaxation in relaxations:
        good = ascend(relaxation, lambda _: above, 60, lambda: False).price
        for price in (good, good * random.random(len(good)) * 2, random.random(len(good)) * 10):
            now = relaxation.priced(price)
            assert now.bound <= best + 1e-9 * (1.0 + best)
            shut, opened, unused = settled(relaxation, now, above)
            without = unused if single else np.zeros(len(unused), dtype=bool)
            rest = rest_of(problem, shut, opened, without)
            assert solve_mip(rest.problem, Limits(gap=1e-9), None).plan.value == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("seed", range(60))
def test_whole_clients_bound_better_than_split_ones(seed):
    found = problem_of(seed, single=True)
    if found is None:
        return
    problem, _ = found
    price = np.random.default_rng(seed).random(problem.n_clients) * 10
    split, whole = (
        Relaxation(problem).priced(price),
        Relaxation(problem, WholeKnapsacks(problem)).priced(price),
    )
    assert whole.bound >= split.bound - 1e-6 * (1.0 + abs(split.bound))


@pytest.mark.parametrize("few", [0, 10_000])
@pytest.mark.parametrize("seed", range(80))
def test_flows_are_the_cheapest(seed, few, monkeypatch):
    monkeypatch.setattr(transport, "_FEW_PAIRS", few)
    monkeypatch.setattr(transport, "_FIRST_PAIRS", 1)
    cost, demand, capacity, _, _ = case(seed)
    problem = plain(cost, demand, capacity, single=False)
    share = transport.transport(problem, np.ones(cost.shape[1], dtype=bool))
    best = cheapest_split(cost, demand, capacity)
    if np.isinf(best):
        assert share is None
    else:
        assert problem.pairs.cost @ share == pytest.approx(best, abs=1e-7)
        assert not problem.overfull(share).any()


@pytest.mark.parametrize("seed", range(80))
def test_assignments_hold_and_are_rarely_far_from_the_best(seed):
    cost, demand, capacity, _, _ = case(seed)
    problem = plain(cost, demand, capacity, single=True)
    share = whole_shares(problem, np.ones(cost.shape[1], dtype=bool), lambda: False)
    best = cheapest_whole(cost, demand, capacity)
    if share is not None:
        assert problem.pairs.cost @ share >= best - 1e-9
        assert not problem.overfull(share).any()
    else:
        assert np.isinf(best) or (demand.sum() > 0.5 * capacity.sum())


def plain(cost, demand, capacity, *, single, fixed=None, p=None):
    """All sites may be open."""
    siting = read_siting(cost)
    pairs = siting.costs.within(np.inf)
    fixed = np.zeros(cost.shape[1]) if fixed is None else fixed
    return capacity_problem(siting, pairs, demand, capacity, fixed, p, single)


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_the_core_leads_to_the_same_answer(seed, single, monkeypatch):
    monkeypatch.setattr(search, "_LARGE", 0)
    monkeypatch.setattr(search, "_VERY_LARGE", 0)
    random = np.random.default_rng(seed)
    cost = random.random((12, 6)) * 10
    demand, capacity = random.integers(1, 9, 12).astype(float), random.integers(15, 40, 6).astype(float)
    fixed = random.integers(0, 9, 6).astype(float)
    best = by_pyomo(cost, demand, capacity, fixed, single_source=single)
    if np.isinf(best):
        return
    answer = facility_location(cost, demand, capacity=capacity, fixed_cost=fixed, single_source=single)
    assert answer.objective == pytest.approx(best, rel=1e-6)
    assert answer.bound <= best + 1e-6


@pytest.mark.parametrize("with_p", [False, True])
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", [0, 5, 7])
def test_part_by_part_a_plan_gets_better_and_still_holds(seed, single, with_p, monkeypatch):
    monkeypatch.setattr(popmusic, "_OPEN_SITES", 3)
    monkeypatch.setattr(popmusic, "_SHUT_SITES", 3)
    random = np.random.default_rng(seed)
    clients, sites = random.random((60, 2)), random.random((20, 2))
    cost = np.hypot(*(clients[:, None] - sites[None]).transpose(2, 0, 1)) * 30
    demand, capacity = random.integers(1, 9, 60).astype(float), np.full(20, 50.0)
    fixed = random.integers(5, 25, 20).astype(float)
    problem = plain(cost, demand, capacity, single=single, fixed=fixed, p=9 if with_p else None)
    is_open = np.arange(20) < (9 if with_p else 20)
    serve = whole_shares(problem, is_open, lambda: False) if single else transport.transport(problem, is_open)
    before = plan_of(problem, is_open, serve)
    after = popmusic.improved(problem, before, search.search, Limits(20.0), lambda: False, None)
    assert after.value < before.value
    assert after.value == pytest.approx(problem.value(after.is_open, after.share))
    assert not problem.overfull(after.share).any()
    assert np.allclose(np.bincount(problem.pairs.client, after.share), 1.0)
    assert after.is_open[problem.pairs.site[after.share > 0]].all()
    assert not with_p or after.is_open.sum() == 9
    best = by_pyomo(cost, demand, capacity, fixed, single_source=False, p=problem.p)
    assert best - 1e-6 <= after.value <= 1.1 * best


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(80))
def test_short_lists_are_made_longer_until_the_answer_is_proven(seed, single, monkeypatch):
    monkeypatch.setattr(answered, "_MOST_PAIRS", 0)
    monkeypatch.setattr(answered, "_LEAST_LISTED", 1)
    cost, demand, capacity, fixed, named = case(seed)
    best = by_hand(cost, demand, capacity, fixed, single_source=single, **named)
    question = {"capacity": capacity, "fixed_cost": fixed, "single_source": single, **named}
    if np.isinf(best):
        with pytest.raises(Infeasible):
            facility_location(cost, demand, **question)
        return
    answer = facility_location(cost, demand, **question)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(best, abs=1e-7)
    assert answer.bound <= best + 1e-9
    check(answer, cost, demand, capacity, fixed, single=single, **named)


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_a_bound_by_short_lists_holds(seed, single):
    cost, demand, capacity, fixed, named = case(seed)
    best = by_hand(cost, demand, capacity, fixed, single_source=single, **named)
    siting = read_siting(cost, **named)
    pairs = siting.costs.nearest(2)
    if np.isinf(best) or not pairs.n_pairs:
        return
    problem = capacity_problem(siting, pairs, demand, capacity, fixed, None, single)
    assert ascend(Relaxation(problem), lambda _: np.inf, 60, lambda: False).bound <= best + 1e-9
    assert solve_mip(problem, Limits(), None).bound <= best + 1e-9


def test_a_bound_allows_for_what_the_solver_takes_for_equal():
    """HiGHS looks for nothing less than 1e-6 better than what it holds: 7.000001 where 7 is the optimum."""
    away, cost = np.inf, np.zeros((5, 4))
    cost[0, :3], cost[2, 0], cost[3, 3], cost[4, 3] = away, away, 1e-6, away
    demand, capacity = np.array([1.0, 0.0, 3.0, 2.0, 2.0]), np.array([0.0, 8.0, 6.0, 6.0])
    fixed = np.array([4.0, 1.0, 8.0, 6.0])
    problem = plain(cost, demand, capacity, single=True, fixed=fixed)
    assert solve_mip(problem, Limits(), None).bound <= 7.0


def test_sums_that_floats_do_not_hold_exactly_fit():
    cost = np.array([[1.0, 9.0]] * 3)
    demand = [0.1, 0.1, 0.1]  # 0.30000000000000004 in all
    answer = facility_location(cost, demand, capacity=[0.3, 0.3], single_source=True)
    assert answer.objective == 3.0
    assert capacitated_p_median(cost, p=1, demand=demand, capacity=0.3, single_source=False).objective == 3.0


@pytest.mark.parametrize("size", [1e-9, 1e-3, 1e3, 1e9])
@pytest.mark.parametrize("single", [False, True])
def test_the_unit_of_cost_and_demand_does_not_matter(size, single):
    random = np.random.default_rng(5)
    cost, demand = random.random((10, 5)), random.integers(1, 9, 10).astype(float)
    capacity, fixed = np.full(5, 25.0), random.random(5)
    question = {"single_source": single}
    one = facility_location(cost, demand, capacity=capacity, fixed_cost=fixed, **question)
    other = facility_location(
        cost * size, demand / size, capacity=capacity / size, fixed_cost=fixed * size, **question
    )
    assert other.sites == one.sites
    assert other.objective == pytest.approx(one.objective * size, rel=1e-6)
    assert other.status == "optimal"


def test_a_stopped_search_keeps_its_plan_and_tells_the_gap():
    random = np.random.default_rng(0)
    cost, demand = random.random((200, 40)), random.integers(1, 50, 200).astype(float)
    answer = facility_location(
        cost, demand, capacity=demand.sum() / 9, fixed_cost=3 * random.random(40), time_limit_s=0.3
    )
    assert answer.bound <= answer.objective
    assert answer.status == "optimal" or answer.gap > 0
