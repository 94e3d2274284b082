"""A plan made by hand with a few rows of every kind, and the same without any."""

import dataclasses

import pytest

from alloc.plan import Plan, make_record
from alloc.schema.plan import Decisions, IndicatorRow, PassRow
from alloc.schema.scenario import Scenario
from alloc.synthetic import synthetic_model, synthetic_region
from tests.rows import rows

HOSPITAL, TOWN = "H001", "T003"
PLACE = "P0001"


def decisions():
    return Decisions.model_validate(
        {
            "machines": rows(
                "facility equipment_type action install_year count from_facility",
                (TOWN, "DR", "move", 2020, 2, HOSPITAL),
                (TOWN, "CT16", "keep", 2020, 1, None),
            ),
            "exam_flows": [
                {"facility": None} | row
                for row in rows(
                    "place modality facility ends exams_per_year minutes",
                    (PLACE, "CT", TOWN, "own_consortium", 10.0, 5.0),
                    (PLACE, "CT", None, "unmet", 1.0, None),
                )
            ],
            "reading": rows(
                "facility reading_group centre modality exams_per_year upload_min",
                (TOWN, "imaging", HOSPITAL, "CT", 10.0, 4.0),
                (HOSPITAL, "imaging", HOSPITAL, "CT", 7.0, 0.0),
            ),
            "visits": rows(
                "specialty home facility session_type half_days_per_cycle",
                ("internal", HOSPITAL, TOWN, "clinic", 4.0),
                ("internal", HOSPITAL, TOWN, "teaching", 1.0),
            ),
            "roster": rows(
                "specialist specialty home facility session_type weekday part rhythm weeks"
                " half_days_per_cycle travel_min",
                ("S0001", "internal", HOSPITAL, TOWN, "clinic", "Mon", "am", "fortnightly", (1, 3), 2, 20.0),
            ),
            "consult_flows": rows(
                "place specialty setting facility ends consults_per_year minutes",
                (PLACE, "internal", "tele", TOWN, "own_consortium", 3.0, 5.0),
            ),
            "episode_flows": rows(
                "place condition leg first_contact treated_at step_down_at ends episodes_per_year minutes",
                (PLACE, "stroke", "route", TOWN, HOSPITAL, None, "region", 6.0, 30.0),
                (PLACE, "stroke", "route", HOSPITAL, HOSPITAL, None, "region", 2.0, 25.0),
                (PLACE, "stroke", "step_down", None, HOSPITAL, TOWN, "own_consortium", 1.5, 5.0),
                (PLACE, "stroke", "unmet", None, None, None, "unmet", 0.5, None),
            ),
            "costs": rows(
                "category kind payer facility cny life_years",
                ("purchase", "capital", "region", TOWN, 1_000_000.0, 10),
                ("upkeep", "yearly", "region", TOWN, 50_000.0, None),
                ("stay_fund", "yearly", "fund", HOSPITAL, 7_000.0, None),
            ),
        }
    )


@pytest.fixture(scope="package")
def plan():
    region = synthetic_region(3, n_places=5, n_facilities=5, n_modalities=3, n_specialists=6)
    model = synthetic_model(region)
    passes = rows(
        "goal status holding objective bound gap seconds",
        ("unmet", "optimal", "proven", 1.0, 1.0, 0.0, 0.5),
        ("cost", "time_limit", "incumbent", 9.0, 8.1, 0.1, 60),
    )
    return Plan(
        region=region,
        model=model,
        scenario=Scenario(id="baseline"),
        method="joint",
        status="time_limit",
        holding="incumbent",
        passes=tuple(map(PassRow.model_validate, passes)),
        decisions=decisions(),
        indicator_rows=(
            IndicatorRow(indicator="unmet_share", scope="all", unit="share", before=0.2, after=0.1),
        ),
        record=make_record(region, model, created="2026-01-01T00:00:00+00:00"),
    )


@pytest.fixture(scope="package")
def bare(plan):
    return dataclasses.replace(plan, decisions=Decisions(), indicator_rows=(), passes=())
