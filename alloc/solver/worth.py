"""What more of something shared is worth to the parts, and the price at which what they want of it fits.

The relaxation's price is that of parts of machines. A part that gains much by one machine more, and nothing
by half of one, would pay another price: what it gains between two plans, one that takes little and one that
takes much. Those that gain most for one more have theirs first; the price is what the first that cannot have
all it wants would pay (the break item of a fractional knapsack: Dantzig 1957, Oper. Res. 5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from alloc.solver.part import Part


@dataclass(frozen=True)
class Wish:
    """Two plans of a part take ``least`` and ``most`` of a resource (in its own unit); ``gain`` is what the
    second gains in the goal.
    """

    part: Part
    least: float
    most: float
    gain: float

    @property
    def worth(self) -> float:
        """Of one more of the resource, in the goal's unit."""
        more = self.most - self.least
        return self.gain / more if more > 0.0 and self.gain > 0.0 else 0.0


def price_at_which_it_fits(wishes: Sequence[Wish], left: float) -> float:
    """The price of one more, where ``left`` is there beside what all take at least. Where all fits, it is
    half of what the last would pay: who asked for nothing may take the rest, but no more.

    Any price between what the first pays that cannot have all, and what the last pays that can, proves the
    same of these wishes where nothing is over; half way (of their logarithms) others are kept from taking it.
    """
    had = 0.0
    for wish in sorted(wishes, key=lambda one: one.worth, reverse=True):
        left -= wish.most - wish.least
        if left < 0.0:
            return math.sqrt(had * wish.worth) if had > 0.0 else wish.worth
        had = wish.worth or had
    return 0.5 * had
