"""max_cover whose coverage fades: tiny random questions against every choice and the plain Pyomo model."""

import numpy as np
import pytest

from alloc.errors import UsageError
from alloc.location import max_cover
from alloc.location.plain.max_cover import gradual_cover_model
from tests.location.covering_cases import by_pyomo, case, choices, some_p, sparse


def question(seed):
    cost, weights, radius, named = case(seed)
    random = np.random.default_rng(seed + 3)
    fading = {
        "radius_partial": radius * float(random.choice([1.0, 1.3, 2.0])),
        "decay": str(random.choice(["linear", "step"])),
        "partial_share": float(random.choice([0.0, 0.25, 1.0])),
    }
    return cost, weights, radius, some_p(seed, cost.shape[1], named), fading, named


def shares(cost, radius, fading, cutoff=np.inf):
    """How much each site covers of each client."""
    last = fading["radius_partial"]
    between = np.full(cost.shape, fading["partial_share"])
    if fading["decay"] == "linear" and last > radius:
        between = (last - np.where(np.isfinite(cost), cost, last)) / (last - radius)
    share = np.where(cost <= radius, 1.0, np.where(cost <= last, between, 0.0))
    return np.where(np.isfinite(cost) & (cost <= cutoff), share, 0.0)


def by_hand(share, weights, p, named):
    states = {key: named[key] for key in ("existing", "required", "prohibited")}
    return max(
        weights @ share[:, sites].max(axis=1, initial=0.0) for sites in choices(share.shape[1], p, **states)
    )


@pytest.mark.parametrize("seed", range(400))
def test_finds_the_optimum_that_trying_every_choice_finds(seed):
    cost, weights, radius, p, fading, named = question(seed)
    share = shares(cost, radius, fading, named.get("cutoff", np.inf))
    best = by_hand(share, weights, p, named)
    answer = max_cover(
        sparse(cost) if seed % 5 == 0 else cost, weights, radius=radius, p=p, **fading, **named
    )
    assert answer.objective == pytest.approx(best, abs=1e-9)
    assert answer.status == "optimal"
    assert answer.bound >= best - 1e-9
    assert len(set(answer.sites) - set(named["existing"])) == p
    assert sum(weights[i] * share[i, j] for i, j in answer.assignment.items()) == pytest.approx(
        best, abs=1e-9
    )


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_the_plain_model(seed):
    cost, weights, radius, p, fading, named = question(seed)
    share = shares(cost, radius, fading, named.pop("cutoff", np.inf))
    model = gradual_cover_model(share, weights, p, **named)
    assert -by_pyomo(model) == pytest.approx(by_hand(share, weights, p, named), abs=1e-6)


def test_half_way_between_the_radii_half_of_a_client_is_covered():
    answer = max_cover(
        np.array([[10.0], [15.0], [30.0]]), [1.0, 8.0, 50.0], radius=10.0, radius_partial=20.0, p=1
    )
    assert answer.objective == 1.0 + 4.0
    assert answer.assignment == {0: 0, 1: 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"radius_partial": 0.5},
        {"radius_partial": 2.0, "decay": "log"},
        {"radius_partial": 2.0, "partial_share": 2.0},
    ],
)
def test_refuses_what_makes_no_sense(wrong):
    with pytest.raises(UsageError):
        max_cover(np.ones((2, 2)), radius=1.0, p=1, **wrong)
