"""Specialists, their week, what they owe, and the consultations that people need of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alloc.schema.outreach import (
    WEEKDAYS,
    ConsultRate,
    OutreachToday,
    SessionNeed,
    Specialist,
    Specialty,
    Weekday,
)
from alloc.synthetic.catalogue import BAND_IDS, CONSULTS_BY_AGE, SPECIALTIES, SPECIALTY_MIX
from alloc.synthetic.geography import Ints, Land, Sizes, by_weight, km_between

WEEKS_PER_YEAR = 52


@dataclass(frozen=True)
class People:
    """The outreach tables."""

    specialties: tuple[Specialty, ...]
    specialists: tuple[Specialist, ...]
    session_needs: tuple[SessionNeed, ...]
    outreach_today: tuple[OutreachToday, ...]
    consult_rates: tuple[ConsultRate, ...]


def make_people(rng: np.random.Generator, sizes: Sizes, land: Land) -> People:
    """Specialists in groups by specialty and hospital; need follows from their slots and ``slack``."""
    specialties = SPECIALTIES[: sizes.n_specialties]
    mix = np.array(SPECIALTY_MIX[: sizes.n_specialties])
    counts = by_weight(sizes.n_specialists, mix)
    groups: list[tuple[Specialty, int, int]] = []
    for specialty, n in zip(specialties, counts, strict=True):
        groups += [(specialty, home, size) for home, size in _homes(rng, land, int(n))]
    specialists: list[Specialist] = []
    for specialty, home, size in groups:
        specialists += _group(rng, sizes, land, specialty, home, size, len(specialists))
    used = tuple(s for s, n in zip(specialties, counts, strict=True) if n)
    return People(
        specialties=used,
        specialists=tuple(specialists),
        session_needs=_session_needs(rng, land, used, groups),
        outreach_today=_outreach_today(rng, land, groups),
        consult_rates=_consult_rates(rng, sizes, land.residents.sum(axis=0), used, specialists),
    )


def _homes(rng: np.random.Generator, land: Land, n: int) -> list[tuple[int, int]]:
    """Hospitals and group sizes for ``n`` specialists: pairs and larger, so that one can leave for a day."""
    hospitals = land.hospitals
    if n == 0:
        return []
    n_groups = max(1, min(len(hospitals), n // 2))
    order = sorted(rng.permutation(len(hospitals))[:n_groups].tolist())
    chosen = [hospitals[i] for i in order]
    sizes = by_weight(n, np.sqrt(land.people_near[chosen]) + 1.0)
    return [(home, int(size)) for home, size in zip(chosen, sizes, strict=True) if size]


def _clinics(land: Land, home: int) -> list[int]:
    """Township centres of the hospital's consortium that exist, nearest first."""
    own = [
        i
        for i in land.townships
        if land.site_lead[i] == home and land.sites[i].operating in ("existing", "may_close")
    ]
    here = land.sites[home]
    lon = np.array([land.sites[i].lon for i in own])
    lat = np.array([land.sites[i].lat for i in own])
    if not own:
        return []
    return [own[k] for k in np.argsort(km_between(lon, lat, here.lon, here.lat), kind="stable").tolist()]


def _group(
    rng: np.random.Generator,
    sizes: Sizes,
    land: Land,
    specialty: Specialty,
    home: int,
    size: int,
    done: int,
) -> list[Specialist]:
    """One hospital's specialists of one specialty: the first stays all week, others owe days or mentor."""
    clinics = [land.sites[i].id for i in _clinics(land, home)[:12]]
    rows = []
    one_day = WEEKDAYS[int(rng.integers(0, 2))]
    for k in range(size):
        free = bool(clinics) and size > specialty.present_at_home and k >= specialty.present_at_home
        owed = int(rng.choice([0, 26, 52], p=[0.4, 0.3, 0.3]))
        mentor = float(rng.uniform()) < 0.3
        clinic = clinics[int(rng.integers(0, len(clinics)))] if clinics else None
        half_days = int(rng.integers(5, 8))
        days: tuple[Weekday, ...] = WEEKDAYS
        if k > specialty.present_at_home and float(rng.uniform()) < 0.3:
            off = int(rng.integers(0, 5))
            days = tuple(day for j, day in enumerate(WEEKDAYS) if j != off)
        most = 8
        if sizes.tiny:
            days, most, owed, half_days = (one_day,), 2, 13 * (owed > 26), 2
        rows.append(
            Specialist(
                id=f"S{done + k + 1:04d}",
                specialty=specialty.id,
                home=land.sites[home].id,
                days=days,
                clinic_half_days_per_week=half_days,
                most_outreach_days_per_cycle=most,
                owed_days_per_year=owed if free else 0,
                mentor_clinic=clinic if free and mentor and not sizes.tiny else None,
                may_be_posted=free and k >= 2 and float(rng.uniform()) < 0.4,
            )
        )
    return rows


def _session_needs(
    rng: np.random.Generator,
    land: Land,
    specialties: tuple[Specialty, ...],
    groups: list[tuple[Specialty, int, int]],
) -> tuple[SessionNeed, ...]:
    """A third of the townships with a group of the first specialty in reach wants teaching or rounds."""
    if not specialties:
        return ()
    first = specialties[0]
    homes = {home for specialty, home, size in groups if specialty.id == first.id and size > 1}
    rows = []
    for home in sorted(homes):
        for i in _clinics(land, home):
            wants = float(rng.uniform()) < 0.33
            kind = str(rng.choice(["teaching", "ward_round"]))
            if wants:
                row = {"facility": land.sites[i].id, "specialty": first.id, "session_type": kind}
                rows.append(SessionNeed.model_validate(row | {"half_days_per_cycle": 1}))
    return tuple(rows)


def _outreach_today(
    rng: np.random.Generator, land: Land, groups: list[tuple[Specialty, int, int]]
) -> tuple[OutreachToday, ...]:
    """Large groups already keep one weekly half-day at the nearest or second clinic."""
    rows = []
    for specialty, home, size in groups:
        clinics = _clinics(land, home)[:2]
        if size > 2 and clinics:
            clinic = clinics[int(rng.integers(0, len(clinics)))]
            rows.append(
                OutreachToday(
                    specialty=specialty.id,
                    home=land.sites[home].id,
                    facility=land.sites[clinic].id,
                    half_days_per_cycle=4,
                )
            )
    return tuple(rows)


def _consult_rates(
    rng: np.random.Generator,
    sizes: Sizes,
    by_band: Ints,
    specialties: tuple[Specialty, ...],
    specialists: list[Specialist],
) -> tuple[ConsultRate, ...]:
    """Need = slots / (slack x about 1), spread over ages so that the old need most."""
    profile = np.array(CONSULTS_BY_AGE)
    rows = []
    for specialty in specialties:
        half_days = sum(s.clinic_half_days_per_week for s in specialists if s.specialty == specialty.id)
        slots = half_days * WEEKS_PER_YEAR * specialty.home_consults_per_half_day
        need = slots / sizes.slack * float(rng.uniform(0.85, 1.05))
        level = 1000 * need / float(by_band @ profile)
        rows += [
            ConsultRate(specialty=specialty.id, age_band=band, per_1000=round(level * factor, 2))
            for band, factor in zip(BAND_IDS, CONSULTS_BY_AGE, strict=True)
        ]
    return tuple(rows)
