"""p_dispersion on tiny random questions, against every choice tried and against the plain Pyomo model."""

import itertools
import tracemalloc

import numpy as np
import pytest

from alloc.errors import UsageError
from alloc.location import between, p_dispersion
from alloc.location.covering import spread
from alloc.location.covering.apartness import Apartness
from alloc.location.inputs import read_siting
from alloc.location.plain.p_dispersion import p_dispersion_model
from tests.location.covering_cases import by_pyomo, choices, sparse


def question(seed):
    """Distances (with ties, zeros, two directions), p and the states of sites; two are open at least."""
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 10))
    if seed % 3 == 0:
        cost = random.integers(0, 6, (n, n)).astype(float)
    elif seed % 3 == 1:
        cost = random.random((n, n)) * 100
    else:
        points = random.integers(0, 7, (n, 2)).astype(float)
        cost = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    states = random.choice(4, n, p=[0.7, 0.1, 0.1, 0.1])
    named = {
        "existing": np.flatnonzero(states == 1).tolist(),
        "required": np.flatnonzero(states == 2).tolist(),
        "prohibited": np.flatnonzero(states == 3).tolist(),
    }
    n_existing = len(named["existing"])
    least = max(len(named["required"]), 2 - n_existing, 0)
    most = n - n_existing - len(named["prohibited"])
    return question(seed + 10_000) if most < least else (cost, int(random.integers(least, most + 1)), named)


def by_hand(cost, p, named):
    distance = np.minimum(cost, cost.T)
    return max(
        min(distance[j, k] for j, k in itertools.combinations(sites, 2))
        for sites in choices(len(cost), p, **named)
    )


@pytest.mark.parametrize("seed", range(500))
def test_finds_the_optimum_that_trying_every_choice_finds(seed):
    cost, p, named = question(seed)
    best = by_hand(cost, p, named)
    answer = p_dispersion(sparse(cost) if seed % 5 == 0 else cost, p, **named)
    assert answer.objective == best
    assert answer.bound >= best
    assert answer.status == "optimal"
    assert min(min(cost[j, k], cost[k, j]) for j, k in itertools.combinations(answer.sites, 2)) == best
    assert len(set(answer.sites) - set(named["existing"])) == p
    assert set(named["existing"]) | set(named["required"]) <= set(answer.sites)
    assert not set(named["prohibited"]) & set(answer.sites)
    assert answer.assignment == {}


def more_of(seed, cost):
    """Weights of the sites (0 among them) and a cutoff between the distances there are."""
    random = np.random.default_rng(seed + 77)
    weights = random.choice([0.0, 0.5, 1.0, 3.0], len(cost), p=[0.05, 0.25, 0.4, 0.3])
    return weights, [np.inf, float(np.median(cost)), float(cost.max()) + 1][seed % 3]


@pytest.mark.parametrize("seed", range(300))
def test_finds_the_optimum_with_weights_and_a_cutoff(seed):
    cost, p, named = question(seed)
    weights, cutoff = more_of(seed, cost)
    best = by_hand(np.minimum(cost, cutoff) * np.outer(weights, weights), p, named)
    given = sparse(cost) if seed % 5 == 0 else cost
    answer = p_dispersion(given, p, weights=weights, cutoff=cutoff, **named)
    assert (answer.objective, answer.status) == (pytest.approx(best), "optimal")
    assert answer.bound >= best - 1e-12


@pytest.mark.parametrize("seed", range(60))
def test_distances_made_as_they_are_asked_for_are_those_of_the_whole_matrix(seed):
    cost, _, _ = question(seed)
    weights, cutoff = more_of(seed, cost)
    if seed % 4 > 1:
        weights = np.ones(len(cost))
    if seed % 8 > 5:
        cost = np.minimum(cost, cost.T)
    given = sparse(cost) if seed % 2 else cost
    some = np.random.default_rng(seed).permutation(len(cost))[: len(cost) // 2 + 1]
    apart = Apartness(read_siting(given, weights, cutoff=cutoff), some)
    whole = (np.minimum(np.minimum(cost, cost.T), cutoff) * np.outer(weights, weights))[np.ix_(some, some)]
    pairs = np.triu_indices(len(some), 1)
    numbers = np.arange(len(some))
    assert apart.to(numbers)[pairs].tolist() == whole[pairs].tolist()
    assert apart.among(numbers).tolist() == whole[pairs].tolist()
    assert apart.widest(numbers) == whole[pairs].max(initial=0.0)
    level = float(np.median(whole))
    close = {(j, k): whole[j, k] for j, k in itertools.permutations(numbers, 2) if whole[j, k] < level}
    found = apart.closer(level).tocoo()
    assert {(j, k): d for j, k, d in zip(*found.coords, found.data, strict=True)} == close


@pytest.mark.parametrize("seed", range(100))
def test_points_need_no_matrix(seed):
    random = np.random.default_rng(seed)
    points = random.integers(0, 12, (int(random.integers(5, 11)), 2)).astype(float)
    p = int(random.integers(2, 4))
    metric = ["euclidean", "manhattan"][seed % 2]
    steps = np.abs(points[:, None] - points)
    matrix = steps.sum(axis=2) if seed % 2 else np.sqrt((steps**2).sum(axis=2))
    named = {"existing": [0] if seed % 3 else [], "required": [1], "prohibited": [2]}
    answer = p_dispersion(between(points, points, metric=metric), p, **named)
    assert (answer.objective, answer.status) == (by_hand(matrix, p, named), "optimal")


def test_many_points_take_the_memory_of_near_pairs_only():
    points = np.random.default_rng(5).random((3000, 2)) * 100
    costs = between(points, points)
    tracemalloc.start()
    answer = p_dispersion(costs, 150, time_limit_s=1.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(points) ** 2 * 8
    assert answer.objective <= answer.bound
    assert len(answer.sites) == 150


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_the_plain_model(seed):
    cost, p, named = question(seed)
    model = p_dispersion_model(cost, p, **named)
    assert -by_pyomo(model) == pytest.approx(by_hand(cost, p, named), abs=1e-5)
    weights, cutoff = more_of(seed, cost)
    model = p_dispersion_model(cost, p, weights=weights, cutoff=cutoff, **named)
    weighted = np.minimum(cost, cutoff) * np.outer(weights, weights)
    assert -by_pyomo(model) == pytest.approx(by_hand(weighted, p, named), abs=1e-5)


@pytest.mark.parametrize("seed", range(150))
def test_what_large_questions_do_is_right_on_small_ones(seed, monkeypatch):
    for name, value in {"SWAPS_FROM": 0, "PRICES_FROM": 0, "PRICES_ONLY_FROM": seed % 2 * 1000}.items():
        monkeypatch.setattr(spread, name, value)
    cost, p, named = question(seed)
    answer = p_dispersion(cost, p, **named)
    assert (answer.objective, answer.status) == (by_hand(cost, p, named), "optimal")


def test_three_of_five_towns_in_a_row_are_the_ends_and_the_middle():
    place = np.arange(5.0) * 10
    answer = p_dispersion(np.abs(place[:, None] - place), 3)
    assert (answer.sites, answer.objective, answer.bound) == ((0, 2, 4), 20.0, 20.0)


def test_the_shorter_direction_counts():
    answer = p_dispersion(np.array([[0.0, 9.0], [4.0, 0.0]]), 2)
    assert answer.objective == 4.0


def test_sites_beyond_the_cutoff_are_far_enough_also_where_no_distance_is_known():
    place = np.arange(5.0) * 10
    near = np.abs(place[:, None] - place)
    answer = p_dispersion(sparse(np.where(near <= 10, near, np.inf)), 2, cutoff=20)
    assert (answer.objective, answer.bound, answer.status) == (20.0, 20.0, "optimal")
    first, second = answer.sites
    assert second - first >= 2


def test_a_heavier_site_counts_as_farther_away():
    distance = np.array([[0.0, 3.0, 2.0], [3.0, 0.0, 4.0], [2.0, 4.0, 0.0]])
    assert p_dispersion(distance, 2).sites == (1, 2)
    answer = p_dispersion(distance, 2, weights=[3, 1, 2])
    assert (answer.sites, answer.objective) == ((0, 2), 12.0)


def test_what_exists_keeps_others_away():
    place = np.arange(5.0) * 10
    assert p_dispersion(np.abs(place[:, None] - place), 1, existing=[0]).sites == (0, 4)


@pytest.mark.parametrize(
    ("cost", "p"),
    [
        (np.ones((205, 16)), 2),
        (np.ones((3, 3)), 1),
        (np.ones((3, 3)), 4),
        (np.where(np.eye(3), 0, np.inf), 2),
    ],
)
def test_refuses_what_has_no_smallest_distance(cost, p):
    with pytest.raises(UsageError):
        p_dispersion(cost, p)
