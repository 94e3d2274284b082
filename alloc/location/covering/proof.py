"""Bounds that hold whatever the tolerances of an LP."""

from __future__ import annotations

import numpy as np

from alloc.location.pairs import Values

LARGEST_WHOLE = 2.0**53
_LARGEST_COST = 1000.0
_SLACK = 1e-7
"""How far HiGHS's bound may be off, relative to itself: its dual values are within 1e-7."""
_CUT_OFF = 1e-6
"""HiGHS drops what is less than this (absolute) better than what it holds, and calls that optimal."""
_WHOLE_SLACK = 1e-6


def whole(values: Values) -> bool:
    """Whether every sum of these is a whole number that a float holds exactly."""
    return bool(np.all(values == np.rint(values)) and np.abs(values).sum() < LARGEST_WHOLE)


def bound_below(bound: float, scale: float, is_whole: bool) -> float:
    """What a minimum cannot be below, given HiGHS's bound on ``scale`` times it.

    Rounded up where the minimum must be a whole number.
    """
    careful = (bound - _CUT_OFF - _SLACK * abs(bound)) / scale
    return float(np.ceil(careful - _WHOLE_SLACK)) if is_whole and np.isfinite(careful) else careful


def bound_above(bound: float, scale: float, gain: Values) -> float:
    """What no sum of some of these gains can be above, given HiGHS's bound on ``scale`` times it."""
    careful = -bound_below(-bound, scale, whole(gain))
    least = float(gain[gain > 0].min(initial=np.inf))
    return 0.0 if careful < least else careful


def scale_for(values: Values) -> float:
    """What to multiply costs by for HiGHS, whose tolerances are absolute: a power of two (exact in binary)
    that brings the largest to 500..1000.
    """
    largest = float(np.abs(values).max(initial=0.0))
    return 1.0 if largest == 0.0 else float(2.0 ** np.floor(np.log2(_LARGEST_COST / largest)))
