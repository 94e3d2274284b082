"""Worlds of two places and three facilities, drawn from a seed: the same facts as numbers and as a Region.

The numbers are what the brute force reads; it never sees the Region or anything compiled from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alloc.schema import Model, Region

PLACES = ("P1", "P2")
FACILITIES = ("H", "T", "U")
TIER = {"H": "county", "T": "township", "U": "township"}
OUTSIDE_MIN = 90.0
WEIGHTS = {"unmet": 100.0, "outside": 20.0, "travel": 3.0, "cost": 1.0, "disruption": 0.05}


@dataclass(frozen=True)
class World:
    """What all worlds have: need by place, minutes from point to facility, what may become of U."""

    need: dict[str, float]
    minutes: dict[tuple[str, str], float]
    status: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """A fact of the kind of world."""
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None


def _world(rng: np.random.Generator, need: tuple[int, int], **facts: Any) -> World:
    points = (*PLACES, *FACILITIES)
    minutes = {(a, b): float(rng.integers(5, 70)) for a in points for b in FACILITIES if a != b}
    for a in FACILITIES:
        for b in FACILITIES:
            minutes[a, b] = 0.0 if a == b else minutes[min(a, b), max(a, b)]
    status = {"H": "existing", "T": "existing", "U": str(facts.pop("status", "existing"))}
    return World({i: float(rng.integers(*need)) for i in PLACES}, minutes, status, facts)


def machines(seed: int) -> World:
    """One type of machine, read on the spot: to buy (bulk price from two on), move, retire."""
    rng = np.random.default_rng([seed, 10])
    return _world(
        rng,
        (800, 3000),
        status=rng.choice(["existing", "candidate", "may_close", "required"]),
        capacity=float(rng.integers(600, 1500)),
        price={1: 1_000_000.0, 2: float(rng.integers(700, 1000)) * 1000.0},
        standing={"H": int(rng.integers(1, 3)), "T": int(rng.integers(0, 2))},
        old=bool(rng.integers(0, 2)),
        rooms={f: int(rng.integers(1, 4)) for f in FACILITIES},
        fte={"H": float(rng.integers(2, 6)), "T": float(rng.integers(0, 3))},
        budget=float(rng.integers(0, 40)) * 100_000.0,
        rural_share=float(rng.choice([0.0, 0.5, 0.7])),
    )


def reading(seed: int) -> World:
    """One machine type, standing where it is; images to be read, at home or at H or T as shared centres."""
    rng = np.random.default_rng([seed, 20])
    return _world(
        rng,
        (2000, 9000),
        capacity=float(rng.integers(2000, 9000)),
        readers={"H": int(rng.integers(1, 6)), "T": int(rng.integers(1, 4)), "U": int(rng.integers(1, 3))},
        link={"H": 200.0, "T": float(rng.choice([2.0, 40.0])), "U": float(rng.choice([2.0, 40.0]))},
        exists={"H": bool(rng.integers(0, 2)), "T": False},
        today={"T": str(rng.choice(["H", "T"])), "U": str(rng.choice(["H", "U"]))},
        read_min=float(rng.integers(4, 15)),
        budget=float(rng.choice([500_000.0, 2_000_000.0])),
    )


def visits(seed: int) -> World:
    """Two specialists at H, one specialty; clinics at T and U; a ward round wanted at T."""
    rng = np.random.default_rng([seed, 30])
    return _world(
        rng,
        (500, 4000),
        rooms={"T": 1, "U": 1},
        link={"H": 50.0, "T": float(rng.choice([2.0, 20.0])), "U": float(rng.choice([2.0, 20.0]))},
        per_half_day={"outreach": 10.0, "hospital": float(rng.integers(10, 25)), "tele": 6.0},
        tele_share=float(rng.choice([0.0, 0.2])),
        present=int(rng.integers(0, 2)),
        days=(("Mon", "Tue"), ("Tue", "Wed")),
        half_days_per_week=int(rng.integers(2, 5)),
        most_days=(int(rng.integers(1, 4)), int(rng.integers(1, 4))),
        owed=int(rng.choice([0, 13])),
        mentor=str(rng.choice(["T", "none"])),
        ward_rounds=int(rng.integers(0, 3)),
        today=int(rng.integers(0, 3)),
    )


def beds(seed: int) -> World:
    """One illness, treated at H by way of a first contact; some of the patients may step down to T or U."""
    rng = np.random.default_rng([seed, 40])
    return _world(
        rng,
        (100, 500),
        beds={"H": int(rng.integers(5, 30)), "T": int(rng.integers(1, 5)), "U": int(rng.integers(0, 5))},
        stay_days=float(rng.integers(8, 15)),
        step_down_days=float(rng.integers(3, 8)),
        step_down_share=float(rng.choice([0.2, 0.6])),
        first_contact={"H": 10_000.0, "T": float(rng.integers(50, 400)), "U": 10_000.0},
        reserved_share=float(rng.choice([0.1, 0.3])),
    )


# --- the same facts as a Region and a Model ---


def machines_inputs(world: World) -> tuple[Region, Model]:
    """The world of `machines`."""
    tables = {
        "roles": [{"id": "tech", "hours_per_fte_year": 1800, "cost_cny_per_fte_year": 100_000}],
        "staff": [{"facility": f, "role": "tech", "fte": fte} for f, fte in world.fte.items()],
        "modalities": [{"id": "US"}],
        "equipment_types": [
            {
                "id": "US1", "modality": "US", "exams_per_year": world.capacity,
                "price_cny": world.price[1], "life_years": 10, "upkeep_cny_per_year": 50_000,
                "staff_role": "tech", "staff_fte": 1.0, "rooms": 1,
                "most_per_facility": 2, "move_cny": 40_000, "retire_cny": 10_000,
            }
        ],
        "price_breaks": [{"equipment_type": "US1", "quantity_from": 2, "price_cny": world.price[2]}],
        "inventory": [
            {"facility": f, "equipment_type": "US1", "install_year": year, "count": count}
            for f, year, count in cohorts(world)
        ],
    }  # fmt: skip
    limits = {"budget_cny": world.budget, "rural_share_of_spend_min": world.rural_share}
    return _region(world, "exams", "US", tables), _model("equipment", limits)


def cohorts(world: World) -> list[tuple[str, int, int]]:
    """(facility, install year, count) of what stands; T's machine is past its life where the world is old."""
    found = [("H", 2020, world.standing["H"]), ("T", 2012 if world.old else 2022, world.standing["T"])]
    return [row for row in found if row[2]]


def reading_inputs(world: World) -> tuple[Region, Model]:
    """The world of `reading`."""
    tables = {
        "modalities": [{"id": "CT", "reading_group": "imaging", "study_mb": 400, "read_min": world.read_min}],
        "equipment_types": [
            {"id": "CT1", "modality": "CT", "exams_per_year": world.capacity, "price_cny": 1_000_000,
             "life_years": 10, "upkeep_cny_per_year": 50_000}
        ],
        "inventory": [
            {"facility": f, "equipment_type": "CT1", "install_year": 2022, "count": 1} for f in FACILITIES
        ],
        "readers": [
            {"facility": f, "reading_group": "imaging", "count": count} for f, count in world.readers.items()
        ],
        "reading_centres": [
            {"facility": f, "reading_group": "imaging", "exists": exists, "setup_cny": 800_000,
             "running_cny_per_year": 300_000, "cny_per_link_year": 12_000}
            for f, exists in world.exists.items()
        ],
        "reading_today": [
            {"facility": f, "reading_group": "imaging", "centre": h} for f, h in world.today.items()
        ],
    }  # fmt: skip
    return _region(world, "exams", "CT", tables), _model("imaging", {"budget_cny": world.budget})


def visits_inputs(world: World) -> tuple[Region, Model]:
    """The world of `visits`."""
    rate = world.per_half_day
    tables = {
        "specialties": [
            {"id": "INT", "outreach_consults_per_half_day": rate["outreach"],
             "home_consults_per_half_day": rate["hospital"], "tele_consults_per_half_day": rate["tele"],
             "tele_share_max": world.tele_share, "present_at_home": world.present, "severity": 2.0,
             "allowance_cny_per_half_day": 200}
        ],
        "specialists": [
            {"id": f"S{n}", "specialty": "INT", "home": "H", "days": days,
             "clinic_half_days_per_week": world.half_days_per_week, "most_outreach_days_per_cycle": most,
             "owed_days_per_year": world.owed if n == 0 else 0,
             "mentor_clinic": world.mentor if n == 1 and world.mentor != "none" else None}
            for n, (days, most) in enumerate(zip(world.days, world.most_days, strict=True))
        ],
        "session_needs": [
            {"facility": "T", "specialty": "INT", "session_type": "ward_round",
             "half_days_per_cycle": world.ward_rounds}
        ],
        "outreach_today": [
            {"specialty": "INT", "home": "H", "facility": "U", "half_days_per_cycle": world.today}
        ],
        "tier_money": [
            {"tier": tier, "visit_cny": cny, "stay_cny": 1, "reimbursed_share": 0.7, "occupancy_share": 0.8}
            for tier, cny in VISIT_CNY.items()
        ],
    }  # fmt: skip
    return _region(world, "consultations", "INT", tables), _model("outreach", {})


def beds_inputs(world: World) -> tuple[Region, Model]:
    """The world of `beds`."""
    contacts = [
        {"facility": f, "condition": "HIP", "role": "first_contact", "episodes_per_year": most}
        for f, most in world.first_contact.items()
    ]
    tables = {
        "conditions": [
            {"id": "HIP", "treating_tier": "county", "stay_days": world.stay_days, "severity": 3.0,
             "step_down_share": world.step_down_share, "step_down_days": world.step_down_days}
        ],
        "capabilities": [
            {"facility": "H", "condition": "HIP", "role": "treat"},
            *({"facility": f, "condition": "HIP", "role": "step_down"} for f in ("T", "U")),
            *contacts,
        ],
        "tier_money": [
            {"tier": tier, "visit_cny": VISIT_CNY[tier], "stay_cny": STAY_CNY[tier], "reimbursed_share": 0.7,
             "occupancy_share": 0.8}
            for tier in STAY_CNY
        ],
    }  # fmt: skip
    region, model = _region(world, "episodes", "HIP", tables), _model("referral", {})
    standards = {"referral": {"reserved_bed_share_min": world.reserved_share}}
    return region, Model.model_validate({**model.model_dump(), "standards": standards})


STAY_CNY = {"village": 0, "township": 2400, "county": 8000, "city": 12_000}
VISIT_CNY = {"village": 50, "township": 100, "county": 300, "city": 400}


def _region(world: World, stream: str, subject: str, tables: dict[str, Any]) -> Region:
    rooms = world.facts.get("rooms", {})
    count = "consulting_rooms" if stream == "consultations" else "machine_rooms"
    facilities = [
        {
            "id": f, "tier": TIER[f], "area": "urban" if f == "H" else "rural",
            "consortium": "A", "lead": f == "H", "operating": world.status[f], count: rooms.get(f, 0),
            "beds": world.facts.get("beds", {}).get(f, 0),
            "link_mbps": world.facts.get("link", {}).get(f), "opening_cny": 200_000,
            "running_cny_per_year": 300_000,
        }
        for f in FACILITIES
    ]  # fmt: skip
    return Region.model_validate(
        {
            "about": {"id": "small", "planning_year": 2026, "crs": "EPSG:4326", "outside_min": OUTSIDE_MIN},
            "travel": {"method": "table"},
            "age_bands": [{"id": "all"}],
            "places": [{"id": i, "area": "rural", "consortium": "A"} for i in PLACES],
            "population": [{"place": i, "age_band": "all", "residents": 1000} for i in PLACES],
            "consortia": [{"id": "A", "integrated": True}],
            "facilities": facilities,
            "given_needs": [
                {"place": i, "stream": stream, "subject": subject, "per_year": cases}
                for i, cases in world.need.items()
            ],
            "travel_minutes": [
                {"origin": a, "destination": b, "minutes": minutes}
                for (a, b), minutes in world.minutes.items()
                if a != b
            ],
            **tables,
        }
    )


def _model(decision: str, limits: dict[str, Any]) -> Model:
    return Model.model_validate(
        {
            "id": "small",
            "decisions": [decision],
            "limits": limits,
            "goal_method": "weighted",
            "goals": [{"goal": goal, "weight": weight} for goal, weight in WEIGHTS.items()],
        }
    )
