"""What referral needs: episodes, the routes they may take, where they step down, beds and money by tier."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alloc.instance.needs import Need, episode_need
from alloc.instance.reach import Reach
from alloc.schema.facilities import TIERS, Facility
from alloc.schema.model import Model
from alloc.schema.referral import Condition, TierMoney
from alloc.schema.region import Region


@dataclass(frozen=True)
class Route:
    """First contact, treating facility (the same when direct), minutes on the way and as felt."""

    first_contact: str
    treated_at: str
    minutes: float
    felt_min: float

    @property
    def referred(self) -> bool:
        """Whether the patient is referred up from another facility."""
        return self.first_contact != self.treated_at


@dataclass(frozen=True)
class ReferralData:
    """Compiled facts of referral.

    ``routes``: (place, condition) -> routes. ``step_down``: (place, condition) -> facilities near home.
    ``capability``: (facility, condition, role) -> episodes per year, infinite where only beds limit it.
    ``usable_beds``: beds times the occupancy standard of the tier.
    """

    conditions: dict[str, Condition]
    modalities_needed: dict[str, list[str]]
    need: Need
    routes: dict[tuple[str, str], list[Route]]
    step_down: dict[tuple[str, str], list[str]]
    capability: dict[tuple[str, str, str], float]
    usable_beds: dict[str, float]
    occupancy_share: dict[str, float]
    money: dict[str, TierMoney]

    def legs(self) -> list[tuple[str, str, str, str]]:
        """(place, condition, treated at, stepped down to), each pair once."""
        found = []
        for (i, c), choices in self.routes.items():
            for f2 in sorted({route.treated_at for route in choices}):
                found += [(i, c, f2, f3) for f3 in self.step_down.get((i, c), []) if f3 != f2]
        return found


def compile_referral(region: Region, model: Model, reach: Reach) -> ReferralData:
    """Compile the referral facts of one scenario."""
    conditions = {row.id: row for row in region.conditions}
    capability: dict[tuple[str, str, str], float] = {
        (row.facility, row.condition, row.role): math.inf
        if row.episodes_per_year is None
        else row.episodes_per_year
        for row in region.capabilities
        if reach.facilities[row.facility].operating != "prohibited"
    }
    able = able_to(capability)
    money: dict[str, TierMoney] = {row.tier: row for row in region.tier_money}
    needed: dict[str, list[str]] = defaultdict(list)
    for row in region.condition_modalities:
        needed[row.condition].append(row.modality)
    need = episode_need(region)
    occupancy = {f.id: money[f.tier].occupancy_share for f in region.facilities if f.tier in money}
    return ReferralData(
        conditions=conditions,
        modalities_needed=dict(needed),
        need=need,
        routes={(i, c): _routes(i, conditions[c], able, model, reach) for i, c in sorted(need)},
        step_down={(i, c): _step_down(i, conditions[c], able, model, reach) for i, c in sorted(need)},
        capability=capability,
        usable_beds={f.id: f.beds * occupancy.get(f.id, 0.0) for f in region.facilities},
        occupancy_share=occupancy,
        money=money,
    )


def able_to(capability: Mapping[tuple[str, str, str], float]) -> dict[tuple[str, str], list[str]]:
    """(condition, role) -> the facilities that may take it, sorted."""
    able: dict[tuple[str, str], list[str]] = defaultdict(list)
    for f, c, role in sorted(capability):
        if capability[f, c, role] > 0.0:
            able[c, role].append(f)
    return able


def high_enough(condition: Condition, able: Iterable[str], facilities: Mapping[str, Facility]) -> list[str]:
    """Those of the able facilities that are of the treating tier or above."""
    lowest = TIERS.index(condition.treating_tier)
    return [f for f in able if TIERS.index(facilities[f].tier) >= lowest]


def _routes(
    place: str, condition: Condition, able: dict[tuple[str, str], list[str]], model: Model, reach: Reach
) -> list[Route]:
    """Acute: straight to a capable facility within the limit. Else by way of the nearest first contacts."""
    capable = high_enough(condition, able[condition.id, "treat"], reach.facilities)
    if condition.acute_limit_min is not None:
        near = [f for f in capable if reach.minutes(place, f) <= condition.acute_limit_min]
        near = sorted(near, key=lambda f: (reach.felt_minutes(place, f), f))[
            : model.standards.access.most_pairs_kept
        ]
        return [_route(place, f, f, reach) for f in near]
    treating = reach.kept(place, capable, model.standards.access.episodes_within_min)
    first = _first_contacts(place, able[condition.id, "first_contact"], model, reach)
    routes = []
    for f2 in treating:
        for f1 in dict.fromkeys(f2 if f1 is None else f1 for f1 in first):
            route = _route(place, f1, f2, reach)
            if math.isfinite(route.minutes):
                routes.append(route)
    return routes


def _first_contacts(place: str, capable: list[str], model: Model, reach: Reach) -> list[str | None]:
    """The nearest first contacts; None (go straight) where there is none near."""
    within = model.standards.access.first_contact_within_min
    near = sorted((reach.felt_minutes(place, f), f) for f in capable if reach.minutes(place, f) <= within)
    chosen: list[str | None] = [f for _, f in near[: model.standards.referral.first_contact_choices]]
    return chosen or [None]


def _route(place: str, f1: str, f2: str, reach: Reach) -> Route:
    minutes = reach.minutes(place, f1) + (reach.minutes(f1, f2) if f1 != f2 else 0.0)
    return Route(f1, f2, minutes, minutes + reach.surcharge_min(place, f2))


def _step_down(
    place: str, condition: Condition, able: dict[tuple[str, str], list[str]], model: Model, reach: Reach
) -> list[str]:
    """The nearest facilities of a lower tier than the treating one that take the condition back."""
    if condition.step_down_share <= 0.0 or condition.step_down_days <= 0.0:
        return []
    standards = model.standards.referral
    near = sorted(
        (reach.felt_minutes(place, f), f)
        for f in able[condition.id, "step_down"]
        if TIERS.index(reach.facilities[f].tier) < TIERS.index(condition.treating_tier)
        and reach.minutes(place, f) <= standards.step_down_within_min
    )
    return [f for _, f in near[: standards.step_down_choices]]
