"""Who goes where: flows as rows, as lines on a map, as a network."""

import dataclasses

from tests.plan.conftest import HOSPITAL, PLACE, TOWN


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
