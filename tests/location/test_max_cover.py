"""max_cover on tiny random questions, against every choice tried and against the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import UsageError
from alloc.location import max_cover
from alloc.location.plain.max_cover import max_cover_model
from tests.location.covering_cases import by_pyomo, case, choices, n_within, some_p, sparse


def by_hand(cost, weights, radius, p, named):
    cutoff = named.get("cutoff", np.inf)
    return max(
        weights[n_within(cost, sites, radius, cutoff) > 0].sum()
        for sites in choices(cost.shape[1], p, **named)
    )


@pytest.mark.parametrize("seed", range(400))
def test_finds_the_optimum_that_trying_every_choice_finds(seed):
    cost, weights, radius, named = case(seed)
    p = some_p(seed, cost.shape[1], named)
    best = by_hand(cost, weights, radius, p, named)
    answer = max_cover(sparse(cost) if seed % 5 == 0 else cost, weights, radius=radius, p=p, **named)
    assert answer.objective == pytest.approx(best, abs=1e-9)
    assert answer.status == "optimal"
    assert answer.bound >= best - 1e-9
    assert len(set(answer.sites) - set(named["existing"])) == p
    assert set(named["existing"]) | set(named["required"]) <= set(answer.sites)
    assert not set(named["prohibited"]) & set(answer.sites)
    for client, site in answer.assignment.items():
        assert cost[client, site] == cost[client, list(answer.sites)].min() <= radius


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_the_plain_model(seed):
    cost, weights, radius, named = case(seed)
    p = some_p(seed, cost.shape[1], named)
    model = max_cover_model(cost, weights, radius, p, **named)
    assert -by_pyomo(model) == pytest.approx(by_hand(cost, weights, radius, p, named), abs=1e-6)


def test_one_site_goes_where_most_people_are():
    minutes = np.array([[5.0, 50.0], [50.0, 5.0], [50.0, 5.0]])
    answer = max_cover(minutes, [100.0, 60.0, 70.0], radius=30.0, p=1)
    assert answer.sites == (1,)
    assert answer.assignment == {1: 1, 2: 1}
    assert answer.details == {"covered_weight": 130.0, "share": pytest.approx(130 / 230)}


def test_what_exists_covers_without_being_counted():
    minutes = np.array([[5.0, 50.0, 50.0], [50.0, 5.0, 50.0], [50.0, 50.0, 5.0]])
    answer = max_cover(minutes, [100.0, 60.0, 70.0], radius=30.0, p=1, existing=[0])
    assert answer.sites == (0, 2)
    assert answer.objective == 170.0


@pytest.mark.parametrize("p", [0, 3, 1.5])
def test_refuses_a_p_that_does_not_fit(p):
    with pytest.raises(UsageError):
        max_cover(np.ones((4, 2)), radius=1.0, p=p)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize(("entries_for_cuts", "method"), [(0, "cuts"), (10**9, "LP")])
def test_cuts_in_place_of_rows_find_the_same_as_rows(seed, entries_for_cuts, method, monkeypatch):
    monkeypatch.setattr("alloc.location.covering.most_gain._ENTRIES_FOR_CUTS", entries_for_cuts)
    monkeypatch.setattr("alloc.location.covering.most_gain._STEPS", 0)  # else the bound is closed before
    random = np.random.default_rng(seed)
    places, points = random.random((60, 1, 2)), random.random((14, 2))
    cost = np.sqrt(((places - points) ** 2).sum(axis=2))
    weights = random.integers(0, 30, 60).astype(float) if seed % 2 else random.random(60)
    p, radius = int(random.integers(2, 6)), float(random.uniform(0.1, 0.3))
    answer = max_cover(cost, weights, radius=radius, p=p)
    assert answer.objective == pytest.approx(by_hand(cost, weights, radius, p, {}), abs=1e-9)
    assert answer.status == "optimal"
    assert method in answer.method or seed in (25, 54)  # there, the first bound meets the first choice


@pytest.mark.parametrize("seed", range(60))
def test_one_mip_on_what_the_bounds_leave_finds_the_same(seed, monkeypatch):
    monkeypatch.setattr("alloc.location.covering.most_gain._STEPS", 0)
    monkeypatch.setattr("alloc.location.covering.most_gain._MOST_LPS", seed % 2)
    monkeypatch.setattr("alloc.location.covering.interchange._MOST_SHAKES", 0)
    random = np.random.default_rng(seed)
    reach = random.random((40, 13)) < 0.2
    weights = random.integers(1, 9, 40).astype(float)
    answer = max_cover(np.where(reach, 1.0, 9.0), weights, radius=5.0, p=4)
    assert answer.objective == by_hand(np.where(reach, 1.0, 9.0), weights, 5.0, 4, {})
    assert answer.status == "optimal"
    assert seed % 2 or "MIP" in answer.method
