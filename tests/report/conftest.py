"""A county-sized plan made by hand: no solver, plausible rows of every kind."""

import pytest

from alloc.plan.plan import Plan
from alloc.plan.record import AuditResult, SolveOptions, make_record
from alloc.schema.plan import (
    BedRow,
    CentreRow,
    ConsultFlowRow,
    CostRow,
    Decisions,
    EpisodeFlowRow,
    ExamFlowRow,
    IndicatorRow,
    LimitRow,
    MachineRow,
    PassRow,
    ReadingRow,
    RosterRow,
    SiteRow,
    SlotRow,
    StaffRow,
    VisitRow,
)
from alloc.schema.scenario import Scenario
from alloc.synthetic import synthetic_model, synthetic_region

CREATED = "2026-11-02T10:00:00+00:00"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def flows(region):
    hospital = region.facilities[0].id
    towns = [f.id for f in region.facilities if f.tier == "township"]
    exams, consults, episodes = [], [], []
    for n, place in enumerate(region.places):
        town = towns[n % len(towns)]
        for modality in region.modalities:
            for facility, ends, count in (
                (town, "own_consortium", 810.5),
                (hospital, "region", 400.0),
                (None, "outside", 37.25),
                (None, "unmet", 12.0),
            ):
                minutes = None if facility is None else 7.5 + n
                exams.append(
                    ExamFlowRow(
                        place=place.id,
                        modality=modality.id,
                        facility=facility,
                        ends=ends,
                        exams_per_year=count,
                        minutes=minutes,
                    )
                )
        for specialty in region.specialties:
            for setting, facility, ends, count in (
                ("outreach", town, "own_consortium", 240.0),
                ("tele", town, "own_consortium", 60.0),
                ("hospital", hospital, "region", 900.0),
                ("outside", None, "outside", 80.0),
            ):
                consults.append(
                    ConsultFlowRow(
                        place=place.id,
                        specialty=specialty.id,
                        setting=setting,
                        facility=facility,
                        ends=ends,
                        consults_per_year=count,
                        minutes=None if facility is None else 9.0,
                    )
                )
        for condition in region.conditions:
            own = {"place": place.id, "condition": condition.id}
            episodes += [
                EpisodeFlowRow(
                    **own,
                    leg="route",
                    first_contact=town,
                    treated_at=hospital,
                    ends="region",
                    episodes_per_year=33.0,
                    minutes=31.0,
                ),
                EpisodeFlowRow(
                    **own,
                    leg="route",
                    first_contact=hospital,
                    treated_at=hospital,
                    ends="region",
                    episodes_per_year=11.0,
                    minutes=22.0,
                ),
                EpisodeFlowRow(
                    **own,
                    leg="step_down",
                    treated_at=hospital,
                    step_down_at=town,
                    ends="own_consortium",
                    episodes_per_year=9.0,
                    minutes=6.0,
                ),
                EpisodeFlowRow(**own, leg="outside", ends="outside", episodes_per_year=4.0),
            ]
    return {"exam_flows": tuple(exams), "consult_flows": tuple(consults), "episode_flows": tuple(episodes)}


def machines(region):
    hospital = region.facilities[0].id
    towns = [f.id for f in region.facilities if f.tier == "township"]
    types = [t.id for t in region.equipment_types]
    rows = [
        MachineRow(
            facility=i.facility,
            equipment_type=i.equipment_type,
            action="keep",
            install_year=i.install_year,
            count=i.count,
        )
        for i in region.inventory
    ]
    for n, town in enumerate(towns[:5]):
        kind = region.equipment_types[n % len(types)]
        rows.append(
            MachineRow(
                facility=town,
                equipment_type=kind.id,
                action="buy",
                install_year=2026,
                count=1 + n % 2,
                unit_cny=kind.price_cny,
                spend_cny=kind.price_cny * (1 + n % 2),
            )
        )
    moved = MachineRow(
        facility=towns[0],
        equipment_type=types[1],
        action="move",
        install_year=2022,
        count=1,
        from_facility=hospital,
        unit_cny=20000,
        spend_cny=20000,
    )
    retired = MachineRow(
        facility=hospital,
        equipment_type=types[0],
        action="retire",
        install_year=2012,
        count=2,
        unit_cny=5000,
        spend_cny=10000,
    )
    return (*rows, moved, retired)


def reading(region):
    hospital = region.facilities[0].id
    towns = [f.id for f in region.facilities if f.tier == "township"]
    rows = [
        ReadingRow(
            facility=town,
            reading_group="imaging",
            centre=hospital,
            modality="CT",
            exams_per_year=1200.0,
            upload_min=4.25,
        )
        for town in towns[:8]
    ]
    own = ReadingRow(
        facility=hospital,
        reading_group="imaging",
        centre=hospital,
        modality="CT",
        exams_per_year=9000.0,
        upload_min=0.0,
    )
    centre = CentreRow(
        facility=hospital,
        reading_group="imaging",
        shared=True,
        sites_read_for=8,
        readers_in_pool=9,
        readers_on_duty=5,
        readers_released=4,
        read_min_per_year=186000.0,
        capacity_min_per_year=240000.0,
        setup_cny=500000.0,
        running_cny_per_year=300000.0,
    )
    alone = centre.model_copy(update={"facility": towns[8], "shared": False, "sites_read_for": 0})
    return {"reading": (*rows, own), "centres": (centre, alone)}


def outreach(region):
    towns = [f.id for f in region.facilities if f.tier == "township"]
    roster, visits = [], []
    for n, doctor in enumerate(region.specialists):
        for k in range(2):
            town = towns[(2 * n + k) % min(len(towns), 9)]
            rhythm, weeks = (("weekly", (1, 2, 3, 4)), ("fortnightly", (2, 4)), ("monthly", (3,)))[
                (n + k) % 3
            ]
            part = ("am", "pm", "day")[n % 3]
            session = ("clinic", "clinic", "ward_round", "teaching")[n % 4]
            half_days = len(weeks) * (2 if part == "day" else 1)
            roster.append(
                RosterRow(
                    specialist=doctor.id,
                    specialty=doctor.specialty,
                    home=doctor.home,
                    facility=town,
                    session_type=session,
                    weekday=DAYS[(n + 2 * k) % 5],
                    part=part,
                    rhythm=rhythm,
                    weeks=weeks,
                    half_days_per_cycle=half_days,
                    travel_min=21.5,
                )
            )
            visits.append(
                VisitRow(
                    specialty=doctor.specialty,
                    home=doctor.home,
                    facility=town,
                    session_type=session,
                    half_days_per_cycle=half_days,
                )
            )
    return {"roster": tuple(roster), "visits": tuple(visits)}


def rest(region):
    hospital = region.facilities[0].id
    cost = {"facility": hospital}
    return {
        "sites": tuple(SiteRow(facility=f.id, open=True) for f in region.facilities),
        "beds": tuple(
            BedRow(
                facility=f.id,
                beds=f.beds,
                surge_beds_opened=0,
                usable_beds=f.beds * 0.85,
                treating_beds=f.beds * 0.6,
                step_down_beds=f.beds * 0.1,
                reserved_beds=2,
                reserved_used_beds=1.5,
                freed_by_step_down_beds=1.25,
            )
            for f in region.facilities
        ),
        "slots": tuple(
            SlotRow(
                specialty=s.id,
                home=hospital,
                specialists=3,
                clinic_half_days=72.0,
                outreach_half_days=12.0,
                tele_half_days=2.5,
                used_at_home_half_days=50.0,
                reserved_half_days=6,
                reserved_used_half_days=4.5,
            )
            for s in region.specialties
        ),
        "staff": tuple(
            StaffRow(role=r.id, scope="C-H001", available_hours_per_year=18000.0, used_hours_per_year=17250.0)
            for r in region.roles
        ),
        "costs": (
            CostRow(
                category="purchase", kind="capital", payer="region", cny=9_870_000.0, life_years=10, **cost
            ),
            CostRow(
                category="centre_setup", kind="capital", payer="region", cny=500_000.0, life_years=20, **cost
            ),
            CostRow(category="upkeep", kind="yearly", payer="region", cny=2_340_000.0, **cost),
            CostRow(category="stay_fund", kind="yearly", payer="fund", cny=123_400_000.0, **cost),
            CostRow(category="stay_patient", kind="yearly", payer="patient", cny=45_600_000.0, **cost),
        ),
        "limits": (
            LimitRow(
                limit="spend_within_budget",
                scope="region",
                sense="at_most",
                value=10_370_000.0,
                limit_value=10_380_000.0,
                room=10_000.0,
                binding=True,
                unit="CNY",
            ),
            LimitRow(
                limit="staff_hours_within_what_is_there",
                scope="radiographer/C-H001",
                sense="at_most",
                value=17_250.0,
                limit_value=18_000.0,
                room=750.0,
                binding=False,
                unit="h/year",
            ),
            LimitRow(
                limit="rural_share_of_spend",
                scope="region",
                sense="at_least",
                value=0.7,
                limit_value=0.7,
                room=0.0,
                binding=True,
                unit="share",
            ),
        ),
    }


INDICATOR_ROWS = (
    IndicatorRow(indicator="in_county_share", scope="all", unit="share", before=0.823, after=0.941),
    IndicatorRow(indicator="unmet_share", scope="all", unit="share", before=0.102, after=0.0049),
    IndicatorRow(indicator="primary_visit_share", scope="region", unit="share", before=0.45, after=0.612),
    IndicatorRow(
        indicator="residents_within_15_min", scope="any_care", unit="share", before=0.88, after=0.93
    ),
    IndicatorRow(indicator="mean_travel_min", scope="all", unit="min", before=26.31, after=19.04),
    IndicatorRow(indicator="worst_place_travel_min", scope="region", unit="min", before=61.0, after=44.4),
    IndicatorRow(indicator="reading_centre_coverage", scope="imaging", unit="share", before=None, after=0.75),
    IndicatorRow(
        indicator="spend_per_resident", scope="region", unit="cny_per_resident", before=310.2, after=322.9
    ),
    IndicatorRow(indicator="machine_use", scope="CT", unit="share", before=0.99, after=0.85),
    IndicatorRow(
        indicator="premature_deaths",
        scope="region",
        unit="share",
        computed=False,
        reason="outcome_not_modelled",
    ),
)
PASSES = (
    PassRow(
        goal="unmet",
        status="optimal",
        holding="proven",
        objective=12.5,
        bound=12.5,
        gap=0.0,
        seconds=1.5,
        unit="weighted cases",
    ),
    PassRow(
        goal="travel",
        status="optimal",
        holding="proven",
        objective=1911.0,
        bound=1909.9,
        gap=0.0006,
        seconds=11.6,
        unit="1000 person-min",
    ),
)


def plan_of(region, model, *, scenario=None, method="joint", holding="proven", status="optimal", **changes):
    """A full plan of any region that has a hospital first, nine townships and CT."""
    decisions = Decisions(
        machines=machines(region), **reading(region), **outreach(region), **flows(region), **rest(region)
    )
    parts = {
        "region": region,
        "model": model,
        "scenario": scenario or Scenario(id="baseline", name_zh="现状", name_en="Baseline"),
        "method": method,
        "status": status,
        "holding": holding,
        "passes": PASSES,
        "decisions": decisions,
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


def county():
    region = synthetic_region(7, n_places=13, n_facilities=16, n_modalities=5, n_specialists=32)
    about = region.about.model_copy(
        update={"name_zh": "示例县", "name_en": "Sample County", "semi_synthetic": True}
    )
    return region.model_copy(update={"about": about})


@pytest.fixture(scope="session")
def region():
    return county()


@pytest.fixture(scope="session")
def model(region):
    return synthetic_model(region)


@pytest.fixture(scope="session")
def plan(region, model):
    return plan_of(region, model)


@pytest.fixture(scope="session")
def empty_plan(region, model):
    """A plan that holds nothing: every table is empty."""
    return plan_of(
        region,
        model,
        holding="nothing",
        status="time_limit",
        decisions=Decisions(),
        passes=(),
        indicator_rows=(),
    )


@pytest.fixture(scope="session")
def plan_maker():
    return plan_of
