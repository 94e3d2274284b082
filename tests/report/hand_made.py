"""A county-sized plan made by hand: no solver, plausible rows of every kind."""

from alloc.plan.plan import Plan
from alloc.plan.record import AuditResult, SolveOptions, make_record
from alloc.schema.plan import Decisions, IndicatorRow, PassRow
from alloc.schema.scenario import Scenario
from alloc.synthetic import synthetic_region
from tests.rows import rows

CREATED = "2026-11-02T10:00:00+00:00"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def county():
    region = synthetic_region(7, n_places=13, n_facilities=16, n_modalities=5, n_specialists=32)
    about = region.about.model_copy(
        update={"name_zh": "示例县", "name_en": "Sample County", "semi_synthetic": True}
    )
    return region.model_copy(update={"about": about})


def plan_of(region, model, *, scenario=None, method="joint", holding="proven", status="optimal", **changes):
    """A full plan of any region that has a hospital first, nine townships and CT."""
    parts = {
        "region": region,
        "model": model,
        "scenario": scenario or Scenario(id="baseline", name_zh="现状", name_en="Baseline"),
        "method": method,
        "status": status,
        "holding": holding,
        "passes": PASSES,
        "decisions": decisions(region),
        "indicator_rows": INDICATOR_ROWS,
        "record": make_record(
            region,
            model,
            inputs={"region.yaml": "0" * 64},
            options=SolveOptions(time_limit_s=60, gap=0.001),
            seconds={"solve": 13.1},
            audit=AuditResult(rules_checked=41),
            created=CREATED,
        ),
    }
    return Plan(**(parts | changes))


def decisions(region):
    hospital = region.facilities[0].id
    towns = [f.id for f in region.facilities if f.tier == "township"]
    return Decisions.model_validate(
        {
            "sites": [{"facility": f.id, "open": True} for f in region.facilities],
            "machines": _machines(region, hospital, towns),
            **_reading(hospital, towns),
            **_outreach(region, towns),
            **_flows(region, hospital, towns),
            **_service(region, hospital),
            "costs": [{"facility": hospital, **row} for row in COSTS],
            "limits": LIMITS,
        }
    )


def _flows(region, hospital, towns):
    exams, consults, episodes = [], [], []
    for n, place in enumerate(region.places):
        town = towns[n % len(towns)]
        there = 7.5 + n
        exams += [
            {"place": place.id, "modality": modality.id, "facility": None, **row}
            for modality in region.modalities
            for row in rows(
                "facility ends exams_per_year minutes",
                (town, "own_consortium", 810.5, there), (hospital, "region", 400.0, there),
                (None, "outside", 37.25, None), (None, "unmet", 12.0, None),
            )
        ]  # fmt: skip
        consults += [
            {"place": place.id, "specialty": specialty.id, "facility": None, **row}
            for specialty in region.specialties
            for row in rows(
                "setting facility ends consults_per_year minutes",
                ("outreach", town, "own_consortium", 240.0, 9.0), ("tele", town, "own_consortium", 60.0, 9.0),
                ("hospital", hospital, "region", 900.0, 9.0), ("outside", None, "outside", 80.0, None),
            )
        ]  # fmt: skip
        episodes += [
            {"place": place.id, "condition": condition.id, **row}
            for condition in region.conditions
            for row in rows(
                "leg first_contact treated_at step_down_at ends episodes_per_year minutes",
                ("route", town, hospital, None, "region", 33.0, 31.0),
                ("route", hospital, hospital, None, "region", 11.0, 22.0),
                ("step_down", None, hospital, town, "own_consortium", 9.0, 6.0),
                ("outside", None, None, None, "outside", 4.0, None),
            )
        ]
    return {"exam_flows": exams, "consult_flows": consults, "episode_flows": episodes}


def _machines(region, hospital, towns):
    kinds = region.equipment_types
    columns = "facility equipment_type action install_year count from_facility unit_cny spend_cny"
    kept = [(i.facility, i.equipment_type, "keep", i.install_year, i.count) for i in region.inventory]
    bought = [(town, kinds[n % len(kinds)], 1 + n % 2) for n, town in enumerate(towns[:5])]
    return rows(
        columns,
        *((*row, None, None, None) for row in kept),
        *((at, k.id, "buy", 2026, n, None, k.price_cny, k.price_cny * n) for at, k, n in bought),
        (towns[0], kinds[1].id, "move", 2022, 1, hospital, 20000, 20000),
        (hospital, kinds[0].id, "retire", 2012, 2, None, 5000, 10000),
    )


def _reading(hospital, towns):
    return {
        "reading": rows(
            "facility reading_group centre modality exams_per_year upload_min",
            *((town, "imaging", hospital, "CT", 1200.0, 4.25) for town in towns[:8]),
            (hospital, "imaging", hospital, "CT", 9000.0, 0.0),
        ),
        "centres": rows(
            "facility reading_group shared sites_read_for readers_in_pool readers_on_duty readers_released"
            " read_min_per_year capacity_min_per_year setup_cny running_cny_per_year",
            (hospital, "imaging", True, 8, 9, 5, 4, 186000.0, 240000.0, 500000.0, 300000.0),
            (towns[8], "imaging", False, 0, 9, 5, 4, 186000.0, 240000.0, 500000.0, 300000.0),
        ),
    }


def _outreach(region, towns):
    roster = []
    for n, doctor in enumerate(region.specialists):
        part = ("am", "pm", "day")[n % 3]
        for k in range(2):
            rhythm, weeks = (("weekly", (1, 2, 3, 4)), ("fortnightly", (2, 4)), ("monthly", (3,)))[
                (n + k) % 3
            ]
            visit = {
                "specialty": doctor.specialty,
                "home": doctor.home,
                "facility": towns[(2 * n + k) % min(len(towns), 9)],
                "session_type": ("clinic", "clinic", "ward_round", "teaching")[n % 4],
                "half_days_per_cycle": len(weeks) * (2 if part == "day" else 1),
            }
            when = {"weekday": DAYS[(n + 2 * k) % 5], "part": part, "rhythm": rhythm, "weeks": weeks}
            roster.append({"specialist": doctor.id, **visit, **when, "travel_min": 21.5})
    visits = [
        {key: row[key] for key in ("specialty", "home", "facility", "session_type", "half_days_per_cycle")}
        for row in roster
    ]
    return {"roster": roster, "visits": visits}


def _service(region, hospital):
    return {
        "beds": rows(
            "facility beds surge_beds_opened usable_beds treating_beds step_down_beds reserved_beds"
            " reserved_used_beds freed_by_step_down_beds",
            *(
                (f.id, f.beds, 0, f.beds * 0.85, f.beds * 0.6, f.beds * 0.1, 2, 1.5, 1.25)
                for f in region.facilities
            ),
        ),
        "slots": rows(
            "specialty home specialists clinic_half_days outreach_half_days tele_half_days"
            " used_at_home_half_days reserved_half_days reserved_used_half_days",
            *((s.id, hospital, 3, 72.0, 12.0, 2.5, 50.0, 6, 4.5) for s in region.specialties),
        ),
        "staff": rows(
            "role scope available_hours_per_year used_hours_per_year",
            *((r.id, "C-H001", 18000.0, 17250.0) for r in region.roles),
        ),
    }


COSTS = rows(
    "category kind payer cny life_years",
    ("purchase", "capital", "region", 9_870_000.0, 10), ("centre_setup", "capital", "region", 500_000.0, 20),
    ("upkeep", "yearly", "region", 2_340_000.0, None), ("stay_fund", "yearly", "fund", 123_400_000.0, None),
    ("stay_patient", "yearly", "patient", 45_600_000.0, None),
)  # fmt: skip
LIMITS = rows(
    "limit scope sense value limit_value room binding unit",
    ("spend_within_budget", "region", "at_most", 10_370_000.0, 10_380_000.0, 10_000.0, True, "CNY"),
    (
        "staff_hours_within_what_is_there", "radiographer/C-H001", "at_most",
        17_250.0, 18_000.0, 750.0, False, "h/year",
    ),
    ("rural_share_of_spend", "region", "at_least", 0.7, 0.7, 0.0, True, "share"),
)  # fmt: skip
INDICATOR_ROWS = tuple(
    IndicatorRow.model_validate(row)
    for row in rows(
        "indicator scope unit before after computed reason",
        ("in_county_share", "all", "share", 0.823, 0.941, None, None),
        ("unmet_share", "all", "share", 0.102, 0.0049, None, None),
        ("primary_visit_share", "region", "share", 0.45, 0.612, None, None),
        ("residents_within_15_min", "any_care", "share", 0.88, 0.93, None, None),
        ("mean_travel_min", "all", "min", 26.31, 19.04, None, None),
        ("worst_place_travel_min", "region", "min", 61.0, 44.4, None, None),
        ("reading_centre_coverage", "imaging", "share", None, 0.75, None, None),
        ("spend_per_resident", "region", "cny_per_resident", 310.2, 322.9, None, None),
        ("machine_use", "CT", "share", 0.99, 0.85, None, None),
        ("premature_deaths", "region", "share", None, None, False, "outcome_not_modelled"),
    )
)
PASSES = tuple(
    PassRow.model_validate(row)
    for row in rows(
        "goal status holding objective bound gap seconds unit",
        ("unmet", "optimal", "proven", 12.5, 12.5, 0.0, 1.5, "weighted cases"),
        ("travel", "optimal", "proven", 1911.0, 1909.9, 0.0006, 11.6, "1000 person-min"),
    )
)
