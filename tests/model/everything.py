"""The smallest county in which every kind of rule has something to say: two places, six facilities.

H: county hospital. K: that of the other consortium. T: near township. U: far township that may close.
N: township that must open. C: township that may open. All needs are given, in round numbers.
"""

from __future__ import annotations

from typing import Any

from alloc.blocks.roster import RosterModel
from alloc.instance import Instance, compile_instance
from alloc.schema import Model, Region
from alloc.schema.plan import VisitRow
from tests.rows import rows

MINUTES = {
    ("P1", "H"): 10, ("P1", "K"): 25, ("P1", "T"): 15, ("P1", "U"): 55, ("P1", "N"): 20, ("P1", "C"): 18,
    ("P2", "H"): 30, ("P2", "K"): 45, ("P2", "T"): 5, ("P2", "U"): 25, ("P2", "N"): 15, ("P2", "C"): 12,
    ("H", "K"): 30, ("H", "T"): 20, ("H", "U"): 50, ("H", "N"): 25, ("H", "C"): 28,
    ("K", "T"): 40, ("K", "U"): 60, ("K", "N"): 45, ("K", "C"): 45,
    ("T", "U"): 40, ("T", "N"): 18, ("T", "C"): 35, ("U", "N"): 35, ("U", "C"): 35, ("N", "C"): 10,
}  # fmt: skip

EQUITIES = ("largest", "worst_share", "group_minimax", "group_difference")
"""Choices of the travel goal that add rows of their own."""


def region() -> Region:
    """The facts."""
    return Region.model_validate(
        {
            "about": {"id": "everything", "planning_year": 2026, "crs": "EPSG:4326", "outside_min": 90},
            "travel": {"method": "table"},
            "age_bands": [{"id": "all"}],
            "places": rows("id area consortium", ("P1", "urban", "A"), ("P2", "rural", "A")),
            "population": rows("place age_band residents", ("P1", "all", 30000), ("P2", "all", 20000)),
            "consortia": rows("id integrated", ("A", True), ("B", True)),
            "facilities": _facilities(),
            "travel_minutes": rows(
                "origin destination minutes", *((o, d, m) for (o, d), m in MINUTES.items())
            ),
            **_machines(),
            **_readers(),
            **_specialists(),
            **_illness(),
            **_needs(),
        }
    )


def _facilities() -> list[dict[str, Any]]:
    return rows(
        "id tier area consortium lead operating beds surge_beds consulting_rooms machine_rooms link_mbps"
        " resident_doctors_needed opening_cny running_cny_per_year",
        ("H", "county", "urban", "A", True, "existing", 40, 5, 10, 4, 200, 0, 0, 1000000),
        ("K", "county", "urban", "B", True, "existing", 20, 0, 5, 2, 200, 0, 0, 900000),
        ("T", "township", "rural", "A", False, "existing", 10, 0, 2, 2, 50, 1, 0, 100000),
        ("U", "township", "rural", "A", False, "may_close", 5, 0, 1, 1, 50, 0, 0, 100000),
        ("N", "township", "rural", "A", False, "required", 4, 0, 1, 1, 50, 0, 300000, 100000),
        ("C", "township", "rural", "A", False, "candidate", 8, 2, 1, 1, 20, 0, 500000, 80000),
    )


def _machines() -> dict[str, list[dict[str, Any]]]:
    return {
        "roles": rows(
            "id hours_per_fte_year cost_cny_per_fte_year", ("tech", 1800, 120000), ("nurse", 1800, 100000)
        ),
        "staff": rows(
            "facility role fte recruits_fte",
            ("H", "tech", 5, 0), ("T", "tech", 2, 0), ("H", "nurse", 2, 0), ("U", "nurse", 1, 0),
            ("K", "tech", 2, 1),
        ),
        "modalities": rows(
            "id reading_group study_mb read_min",
            ("CT", "imaging", 300, 10), ("ECG", "ecg", 1, 3), ("US", None, 0, 0),
        ),
        "equipment_types": rows(
            "id modality exams_per_year price_cny life_years upkeep_cny_per_year staff_role staff_fte rooms"
            " lowest_tier most_per_facility move_cny retire_cny",
            ("CT16", "CT", 1500, 1500000, 10, 100000, "tech", 1.5, 1, "township", 2, 50000, 10000),
            ("ECG1", "ECG", 1000, 30000, 8, 2000, "nurse", 0.5, 0, "township", 3, 1000, 500),
            ("US1", "US", 2500, 800000, 8, 40000, "tech", 0.5, 1, "township", 1, 20000, 5000),
        ),
        "price_breaks": rows("equipment_type quantity_from price_cny", ("CT16", 2, 1275000)),
        "inventory": rows(
            "facility equipment_type install_year count",
            ("H", "CT16", 2020, 1), ("H", "CT16", 2012, 1), ("H", "ECG1", 2022, 2), ("U", "ECG1", 2021, 1),
            ("H", "US1", 2020, 1), ("K", "US1", 2021, 1),
        ),
    }  # fmt: skip


def _readers() -> dict[str, list[dict[str, Any]]]:
    return {
        "readers": rows(
            "facility reading_group count",
            ("H", "imaging", 4), ("T", "imaging", 2), ("H", "ecg", 2), ("U", "ecg", 2), ("K", "imaging", 3),
        ),
        "reading_centres": rows(
            "facility reading_group exists setup_cny running_cny_per_year cny_per_link_year",
            ("H", "imaging", False, 800000, 200000, 12000), ("H", "ecg", True, 100000, 50000, 3000),
            ("U", "ecg", False, 100000, 50000, 3000),
        ),
        "reading_today": rows("facility reading_group centre", ("H", "ecg", "H"), ("U", "ecg", "H")),
    }  # fmt: skip


def _specialists() -> dict[str, list[dict[str, Any]]]:
    two, three = "Mon, Tue", "Mon, Tue, Wed"
    return {
        "specialties": rows(
            "id outreach_consults_per_half_day home_consults_per_half_day tele_consults_per_half_day"
            " tele_share_max present_at_home allowance_cny_per_half_day",
            ("INT", 12, 20, 8, 0.1, 1, 200),
        ),
        "specialists": rows(
            "id specialty home days clinic_half_days_per_week most_outreach_days_per_cycle owed_days_per_year"
            " mentor_clinic may_be_posted",
            ("S1", "INT", "H", three, 4, 6, 26, None, False),
            ("S2", "INT", "H", three, 4, 6, 0, "T", False),
            ("S3", "INT", "H", "Mon", 2, 4, 0, None, True),
            ("S4", "INT", "H", two, 4, 6, 0, None, False),
        ),
        "session_needs": rows(
            "facility specialty session_type half_days_per_cycle", ("T", "INT", "ward_round", 2)
        ),
        "outreach_today": rows("specialty home facility half_days_per_cycle", ("INT", "H", "T", 4)),
    }


def _illness() -> dict[str, list[dict[str, Any]]]:
    return {
        "conditions": rows(
            "id acute_limit_min treating_tier stay_days step_down_share step_down_days",
            ("STROKE", 40, "county", 10, 0, 0), ("HIP", None, "county", 20, 0.5, 10),
            ("FLU", None, "township", 5, 0, 0),
        ),
        "condition_modalities": rows("condition modality", ("STROKE", "CT"), ("HIP", "US")),
        "capabilities": rows(
            "facility condition role episodes_per_year",
            ("H", "STROKE", "treat", None), ("K", "STROKE", "treat", 20), ("H", "HIP", "treat", None),
            ("H", "FLU", "treat", None), ("T", "FLU", "treat", 300), ("T", "FLU", "first_contact", None),
            ("C", "FLU", "treat", 100),
            ("T", "HIP", "first_contact", 200), ("N", "HIP", "first_contact", None),
            ("T", "HIP", "step_down", 50), ("U", "HIP", "step_down", None), ("C", "HIP", "step_down", None),
        ),
        "tier_money": rows(
            "tier visit_cny stay_cny reimbursed_share occupancy_share",
            ("village", 50, 0, 0.9, 0), ("township", 100, 2400, 0.85, 0.6), ("county", 300, 8000, 0.75, 0.85),
            ("city", 400, 12000, 0.6, 0.9),
        ),
    }  # fmt: skip


def _needs() -> dict[str, list[dict[str, Any]]]:
    given = {
        "exams": {"CT": (2000, 1200), "US": (3000, 1500), "ECG": (1000, 2000)},
        "consultations": {"INT": (8000, 6500)},
        "episodes": {"STROKE": (60, 40), "HIP": (300, 250), "FLU": (400, 300)},
    }
    return {
        "given_needs": [
            {"place": place, "stream": stream, "subject": subject, "per_year": cases}
            for stream, subjects in given.items()
            for subject, pair in subjects.items()
            for place, cases in zip(("P1", "P2"), pair, strict=True)
        ]
    }


def model(equity: str = "total", **goals: Any) -> Model:
    """Every standard and limit switched on, each so that it can bind."""
    return Model.model_validate(
        {
            "id": "everything",
            "standards": {
                "equipment": {"obsolete_machines": "must_go"},
                "imaging": {"peak_hour_share": 0.3},
                "referral": {"surge_beds_open": True},
            },
            "limits": {
                "budget_cny": 4500000,
                "budget_cny_by_consortium": {"A": 4200000},
                "yearly_cost_cny": 3900000,
                "rural_share_of_spend_min": 0.7,
                "urban_rural_service_gap_max": 0.3,
                "urban_rural_travel_gap_max": 0.3,
                "most_machines": {"CT16": 3},
                "coverage_floors": [{"stream": "exams", "subject": "CT", "share": 0.6}],
                "most_open_centres": 1,
            },
            "goals": [
                {"goal": "unmet"},
                {"goal": "outside"},
                {"goal": "travel", "equity": equity},
                {"goal": "cost"},
                {"goal": "disruption", **goals},
            ],
        }
    )


def instance(equity: str = "total", **goals: Any) -> Instance:
    """The county compiled."""
    return compile_instance(region(), model(equity, **goals))


def roster() -> RosterModel:
    """A roster in which every rule speaks: clinics, ward rounds, a mentor, owed service, a posting."""
    visits = [
        VisitRow(specialty="INT", home="H", facility=f, session_type=kind, half_days_per_cycle=half_days)
        for f, kind, half_days in (
            ("T", "clinic", 4.0),
            ("T", "ward_round", 2.0),
            ("C", "clinic", 2.0),
            ("N", "posting", 8.0),
        )
    ]
    return RosterModel(instance(), visits)
