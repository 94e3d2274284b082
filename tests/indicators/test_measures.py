"""Access and equity measures: against PySAL, against their definitions, and on bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from access.fca import two_stage_fca
from hypothesis import given
from hypothesis import strategies as st

from alloc.indicators.measures import (
    agglomeration_degree,
    enhanced_two_step_floating_catchment,
    gaussian_weight,
    share_within,
    two_step_floating_catchment,
    weighted_gini,
    weighted_mean,
)

AMOUNTS = st.floats(min_value=0.0, max_value=1e6, allow_nan=False)


def small_region(seed: int, n_places: int = 40, n_facilities: int = 9):
    rng = np.random.default_rng(seed)
    demand = rng.integers(100, 5000, n_places).astype(float)
    supply = rng.integers(0, 60, n_facilities).astype(float)
    minutes = rng.uniform(1.0, 90.0, (n_places, n_facilities))
    return demand, supply, minutes


def pysal(demand, supply, minutes, catchment_min, weight_fn=None):
    n_places, n_facilities = minutes.shape
    costs = pd.DataFrame(
        {
            "origin": np.repeat(np.arange(n_places), n_facilities),
            "dest": np.tile(np.arange(n_facilities), n_places),
            "cost": minutes.ravel(),
        }
    )
    score = two_stage_fca(
        pd.DataFrame({"demand": demand}, index=pd.RangeIndex(n_places, name="geoid")),
        pd.DataFrame({"supply": supply}, index=pd.RangeIndex(n_facilities, name="geoid")),
        costs,
        max_cost=catchment_min,
        weight_fn=weight_fn,
    )
    return score.reindex(range(n_places)).fillna(0.0).to_numpy()


@pytest.mark.parametrize("seed", range(3))
def test_two_step_agrees_with_pysal(seed):
    region = small_region(seed)
    np.testing.assert_allclose(two_step_floating_catchment(*region, 30.0), pysal(*region, 30.0), rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_enhanced_agrees_with_pysal(seed):
    region = small_region(seed)

    def dai(t):
        return (math.exp(-(t**2) / 1800) - math.exp(-0.5)) / (1 - math.exp(-0.5))

    expected = pysal(*region, 30.0, weight_fn=dai)
    np.testing.assert_allclose(enhanced_two_step_floating_catchment(*region, 30.0), expected, rtol=1e-12)


@pytest.mark.parametrize("method", [two_step_floating_catchment, enhanced_two_step_floating_catchment])
def test_pairs_equal_the_full_table_and_no_supply_is_lost(method):
    demand, supply, minutes = small_region(7)
    place, facility = np.nonzero(minutes <= 45.0)
    rng = np.random.default_rng(1)
    shuffled = rng.permutation(place.size)
    place, facility = place[shuffled], facility[shuffled]
    sparse = method(demand, supply, minutes[place, facility], 45.0, pairs=(place, facility))
    np.testing.assert_allclose(sparse, method(demand, supply, minutes, 45.0), rtol=1e-12)
    assert np.sum(sparse * demand) == pytest.approx(supply.sum())


def test_a_facility_without_people_serves_nobody():
    access = two_step_floating_catchment([0.0, 10.0], [5.0], [[1.0], [99.0]], 30.0)
    assert access.tolist() == [0.0, 0.0]


def test_the_catchment_limit_is_included():
    assert two_step_floating_catchment([10.0], [5.0], [[30.0]], 30.0).tolist() == [0.5]


def test_gaussian_weight_falls_from_one_to_zero():
    weight = gaussian_weight(np.linspace(0, 60, 13), 30.0)
    assert weight[0] == 1.0
    assert weight[6:].max() == 0.0
    assert np.all(np.diff(weight[:7]) < 0)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
def test_bad_numbers_are_named_by_position(bad):
    demand, supply, minutes = small_region(0)
    minutes[3, 2] = bad
    with pytest.raises(ValueError, match=r"minutes\[3, 2\]"):
        two_step_floating_catchment(demand, supply, minutes, 30.0)
    with pytest.raises(ValueError, match=r"values\[1\]"):
        weighted_gini([1.0, bad], [1.0, 1.0])
    with pytest.raises(ValueError, match=r"weights\[0\]"):
        weighted_mean([1.0, 2.0], [bad, 1.0])
    with pytest.raises(ValueError, match=r"minutes\[0\]"):
        share_within([bad, 1.0], [1.0, 1.0], 15.0)
    with pytest.raises(ValueError, match=r"residents\[1\]"):
        agglomeration_degree([1.0, 1.0], [1.0, 1.0], [1.0, bad])


def test_wrong_shapes_and_indices_are_refused():
    with pytest.raises(ValueError, match="places x facilities"):
        two_step_floating_catchment([1.0, 2.0], [1.0], [[1.0, 2.0]], 30.0)
    with pytest.raises(ValueError, match="pair 1: place index 5"):
        two_step_floating_catchment([1.0], [1.0], [1.0, 1.0], 30.0, pairs=([0, 5], [0, 0]))
    with pytest.raises(ValueError, match="catchment_min"):
        two_step_floating_catchment([1.0], [1.0], [[1.0]], 0.0)
    with pytest.raises(ValueError, match="one length"):
        weighted_gini([1.0, 2.0], [1.0])


def gini_by_definition(values, weights):
    x, w = np.asarray(values), np.asarray(weights)
    mean = np.sum(x * w) / w.sum()
    differences = np.abs(x[:, None] - x[None, :])
    return float(np.sum(w[:, None] * w[None, :] * differences) / (2 * mean * w.sum() ** 2))


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=30))
def test_gini_equals_the_pairwise_definition(pairs):
    values, weights = np.array(pairs, dtype=float).T
    if weights.sum() == 0:
        with pytest.raises(ValueError, match="all 0"):
            weighted_gini(values, weights)
    elif np.sum(values * weights) == 0:
        assert weighted_gini(values, weights) == 0.0
    else:
        assert weighted_gini(values, weights) == pytest.approx(gini_by_definition(values, weights), abs=1e-9)


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=30))
def test_gini_stays_between_zero_and_one(pairs):
    values, weights = np.array(pairs).T
    if weights.max() > 0:
        assert 0.0 <= weighted_gini(values, weights) <= 1.0


def test_gini_does_not_depend_on_units_or_on_splitting_a_place():
    assert weighted_gini([1, 2, 5], [3, 4, 2]) == pytest.approx(
        weighted_gini([1e9, 2e9, 5e9], [3e-6, 4e-6, 2e-6])
    )
    assert weighted_gini([1, 2, 5], [3, 4, 2]) == pytest.approx(weighted_gini([1, 2, 2, 5], [3, 1, 3, 2]))


def test_gini_of_known_cases():
    assert weighted_gini([2, 2, 2], [1, 5, 9]) == 0.0
    assert weighted_gini([0, 1], [1, 1]) == pytest.approx(0.5)
    assert weighted_gini([7, 0, 0], [0, 1, 1]) == 0.0


def test_agglomeration_by_hand():
    degree = agglomeration_degree([30, 10, 0], [10, 10, 20], [200, 200, 0])
    assert degree.resource_degree.tolist() == [3.0, 1.0, 0.0]
    assert degree.population_degree.tolist() == [2.0, 2.0, 0.0]
    assert degree.ratio[:2].tolist() == [1.5, 0.5]
    assert np.isnan(degree.ratio[2])


def test_agglomeration_refuses_what_has_no_meaning():
    with pytest.raises(ValueError, match=r"area_km2\[1\]"):
        agglomeration_degree([1, 1], [1, 0], [1, 1])
    with pytest.raises(ValueError, match="resources are all 0"):
        agglomeration_degree([0, 0], [1, 1], [1, 1])


def test_share_and_mean_by_hand():
    assert share_within([10, 15, 15.1], [1, 1, 2], 15) == 0.5
    assert weighted_mean([-1, 5, 100], [1, 1, 0]) == 2.0
    with pytest.raises(ValueError, match="all 0"):
        share_within([1.0], [0.0], 15)
