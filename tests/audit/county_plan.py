"""The good plan for the county made by hand, table by table."""

from __future__ import annotations

from typing import Any

from tests.audit.county import MINUTES
from tests.rows import rows

Rows = list[dict[str, Any]]
URBAN_MINUTES = (
    (2800 + 3000 + 1000) * 10 + 1000 * 25 + (150 + 50) * 90  # exams at H, at K, outside or unmet
    + 2600 * 10 + (200 + 200) * 90  # consultations
    + 30 * 10 + 36 * 35 + (4 + 10) * 90 + 60 * 15 + 30 * 35 + 10 * 15  # episodes, and ten who step down
)  # fmt: skip
RURAL_MINUTES = (
    (1000 + 1500 + 1000) * 5 + 400 * 15 + 500 * 25 + 100 * 90
    + 520 * 30 + (600 + 200) * 5 + 500 * 25 + 600 * 15 + 80 * 90
    + 20 * 30 + 20 * 25 + 10 * 40 + 150 * 5 + 8 * 5 + 4 * 25
)  # fmt: skip


def tables() -> dict[str, Rows]:
    """All tables of the plan."""
    return {
        "sites": rows(
            "facility open opened",
            *((f, True, False) for f in "HKTU"), ("N", True, True), ("C", False, False), ("X", False, False),
        ),
        "machines": _machines(),
        "exam_flows": _exams(),
        "reading": rows(
            "facility reading_group centre modality exams_per_year upload_min",
            ("H", "imaging", "H", "CT", 2800, 0),
            ("T", "imaging", "H", "CT", 1000, 0.8),  # 300 MB x 8 / 50 Mbps
            ("H", "ecg", "H", "ECG", 1000, 0), ("T", "ecg", "H", "ECG", 1000, 8 / 50 / 60),
            ("U", "ecg", "U", "ECG", 500, 0),
        ),
        "centres": rows(
            "facility reading_group shared sites_read_for readers_in_pool readers_on_duty readers_released"
            " read_min_per_year capacity_min_per_year setup_cny running_cny_per_year",
            ("H", "imaging", True, 2, 4, 2, 0, 38000, 60000, 800000, 200000),
            ("H", "ecg", True, 2, 2, 1, 0, 6000, 10000, 0, 50000),
            ("U", "ecg", False, 1, 2, 1, 0, 1500, 5000, 0, 0),
        ),
        "visits": [
            {"specialty": "INT", "home": "H"} | row
            for row in rows(
                "facility session_type half_days_per_cycle",
                ("U", "clinic", 4), ("T", "clinic", 4), ("T", "ward_round", 1), ("N", "posting", 24),
                ("T", "tele", 2),
            )
        ],
        "roster": _roster(),
        "consult_flows": _consults(),
        "episode_flows": _episodes(),
        **_ledgers(),
        "costs": _costs(),
        "limits": _limits(),
    }  # fmt: skip


def _machines() -> Rows:
    """One old CT and one old US go, one CT, two US and one ECG are bought, one US moves to the new site."""
    return rows(
        "facility equipment_type action install_year count from_facility unit_cny spend_cny",
        ("H", "CT16", "keep", 2020, 1, None, 0, 0), ("H", "CT16", "retire", 2012, 1, None, 0, 10000),
        ("T", "CT16", "buy", 2026, 1, None, 1500000, 1500000),
        ("H", "US1", "keep", 2020, 1, None, 0, 0), ("N", "US1", "move", 2020, 1, "H", 0, 20000),
        ("T", "US1", "retire", 2016, 1, None, 0, 5000), ("T", "US1", "buy", 2026, 1, None, 700000, 700000),
        ("U", "US1", "buy", 2026, 1, None, 700000, 700000), ("K", "US1", "keep", 2021, 1, None, 0, 0),
        ("H", "ECG1", "keep", 2022, 2, None, 0, 0), ("U", "ECG1", "keep", 2021, 1, None, 0, 0),
        ("T", "ECG1", "buy", 2026, 1, None, 30000, 30000),
    )  # fmt: skip


def _served(place: str, facility: str | None, ends: str | None) -> dict[str, Any]:
    """The columns that all flows share."""
    minutes = None if facility is None else MINUTES[place, facility]
    where = ends or ("region" if facility == "K" else "own_consortium")
    return {"place": place, "facility": facility, "ends": where, "minutes": minutes}


def _exams() -> Rows:
    flows = (
        ("P1", "CT", "H", None, 2800), ("P1", "CT", None, "outside", 150), ("P1", "CT", None, "unmet", 50),
        ("P2", "CT", "T", None, 1000), ("P1", "US", "H", None, 3000), ("P1", "US", "K", None, 1000),
        ("P2", "US", "T", None, 1500), ("P2", "US", "N", None, 400), ("P2", "US", None, "unmet", 100),
        ("P1", "ECG", "H", None, 1000), ("P2", "ECG", "T", None, 1000), ("P2", "ECG", "U", None, 500),
    )  # fmt: skip
    return [_served(p, f, ends) | {"modality": m, "exams_per_year": n} for p, m, f, ends, n in flows]


def _roster() -> Rows:
    """S1 owes 4 half-days a cycle, S2 is a mentor at T, S3 is posted to N on three days, S4 has one round."""
    visits = rows(
        "specialist facility session_type weekday part rhythm weeks half_days_per_cycle travel_min",
        ("S1", "U", "clinic", "Tue", "day", "fortnightly", (1, 3), 4, 50),
        ("S2", "T", "clinic", "Wed", "am", "weekly", (1, 2, 3, 4), 4, 20),
        ("S4", "T", "ward_round", "Thu", "pm", "monthly", (1,), 1, 20),
        *(
            ("S3", "N", "posting", day, "day", "every_day", (1, 2, 3, 4), 8, 25)
            for day in ("Mon", "Tue", "Wed")
        ),
    )
    return [{"specialty": "INT", "home": "H"} | row for row in visits]


def _consults() -> Rows:
    """Ten and two half-days at home; below the 624 that four half-days at T or U hold in a year."""
    flows = (
        ("P1", "hospital", "H", None, 2600), ("P1", "outside", None, "outside", 200),
        ("P1", "unmet", None, "unmet", 200), ("P2", "hospital", "H", None, 520),
        ("P2", "outreach", "T", None, 600),
        ("P2", "outreach", "U", None, 500), ("P2", "outreach", "N", None, 600),
        ("P2", "tele", "T", None, 200),
        ("P2", "unmet", None, "unmet", 80),
    )  # fmt: skip
    return [
        _served(p, f, ends) | {"specialty": "INT", "setting": setting, "consults_per_year": n}
        for p, setting, f, ends, n in flows
    ]


def _episodes() -> Rows:
    return rows(
        "place condition leg first_contact treated_at step_down_at ends episodes_per_year minutes",
        ("P1", "STROKE", "route", "H", "H", None, "own_consortium", 30, 10),
        ("P2", "STROKE", "route", "H", "H", None, "own_consortium", 20, 30),
        ("P1", "HIP", "route", "T", "H", None, "own_consortium", 36, 35),
        ("P1", "HIP", "outside", None, None, None, "outside", 4, 90),
        ("P2", "HIP", "route", "T", "H", None, "own_consortium", 20, 25),
        ("P2", "HIP", "route", "N", "H", None, "own_consortium", 10, 40),
        ("P1", "FLU", "route", "T", "T", None, "own_consortium", 60, 15),
        ("P1", "FLU", "route", "T", "H", None, "own_consortium", 30, 35),
        ("P1", "FLU", "unmet", None, None, None, "unmet", 10, None),
        ("P2", "FLU", "route", "T", "T", None, "own_consortium", 150, 5),
        ("P1", "HIP", "step_down", None, "H", "T", "own_consortium", 10, 15),
        ("P2", "HIP", "step_down", None, "H", "T", "own_consortium", 8, 5),
        ("P2", "HIP", "step_down", None, "H", "U", "own_consortium", 4, 25),
    )


def _ledgers() -> dict[str, Rows]:
    """H: 50 strokes x 10 days, 66 hips x 20, 30 flus x 5; 22 of the hips leave 10 days early. T: 210 flus."""
    full, freed, referred = 1970 / 365, 220 / 365, 1470 / 365
    return {
        "beds": rows(
            "facility beds surge_beds_opened usable_beds treating_beds step_down_beds reserved_beds"
            " reserved_used_beds freed_by_step_down_beds",
            ("H", 40, 1, 0.85 * 41, full - freed, 0, 5, referred, freed),
            ("K", 20, 0, 17, 0, 0, 0, 0, 0),
            ("T", 10, 0, 6, 1050 / 365, 180 / 365, 0, 0, 0),
            ("U", 5, 0, 3, 0, 40 / 365, 0, 0, 0),
        ),
        "slots": rows(
            "specialty home specialists clinic_half_days outreach_half_days tele_half_days"
            " used_at_home_half_days reserved_half_days reserved_used_half_days",
            ("INT", "H", 4, 92, 9 + 20, 2, 12, 10, 2.4),  # S3, posted, no longer holds 20 of the 92
        ),
        "staff": rows(
            "role scope available_hours_per_year used_hours_per_year",
            ("tech", "A", 10800, 7200), ("sono", "A", 10800, 8640), ("nurse", "A", 5400, 3600),
            ("sono", "B", 3600, 2160),
        ),
    }  # fmt: skip


def _costs() -> Rows:
    capital = rows(
        "category facility cny life_years",
        ("purchase", "T", 1500000, 10), ("purchase", "T", 730000, 8), ("purchase", "U", 700000, 8),
        ("moving", "N", 20000, 8), ("retiring", "H", 10000, 10), ("retiring", "T", 5000, 8),
        ("opening", "N", 300000, 30), ("centre_setup", "H", 800000, 10),
    )  # fmt: skip
    yearly = rows(
        "category payer cny",
        ("upkeep", "region", 2 * 100000 + 5 * 40000 + 4 * 2000),
        ("machine_staff", "region", 2 * 2 * 120000 + 5 * 1.2 * 140000 + 4 * 0.5 * 100000),
        ("running", "region", 1000000 + 900000 + 3 * 100000),
        ("centre_running", "region", 200000 + 50000),
        ("centre_links", "region", 12000 + 3000),
        ("outreach_allowance", "region", 33 * 13 * 200),
        # km one way at 40 km/h x half-days x 13 cycles: T 20 min, U 50 min, N 25 min
        ("outreach_travel", "region", (40 / 3 * 5 + 100 / 3 * 4 + 50 / 3 * 24) * 13),
        ("surge_beds", "region", 20000),
        # visits: 3,120 in the county hospital, 1,900 in townships, 200 outside
        ("visit_fund", "fund", 936000 * 0.75 + 190000 * 0.85 + 80000 * 0.6),
        ("visit_patient", "patient", 936000 * 0.25 + 190000 * 0.15 + 80000 * 0.4),
        # stays: 146 at H less half of 22, 210 at T and half of 22 stepped down, 4 outside
        ("stay_fund", "fund", 1080000 * 0.75 + 530400 * 0.85 + 48000 * 0.6),
        ("stay_patient", "patient", 1080000 * 0.25 + 530400 * 0.15 + 48000 * 0.4),
        ("down_referral_reward", "fund", 22 * 1.8 * 300),
    )
    return [
        *({"kind": "capital", "payer": "region"} | row for row in capital),
        *({"kind": "yearly", "facility": None} | row for row in yearly),
    ]


def _limits() -> Rows:
    told = (
        ("spend_within_budget", "region", "at_most", 4065000, 4500000, "CNY"),
        ("yearly_cost_within_limit", "region", "at_most", 4929475, 5000000, "CNY/year"),
        ("rural_share_of_spend", "region", "at_least", 3230000, 0.7 * 4030000, "CNY"),
        ("spend_within_budget_of_consortium", "A", "at_most", 4065000, 4200000, "CNY"),
        # rural and urban share of need served; minutes by case of need
        ("urban_rural_service_gap", "exams", "at_least", 4400 / 4500, 0.7 * 7800 / 8000, "share"),
        ("urban_rural_service_gap", "consultations", "at_least", 2420 / 2500, 0.7 * 2600 / 3000, "share"),
        ("urban_rural_service_gap", "episodes", "at_least", 200 / 200, 0.7 * 156 / 170, "share"),
        (
            "urban_rural_travel_gap",
            "region",
            "at_most",
            RURAL_MINUTES / 7200,
            1.3 * URBAN_MINUTES / 11170,
            "min",
        ),
        ("machines_within_the_number", "CT16", "at_most", 2, 3, "machines"),
        ("coverage_floor", "exams/CT", "at_least", 3800, 3600, "exams/year"),
        ("coverage_floor", "consultations/INT", "at_least", 5020, 4400, "consultations/year"),
        ("coverage_floor", "episodes/HIP", "at_least", 66, 63, "episodes/year"),
        *(
            ("staff_hours_within_what_is_there", scope, "at_most", used, there, "h/year")
            for scope, used, there in (
                ("tech/A", 7200, 10800),
                ("sono/A", 8640, 10800),
                ("nurse/A", 3600, 5400),
                ("sono/B", 2160, 3600),
            )
        ),
        ("open_centres_within_the_number", "region", "at_most", 2, 2, "centres"),
    )
    return [
        {
            "limit": limit, "scope": scope, "sense": sense, "value": value, "limit_value": most, "unit": unit,
            "room": most - value if sense == "at_most" else value - most, "binding": False,
        }
        for limit, scope, sense, value, most, unit in told
    ]  # fmt: skip
