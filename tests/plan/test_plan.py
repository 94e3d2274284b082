"""A plan gives its tables, lines, network and file, and loses nothing on the way."""

import dataclasses
import json
import subprocess
import sys

import pytest

from alloc.errors import DataError
from alloc.plan import Plan, make_record
from alloc.plan.plan import TABLES
from alloc.schema.plan import (
    ConsultFlowRow,
    CostRow,
    Decisions,
    EpisodeFlowRow,
    ExamFlowRow,
    IndicatorRow,
    MachineRow,
    PassRow,
    ReadingRow,
    RosterRow,
    VisitRow,
)
from alloc.schema.scenario import Scenario
from alloc.synthetic import synthetic_model, synthetic_region

HOSPITAL, TOWN = "H001", "T003"
PLACE = "P0001"


def decisions():
    own = {"place": PLACE, "condition": "stroke"}
    return Decisions(
        machines=(
            MachineRow(
                facility=TOWN,
                equipment_type="DR",
                action="move",
                install_year=2020,
                count=2,
                from_facility=HOSPITAL,
            ),
            MachineRow(facility=TOWN, equipment_type="CT16", action="keep", install_year=2020, count=1),
        ),
        exam_flows=(
            ExamFlowRow(
                place=PLACE,
                modality="CT",
                facility=TOWN,
                ends="own_consortium",
                exams_per_year=10.0,
                minutes=5.0,
            ),
            ExamFlowRow(place=PLACE, modality="CT", facility=None, ends="unmet", exams_per_year=1.0),
        ),
        reading=(
            ReadingRow(
                facility=TOWN,
                reading_group="imaging",
                centre=HOSPITAL,
                modality="CT",
                exams_per_year=10.0,
                upload_min=4.0,
            ),
            ReadingRow(
                facility=HOSPITAL,
                reading_group="imaging",
                centre=HOSPITAL,
                modality="CT",
                exams_per_year=7.0,
                upload_min=0.0,
            ),
        ),
        visits=(
            VisitRow(
                specialty="internal",
                home=HOSPITAL,
                facility=TOWN,
                session_type="clinic",
                half_days_per_cycle=4.0,
            ),
            VisitRow(
                specialty="internal",
                home=HOSPITAL,
                facility=TOWN,
                session_type="teaching",
                half_days_per_cycle=1.0,
            ),
        ),
        roster=(
            RosterRow(
                specialist="S0001",
                specialty="internal",
                home=HOSPITAL,
                facility=TOWN,
                session_type="clinic",
                weekday="Mon",
                part="am",
                rhythm="fortnightly",
                weeks=(1, 3),
                half_days_per_cycle=2,
                travel_min=20.0,
            ),
        ),
        consult_flows=(
            ConsultFlowRow(
                place=PLACE,
                specialty="internal",
                setting="tele",
                facility=TOWN,
                ends="own_consortium",
                consults_per_year=3.0,
                minutes=5.0,
            ),
        ),
        episode_flows=(
            EpisodeFlowRow(
                **own,
                leg="route",
                first_contact=TOWN,
                treated_at=HOSPITAL,
                ends="region",
                episodes_per_year=6.0,
                minutes=30.0,
            ),
            EpisodeFlowRow(
                **own,
                leg="route",
                first_contact=HOSPITAL,
                treated_at=HOSPITAL,
                ends="region",
                episodes_per_year=2.0,
                minutes=25.0,
            ),
            EpisodeFlowRow(
                **own,
                leg="step_down",
                treated_at=HOSPITAL,
                step_down_at=TOWN,
                ends="own_consortium",
                episodes_per_year=1.5,
                minutes=5.0,
            ),
            EpisodeFlowRow(**own, leg="unmet", ends="unmet", episodes_per_year=0.5),
        ),
        costs=(
            CostRow(
                category="purchase",
                kind="capital",
                payer="region",
                facility=TOWN,
                cny=1_000_000.0,
                life_years=10,
            ),
            CostRow(category="upkeep", kind="yearly", payer="region", facility=TOWN, cny=50_000.0),
            CostRow(category="stay_fund", kind="yearly", payer="fund", facility=HOSPITAL, cny=7_000.0),
        ),
    )


@pytest.fixture(scope="module")
def plan():
    region = synthetic_region(3, n_places=5, n_facilities=5, n_modalities=3, n_specialists=6)
    model = synthetic_model(region)
    passes = (
        PassRow(
            goal="unmet", status="optimal", holding="proven", objective=1.0, bound=1.0, gap=0.0, seconds=0.5
        ),
        PassRow(
            goal="cost",
            status="time_limit",
            holding="incumbent",
            objective=9.0,
            bound=8.1,
            gap=0.1,
            seconds=60,
        ),
    )
    return Plan(
        region=region,
        model=model,
        scenario=Scenario(id="baseline"),
        method="joint",
        status="time_limit",
        holding="incumbent",
        passes=passes,
        decisions=decisions(),
        indicator_rows=(
            IndicatorRow(indicator="unmet_share", scope="all", unit="share", before=0.2, after=0.1),
        ),
        record=make_record(region, model, created="2026-01-01T00:00:00+00:00"),
    )


@pytest.fixture(scope="module")
def bare(plan):
    return dataclasses.replace(plan, decisions=Decisions(), indicator_rows=(), passes=())


def test_every_table_is_a_property_with_its_columns_even_when_empty(plan, bare):
    for table, row_type in TABLES.items():
        for each in (plan, bare):
            frame = each.frame(table)
            assert list(frame.columns) == list(row_type.model_fields), table
            assert frame.attrs["holding"] == "incumbent"
        if table != "passes":
            given, same = getattr(plan, table), plan.frame(table)
            if table != "indicators":
                assert given.equals(same), table
    assert list(plan.frame("passes")["goal"]) == ["unmet", "cost"]


def test_columns_keep_their_types_without_rows(plan, bare):
    for table in TABLES:
        assert list(plan.frame(table).dtypes) == list(bare.frame(table).dtypes), table
    machines = bare.machines.dtypes
    assert machines["count"] == "int64"
    assert machines["spend_cny"] == "float64"
    assert bare.sites.dtypes["open"] == "bool"
    assert bare.exam_flows.dtypes["minutes"] == "float64"


def test_missing_values_are_missing_in_the_tables(plan):
    flows = plan.exam_flows
    assert flows["facility"].isna().tolist() == [False, True]
    assert flows["minutes"].isna().tolist() == [False, True]
    assert plan.roster["weeks"].tolist() == [(1, 3)]
    assert plan.indicators.loc[0, "after"] == 0.1


def test_a_table_may_be_changed_without_changing_the_plan(plan):
    mine = plan.machines
    mine["count"] = 0
    assert plan.machines["count"].tolist() == [2, 1]


def test_an_unknown_table_is_refused(plan):
    with pytest.raises(KeyError):
        plan.rows("no_such_table")
    with pytest.raises(KeyError):
        plan.frame("record")


def test_money_and_gap_are_added_up(plan, bare):
    assert plan.spend_cny == 1_000_000.0
    assert plan.yearly_cost_cny == 100_000.0 + 50_000.0 + 7_000.0
    assert plan.gap == 0.1
    assert not plan.proven
    assert bare.gap is None
    assert bare.spend_cny == 0


def test_a_gap_that_one_pass_does_not_know_is_not_known(plan):
    passes = (plan.passes[0], plan.passes[1].model_copy(update={"gap": None}))
    assert dataclasses.replace(plan, passes=passes).gap is None


def test_flows_say_who_goes_where(plan):
    flows = {(f.kind, f.origin, f.destination): f for f in plan.flows()}
    assert flows["exam", PLACE, TOWN].per_year == 10.0
    assert flows["exam", PLACE, TOWN].minutes == 5.0
    assert flows["reading", TOWN, HOSPITAL].minutes == 4.0
    assert flows["outreach", HOSPITAL, TOWN].per_year == 5 * plan.model.calendar.cycles_per_year
    assert flows["tele_consultation", PLACE, TOWN].subject == "internal"
    assert flows["first_contact", PLACE, TOWN].minutes is None  # only the whole route was timed
    assert flows["first_contact", PLACE, HOSPITAL].minutes == 25.0
    assert flows["up_referral", TOWN, HOSPITAL].per_year == 6.0
    assert flows["step_down", HOSPITAL, TOWN].per_year == 1.5
    assert flows["machine_move", HOSPITAL, TOWN].per_year == 2.0
    assert len(flows) == len(plan.flows()) == 9


def test_flows_geo_are_lines_in_wgs84(plan):
    lines = plan.flows_geo
    assert lines.crs == "EPSG:4326"
    assert list(lines.columns) == [
        *("origin", "destination", "kind", "subject", "per_year", "minutes"),
        "geometry",
    ]
    assert set(lines.geom_type) == {"LineString"}
    place = plan.region.places[0]
    first = lines[lines["origin"] == PLACE].iloc[0]
    assert first.geometry.coords[0] == (place.lon, place.lat)


def test_a_flow_without_a_point_keeps_its_row(plan):
    places = tuple(p.model_copy(update={"lon": None, "lat": None}) for p in plan.region.places)
    region = plan.region.model_copy(update={"places": places})
    lines = dataclasses.replace(plan, region=region).flows_geo
    assert len(lines) == 9
    assert lines[lines["origin"] == PLACE].geometry.isna().all()


def test_no_flows_still_give_the_columns(bare):
    lines = bare.flows_geo
    assert len(lines) == 0
    assert lines.crs == "EPSG:4326"
    assert {"origin", "per_year", "geometry"} <= set(lines.columns)


def test_the_network_has_one_arc_a_pair(plan):
    graph = plan.network()
    assert graph.number_of_nodes() == len(plan.region.places) + len(plan.region.facilities)
    assert graph.nodes[HOSPITAL]["tier"] == "county"
    assert graph.nodes[PLACE]["node_type"] == "place"
    down = graph.edges[HOSPITAL, TOWN]
    assert down["kinds"] == ("machine_move", "outreach", "step_down")
    assert down["machines_moved"] == 2.0
    assert down["step_down_per_year"] == 1.5
    assert graph.edges[PLACE, TOWN]["minutes"] == 5.0
    assert graph.graph["holding"] == "incumbent"


def test_json_round_trip(plan, bare):
    for each in (plan, bare):
        assert Plan.from_json(each.to_json()) == each
    assert json.loads(plan.to_json())["schema_version"] == 1


def test_hostile_texts_survive_the_round_trip(plan):
    names = ("=1+1", "<script>alert(1)</script>", "../../x", "'; DROP TABLE", "\u202e德清\u0000", "𠮷")
    places = tuple(
        p.model_copy(update={"name_zh": n}) for p, n in zip(plan.region.places, names, strict=False)
    )
    hostile = dataclasses.replace(plan, region=plan.region.model_copy(update={"places": places}))
    assert Plan.from_json(hostile.to_json()) == hostile


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"schema_version": 2}, "schema_version"),
        ({"holding": "surely"}, "holding"),
        ({"surprise": 1}, "surprise"),
        ({"decisions": {"machines": [{"facility": "x"}]}}, "decisions.machines.0.equipment_type"),
    ],
)
def test_a_damaged_file_names_its_faults(plan, change, where):
    data = json.loads(plan.to_json()) | change
    with pytest.raises(DataError) as caught:
        Plan.from_json(json.dumps(data), file="plan.json")
    assert where in {fault.field for fault in caught.value.faults}
    assert "plan.json" in str(caught.value)


def test_text_that_is_no_json_is_refused():
    with pytest.raises(DataError):
        Plan.from_json("{")
    with pytest.raises(DataError):
        Plan.from_json(b"\xff\xfe")


def test_a_plan_cannot_be_changed(plan):
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.status = "optimal"


def test_the_plan_itself_imports_nothing_heavy():
    code = (
        "import sys; from alloc.plan import Plan; "
        "print([m for m in ('pandas', 'geopandas', 'networkx', 'pyomo', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
