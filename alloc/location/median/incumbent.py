"""The best choice found so far, by whatever method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from alloc.location.median.problem import NO_SITES
from alloc.location.pairs import Index


class Incumbent:
    """``sites`` (where they stand in the `Siting`, settled ones too) and their ``value``, first infinite.

    ``value_of`` tells the true cost of some sites, from all pairs.
    """

    def __init__(self, value_of: Callable[[Index], float]) -> None:
        self._value_of = value_of
        self.sites: Index = NO_SITES
        self.value = np.inf
        self.found_by = "nothing"

    def offer(self, sites: Index, found_by: str) -> bool:
        """Take these sites if they are better; says whether."""
        value = self._value_of(sites)
        if not value < self.value:
            return False
        self.sites, self.value, self.found_by = sites.copy(), value, found_by
        return True
