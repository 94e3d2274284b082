"""The methods behind p_median one by one, and on questions large enough that none is left idle."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from alloc.location import p_median
from alloc.location.inputs import read_siting
from alloc.location.median.goal import Goal
from alloc.location.median.incumbent import Incumbent
from alloc.location.median.interchange import Interchange, greedy
from alloc.location.median.narrow import narrow
from alloc.location.median.parts import split
from alloc.location.median.prices import Pricing
from alloc.location.median.reading import median_problem, true_value
from alloc.location.median.shares import best_sharing, curves, share_out
from alloc.location.median.sums import add_up
from alloc.location.median.tree import Tree
from tests.location.median_cases import by_hand, by_pyomo


def towns(seed, n_towns=4, size=7, apart=1000.0):
    """Whole distances between points in towns far from each other, where a p-median has a gap."""
    random = np.random.default_rng(seed)
    centre = random.permutation(n_towns)[:, None] * np.array([apart, apart / 3])
    points = np.concatenate([middle + random.integers(0, 9, (size, 2)) for middle in centre])
    return np.floor(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)))


def problem_of(cost, p, fixed=None):
    siting = read_siting(cost)
    return median_problem(siting, siting.costs.within(np.inf), p, fixed)


@pytest.mark.parametrize("seed", range(40))
def test_towns_share_p_as_the_plain_model_does(seed):
    cost = towns(seed)
    p = 5 + seed % 9
    answer = p_median(cost, p=p)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(by_pyomo(cost, np.ones(len(cost)), p), abs=1e-6)


@pytest.mark.parametrize("seed", range(24))
def test_prices_above_what_a_client_costs_prove_too_much_for_no_number_of_sites(seed):
    """Prices are older than the sites settled since, which may serve a client for less."""
    cost = towns(seed, n_towns=1, size=6)
    problem = problem_of(cost, 3)
    random = np.random.default_rng(seed)
    near = replace(problem, base=random.integers(1, 6, problem.n_clients).astype(float))
    parts, _ = split(near)
    for curve, part in zip(curves(parts, np.full(near.n_clients, 9.0)), parts, strict=True):
        n = part.problem.n_sites
        for q in range(n + 1):
            chosen = (np.isin(np.arange(n), some) for some in itertools.combinations(range(n), q))
            assert curve.lower[q] <= min(part.problem.value(one) for one in chosen) + 1e-9


def in_parts(cost, p, method, fixed=None):
    """What a method proves and finds from the greedy choice and poor prices, nothing else having helped."""
    siting = read_siting(np.where(cost < 300, cost, np.inf))
    problem = median_problem(siting, siting.costs.within(np.inf), p, fixed)
    incumbent = Incumbent(true_value(siting, problem))
    incumbent.offer(problem.sites(greedy(problem, p)), "greedy")
    parts, rest = split(problem)
    assert len(parts) > 1
    prices = problem.least + 1.0
    goal = Goal(problem.step)
    bound = method(problem, parts, rest, prices, incumbent, goal)
    return min(goal.rounded(bound), goal.proven(incumbent.value)), incumbent.value


@pytest.mark.parametrize("seed", range(24))
def test_parts_share_p(seed):
    cost = towns(seed, size=9) * [1.0, 0.37, 2.0][seed % 3]
    p = 6 + seed % 11

    def shared(problem, *known):
        share = np.full(problem.n_sites, p / problem.n_sites)
        parts, rest, prices, incumbent, goal = known
        return share_out(problem, parts, rest, prices, share, incumbent, goal, lambda: 60.0)

    bound, value = in_parts(cost, p, shared)
    best = by_pyomo(np.where(cost < 300, cost, np.inf), np.ones(len(cost)), p)
    assert value == pytest.approx(best, abs=1e-6)
    assert bound == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("seed", range(16))
def test_parts_without_p_add_up(seed):
    cost = towns(seed, size=9) * (1.0 if seed % 2 else 0.37)
    fixed = np.random.default_rng(seed).integers(1, 15, len(cost)).astype(float)

    def added(problem, *known):
        return add_up(problem, *known, lambda: 60.0)

    bound, value = in_parts(cost, None, added, fixed)
    best = by_pyomo(np.where(cost < 300, cost, np.inf), np.ones(len(cost)), None, fixed_cost=fixed)
    assert value == pytest.approx(best, abs=1e-6)
    assert bound == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("seed", range(30))
def test_the_tree_closes_a_gap_of_its_own(seed):
    """From no prices at all: cuts, branching and covers of clients with few pairs."""
    random = np.random.default_rng(seed)
    cost = np.where(random.random((14, 10)) < 0.5, random.integers(1, 9, (14, 10)), np.inf)
    cost[:, 0] = 9.0
    p = 2 + seed % 4
    siting = read_siting(cost)
    problem = median_problem(siting, siting.costs.within(np.inf), p)
    incumbent = Incumbent(true_value(siting, problem))
    tree = Tree(problem, problem.least, 50.0, lambda: 60.0)
    goal = Goal(problem.step)
    bound = goal.rounded(tree.minimise(incumbent, goal, p))
    best = by_hand(cost, np.ones(14), p)
    assert incumbent.value == best
    assert bound == pytest.approx(best)


@pytest.mark.parametrize("seed", range(60))
def test_a_bound_holds_at_any_prices_and_narrowing_keeps_the_best(seed):
    random = np.random.default_rng(seed)
    cost, p = random.integers(1, 20, (8, 6)).astype(float), int(random.integers(1, 5))
    problem, best = problem_of(cost, p), by_hand(cost, np.ones(8), p)
    prices = random.random(8) * 25
    priced = Pricing(problem).price(prices)
    assert priced.bound <= best + 1e-9
    left = narrow(problem, prices, priced, best + 1e-9)
    assert left is not None
    choices = itertools.combinations(range(left.n_sites), left.p)
    masks = [np.isin(np.arange(left.n_sites), some) for some in choices]
    assert min(left.value(mask) for mask in masks) == pytest.approx(best)
    assert narrow(problem, prices, priced, priced.bound - 1e-6) is None


@pytest.mark.parametrize("seed", range(30))
def test_every_swap_saves_what_it_says(seed):
    random = np.random.default_rng(seed)
    cost = random.random((12, 8))
    problem = problem_of(cost, 3)
    search = Interchange(problem, greedy(problem, 3))
    for _ in range(5):
        incoming, slot, saved = search._best_swap()
        before = search.value
        search.swap(incoming, slot)
        assert search.value == pytest.approx(before - saved)
        assert search.value == pytest.approx(problem.value(search.chosen))
    search.undo(2)
    assert search.value == pytest.approx(problem.value(search.chosen))


def test_parts_are_those_without_a_common_client():
    cost = np.full((5, 5), np.inf)
    cost[:2, :2], cost[2:, 2:] = 1.0, 2.0
    parts, rest = split(problem_of(cost, 2))
    assert [sorted(part.sites.tolist()) for part in parts] == [[2, 3, 4], [0, 1]]
    assert rest == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_the_best_sharing_is_the_cheapest_sum(seed):
    random = np.random.default_rng(seed)
    costs = [np.where(random.random(4) < 0.2, np.inf, random.integers(0, 9, 4)) for _ in range(3)]
    value, shares = best_sharing(costs, 5)
    every = [q for q in itertools.product(range(4), repeat=3) if sum(q) == 5]
    assert value == min(sum(cost[k] for cost, k in zip(costs, q, strict=True)) for q in every)
    if np.isfinite(value):
        assert sum(cost[k] for cost, k in zip(costs, shares, strict=True)) == value


def test_a_whole_objective_is_proven_one_step_below():
    goal = Goal(step=2.0)
    assert goal.enough(10.0) == pytest.approx(8.0, abs=1e-6)
    assert goal.enough(10.0) > 8.0
    assert goal.enough(9.0) == pytest.approx(8.0, abs=1e-6)
    assert goal.rounded(8.1) == 10.0
    assert goal.proven(10.0) == 10.0


def test_short_lists_are_lengthened_until_the_gap_is_closed(monkeypatch):
    monkeypatch.setattr("alloc.location.median.lists._ALL_PAIRS", 10)
    monkeypatch.setattr("alloc.location.median.lists._LEAST_LISTED", 2)
    random = np.random.default_rng(3)
    for seed in range(30):
        cost, p = random.integers(0, 30, (9, 8)).astype(float), 1 + seed % 6
        answer = p_median(cost, p=p)
        assert answer.objective == by_hand(cost, np.ones(9), p)
        assert answer.status == "optimal"


def test_a_stopped_search_tells_its_gap():
    random = np.random.default_rng(0)
    cost = random.random((120, 120))
    answer = p_median(cost, p=12, time_limit_s=0.5)
    assert answer.status == "time_limit"
    assert answer.bound < answer.objective
    assert answer.gap == pytest.approx((answer.objective - answer.bound) / answer.objective)
