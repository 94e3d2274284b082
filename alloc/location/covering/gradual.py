"""Coverage that fades: whole within the radius, less beyond it, nothing from a second radius on.

Steps: Church & Roberts (1983), "Generalized coverage models and public facility location", Papers of the RSA
53. Linear: Berman, Krass & Drezner (2003), "The gradual covering decay location problem on a network", EJOR
151. A client counts as far as its nearest open site covers it, so it earns for each step of coverage that is
reached: a row for each step turns the question into maximal covering (Berman & Krass 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from alloc.location.covering.reach import check_radius
from alloc.location.pairs import Index, Pairs, Values
from alloc.location.prefixes import spans
from alloc.location.read_options import check_number
from alloc.location.refusals import usage

Decay = Literal["linear", "step"]


@dataclass(frozen=True)
class Fading:
    """How much of a client a site covers: 1 up to ``radius``, 0 from beyond ``last`` on.

    Between the two it falls linearly (to 0 at ``last``), or is ``partial_share`` throughout.
    """

    radius: float
    last: float
    decay: Decay = "linear"
    partial_share: float = 0.5

    def __post_init__(self) -> None:
        check_radius(self.radius)
        check_radius(self.last, "radius_partial")
        if self.last < self.radius:
            raise usage("radius_partial", partial=self.last, radius=self.radius)
        if self.decay not in ("linear", "step"):
            raise usage("decay", value=self.decay)
        if self.decay == "linear" and np.isinf(self.last) and np.isfinite(self.radius):
            raise usage("decay_infinite")
        check_number(self.partial_share, "partial_share", most=1.0)

    def share(self, cost: Values) -> Values:
        """Of a client that a site at this cost covers."""
        inside, between = cost <= self.radius, cost <= self.last
        if self.decay == "step":
            return np.where(inside, 1.0, np.where(between, self.partial_share, 0.0))
        width = self.last - self.radius
        if not width > 0.0:
            return np.where(inside, 1.0, 0.0)
        return np.where(
            inside, 1.0, np.clip((self.last - np.where(between, cost, self.last)) / width, 0.0, 1.0)
        )


def steps(pairs: Pairs, weights: Values, fading: Fading) -> tuple[Pairs, Values]:
    """A row for each step of each client's coverage: the sites that reach the step, and what it is worth."""
    share = fading.share(pairs.cost)
    following = np.append(share[1:], 0.0)
    has = np.diff(pairs.start) > 0
    following[pairs.start[1:][has] - 1] = 0.0
    last_of_step = np.flatnonzero(share > following)
    client = pairs.client[last_of_step]
    gain: Values = weights[client] * (share - following)[last_of_step]
    first: Index = pairs.start[client]
    length = last_of_step - first + 1
    listed = spans(first, length)
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    nothing_beyond = np.full(len(length), np.inf)
    return Pairs(pairs.n_sites, start, pairs.site[listed], pairs.cost[listed], nothing_beyond), gain
