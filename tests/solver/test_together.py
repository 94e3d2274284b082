"""One plan a part: the best together that fit, held to all combinations; none where none fit."""

import itertools
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from alloc.solver.outcome import Values
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Resource
from alloc.solver.together import best_first, best_together


class FewColumns(SimpleNamespace):
    """A part of a few columns: what it takes, and what its plan costs."""

    __hash__ = object.__hash__  # as a part, told apart by identity


def parts(n: int) -> list[Part]:
    return [cast("Part", FewColumns(columns=np.array([2 * k, 2 * k + 1]))) for k in range(n)]


def question(n: int, limit: float) -> tuple[Goal, Resource]:
    return Goal("cost", np.tile([0.0, 1.0], n), 0.0), Resource(0, np.tile([1.0, 0.0], n), limit)


def test_the_part_that_gains_less_gives_way() -> None:
    """Imaging gains 28 by 11 more and ECG 56 by 15 more: there are 15."""
    imaging, ecg = parts(2)
    goal, budget = question(2, 115.0)
    plans = {
        imaging: [np.array([50.0, 372.0]), np.array([61.0, 344.0])],
        ecg: [np.array([50.0, 279.0]), np.array([65.0, 223.0])],
    }
    chosen = best_together(plans, goal, [budget])
    assert chosen is not None
    assert chosen[imaging] is plans[imaging][0]
    assert chosen[ecg] is plans[ecg][1]


def test_none_where_none_fit_together() -> None:
    imaging, ecg = parts(2)
    goal, budget = question(2, 99.0)
    assert best_together({p: [np.array([50.0, 1.0])] for p in (imaging, ecg)}, goal, [budget]) is None


@pytest.mark.parametrize("seed", range(40))
def test_held_to_all_combinations_of_what_takes_money_and_rooms(seed: int) -> None:
    random = np.random.default_rng(seed)
    money, rooms, cost = np.tile(np.eye(3), 3)
    some = [cast("Part", FewColumns(columns=np.arange(3 * k, 3 * k + 3))) for k in range(3)]
    shared = [Resource(0, money, 12.0), Resource(1, rooms, 12.0)]
    plans: dict[Part, list[Values]] = {
        part: [random.integers(0, 10, 3).astype(float) for _ in range(4)] for part in some
    }
    fits = [x for x in map(sum, itertools.product(*plans.values())) if (x[:2] <= 12.0).all()]
    chosen = best_together(plans, Goal("cost", cost, 0.0), shared)
    all_in_order = best_first(plans, Goal("cost", cost, 0.0), shared)
    assert [sum(one.values())[2] for one in all_in_order] == sorted(x[2] for x in fits)
    if chosen is None:
        assert not fits
    else:
        total = sum(chosen.values())
        assert (total[:2] <= 12.0).all()
        assert total[2] == min(x[2] for x in fits)
