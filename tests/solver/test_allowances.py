"""What parts share is shared out: nobody has less than it needs, and together they have what there is."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from alloc.solver.allowances import share_out
from alloc.solver.part import Part
from alloc.solver.parts import Resource


class Takes(SimpleNamespace):
    """A part of one column: it takes what the column's value is."""

    __hash__ = object.__hash__  # as a part, told apart by identity


def part(column: int, thrifty: float | None) -> Part:
    plan = None if thrifty is None else np.array([thrifty])
    return cast("Part", Takes(columns=np.array([column]), thrifty=plan))


def shared(
    limit: float, thrifty: tuple[float | None, ...], wanted: tuple[float, ...]
) -> tuple[list[Part], dict[Part, float]]:
    parts = [part(column, one) for column, one in enumerate(thrifty)]
    wishes = {one: np.array([wish]) for one, wish in zip(parts, wanted, strict=True)}
    return parts, share_out(Resource(0, np.ones(len(parts)), limit), parts, wishes).most


def test_who_gains_most_has_its_wish_first_and_nobody_less_than_it_needs() -> None:
    (imaging, ecg, ultrasound), most = shared(100.0, (60.0, 10.0, 20.0), (65.0, 18.0, 21.0))
    assert most[imaging] == 65.0
    assert most[ecg] == 15.0  # 5 of the 8 more that it wants: 10 were left in all
    assert most[ultrasound] == 20.0


def test_what_nobody_wants_goes_to_the_first() -> None:
    (imaging, ecg), most = shared(100.0, (60.0, 10.0), (62.0, 11.0))
    assert (most[imaging], most[ecg]) == (89.0, 11.0)


def test_a_part_that_wants_less_than_its_thrifty_plan_keeps_that() -> None:
    (imaging, ecg), most = shared(70.0, (60.0, 10.0), (50.0, 30.0))
    assert (most[imaging], most[ecg]) == (60.0, 10.0)


def test_a_part_without_a_thrifty_plan_has_what_it_wants() -> None:
    (imaging, ecg), most = shared(100.0, (None, 10.0), (80.0, 15.0))
    assert (most[imaging], most[ecg]) == (85.0, 15.0)


@pytest.mark.parametrize("seed", range(20))
def test_allowances_add_up_to_what_there_is(seed: int) -> None:
    random = np.random.default_rng(seed)
    thrifty = random.uniform(0.0, 20.0, 4)
    limit = float(thrifty.sum() + random.uniform(0.0, 10.0))
    parts, most = shared(limit, tuple(thrifty), tuple(random.uniform(0.0, 40.0, 4)))
    assert sum(most.values()) == pytest.approx(limit)
    assert all(most[one] >= needs - 1e-12 for one, needs in zip(parts, thrifty, strict=True))
