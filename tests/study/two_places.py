"""A region to be read at a glance.

Place A lies near the township T; B lies near the county hospital H, which has room for CT, has the one
cardiologist, and treats both conditions. Of each 1,000 residents 10 need CT a year, 20 need cardio; 2 have a
stroke, 4 a hernia.
"""

from __future__ import annotations

from typing import Any

FACTS: dict[str, Any] = {
    "about": {"id": "two", "planning_year": 2026, "crs": "EPSG:4326"},
    "travel": {"method": "table", "cutoff_min": 240},
    "age_bands": [{"id": "all"}],
    "places": [{"id": "A", "area": "rural"}, {"id": "B", "area": "urban"}],
    "population": [
        {"place": "A", "age_band": "all", "residents": 1500},
        {"place": "B", "age_band": "all", "residents": 9000},
    ],
    "facilities": [
        {"id": "H", "tier": "county", "area": "urban", "beds": 90, "machine_rooms": 2},
        {"id": "T", "tier": "township", "area": "rural", "beds": 9},
    ],
    "roles": [{"id": "tech", "hours_per_fte_year": 1800, "cost_cny_per_fte_year": 100000}],
    "modalities": [{"id": "CT"}],
    "equipment_types": [
        {
            "id": "CT16",
            "modality": "CT",
            "exams_per_year": 8000,
            "price_cny": 1500000,
            "life_years": 10,
            "upkeep_cny_per_year": 120000,
            "staff_role": "tech",
            "staff_fte": 2,
            "rooms": 1,
        }
    ],
    "exam_rates": [{"modality": "CT", "age_band": "all", "per_1000": 10}],
    "specialties": [
        {
            "id": "cardio",
            "outreach_consults_per_half_day": 16,
            "home_consults_per_half_day": 20,
            "tele_consults_per_half_day": 12,
        }
    ],
    "specialists": [{"id": "S1", "specialty": "cardio", "home": "H"}],
    "consult_rates": [{"specialty": "cardio", "age_band": "all", "per_1000": 20}],
    "conditions": [
        {"id": "stroke", "stay_days": 10, "acute_limit_min": 60},
        {"id": "hernia", "stay_days": 4},
    ],
    "capabilities": [
        {"facility": "H", "condition": "stroke", "role": "treat"},
        {"facility": "H", "condition": "hernia", "role": "treat"},
        {"facility": "T", "condition": "hernia", "role": "first_contact"},
    ],
    "episode_rates": [
        {"condition": "stroke", "age_band": "all", "per_1000": 2},
        {"condition": "hernia", "age_band": "all", "per_1000": 4},
    ],
    "tier_money": [
        {"tier": tier, "visit_cny": 100, "stay_cny": 2400, "reimbursed_share": 0.8, "occupancy_share": 0.8}
        for tier in ("township", "county", "city")
    ],
    "travel_minutes": [
        {"origin": "A", "destination": "T", "minutes": 5},
        {"origin": "A", "destination": "H", "minutes": 50},
        {"origin": "B", "destination": "H", "minutes": 10},
        {"origin": "T", "destination": "H", "minutes": 45},
    ],
}
