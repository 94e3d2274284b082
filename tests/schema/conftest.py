"""A small region without a fault, as nested plain values that a test may damage before it is built."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

BANDS = ("young", "old")

BASE: dict[str, Any] = {
    "about": {"id": "base", "planning_year": 2025, "crs": "EPSG:4326"},
    "travel": {"method": "great_circle"},
    "age_bands": [{"id": band} for band in BANDS],
    "places": [
        {"id": "01", "area": "rural", "consortium": "C", "lon": 120.00, "lat": 30.00},
        {"id": "02", "area": "rural", "consortium": "C", "lon": 120.10, "lat": 30.00},
        {"id": "03", "area": "urban", "consortium": "C", "lon": 120.05, "lat": 30.05},
    ],
    "population": [
        {"place": place, "age_band": band, "residents": 1000}
        for place in ("01", "02", "03")
        for band in BANDS
    ],
    "consortia": [{"id": "C"}],
    "facilities": [
        {
            "id": "H1",
            "tier": "county",
            "area": "urban",
            "consortium": "C",
            "lead": True,
            "lon": 120.05,
            "lat": 30.04,
            "beds": 50,
            "machine_rooms": 2,
        },
        {
            "id": "T1",
            "tier": "township",
            "area": "rural",
            "consortium": "C",
            "lon": 120.01,
            "lat": 30.0,
            "machine_rooms": 1,
        },
    ],
    "roles": [{"id": "tech", "hours_per_fte_year": 1800, "cost_cny_per_fte_year": 100000}],
    "staff": [{"facility": "H1", "role": "tech", "fte": 3}],
    "modalities": [{"id": "CT", "reading_group": "imaging"}, {"id": "US"}],
    "equipment_types": [
        {
            "id": "CT16",
            "modality": "CT",
            "exams_per_year": 5000,
            "price_cny": 100.0,
            "life_years": 10,
            "upkeep_cny_per_year": 1,
            "staff_role": "tech",
            "rooms": 1,
        },
        {
            "id": "US1",
            "modality": "US",
            "exams_per_year": 1000,
            "price_cny": 10.0,
            "life_years": 8,
            "upkeep_cny_per_year": 1,
            "most_per_facility": 2,
        },
    ],
    "price_breaks": [
        {"equipment_type": "CT16", "quantity_from": 2, "price_cny": 95.0},
        {"equipment_type": "CT16", "quantity_from": 4, "price_cny": 90.0},
    ],
    "inventory": [{"facility": "H1", "equipment_type": "CT16", "install_year": 2015, "count": 1}],
    "exam_rates": [
        {"modality": modality, "age_band": band, "per_1000": 200}
        for modality in ("CT", "US")
        for band in BANDS
    ],
    "readers": [{"facility": "H1", "reading_group": "imaging", "count": 2}],
    "reading_centres": [{"facility": "H1", "reading_group": "imaging", "exists": True}],
    "reading_today": [
        {"facility": "H1", "reading_group": "imaging", "centre": "H1"},
        {"facility": "T1", "reading_group": "imaging", "centre": "H1"},
    ],
    "specialties": [
        {
            "id": "cardio",
            "outreach_consults_per_half_day": 16,
            "home_consults_per_half_day": 20,
            "tele_consults_per_half_day": 12,
        }
    ],
    "specialists": [{"id": "S1", "specialty": "cardio", "home": "H1", "mentor_clinic": "T1"}],
    "session_needs": [
        {"facility": "T1", "specialty": "cardio", "session_type": "teaching", "half_days_per_cycle": 1}
    ],
    "outreach_today": [
        {"specialty": "cardio", "home": "H1", "facility": "T1", "half_days_per_cycle": 2},
    ],
    "consult_rates": [{"specialty": "cardio", "age_band": band, "per_1000": 50} for band in BANDS],
    "conditions": [{"id": "stroke", "stay_days": 10, "step_down_share": 0.3, "step_down_days": 5}],
    "condition_modalities": [{"condition": "stroke", "modality": "CT"}],
    "capabilities": [
        {"facility": "T1", "condition": "stroke", "role": "first_contact"},
        {"facility": "H1", "condition": "stroke", "role": "treat", "episodes_per_year": 30},
        {"facility": "T1", "condition": "stroke", "role": "step_down"},
    ],
    "episode_rates": [{"condition": "stroke", "age_band": band, "per_1000": 5} for band in BANDS],
    "given_needs": [{"place": "01", "stream": "exams", "subject": "CT", "per_year": 400}],
    "tier_money": [
        {"tier": tier, "visit_cny": 100, "stay_cny": 3000, "reimbursed_share": 0.7, "occupancy_share": 0.8}
        for tier in ("township", "county", "city")
    ],
    "road_speeds": [{"road_class": "main", "km_per_hour": 60}],
    "travel_minutes": [
        {"origin": "01", "destination": "T1", "minutes": 3},
        {"origin": "02", "destination": "H1", "minutes": 12},
        {"origin": "03", "destination": "H1", "minutes": 4},
        {"origin": "T1", "destination": "H1", "minutes": 15},
    ],
    "road_nodes": [{"id": "a", "lon": 120.0, "lat": 30.0}, {"id": "b", "lon": 120.1, "lat": 30.0}],
    "road_edges": [
        {"origin": "a", "destination": "b", "km": 10, "road_class": "main"},
        {"origin": "b", "destination": "a", "km": 12, "minutes": 11},
    ],
    "scenarios": [
        {"id": "flu", "changes": [{"op": "scale", "table": "episode_rates", "field": "per_1000", "by": 4}]}
    ],
}


@pytest.fixture
def facts() -> dict[str, Any]:
    """Plain values of a sound region, the test's own copy."""
    return deepcopy(BASE)
