"""max_cover with backup: tiny random questions against every choice tried and the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import Infeasible, UsageError
from alloc.location import max_cover
from alloc.location.plain.max_cover import backup_cover_model
from tests.location.covering_cases import by_pyomo, case, choices, n_within, some_p, sparse


def question(seed):
    cost, weights, radius, named = case(seed)
    p = some_p(seed, cost.shape[1], named)
    return cost, weights, radius, p, [None, 0.2, 0.5, 0.9][seed % 4], named


def options(first_share):
    return {"backup": "bacop1"} if first_share is None else {"backup": "bacop2", "first_share": first_share}


def by_hand(cost, weights, radius, p, first_share, named):
    best = -np.inf
    for sites in choices(cost.shape[1], p, **named):
        count = n_within(cost, sites, radius, named.get("cutoff", np.inf))
        if first_share is None:
            value = weights[count >= 2].sum() if (count >= 1).all() else -np.inf
        else:
            value = first_share * weights[count >= 1].sum() + (1 - first_share) * weights[count >= 2].sum()
        best = max(best, value)
    return best


@pytest.mark.parametrize("seed", range(400))
def test_finds_the_optimum_that_trying_every_choice_finds(seed):
    cost, weights, radius, p, first_share, named = question(seed)
    radius = 1.5 * radius
    best = by_hand(cost, weights, radius, p, first_share, named)
    given = sparse(cost) if seed % 5 == 0 else cost
    if np.isinf(best):
        with pytest.raises(Infeasible):
            max_cover(given, weights, radius=radius, p=p, **options(first_share), **named)
        return
    answer = max_cover(given, weights, radius=radius, p=p, **options(first_share), **named)
    assert answer.objective == pytest.approx(best, abs=1e-9)
    assert answer.status == "optimal"
    assert answer.bound >= best - 1e-9
    assert len(set(answer.sites) - set(named["existing"])) == p
    count = n_within(cost, answer.sites, radius, named.get("cutoff", np.inf))
    assert answer.details["covered_weight"] == pytest.approx(weights[count >= 1].sum())
    assert answer.details["backup_weight"] == pytest.approx(weights[count >= 2].sum())


@pytest.mark.parametrize("seed", range(80))
def test_agrees_with_the_plain_model(seed):
    cost, weights, radius, p, first_share, named = question(seed)
    model = backup_cover_model(cost, weights, radius, p, first_share=first_share, **named)
    best = by_hand(cost, weights, radius, p, first_share, named)
    assert -by_pyomo(model) == pytest.approx(best, abs=1e-6)


def test_backup_doubles_the_larger_town_once_all_are_covered():
    near = np.array([[1.0, 1.0, 9.0, 9.0], [9.0, 9.0, 1.0, 1.0]])
    answer = max_cover(near, [30.0, 10.0], radius=5.0, p=3, backup="bacop1")
    assert answer.objective == answer.details["backup_weight"] == 30.0
    assert answer.details["covered_weight"] == 40.0


def test_names_the_client_that_cannot_be_covered_once():
    with pytest.raises(Infeasible, match="client 1"):
        max_cover(np.array([[1.0], [9.0]]), radius=5.0, p=1, backup="bacop1")


def test_says_when_p_sites_do_not_cover_everyone():
    with pytest.raises(Infeasible, match="no 1 of the sites"):
        max_cover(np.array([[1.0, 9.0], [9.0, 1.0]]), radius=5.0, p=1, backup="bacop1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"backup": "twice"},
        {"backup": "bacop2", "first_share": 2.0},
        {"backup": "bacop1", "radius_partial": 9.0},
    ],
)
def test_refuses_what_makes_no_sense(wrong):
    with pytest.raises(UsageError):
        max_cover(np.ones((2, 2)), radius=1.0, p=1, **wrong)
