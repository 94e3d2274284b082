"""Machines, their staff, readers and reading centres of a synthetic region."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from alloc.schema.equipment import EquipmentType, ExamRate, InventoryItem, Modality, PriceBreak
from alloc.schema.facilities import Staff
from alloc.schema.imaging import Readers, ReadingCentre, ReadingToday
from alloc.synthetic.catalogue import BAND_IDS, EXAM_KINDS, ExamKind
from alloc.synthetic.geography import Land, Sizes, by_weight

PLANNING_YEAR = 2026
UTILISATION = 0.85
DUTY_SHARE = 0.5
PEAK_HOUR_SHARE = 0.15
WORKING_DAYS = 250


@dataclass(frozen=True)
class Machines:
    """The equipment tables."""

    modalities: tuple[Modality, ...]
    types: tuple[EquipmentType, ...]
    price_breaks: tuple[PriceBreak, ...]
    inventory: tuple[InventoryItem, ...]
    exam_rates: tuple[ExamRate, ...]
    exams: dict[str, float]
    """Need of each modality, a year, over the region."""

    def at(self, facility: str, modality: str) -> int:
        """Machines of a modality that stand at a facility today."""
        types = {t.id for t in self.types if t.modality == modality}
        return sum(i.count for i in self.inventory if i.facility == facility and i.equipment_type in types)

    def rooms_at(self, facility: str) -> int:
        """Rooms that today's machines take."""
        rooms = {t.id: t.rooms for t in self.types}
        return sum(rooms[i.equipment_type] * i.count for i in self.inventory if i.facility == facility)


def make_machines(rng: np.random.Generator, sizes: Sizes, land: Land) -> Machines:
    """Kinds, rates and an inventory whose usable capacity is about ``slack`` x need."""
    by_band = land.residents.sum(axis=0)
    kinds = EXAM_KINDS[: sizes.n_modalities]
    types: list[EquipmentType] = []
    standing: Counter[tuple[str, str, int]] = Counter()
    exams = {}
    for kind in kinds:
        name = kind.modality.id
        exams[name] = float(by_band @ np.array(kind.per_1000)) / 1000
        own = _types(sizes, kind, exams[name])
        types += own
        target = sizes.slack * exams[name] / UTILISATION
        for site, type_id in _stand(land, kind, own, target):
            standing[land.sites[site].id, type_id, _install_year(rng)] += 1
    limit = {t.id: t.most_per_facility for t in types}
    held: Counter[tuple[str, str]] = Counter()
    for (facility, type_id, _), count in standing.items():
        held[facility, type_id] += count
    for (_, type_id), count in held.items():
        limit[type_id] = max(limit[type_id], count)
    types = [t.model_copy(update={"most_per_facility": limit[t.id]}) for t in types]
    breaks = [
        PriceBreak(equipment_type=t.id, quantity_from=3, price_cny=round(0.85 * t.price_cny))
        for t in types
        if t.modality in ("DR", "US") and not sizes.tiny
    ]
    return Machines(
        modalities=tuple(kind.modality for kind in kinds),
        types=tuple(types),
        price_breaks=tuple(breaks),
        inventory=tuple(
            InventoryItem(facility=f, equipment_type=t, install_year=year, count=count)
            for (f, t, year), count in sorted(standing.items())
        ),
        exam_rates=tuple(
            ExamRate(modality=kind.modality.id, age_band=band, per_1000=rate)
            for kind in kinds
            for band, rate in zip(BAND_IDS, kind.per_1000, strict=True)
        ),
        exams=exams,
    )


def _types(sizes: Sizes, kind: ExamKind, exams: float) -> list[EquipmentType]:
    """The catalogue's types; in a tiny region one a modality, sized so that few machines carry the need."""
    if sizes.machines_today is None:
        return list(kind.types)
    capacity = round(sizes.slack * exams / (UTILISATION * sizes.machines_today), 1)
    first = kind.types[0]
    tiny = {"exams_per_year": capacity, "most_per_facility": 2, "rooms": 0, "lowest_tier": "township"}
    return [first.model_copy(update=tiny)]


def _install_year(rng: np.random.Generator) -> int:
    """A fifth of all machines is past ten years."""
    return PLANNING_YEAR - int(rng.choice([2, 4, 6, 8, 11, 13], p=[0.2, 0.25, 0.2, 0.15, 0.12, 0.08]))


def _stand(land: Land, kind: ExamKind, types: list[EquipmentType], target: float) -> list[tuple[int, str]]:
    """Whole machines at sites, their capacity nearest to ``target``: hospitals take the larger type."""
    hospitals = land.hospitals
    townships = [i for i in land.townships if land.sites[i].operating != "candidate"]
    small, large = types[0], types[-1]
    may_stand = [] if small.lowest_tier == "county" else townships
    share = kind.hospital_share if may_stand else 1.0
    n_large = round(0.5 * target * share / large.exams_per_year) if len(types) > 1 else 0
    left = max(0.0, target - n_large * large.exams_per_year)
    n_small = max(1 if n_large == 0 else 0, round(left / small.exams_per_year))
    n_township = min(round(n_small * (1 - share)), 2 * len(may_stand))
    if len(types) > 1 and may_stand and n_small > 1:
        n_township = max(n_township, 1)
    people = land.people_near
    places: list[tuple[int, str]] = []
    for n, type_id, where in (
        (n_large, large.id, hospitals),
        (n_small - n_township, small.id, hospitals),
        (n_township, small.id, may_stand),
    ):
        if n and where:
            weight = np.sqrt(people[where]) + 1.0
            for site, count in zip(where, by_weight(n, weight), strict=True):
                places += [(site, type_id)] * int(count)
    return places


def make_staff(rng: np.random.Generator, sizes: Sizes, land: Land, machines: Machines) -> tuple[Staff, ...]:
    """Just enough staff for today's machines, a few posts to be filled, more at the hospitals."""
    needs: dict[tuple[str, str], float] = {}
    per_type = {t.id: t for t in machines.types}
    for item in machines.inventory:
        kind = per_type[item.equipment_type]
        if kind.staff_role is not None:
            key = (item.facility, kind.staff_role)
            needs[key] = needs.get(key, 0.0) + kind.staff_fte * item.count
    roles = sorted({t.staff_role for t in machines.types if t.staff_role is not None})
    rows = []
    for site in land.sites:
        for role in roles:
            fte = needs.get((site.id, role), 0.0)
            recruits = float(rng.integers(2, 6) if site.tier == "county" else rng.integers(0, 4))
            if site.operating == "candidate":
                recruits = 4.0
            fte = math.ceil(2 * fte * float(rng.uniform(1.0, 1.15))) / 2
            if fte or recruits:
                rows.append(Staff(facility=site.id, role=role, fte=fte, recruits_fte=recruits))
    return tuple(rows)


def make_links(rng: np.random.Generator, land: Land) -> list[float | None]:
    """Mbps by site: hospitals have a fast line; half the townships have one, a few a slow one, some none."""
    links: list[float | None] = []
    for site in land.sites:
        draw = float(rng.uniform())
        fast = float(rng.choice([20.0, 50.0, 100.0]))
        if site.tier == "county":
            links.append(200.0)
        elif draw < 0.54 or site.operating == "candidate":
            links.append(fast)
        else:
            links.append(2.0 if draw < 0.7 else None)
    return links


@dataclass(frozen=True)
class Reading:
    """The reading tables."""

    readers: tuple[Readers, ...]
    centres: tuple[ReadingCentre, ...]
    today: tuple[ReadingToday, ...]


def make_reading(
    rng: np.random.Generator, sizes: Sizes, land: Land, machines: Machines, links: list[float | None]
) -> Reading:
    """Readers mostly in hospitals, sized to the peak hour; the first hospital of each group has a centre."""
    readers: list[Readers] = []
    centres: list[ReadingCentre] = []
    today: list[ReadingToday] = []
    groups = sorted({m.reading_group for m in machines.modalities if m.reading_group is not None})
    hospitals = land.hospitals
    for group in groups:
        members = [m for m in machines.modalities if m.reading_group == group]
        minutes = sum(machines.exams[m.id] * m.read_min for m in members)
        erlang = minutes * PEAK_HOUR_SHARE / (WORKING_DAYS * 60)
        total = max(len(hospitals), math.ceil(1.05 * erlang / DUTY_SHARE))
        counts = by_weight(total, np.sqrt(land.people_near[hospitals]) + 1.0)
        at: dict[int, int] = {i: max(1, int(n)) for i, n in zip(hospitals, counts, strict=True)}
        for i in land.townships:
            examines = any(machines.at(land.sites[i].id, m.id) for m in members)
            lone = float(rng.uniform()) < 0.25
            if examines and (links[i] is None or lone):
                at[i] = 1
        readers += [Readers(facility=land.sites[i].id, reading_group=group, count=n) for i, n in at.items()]
        centres += _centres(land, group)
        exists = [land.sites[i].id for i in hospitals if i == hospitals[0]]
        today += _today(land, machines, members, at, links, group, exists[0])
    return Reading(tuple(readers), tuple(centres), tuple(today))


def _centres(land: Land, group: str) -> list[ReadingCentre]:
    return [
        ReadingCentre.model_validate(
            {
                "facility": land.sites[i].id,
                "reading_group": group,
                "exists": i == land.hospitals[0],
                "setup_cny": 800_000 if group == "imaging" else 200_000,
                "running_cny_per_year": 300_000 if group == "imaging" else 100_000,
                "cny_per_link_year": 12_000 if group == "imaging" else 3_000,
            }
        )
        for i in land.hospitals
    ]


def _today(
    land: Land,
    machines: Machines,
    members: list[Modality],
    at: dict[int, int],
    links: list[float | None],
    group: str,
    centre: str,
) -> list[ReadingToday]:
    """Who has readers reads its own; who has a link sends to the centre that exists."""
    rows = []
    for i, site in enumerate(land.sites):
        if not any(machines.at(site.id, m.id) for m in members):
            continue
        reads = site.id if i in at else centre if links[i] is not None else None
        if reads is not None:
            row = {"facility": site.id, "reading_group": group, "centre": reads}
            rows.append(ReadingToday.model_validate(row))
    return rows
