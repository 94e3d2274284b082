"""p_center on tiny random questions, against every choice tried and against the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import Infeasible, UsageError
from alloc.location import p_center
from alloc.location.covering import radii
from alloc.location.plain.p_center import p_center_model
from tests.location.covering_cases import by_pyomo, case, choices, some_p, sparse


def question(seed):
    cost, weights, _, named = case(seed)
    return cost, np.ones(len(weights)) if seed % 2 else weights, some_p(seed, cost.shape[1], named), named


def by_hand(cost, weights, p, named):
    cost = np.where(cost <= named.get("cutoff", np.inf), cost, np.inf)
    best = np.inf
    for sites in choices(cost.shape[1], p, **named):
        near = cost[:, sites].min(axis=1)
        if np.isfinite(near).all():
            best = min(best, (weights * near).max())
    return best


@pytest.mark.parametrize("seed", range(500))
def test_finds_the_optimum_that_trying_every_choice_finds(seed):
    cost, weights, p, named = question(seed)
    best = by_hand(cost, weights, p, named)
    given = sparse(cost) if seed % 5 == 0 else cost
    if np.isinf(best):
        with pytest.raises(Infeasible):
            p_center(given, weights, p, **named)
        return
    answer = p_center(given, weights, p, **named)
    assert answer.objective == best
    assert answer.status == "optimal"
    assert answer.bound <= best
    assert max(weights[i] * cost[i, j] for i, j in answer.assignment.items()) == best
    assert len(answer.assignment) == len(cost)
    assert len(set(answer.sites) - set(named["existing"])) == p
    assert set(named["existing"]) | set(named["required"]) <= set(answer.sites)
    assert not set(named["prohibited"]) & set(answer.sites)


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_the_plain_model(seed):
    cost, weights, p, named = question(seed)
    model = p_center_model(cost, weights, p, **named)
    assert by_pyomo(model) == pytest.approx(by_hand(cost, weights, p, named), abs=1e-6)


@pytest.mark.parametrize("seed", range(120))
def test_a_large_question_is_answered_by_prices_first_and_as_well(seed, monkeypatch):
    monkeypatch.setattr(radii, "PRICES_FROM", 1)
    monkeypatch.setattr(radii, "PRICES_ONLY_FROM", 1 if seed % 4 == 0 else 400_000)
    cost, weights, p, named = question(seed)
    best = by_hand(cost, weights, p, named)
    if np.isinf(best):
        with pytest.raises(Infeasible):
            p_center(cost, weights, p, **named)
        return
    answer = p_center(cost, weights, p, **named)
    assert (answer.objective, answer.status) == (best, "optimal")


@pytest.mark.parametrize("seed", range(12))
def test_forty_places_are_proven_and_agree_with_the_plain_model(seed, monkeypatch):
    if seed % 2:
        monkeypatch.setattr(radii, "PRICES_FROM", 1)
    random = np.random.default_rng(seed)
    places, points = random.random((40, 1, 2)), random.random((25, 2))
    cost = np.sqrt(((places - points) ** 2).sum(axis=2)) * 100
    weights = random.random(40) + 0.5 if seed % 3 == 0 else np.ones(40)
    p = int(random.integers(3, 8))
    answer = p_center(cost, weights, p)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(by_pyomo(p_center_model(cost, weights, p)), rel=1e-5)


def test_one_site_goes_to_the_middle_however_many_live_at_the_ends():
    km = np.array([[0.0, 10.0, 20.0], [10.0, 0.0, 10.0], [20.0, 10.0, 0.0]])
    answer = p_center(km, p=1)
    assert (answer.sites, answer.objective, answer.bound) == ((1,), 10.0, 10.0)


def test_a_weight_counts_against_the_way():
    km = np.array([[0.0, 20.0], [20.0, 0.0]])
    assert p_center(km, [1.0, 3.0], p=1).sites == (1,)
    assert p_center(km, [3.0, 1.0], p=1).objective == 20.0


def test_says_which_client_reaches_nothing():
    with pytest.raises(Infeasible, match="client 1 reaches no site"):
        p_center(np.array([[1.0, 2.0], [np.inf, np.inf]]), p=1)


def test_says_when_no_choice_of_p_reaches_everyone():
    with pytest.raises(Infeasible, match="no 2 of the sites"):
        p_center(np.where(np.eye(3) > 0, 1.0, np.inf), p=2)


@pytest.mark.parametrize("p", [0, -1, 3, 1.5])
def test_refuses_a_p_that_does_not_fit(p):
    with pytest.raises(UsageError):
        p_center(np.ones((4, 2)), p=p)
