"""The price of what is shared, from what parts gain by a plan that takes much of it."""

import itertools
import math
from typing import cast

import numpy as np
import pytest

from alloc.solver.part import Part
from alloc.solver.worth import Wish, price_at_which_it_fits

NOBODY, NOTHING = cast("Part", None), np.zeros(0)


def wish(more: float, gain: float) -> Wish:
    return Wish(NOBODY, 10.0, 10.0 + more, gain)


def test_where_all_fits_the_rest_costs_half_of_what_the_last_would_pay() -> None:
    assert price_at_which_it_fits([wish(5.0, 50.0), wish(3.0, 6.0), wish(2.0, 0.0)], 10.0) == 1.0


def test_where_nobody_would_pay_it_costs_nothing() -> None:
    assert price_at_which_it_fits([wish(5.0, 0.0)], 8.0) == 0.0


def test_the_first_that_cannot_have_all_sets_the_price() -> None:
    assert price_at_which_it_fits([wish(12.0, 12.0)], 10.0) == 1.0


def test_those_that_fit_before_it_draw_the_price_half_way_up_to_theirs() -> None:
    ecg, ultrasound = wish(14.0, 56.0), wish(12.0, 12.0)  # worth 4 and 1 each
    assert price_at_which_it_fits([ultrasound, ecg], 15.0) == pytest.approx(2.0)


def test_more_that_gains_nothing_is_worth_nothing() -> None:
    assert wish(4.0, -1.0).worth == 0.0
    assert wish(0.0, 3.0).worth == 0.0


@pytest.mark.parametrize("seed", range(30))
def test_no_price_proves_more_where_nothing_is_over(seed: int) -> None:
    """Held to all choices of one plan a part, where the dearest wishes fill what is left exactly."""
    random = np.random.default_rng(seed)
    wishes = [wish(float(more), float(gain)) for more, gain in random.integers(1, 20, (5, 2))]
    by_worth = sorted(wishes, key=lambda one: -one.worth)
    left = sum(one.most - one.least for one in by_worth[:3])
    price = price_at_which_it_fits(wishes, left)
    proven = price * left + sum(max(0.0, one.gain - price * (one.most - one.least)) for one in wishes)
    best = max(
        sum(one.gain for one in some)
        for n in range(6)
        for some in itertools.combinations(wishes, n)
        if sum(one.most - one.least for one in some) <= left
    )
    assert math.isclose(proven, best)
