"""q sites that are pairwise apart, by swaps: on random graphs with such a choice hidden in them."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from alloc.location.covering.apart import Apart, moved_apart

LEVEL = 2.0  # what is close is 1 apart


def hidden(seed, n=60, q=8):
    """Close pairs; none among some ``q`` of the sites."""
    random = np.random.default_rng(seed)
    close = np.triu(random.random((n, n)) < 0.5, 1)
    close |= close.T
    apart = random.permutation(n)[:q]
    close[np.ix_(apart, apart)] = False
    return csr_array(close.astype(float)), random


def never():
    return False


@pytest.mark.parametrize("seed", range(20))
def test_finds_sites_that_are_apart(seed):
    close, random = hidden(seed)
    start = np.zeros(60, dtype=bool)
    start[random.permutation(60)[:8]] = True
    found = Apart(close, LEVEL, 8).by_swaps(start, 50_000, seed, never).chosen
    assert found is not None
    assert found.sum() == 8
    assert not close.toarray()[np.ix_(found, found)].any()


@pytest.mark.parametrize("n_start", [0, 3, 8, 60])
def test_any_choice_is_a_start(n_start):
    close, _ = hidden(1)
    start = np.arange(60) < n_start
    found = Apart(close, LEVEL, 8).by_swaps(start, 50_000, 0, never).chosen
    assert found is not None
    assert found.sum() == 8
    assert start.sum() == n_start


def test_gives_up_where_all_are_close_or_time_is_over():
    close = csr_array(~np.eye(5, dtype=bool))
    two = np.array([True, True, False, False, False])
    assert moved_apart(close, two, np.random.default_rng(0), 600, never) is None
    assert moved_apart(close, two, np.random.default_rng(0), 10**9, lambda: True) is None
    everything = np.ones(5, dtype=bool)
    assert moved_apart(close, everything, np.random.default_rng(0), 600, never) is None


def test_too_few_sites_are_refuted():
    assert Apart(csr_array((3, 3)), LEVEL, 4).by_swaps(np.ones(3, dtype=bool), 10, 0, never).refuted
