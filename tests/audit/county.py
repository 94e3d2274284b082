"""A county made by hand with one good plan for it: round numbers, money worked out in comments.

Two places, seven facilities: H county hospital, K that of the other consortium, T near and U far township, N
required and newly opened, C a candidate that stays shut, X prohibited.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from alloc.instance import Instance, compile_instance
from alloc.schema import Decisions, Model, Region
from tests.rows import rows

MINUTES = {
    ("P1", "H"): 10, ("P1", "K"): 25, ("P1", "T"): 15, ("P1", "U"): 55, ("P1", "N"): 20, ("P1", "C"): 20,
    ("P1", "X"): 12, ("P2", "H"): 30, ("P2", "K"): 45, ("P2", "T"): 5, ("P2", "U"): 25, ("P2", "N"): 15,
    ("P2", "C"): 15, ("P2", "X"): 10, ("H", "K"): 30, ("H", "T"): 20, ("H", "U"): 50, ("H", "N"): 25,
    ("H", "C"): 28, ("H", "X"): 15, ("K", "T"): 40, ("K", "U"): 60, ("K", "N"): 45, ("K", "C"): 45,
    ("K", "X"): 30, ("T", "U"): 25, ("T", "N"): 18, ("T", "C"): 20, ("T", "X"): 20, ("U", "N"): 35,
    ("U", "C"): 35, ("U", "X"): 20, ("N", "C"): 10, ("N", "X"): 20, ("C", "X"): 20,
}  # fmt: skip


def region() -> Region:
    """The facts."""
    weekdays = "Mon, Tue, Wed, Thu, Fri"
    return Region.model_validate(
        {
            "about": {"id": "hand", "planning_year": 2026, "crs": "EPSG:4326", "outside_min": 90},
            "travel": {"method": "table"},
            "age_bands": [{"id": "all"}],
            "places": rows("id area consortium", ("P1", "urban", "A"), ("P2", "rural", "A")),
            "population": rows("place age_band residents", ("P1", "all", 30000), ("P2", "all", 20000)),
            "consortia": rows("id integrated", ("A", True), ("B", True)),
            "facilities": _facilities(),
            "roles": rows(
                "id hours_per_fte_year cost_cny_per_fte_year",
                ("tech", 1800, 120000), ("sono", 1800, 140000), ("nurse", 1800, 100000),
            ),
            "staff": rows(
                "facility role fte recruits_fte",
                ("H", "tech", 4, 0), ("T", "tech", 2, 0), ("H", "sono", 4, 0), ("N", "sono", 0, 2),
                ("H", "nurse", 2, 0), ("U", "nurse", 1, 0), ("K", "sono", 1, 1),
            ),
            **_machines(),
            "readers": rows(
                "facility reading_group count", ("H", "imaging", 4), ("H", "ecg", 2), ("U", "ecg", 2)
            ),
            "reading_centres": rows(
                "facility reading_group exists setup_cny running_cny_per_year cny_per_link_year",
                ("H", "imaging", False, 800000, 200000, 12000), ("H", "ecg", True, 100000, 50000, 3000),
            ),
            "specialties": [
                {
                    "id": "INT", "outreach_consults_per_half_day": 12, "home_consults_per_half_day": 20,
                    "tele_consults_per_half_day": 8, "tele_share_max": 0.1, "present_at_home": 1,
                    "allowance_cny_per_half_day": 200,
                }
            ],
            "specialists": rows(
                "id specialty home days clinic_half_days_per_week most_outreach_days_per_cycle"
                " owed_days_per_year mentor_clinic may_be_posted",
                ("S1", "INT", "H", weekdays, 6, 8, 26, None, False),
                ("S2", "INT", "H", weekdays, 6, 8, 0, "T", False),
                ("S3", "INT", "H", "Mon, Tue, Wed", 5, 4, 0, None, True),
                ("S4", "INT", "H", weekdays, 6, 8, 0, None, False),
            ),
            "session_needs": rows(
                "facility specialty session_type half_days_per_cycle", ("T", "INT", "ward_round", 1)
            ),
            **_illness(),
            "travel_minutes": rows(
                "origin destination minutes", *((o, d, m) for (o, d), m in MINUTES.items())
            ),
        }
    )  # fmt: skip


def _facilities() -> list[dict[str, Any]]:
    return rows(
        "id tier area consortium operating beds surge_beds consulting_rooms machine_rooms link_mbps"
        " resident_doctors_needed opening_cny running_cny_per_year",
        ("H", "county", "urban", "A", "existing", 40, 5, 10, 4, 200, 0, 0, 1000000),
        ("K", "county", "urban", "B", "existing", 20, 0, 5, 2, None, 0, 0, 900000),
        ("T", "township", "rural", "A", "existing", 10, 0, 2, 2, 50, 0, 0, 100000),
        ("U", "township", "rural", "A", "may_close", 5, 0, 1, 1, 50, 0, 0, 100000),
        ("N", "township", "rural", "A", "required", 0, 0, 1, 1, None, 1, 300000, 100000),
        ("C", "township", "rural", "A", "candidate", 5, 0, 1, 1, 20, 0, 500000, 80000),
        ("X", "township", "rural", "A", "prohibited", 5, 0, 1, 1, 20, 0, 0, 70000),
    )


def _machines() -> dict[str, list[dict[str, Any]]]:
    return {
        "modalities": rows(
            "id reading_group study_mb read_min",
            ("CT", "imaging", 300, 10), ("MRI", "imaging", 250, 14), ("US", None, 0, 0), ("ECG", "ecg", 1, 3),
        ),
        "equipment_types": rows(
            "id modality exams_per_year price_cny life_years upkeep_cny_per_year staff_role staff_fte rooms"
            " lowest_tier most_per_facility move_cny retire_cny",
            ("CT16", "CT", 10000, 1500000, 10, 100000, "tech", 2, 1, "township", 2, 50000, 10000),
            ("MRI15", "MRI", 5000, 5000000, 10, 300000, "tech", 2, 1, "county", 1, 100000, 20000),
            ("US1", "US", 8000, 800000, 8, 40000, "sono", 1.2, 0, "township", 3, 20000, 5000),
            ("ECG1", "ECG", 5000, 30000, 8, 2000, "nurse", 0.5, 0, "township", 4, 1000, 500),
        ),
        "price_breaks": rows(
            "equipment_type quantity_from price_cny", ("CT16", 3, 1275000), ("US1", 2, 700000)
        ),
        "inventory": rows(
            "facility equipment_type install_year count",
            ("H", "CT16", 2020, 1), ("H", "CT16", 2012, 1), ("H", "US1", 2020, 2), ("T", "US1", 2016, 1),
            ("K", "US1", 2021, 1), ("H", "ECG1", 2022, 2), ("U", "ECG1", 2021, 1),
        ),
    }  # fmt: skip


def _illness() -> dict[str, list[dict[str, Any]]]:
    given = {
        "exams": {"CT": (3000, 1000), "US": (4000, 2000), "ECG": (1000, 1500)},
        "consultations": {"INT": (3000, 2500)},
        "episodes": {"STROKE": (30, 20), "HIP": (40, 30), "FLU": (100, 150)},
    }
    return {
        "conditions": rows(
            "id acute_limit_min treating_tier stay_days step_down_share step_down_days",
            ("STROKE", 40, "county", 10, 0, 0), ("HIP", None, "county", 20, 0.5, 10),
            ("FLU", None, "township", 5, 0, 0),
        ),
        "condition_modalities": rows("condition modality", ("STROKE", "CT")),
        "capabilities": rows(
            "facility condition role episodes_per_year",
            ("H", "STROKE", "treat", None), ("H", "HIP", "treat", None), ("H", "FLU", "treat", None),
            ("T", "FLU", "treat", 300), ("T", "HIP", "first_contact", 200),
            ("N", "HIP", "first_contact", None),
            ("T", "FLU", "first_contact", None), ("T", "HIP", "step_down", 50),
            ("U", "HIP", "step_down", None),
        ),
        "given_needs": [
            {"place": place, "stream": stream, "subject": subject, "per_year": cases}
            for stream, subjects in given.items()
            for subject, pair in subjects.items()
            for place, cases in zip(("P1", "P2"), pair, strict=True)
        ],
        "tier_money": rows(
            "tier visit_cny stay_cny reimbursed_share occupancy_share",
            ("village", 50, 0, 0.9, 0), ("township", 100, 2400, 0.85, 0.6), ("county", 300, 8000, 0.75, 0.85),
            ("city", 400, 12000, 0.6, 0.9),
        ),
    }  # fmt: skip


def model() -> Model:
    """Standards and limits, all switched on, and kept by the plan with a little room."""
    return Model.model_validate(
        {
            "id": "hand",
            "standards": {
                "equipment": {"obsolete_machines": "must_go"},
                "referral": {"surge_beds_open": True},
            },
            "limits": {
                "budget_cny": 4500000,
                "budget_cny_by_consortium": {"A": 4200000},
                "yearly_cost_cny": 5000000,
                "rural_share_of_spend_min": 0.7,
                "urban_rural_service_gap_max": 0.3,
                "urban_rural_travel_gap_max": 0.3,
                "most_machines": {"CT16": 3},
                "coverage_floors": [
                    {"stream": "exams", "subject": "CT", "share": 0.9},
                    {"stream": "consultations", "subject": "INT", "share": 0.8},
                    {"stream": "episodes", "subject": "HIP", "share": 0.9},
                ],
                "most_open_centres": 2,
            },
        }
    )


def instance(**changes: Any) -> Instance:
    """The county compiled; ``changes`` of the model, nested as in the model file."""
    told = _merged(model().model_dump(), changes)
    return compile_instance(region(), Model.model_validate(told))


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """``base`` with nested changes; a mapping under ``limits`` replaces the one that is there."""
    merged = dict(base)
    for key, value in changes.items():
        nested = key in ("limits", "standards", "access", "equipment", "imaging", "outreach", "referral")
        merged[key] = _merged(base[key], value) if nested else value
    return merged


def with_facts(instance: Instance, facility: str, **facts: Any) -> Instance:
    """The county with other facts of one facility (what was compiled from them stays)."""
    changed = instance.facilities[facility].model_copy(update=facts)
    return dataclasses.replace(instance, facilities={**instance.facilities, facility: changed})


def with_specialist(instance: Instance, specialist: str, **facts: Any) -> Instance:
    """The county with other facts of one specialist."""
    people = instance.outreach.specialists
    changed = {**people, specialist: people[specialist].model_copy(update=facts)}
    return dataclasses.replace(instance, outreach=dataclasses.replace(instance.outreach, specialists=changed))


def good() -> Decisions:
    """A plan that keeps every rule."""
    from tests.audit import county_plan

    return Decisions.model_validate(county_plan.tables())
