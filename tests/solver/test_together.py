"""One plan a part: the best together that fit, held to all combinations; none where none fit."""

import itertools
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from alloc.solver.outcome import Values
from alloc.solver.part import Goal, Part
from alloc.solver.parts import Resource
from alloc.solver.together import best_together


class TwoColumns(SimpleNamespace):
    """A part of two columns: what it takes, and what its plan costs."""

    __hash__ = object.__hash__  # as a part, told apart by identity


def parts(n: int) -> list[Part]:
    return [cast("Part", TwoColumns(columns=np.array([2 * k, 2 * k + 1]))) for k in range(n)]


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


@pytest.mark.parametrize("seed", range(20))
def test_held_to_all_combinations(seed: int) -> None:
    random = np.random.default_rng(seed)
    some = parts(3)
    goal, budget = question(3, 15.0)
    plans: dict[Part, list[Values]] = {
        part: [random.integers(0, 10, 2).astype(float) for _ in range(4)] for part in some
    }
    fits = [x for x in itertools.product(*plans.values()) if sum(plan[0] for plan in x) <= budget.limit]
    chosen = best_together(plans, goal, [budget])
    if chosen is None:
        assert not fits
    else:
        assert sum(plan[0] for plan in chosen.values()) <= budget.limit
        assert sum(plan[1] for plan in chosen.values()) == min(sum(plan[1] for plan in x) for x in fits)
