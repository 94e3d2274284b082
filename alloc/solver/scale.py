"""How rows are scaled before HiGHS gets them."""

import math

import numpy as np

from alloc.solver.outcome import Values

_LARGEST_COEFFICIENT = 1e3


def row_scale(cost: Values) -> float:
    """A power of two (exact in binary) that brings the largest coefficient into 1..1000.

    HiGHS's tolerances are absolute: a row of coefficients near 1e-6 would hold nothing.
    """
    largest = float(np.abs(cost).max(initial=0.0))
    if largest == 0 or 1 <= largest <= _LARGEST_COEFFICIENT:
        return 1.0
    wanted = 1.0 if largest < 1 else _LARGEST_COEFFICIENT
    power = math.log2(wanted / largest)
    return float(2.0 ** (math.ceil(power) if largest < 1 else math.floor(power)))
