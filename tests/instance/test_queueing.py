"""The reading centre as M/M/c: against known values, its own limits, and a simulation."""

import heapq
import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alloc.instance.queueing import (
    capacity_table,
    erlang_c,
    is_concave,
    is_superadditive,
    largest_arrival_rate,
    mean_turnaround_min,
    probability_reported_within,
)

LOADS = st.floats(min_value=0.0, max_value=0.999)
READERS = st.integers(1, 20)


def erlang_c_by_definition(c: int, load: float) -> float:
    tail = load**c / math.factorial(c) * c / (c - load)
    return tail / (sum(load**k / math.factorial(k) for k in range(c)) + tail)


@given(READERS, LOADS)
def test_erlang_c_equals_its_definition(c, use):
    assert erlang_c(c, use * c) == pytest.approx(erlang_c_by_definition(c, use * c), rel=1e-9, abs=1e-300)


def test_erlang_c_of_known_cases():
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(3, 3.0) == 1.0
    assert erlang_c(0, 0.0) == 1.0
    assert erlang_c(500, 480.0) < 1.0


def test_one_reader_is_the_exponential_of_the_textbook():
    # M/M/1: the sojourn time is exponential with rate mu - lambda.
    rate, read, limit = 4.0, 10.0, 30.0
    expected = 1 - math.exp(-(1 / read - rate / 60) * limit)
    assert probability_reported_within(rate, read, 1, limit) == pytest.approx(expected, rel=1e-12)


def test_the_special_case_is_continuous():
    # With c = 3 and a = 2 the general formula divides by zero.
    exact, below, above = (
        probability_reported_within(rate, 10.0, 3, 30.0) for rate in (12.0, 12 - 1e-7, 12 + 1e-7)
    )
    assert below > exact > above
    assert below - above < 1e-7


@given(READERS, LOADS, st.floats(0.1, 60.0), st.floats(0.0, 1e5))
def test_the_probability_is_one_and_falls_with_arrivals(readers, use, read, limit):
    rate = use * readers * 60.0 / read
    more = probability_reported_within(rate, read, readers, limit)
    assert 0.0 <= more <= 1.0
    assert probability_reported_within(rate * 0.9, read, readers, limit) >= more - 1e-12


def test_the_integral_of_lateness_is_the_mean():
    rate, read, readers, step = 13.0, 10.0, 3, 0.05
    late = [1 - probability_reported_within(rate, read, readers, step * (k + 0.5)) for k in range(20_000)]
    assert sum(late) * step == pytest.approx(mean_turnaround_min(rate, read, readers), rel=1e-5)


def test_an_overloaded_centre_never_reports():
    assert probability_reported_within(18.0, 10.0, 3, 1e9) == 0.0
    assert mean_turnaround_min(18.0, 10.0, 3) == math.inf
    assert largest_arrival_rate(0, 10.0, 30.0) == 0.0


def simulate(rate_per_hour: float, read: float, readers: int, n: int, seed: int) -> list[float]:
    """Turnaround minutes of n images, after a warm-up, first come first served."""
    rng = random.Random(seed)
    free_at = [0.0] * readers
    now, turnaround = 0.0, []
    for _ in range(n + 5_000):
        now += rng.expovariate(rate_per_hour / 60.0)
        start = max(now, heapq.heappop(free_at))
        done = start + rng.expovariate(1.0 / read)
        heapq.heappush(free_at, done)
        turnaround.append(done - now)
    return turnaround[5_000:]


@pytest.mark.parametrize(("rate", "readers"), [(3.0, 1), (12.0, 3), (15.0, 3), (25.0, 5)])
def test_the_formulas_agree_with_a_simulation(rate, readers):
    times = simulate(rate, 10.0, readers, n=120_000, seed=20261123)
    within = sum(time <= 30.0 for time in times) / len(times)
    assert within == pytest.approx(probability_reported_within(rate, 10.0, readers, 30.0), abs=0.015)
    assert sum(times) / len(times) == pytest.approx(mean_turnaround_min(rate, 10.0, readers), rel=0.05)


@settings(max_examples=50)
@given(READERS, st.floats(1.0, 20.0), st.floats(5.0, 120.0), st.booleans())
def test_the_largest_rate_is_on_the_safe_side_of_the_edge(readers, read, limit, mean):
    def in_time(rate):
        if mean:
            return mean_turnaround_min(rate, read, readers) <= limit
        return probability_reported_within(rate, read, readers, limit) >= 0.9

    rate = largest_arrival_rate(readers, read, limit, mean=mean)
    if rate > 0:
        assert in_time(rate)
        assert not in_time(rate * 1.0001 + 1e-6)
    else:
        assert not in_time(1e-3)


def test_too_slow_readers_get_nothing_however_many():
    # Even without a wait, reading takes longer than 20 minutes in e^-2 = 14% of cases.
    assert capacity_table(5, 10.0, 20.0, share=0.9) == [0.0] * 6


@pytest.mark.parametrize(("read", "limit"), [(3.0, 30.0), (10.0, 30.0), (14.0, 60.0)])
@pytest.mark.parametrize("mean", [False, True])
def test_the_capacity_table_rises_and_rewards_pooling(read, limit, mean):
    table = capacity_table(12, read, limit, mean=mean)
    assert len(table) == 13
    assert table[0] == 0.0
    assert all(later >= earlier for earlier, later in pairwise(table))
    assert all(rate <= 60.0 / read * readers for readers, rate in enumerate(table))
    assert is_superadditive(table)
    assert not is_concave(table)


def test_concave_and_superadditive_are_told_apart():
    assert is_concave([0, 3, 5, 6])
    assert not is_superadditive([0, 3, 5, 6])
    assert not is_concave([0, 1, 3, 6])
    assert is_superadditive([0, 1, 3, 6])
    assert is_concave([0, 2, 4, 6])
    assert is_superadditive([0, 2, 4, 6])
    assert is_concave([])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
def test_bad_numbers_are_refused(bad):
    with pytest.raises(ValueError, match="arrivals_per_hour"):
        probability_reported_within(bad, 10.0, 2, 30.0)
    with pytest.raises(ValueError, match="read_minutes"):
        largest_arrival_rate(2, bad, 30.0)
    with pytest.raises(ValueError, match="share"):
        largest_arrival_rate(2, 10.0, 30.0, share=bad)
