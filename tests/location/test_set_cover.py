"""set_cover on tiny random questions, against every choice tried and against the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import Infeasible, UsageError
from alloc.location import set_cover
from alloc.location.covering import fewest
from alloc.location.plain.set_cover import set_cover_model
from tests.location.covering_cases import by_pyomo, case, choices, n_within, sparse


def question(seed):
    cost, weights, radius, named = case(seed)
    random = np.random.default_rng(seed + 7)
    price = random.choice([None, 0, 1])
    options = {
        "fixed_cost": None if price is None else random.integers(price, 5, cost.shape[1]) * 1.5,
        "backup": int(random.choice([1, 1, 2])),
        "share": float(random.choice([1.0, 1.0, 0.5, 0.75, 0.9])),
    }
    return cost, weights, radius, options, named


def by_hand(cost, weights, radius, options, named):
    fixed = np.ones(cost.shape[1]) if options["fixed_cost"] is None else options["fixed_cost"]
    best = np.inf
    for sites in choices(cost.shape[1], **named):
        met = n_within(cost, sites, radius, named.get("cutoff", np.inf)) >= options["backup"]
        enough = weights[met].sum() >= (options["share"] - 1e-12) * weights.sum()
        if met.all() if options["share"] == 1.0 else enough:
            best = min(best, fixed[[j for j in sites if j not in named["existing"]]].sum())
    return best


@pytest.mark.parametrize("seed", range(400))
def test_finds_the_optimum_that_trying_every_choice_finds(seed):
    cost, weights, radius, options, named = question(seed)
    best = by_hand(cost, weights, radius, options, named)
    given = sparse(cost) if seed % 5 == 0 else cost
    if np.isinf(best):
        with pytest.raises(Infeasible):
            set_cover(given, weights, radius=radius, **options, **named)
        return
    answer = set_cover(given, weights, radius=radius, **options, **named)
    assert answer.objective == pytest.approx(best, abs=1e-9)
    assert answer.status == "optimal"
    assert answer.bound <= best + 1e-9
    assert set(named["existing"]) | set(named["required"]) <= set(answer.sites)
    assert not set(named["prohibited"]) & set(answer.sites)
    met = n_within(cost, answer.sites, radius, named.get("cutoff", np.inf)) >= options["backup"]
    assert answer.details["covered_weight"] == pytest.approx(weights[met].sum())
    for client, site in answer.assignment.items():
        assert cost[client, site] == cost[client, list(answer.sites)].min() <= radius


@pytest.mark.parametrize("seed", range(120))
def test_where_sites_cost_the_same_the_fewest_are_found_by_prices_too(seed, monkeypatch):
    if seed % 2:
        monkeypatch.setattr(fewest, "PRICES_FROM", 1)
    cost, weights, radius, _, named = question(seed)
    options = {"fixed_cost": np.full(cost.shape[1], 2.5), "backup": 1, "share": 1.0}
    best = by_hand(cost, weights, radius, options, named)
    if np.isinf(best):
        with pytest.raises(Infeasible):
            set_cover(cost, weights, radius=radius, **options, **named)
        return
    answer = set_cover(cost, weights, radius=radius, **options, **named)
    assert (answer.objective, answer.bound, answer.status) == (best, best, "optimal")


@pytest.mark.parametrize("seed", range(12))
def test_sixty_places_are_proven_and_agree_with_the_plain_model(seed, monkeypatch):
    if seed % 2:
        monkeypatch.setattr(fewest, "PRICES_FROM", 1)
    random = np.random.default_rng(seed)
    places, points = random.random((60, 1, 2)), random.random((40, 2))
    cost = np.sqrt(((places - points) ** 2).sum(axis=2))
    radius = float(cost.min(axis=1).max()) * (1.0 + 0.05 * seed)
    answer = set_cover(cost, radius=radius)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(by_pyomo(set_cover_model(cost, np.ones(60), radius)))


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_the_plain_model(seed):
    cost, weights, radius, options, named = question(seed)
    best = by_hand(cost, weights, radius, options, named)
    model = set_cover_model(cost, weights, radius, **options, **named)
    assert by_pyomo(model) == pytest.approx(best, abs=1e-6)


def test_three_towns_in_a_row_need_the_middle_one_only():
    km = np.array([[0.0, 10.0, 20.0], [10.0, 0.0, 10.0], [20.0, 10.0, 0.0]])
    answer = set_cover(km, radius=10.0)
    assert answer.sites == (1,)
    assert answer.assignment == {0: 1, 1: 1, 2: 1}


def test_names_the_client_that_no_site_reaches():
    with pytest.raises(Infeasible, match="client 1 has no site within reach"):
        set_cover(np.array([[1.0, 2.0], [7.0, 9.0]]), radius=5.0)


def test_names_the_client_that_has_too_few_sites_for_a_backup():
    with pytest.raises(Infeasible, match="client 1 has fewer than 2 sites within reach"):
        set_cover(np.array([[1.0, 2.0], [7.0, 3.0]]), radius=5.0, backup=2)


def test_says_by_how_much_the_coverable_weight_is_short():
    with pytest.raises(Infeasible, match=r"1\.5 short"):
        set_cover(np.array([[1.0], [9.0]]), [2.0, 3.0], radius=5.0, share=0.7)


@pytest.mark.parametrize(
    "wrong",
    [{"radius": -1.0}, {"radius": np.nan}, {"radius": 1.0, "backup": 0}, {"radius": 1.0, "share": 0.0}],
)
def test_refuses_numbers_that_make_no_sense(wrong):
    with pytest.raises(UsageError):
        set_cover(np.ones((2, 2)), **wrong)


def test_refuses_fixed_costs_that_do_not_fit():
    with pytest.raises(UsageError, match="fixed_cost"):
        set_cover(np.ones((2, 2)), radius=1.0, fixed_cost=[1.0])
