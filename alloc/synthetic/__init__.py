"""Regions of any size from a seed, to tune, test and try with: no file, no real place.

A seed gives the same region on every machine and in every run (numpy's PCG64, no hashing).
"""

from __future__ import annotations

import numpy as np

from alloc.errors import UsageError
from alloc.schema.facilities import Consortium, Facility
from alloc.schema.places import Place, Population
from alloc.schema.region import About, Region
from alloc.schema.scenario import Change, Scenario
from alloc.schema.travel import Travel
from alloc.synthetic.catalogue import (
    AGE_BANDS,
    BAND_IDS,
    EXAM_KINDS,
    ILLNESSES,
    ROLES,
    SPECIALTIES,
    TIER_MONEY,
)
from alloc.synthetic.equipment import (
    PLANNING_YEAR,
    Machines,
    make_links,
    make_machines,
    make_reading,
    make_staff,
)
from alloc.synthetic.geography import Land, Sizes, make_land
from alloc.synthetic.people import People, make_people
from alloc.synthetic.wards import Wards, make_wards
from alloc.synthetic.wishes import gap_cny, synthetic_model

__all__ = ["gap_cny", "synthetic_model", "synthetic_region", "tiny_region"]


def synthetic_region(
    seed: int,
    *,
    n_places: int = 20,
    n_facilities: int = 8,
    n_modalities: int = 3,
    n_specialists: int = 12,
    n_counties: int = 1,
    n_specialties: int | None = None,
    n_conditions: int | None = None,
    urban_share: float = 0.35,
    slack: float = 0.85,
    residents_per_facility: float = 40_000.0,
) -> Region:
    """A region drawn from ``seed``.

    Args:
        seed: Any whole number >= 0.
        n_places: Villages or townships, spread over the counties.
        n_facilities: County hospitals (one to three a county) and township centres together.
        n_modalities: 1..8, in the order CT, DR, US, ECG, MRI, LAB, ENDO, PATH.
        n_specialists: Specialists of all hospitals.
        n_counties: Counties, each with its seat; none may lack a place or a facility.
        n_specialties: 1..8; None lets it follow from the number of specialists.
        n_conditions: 1..8; None gives 6.
        urban_share: Share of the residents in urban places.
        slack: Today's usable capacity / need, for machines, slots and hospital beds: below 1 is short.
        residents_per_facility: Residents of the region / facilities.

    Raises:
        UsageError: when a size lies outside its range.
    """
    sizes = Sizes(
        n_places=n_places,
        n_facilities=n_facilities,
        n_modalities=n_modalities,
        n_specialists=n_specialists,
        n_counties=n_counties,
        n_specialties=n_specialties or min(len(SPECIALTIES), max(1, n_specialists // 4)),
        n_conditions=n_conditions or 6,
        urban_share=urban_share,
        slack=slack,
        residents_per_facility=residents_per_facility,
    )
    return _region(seed, sizes)


def tiny_region(seed: int) -> Region:
    """A region so small that all its plans can be listed: for brute-force tests.

    3..5 places, 3..5 facilities, one machine type for each of 1..2 modalities, 2..4 specialists with one
    weekday each, 2 conditions, about 4,000 residents.
    """
    rng = np.random.default_rng([seed, 1])
    sizes = Sizes(
        n_places=int(rng.integers(3, 6)),
        n_facilities=int(rng.integers(3, 6)),
        n_modalities=int(rng.integers(1, 3)),
        n_specialists=int(rng.integers(2, 5)),
        n_specialties=int(rng.integers(1, 3)),
        n_conditions=2,
        slack=0.8,
        residents_per_facility=1_000.0,
        machines_today=2,
        tiny=True,
    )
    return _region(seed, sizes)


def _region(seed: int, sizes: Sizes) -> Region:
    """Draw the parts in a fixed order, each from its own stream, and put them together."""
    _check(sizes)
    streams = [np.random.default_rng([seed, 2, part]) for part in range(6)]
    land = make_land(streams[0], sizes)
    machines = make_machines(streams[1], sizes, land)
    links = make_links(streams[2], land)
    reading = make_reading(streams[2], sizes, land, machines, links)
    people = make_people(streams[3], sizes, land)
    wards = make_wards(streams[4], sizes, land, {m.id for m in machines.modalities})
    return Region(
        about=_about(seed, sizes),
        travel=Travel(method="great_circle", detour_factor=1.35, km_per_hour=45.0),
        age_bands=AGE_BANDS,
        places=_places(land),
        population=tuple(
            Population(place=place, age_band=band, residents=int(land.residents[i, k]))
            for i, place in enumerate(land.place_ids)
            for k, band in enumerate(BAND_IDS)
        ),
        consortia=_consortia(land),
        facilities=_facilities(streams[5], land, machines, wards, links),
        roles=ROLES,
        staff=make_staff(streams[5], sizes, land, machines),
        modalities=machines.modalities,
        equipment_types=machines.types,
        price_breaks=machines.price_breaks,
        inventory=machines.inventory,
        exam_rates=machines.exam_rates,
        readers=reading.readers,
        reading_centres=reading.centres,
        reading_today=reading.today,
        specialties=people.specialties,
        specialists=people.specialists,
        session_needs=people.session_needs,
        outreach_today=people.outreach_today,
        consult_rates=people.consult_rates,
        conditions=wards.conditions,
        condition_modalities=wards.condition_modalities,
        capabilities=wards.capabilities,
        episode_rates=wards.episode_rates,
        tier_money=TIER_MONEY,
        scenarios=_scenarios(machines, people, wards),
    )


def _check(sizes: Sizes) -> None:
    """Refuse sizes that the catalogue or common sense cannot serve."""
    ranges = {
        "n_modalities": (sizes.n_modalities, 1, len(EXAM_KINDS)),
        "n_specialties": (sizes.n_specialties, 1, len(SPECIALTIES)),
        "n_conditions": (sizes.n_conditions, 1, len(ILLNESSES)),
        "n_specialists": (sizes.n_specialists, 0, 10_000),
        "urban_share": (sizes.urban_share, 0.0, 1.0),
        "slack": (sizes.slack, 0.05, 20.0),
    }
    for name, (value, low, high) in ranges.items():
        if not low <= value <= high:
            raise UsageError(f"{name} must lie in {low}..{high}, not {value}")


def _about(seed: int, sizes: Sizes) -> About:
    return About(
        id=f"synthetic-{seed}",
        name_zh="合成区域",
        name_en="synthetic region",
        planning_year=PLANNING_YEAR,
        crs="EPSG:4326",
        outside_min=75.0 if sizes.tiny else 100.0,
        semi_synthetic=True,
        note_zh="全部数据由随机种子生成，不代表任何真实地区。",
        note_en="All figures are drawn from a random seed and describe no real place.",
    )


def _consortium_id(land: Land, lead: int) -> str:
    return f"C-{land.sites[lead].id}"


def _consortia(land: Land) -> tuple[Consortium, ...]:
    return tuple(
        Consortium(
            id=_consortium_id(land, i),
            name_zh=f"{land.sites[i].id}医共体",
            name_en=f"consortium of {land.sites[i].id}",
            integrated=k % 3 != 2,
        )
        for k, i in enumerate(land.hospitals)
    )


def _places(land: Land) -> tuple[Place, ...]:
    return tuple(
        Place(
            id=place,
            name_zh=f"第{i + 1}号地",
            name_en=f"place {i + 1}",
            area="urban" if land.urban[i] else "rural",
            consortium=_consortium_id(land, int(land.place_lead[i])),
            lon=float(land.lon[i]),
            lat=float(land.lat[i]),
        )
        for i, place in enumerate(land.place_ids)
    )


def _facilities(
    rng: np.random.Generator, land: Land, machines: Machines, wards: Wards, links: list[float | None]
) -> tuple[Facility, ...]:
    """Rooms hold today's machines and a few more; far townships ask for a resident doctor."""
    rows = []
    for i, site in enumerate(land.sites):
        hospital = site.tier == "county"
        candidate = site.operating == "candidate"
        spare = int(rng.integers(2, 5) if hospital else rng.integers(1, 3))
        wants_doctor = not hospital and not candidate and float(rng.uniform()) < 0.15
        rows.append(
            Facility.model_validate(
                {
                    "id": site.id,
                    "name_zh": f"{'县级医院' if hospital else '乡镇卫生院'}{site.id}",
                    "name_en": f"{'county hospital' if hospital else 'township health centre'} {site.id}",
                    "tier": site.tier,
                    "area": "urban" if land.urban[site.near] else "rural",
                    "consortium": _consortium_id(land, int(land.site_lead[i])),
                    "lead": hospital,
                    "operating": site.operating,
                    "lon": site.lon,
                    "lat": site.lat,
                    "beds": wards.beds[i],
                    "surge_beds": round(0.15 * wards.beds[i]),
                    "consulting_rooms": 20 if hospital else int(rng.integers(1, 4)),
                    "machine_rooms": machines.rooms_at(site.id) + spare,
                    "link_mbps": links[i],
                    "resident_doctors_needed": int(wants_doctor),
                    "opening_cny": 1_500_000 if candidate else 0,
                    "running_cny_per_year": 5_000_000 if hospital else 600_000,
                }
            )
        )
    return tuple(rows)


def _scenarios(machines: Machines, people: People, wards: Wards) -> tuple[Scenario, ...]:
    """The baseline, and changes of every operation that the region's tables allow."""
    out = [Scenario(id="baseline", name_zh="现状", name_en="baseline")]
    first = machines.inventory[0] if machines.inventory else None
    if first is not None:
        where = {"facility": first.facility, "equipment_type": first.equipment_type,
                 "install_year": first.install_year}  # fmt: skip
        fails = Change(op="set", table="inventory", where=where, field="count", value=first.count - 1)
        out.append(Scenario(id="machine-fails", name_zh="一台设备停机", name_en="one machine fails",
                            changes=(fails,)))  # fmt: skip
    if len(people.specialists) > 2:
        gone = Change(op="remove", table="specialists", where={"id": people.specialists[-1].id})
        out.append(Scenario(id="specialist-leaves", name_zh="一名专家离开", name_en="one specialist leaves",
                            changes=(gone,)))  # fmt: skip
    ageing = [
        Change(op="scale", table=table, where={"age_band": BAND_IDS[-1]}, field="per_1000", by=1.2)
        for table, rows in (("exam_rates", machines.exam_rates), ("consult_rates", people.consult_rates),
                            ("episode_rates", wards.episode_rates)) if rows
    ]  # fmt: skip
    out.append(Scenario(id="ageing-20", name_zh="老年需求增加20%", name_en="needs of the old up 20%",
                        changes=tuple(ageing)))  # fmt: skip
    return tuple(out)
