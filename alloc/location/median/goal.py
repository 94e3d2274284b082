"""How good a bound must be: any better choice is at least one step better, or not worth looking for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_ROUNDING = 1e-9
_SHARE = 0.9
"""Of the gap: the rest is for rounding."""


@dataclass(frozen=True)
class Goal:
    """``step``: all values are multiples of it (0: not known).

    ``gap`` is relative, ``tolerance`` absolute: what may stay open between the bound and the best choice.
    ``unit``: what rounding is measured against where values are smaller, of the size of a first choice.
    """

    step: float
    gap: float = 0.0
    tolerance: float = 0.0
    unit: float = 1.0

    def enough(self, upper: float) -> float:
        """A bound above this shows that nothing better than ``upper`` is to be found."""
        if not np.isfinite(upper):
            return np.inf
        return min(self._below(upper), self._near(upper))

    def proven(self, upper: float) -> float:
        """The bound once it is known that no choice costs ``enough`` or less."""
        if not np.isfinite(upper):
            return np.inf
        return upper if self._below(upper) <= self._near(upper) else self._near(upper)

    def rounded(self, bound: float) -> float:
        """The bound raised to the next multiple."""
        if self.step <= 0.0 or not np.isfinite(bound):
            return bound
        return float(max(bound, np.ceil((bound - 2.0 * self._rounding(bound)) / self.step) * self.step))

    def _below(self, upper: float) -> float:
        """Just above the largest multiple below ``upper`` (itself none, maybe, where lists are cut short)."""
        if self.step <= 0.0:
            return np.inf
        rounding = self._rounding(upper)
        return float((np.ceil((upper - rounding) / self.step) - 1.0) * self.step + 2.0 * rounding)

    def _near(self, upper: float) -> float:
        return upper - max(self.tolerance, _SHARE * self.gap * abs(upper), 0.5 * self._rounding(upper))

    def met(self, value: float, bound: float) -> bool:
        """Whether nothing but rounding lies between the two."""
        return value - bound <= self._rounding(value)

    def _rounding(self, value: float) -> float:
        return _ROUNDING * max(abs(value), self.unit)


def unit_of(first_value: float) -> float:
    """The unit of rounding, given the value of a first choice: costs may be in any unit."""
    return min(first_value, 1.0) if first_value > 0.0 else 1.0
