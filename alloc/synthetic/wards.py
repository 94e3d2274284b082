"""Episodes of illness, who can treat them, and beds sized to the bed days that they take."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from alloc.schema.referral import Capability, Condition, ConditionModality, EpisodeRate
from alloc.synthetic.catalogue import BAND_IDS, ILLNESSES, Illness
from alloc.synthetic.geography import Ints, Land, Sizes, by_weight

OCCUPANCY = 0.85


@dataclass(frozen=True)
class Wards:
    """The referral tables, and the beds of each site."""

    conditions: tuple[Condition, ...]
    condition_modalities: tuple[ConditionModality, ...]
    capabilities: tuple[Capability, ...]
    episode_rates: tuple[EpisodeRate, ...]
    beds: list[int]


def make_wards(rng: np.random.Generator, sizes: Sizes, land: Land, modality_ids: set[str]) -> Wards:
    """Condition groups, and hospital beds for ``slack`` x what full stays there would take."""
    illnesses = ILLNESSES[: sizes.n_conditions]
    return Wards(
        conditions=tuple(illness.condition for illness in illnesses),
        condition_modalities=tuple(
            ConditionModality(condition=illness.condition.id, modality=m)
            for illness in illnesses
            for m in illness.modalities
            if m in modality_ids
        ),
        capabilities=_capabilities(rng, land, illnesses),
        episode_rates=tuple(
            EpisodeRate(condition=illness.condition.id, age_band=band, per_1000=rate)
            for illness in illnesses
            for band, rate in zip(BAND_IDS, illness.per_1000, strict=True)
        ),
        beds=_beds(sizes, land, illnesses),
    )


def episodes(illness: Illness, by_band: Ints) -> float:
    """Episodes a year over the region."""
    return float(by_band @ np.array(illness.per_1000)) / 1000


def _beds(sizes: Sizes, land: Land, illnesses: tuple[Illness, ...]) -> list[int]:
    """Hospital beds fall short by ``slack``; township beds hold all step-down stays and half more."""
    by_band = land.residents.sum(axis=0)
    full_stay = down = 0.0
    for illness in illnesses:
        condition, n = illness.condition, episodes(illness, by_band)
        full_stay += n * condition.stay_days
        down += n * condition.step_down_share * condition.step_down_days
    hospital = max(len(land.hospitals), math.ceil(sizes.slack * full_stay / (365 * OCCUPANCY)))
    open_townships = [i for i in land.townships if land.sites[i].operating != "candidate"]
    township = max(len(open_townships), math.ceil(1.5 * down / (365 * OCCUPANCY)))
    beds = [0] * len(land.sites)
    for where, total in ((land.hospitals, hospital), (open_townships, township)):
        if where:
            weight = np.sqrt(land.people_near[where]) + 1.0
            for site, n in zip(where, by_weight(total, weight), strict=True):
                beds[site] = int(n)
    for site in land.townships:
        if land.sites[site].operating == "candidate":
            beds[site] = max(1, township // max(1, 2 * len(open_townships)))
    return beds


def _capabilities(
    rng: np.random.Generator, land: Land, illnesses: tuple[Illness, ...]
) -> tuple[Capability, ...]:
    """The first hospital of each county treats everything; others miss an illness now and then."""
    by_band = land.residents.sum(axis=0)
    first = {land.sites[i].county: i for i in reversed(land.hospitals)}
    rows = []
    for illness in illnesses:
        condition = illness.condition
        yearly = episodes(illness, by_band)
        for i, site in enumerate(land.sites):
            hospital = site.tier == "county"
            misses = float(rng.uniform()) < 0.2
            roles = []
            if condition.acute_limit_min is None:
                roles.append("first_contact")
            if hospital and (i == first[site.county] or not misses):
                roles.append("treat")
            if not hospital and condition.treating_tier == "township" and not misses:
                roles.append("treat")
            if not hospital and condition.step_down_share > 0 and not misses:
                roles.append("step_down")
            mean = yearly / len(land.sites)
            rows += [_capability(site.id, condition, role, hospital, mean) for role in roles]
    return tuple(rows)


def _capability(
    facility: str, condition: Condition, role: str, hospital: bool, mean_episodes: float
) -> Capability:
    """Townships that treat are limited to a part of an even share; hospitals by their beds alone."""
    limited = role == "treat" and not hospital
    row = {"facility": facility, "condition": condition.id, "role": role}
    return Capability.model_validate(
        row | {"episodes_per_year": max(1, round(0.5 * mean_episodes)) if limited else None}
    )
