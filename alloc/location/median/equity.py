"""p-median that counts the far more than the near: the Kolm-Pollak equally-distributed equivalent."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alloc.location.answer import Answer
from alloc.location.costs import Costs
from alloc.location.inputs import read_siting
from alloc.location.median.found import Found
from alloc.location.median.lists import search_listed
from alloc.location.median.reading import open_sites, served
from alloc.location.pairs import Index, Mask, Pairs, Values
from alloc.location.refusals import FaultList, usage
from alloc.location.siting import Limits, Siting, check_count
from alloc.solver.progress import CancelToken

_SHARE_OF_TIME = 0.3
_GAP_OF_REFERENCE = 1e-3
_LARGEST_EXPONENT = 60.0


def equity_p_median(
    cost: Any,
    weights: Any = None,
    p: int = 1,
    epsilon: float = -1.0,
    *,
    reference: Iterable[Hashable] | None = None,
    existing: Iterable[Hashable] = (),
    required: Iterable[Hashable] = (),
    prohibited: Iterable[Hashable] = (),
    cutoff: float | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-6,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Answer:
    """Open ``p`` sites so that the Kolm-Pollak equivalent of all clients' costs is least.

    The equivalent is the cost that, borne by everybody alike, would be as good: the mean, plus what
    inequality costs. With ``kappa = alpha x epsilon`` it is ``-1/kappa ln(sum w e^(-kappa d) / sum w)``;
    ``alpha = sum w d / sum w d^2`` over a reference plan makes it free of units (Horton et al. 2024). It
    is a p-median with other costs, so it is solved as one.

    Args:
        cost, weights, p: As `p_median`.
        epsilon: Aversion to inequality, below 0; -1 is usual, 0 would be the p-median.
        reference: Ids of the open sites of the reference plan; a p-median plan where not given.
        existing, required, prohibited, cutoff: As `p_median`.
        time_limit_s, gap, seed, cancel: See `Limits`; a stopped run returns its best answer and the gap.

    ``objective`` and ``bound`` are equivalents, in the unit of ``cost``; ``details`` holds ``alpha``,
    ``kappa`` and ``mean``. Raises as `p_median`, and UsageError for an epsilon that is not below 0.
    """
    limits = Limits(time_limit_s, gap, seed)
    if isinstance(epsilon, (bool, str)) or not -np.inf < epsilon < 0.0:
        raise usage("epsilon", value=epsilon)
    states = {"existing": existing, "required": required, "prohibited": prohibited}
    siting = read_siting(cost, weights, **states, cutoff=cutoff)
    p = check_count(siting, p)
    named = None if reference is None else _sites(siting, reference)
    usual = search_listed(siting, p, None, _first_limits(limits), cancel)
    near = _distances(siting, open_sites(siting, usual.sites))
    known = near if named is None else _distances(siting, named)
    alpha = _alpha(siting.weights, known)
    scale = Scale(alpha * -float(epsilon), float(near.max(initial=0.0)), siting.weights)
    found = usual if scale.rate == 0.0 else _search(siting, p, scale, usual, near, limits, cancel)
    is_open = open_sites(siting, found.sites)
    site_of, travel = served(siting, is_open)
    total = float(siting.weights.sum())
    value = scale.equivalent(_distances(siting, is_open))
    bound = scale.of_sum(found.bound) if scale.rate > 0.0 else found.bound / max(total, 1e-300)
    return siting.answer(
        "equity_p_median",
        is_open,
        site_of,
        value,
        min(bound, value),
        limits,
        method=found.method,
        stopped=found.stopped,
        details={"alpha": alpha, "kappa": -scale.rate, "mean": travel / total if total > 0.0 else 0.0},
    )


@dataclass(frozen=True, eq=False)
class Scale:
    """Costs d as ``exp(rate x (d - origin))`` and sums of them back; ``rate`` is -kappa."""

    rate: float
    origin: float
    weights: Values

    def of_cost(self, cost: Values) -> Values:
        """What a unit of weight counts at these costs; infinite where they are.

        Costs far beyond the worst of a known plan count less than they should: still too much to be worth it,
        and the bound stays one.
        """
        exponent = np.minimum(
            self.rate * (np.where(np.isfinite(cost), cost, 0.0) - self.origin), _LARGEST_EXPONENT
        )
        return np.where(np.isfinite(cost), np.exp(exponent), np.inf)

    def of_sum(self, total: float) -> float:
        """The equivalent of a weighted sum of such numbers."""
        weight = float(self.weights.sum())
        if weight <= 0.0 or total <= 0.0:
            return 0.0
        return max(self.origin + float(np.log(total / weight)) / self.rate, 0.0)

    def equivalent(self, cost: Values) -> float:
        """The equivalent of the clients' costs; their mean where the rate is 0."""
        weight = float(self.weights.sum())
        counted = self.weights > 0.0
        if weight <= 0.0:
            return 0.0
        if self.rate == 0.0:
            return float(self.weights @ cost) / weight
        worst = float(cost[counted].max())
        mean = float(self.weights[counted] @ np.exp(self.rate * (cost[counted] - worst))) / weight
        return worst + float(np.log(mean)) / self.rate


class ScaledCosts:
    """Costs behind a `Scale`; the nearest stay the nearest."""

    def __init__(self, costs: Costs, scale: Scale) -> None:
        self._costs, self._scale = costs, scale
        self.client_ids, self.site_ids = costs.client_ids, costs.site_ids

    def nearest(self, k: int) -> Pairs:
        """See `Costs`."""
        return self._scaled(self._costs.nearest(k))

    def within(self, radius: float) -> Pairs:
        """See `Costs`; the radius is one of the costs behind the scale."""
        return self._scaled(self._costs.within(radius))

    def to_sites(self, sites: Index) -> Values:
        """See `Costs`."""
        return self._scale.of_cost(self._costs.to_sites(sites))

    def block(self, clients: Index, sites: Index) -> Values:
        """See `Costs`."""
        return self._scale.of_cost(self._costs.block(clients, sites))

    def _scaled(self, pairs: Pairs) -> Pairs:
        cost, beyond = self._scale.of_cost(pairs.cost), self._scale.of_cost(pairs.beyond)
        return replace(pairs, cost=cost, beyond=beyond)


class _Within(ScaledCosts):
    """Costs within a cutoff only: it is one of the costs behind the scale, where rounding cannot move it."""

    def __init__(self, costs: Costs, scale: Scale, cutoff: float) -> None:
        super().__init__(costs, scale)
        self._cutoff = cutoff

    def nearest(self, k: int) -> Pairs:
        """See `Costs`."""
        pairs = self._costs.nearest(k)
        beyond = np.where(pairs.beyond > self._cutoff, np.inf, pairs.beyond)
        return self._scaled(pairs.keep(pairs.cost <= self._cutoff, beyond))

    def within(self, radius: float) -> Pairs:
        """See `Costs`."""
        return super().within(min(radius, self._cutoff))

    def to_sites(self, sites: Index) -> Values:
        """See `Costs`."""
        return self._scale.of_cost(self._cut(self._costs.to_sites(sites)))

    def block(self, clients: Index, sites: Index) -> Values:
        """See `Costs`."""
        return self._scale.of_cost(self._cut(self._costs.block(clients, sites)))

    def _cut(self, costs: Values) -> Values:
        return np.where(costs > self._cutoff, np.inf, costs)


def _search(
    siting: Siting,
    p: int,
    scale: Scale,
    usual: Found,
    near: Values,
    limits: Limits,
    cancel: CancelToken | None,
) -> Found:
    """The p-median at scaled costs, from the usual plan; the gap is the one that the equivalent allows."""
    costs = _Within(siting.costs, scale, siting.cutoff)
    scaled = replace(siting, costs=costs, cutoff=np.inf)
    start = float(siting.weights @ scale.of_cost(near))
    allowed = float(-np.expm1(-limits.gap * scale.rate * 0.5 * scale.equivalent(near)))
    known = Found(usual.sites, start, -np.inf, usual.method)
    return search_listed(scaled, p, None, replace(limits, gap=min(allowed, limits.gap)), cancel, known)


def _first_limits(limits: Limits) -> Limits:
    share = limits.time_limit_s * _SHARE_OF_TIME
    return replace(limits, time_limit_s=share, gap=max(limits.gap, _GAP_OF_REFERENCE))


def _distances(siting: Siting, is_open: Mask) -> Values:
    """Each client's cost to the nearest of some sites."""
    near: Values = siting.costs.to_sites(np.flatnonzero(is_open)).min(axis=1)
    return near


def _alpha(weights: Values, cost: Values) -> float:
    """Free of units: one over a cost that is typical of a plan; 0 where nobody has any."""
    served_at_all = np.isfinite(cost)
    weights, cost = weights[served_at_all], cost[served_at_all]
    square = float(weights @ (cost * cost))
    return float(weights @ cost) / square if square > 0.0 else 0.0


def _sites(siting: Siting, reference: Iterable[Hashable]) -> Mask:
    """Raises DataError for an id that is no site's, UsageError where none is named."""
    place = {site: number for number, site in enumerate(siting.costs.site_ids)}
    named, faults = list(reference), FaultList()
    for site in named:
        if site not in place:
            faults.add("unknown_site", "reference", site)
    faults.raise_any()
    if not named:
        raise usage("reference_empty")
    mask: Mask = np.zeros(siting.n_sites, dtype=bool)
    mask[[place[site] for site in named]] = True
    return mask
