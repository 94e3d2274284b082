"""Cliques of close sites, and the bounds that their prices prove, on small random graphs and points."""

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array

from alloc.location.covering.clique_prices import most_apart
from alloc.location.covering.cliques import cliques, grown_balls


def never():
    return False


def question(seed):
    """Distances of up to 12 sites (points in a plane, or any), and a level; what is closer is symmetric."""
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 13))
    if seed % 3:
        points = random.random((n, 2)) * 10
        distance = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    else:
        distance = random.random((n, n)) * 10
        distance = np.minimum(distance, distance.T)
    np.fill_diagonal(distance, np.inf)
    return distance, float(random.uniform(0.5, 9.0))


def balls(distance, level, centres=None, stop=never):
    centres = np.arange(len(distance)) if centres is None else centres
    return grown_balls(csr_array(distance < level / 2), csr_array(distance < level), centres, stop)


def most_by_hand(distance, level):
    n = len(distance)
    return max(
        size
        for size in range(n + 1)
        for sites in itertools.combinations(range(n), size)
        if all(distance[j, k] >= level for j, k in itertools.combinations(sites, 2))
    )


@pytest.mark.parametrize("seed", range(80))
def test_balls_are_cliques_that_nothing_can_be_added_to(seed):
    distance, level = question(seed)
    close = distance < level
    for centre, row in enumerate(balls(distance, level).toarray() > 0):
        members = np.flatnonzero(row)
        assert row[centre]
        assert close[np.ix_(members, members)].sum() == len(members) * (len(members) - 1)
        assert not close[:, members].all(axis=1).any()


@pytest.mark.parametrize("seed", range(80))
def test_every_close_pair_lies_in_a_clique(seed):
    distance, level = question(seed)
    close = distance < level
    found = cliques(csr_array(close), never).toarray()
    together = found.T @ found > 0
    np.fill_diagonal(together, val=False)
    assert together.tolist() == close.tolist()


@pytest.mark.parametrize("seed", range(120))
def test_no_more_sites_are_apart_than_prices_say(seed):
    distance, level = question(seed)
    most = most_by_hand(distance, level)
    for q in range(1, len(distance) + 1):
        for some in (None, np.arange(len(distance))[::2]):
            assert most_apart(balls(distance, level, some), q, never) >= most - 1e-9


def test_prices_refute_what_is_clearly_too_many():
    points = np.random.default_rng(3).random((300, 2)) * 100
    distance = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    np.fill_diagonal(distance, np.inf)
    sets = balls(distance, 40.0)
    assert most_apart(sets, 14, never) < 14
    assert most_apart(sets, 6, never) >= 6


def test_what_is_stopped_is_short_and_still_right():
    distance, level = question(1)
    sets = balls(distance, level, stop=lambda: True)
    assert sets.shape == (0, len(distance))
    assert most_apart(sets, 2, never) == len(distance)
    assert cliques(csr_array(distance < level), lambda: True).shape == (0, len(distance))
