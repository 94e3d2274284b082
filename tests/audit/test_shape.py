"""Rows and sites: what does not make sense is told, and does not stop the other rules."""

from __future__ import annotations

import math

import pytest

from alloc.plan.audit import AUDIT_RULES, audit
from alloc.schema import Decisions
from tests.audit import county
from tests.audit.edits import add, drop, first, put


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("sites", "facility"), ("machines", "facility"), ("machines", "equipment_type"),
        ("machines", "from_facility"),
        ("exam_flows", "place"), ("exam_flows", "modality"), ("exam_flows", "facility"),
        ("reading", "centre"),
        ("centres", "facility"), ("visits", "specialty"), ("visits", "home"), ("visits", "facility"),
        ("roster", "specialist"), ("roster", "facility"), ("consult_flows", "place"),
        ("consult_flows", "specialty"),
        ("episode_flows", "condition"), ("episode_flows", "first_contact"), ("episode_flows", "treated_at"),
        ("beds", "facility"), ("slots", "home"), ("staff", "role"), ("staff", "scope"),
    ],
)  # fmt: skip
def test_an_unknown_id_is_told_and_the_rest_is_still_asked(hand, good, table, column):
    row = getattr(good, table)[0]
    findings = audit(hand, put(good, table, row, **{column: "NO-SUCH"}))
    told = [found for found in findings if found.rule == "ids_are_known"]
    assert [found.where for found in told] == [f"{table}, {column}, NO-SUCH"]


def test_a_facility_of_a_cost_may_be_missing_but_not_unknown(broken, good):
    row = first(good.costs, lambda r: r.facility is None)
    assert broken(put(good, "costs", row, facility="H")) == set()
    assert "ids_are_known" in broken(put(good, "costs", row, facility="NO-SUCH"))


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("machines", {"action": "move"}),
        ("machines", {"action": "move", "from_facility": "H"}),
        ("machines", {"from_facility": "T"}),
        ("exam_flows", {"ends": "outside"}),
        ("exam_flows", {"facility": None}),
        ("reading", {"reading_group": "ecg"}),
        ("visits", {"home": "K"}),
        ("slots", {"home": "K"}),
        ("roster", {"home": "T"}),
        ("roster", {"session_type": "tele"}),
        ("consult_flows", {"setting": "outside"}),
        ("consult_flows", {"ends": "unmet"}),
        ("episode_flows", {"first_contact": None}),
        ("episode_flows", {"step_down_at": "T"}),
        ("episode_flows", {"leg": "outside"}),
        ("episode_flows", {"leg": "step_down"}),
        ("episode_flows", {"ends": "unmet"}),
    ],
)
def test_a_row_that_does_not_hold_together_is_told(broken, good, table, changes):
    assert "rows_hold_together" in broken(put(good, table, getattr(good, table)[0], **changes))


@pytest.mark.parametrize("table", ["sites", "exam_flows", "reading", "roster", "beds", "slots", "limits"])
def test_a_row_told_twice(broken, good, table):
    assert "rows_are_unique" in broken(add(good, table, getattr(good, table)[0]))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.01])
def test_a_number_that_cannot_be(broken, good, value):
    row = first(good.exam_flows)
    assert "numbers_are_finite_and_not_negative" in broken(put(good, "exam_flows", row, exams_per_year=value))


def test_the_dust_of_a_solver_is_no_finding(broken, good):
    row = first(good.exam_flows)
    dust = row.model_copy(update={"exams_per_year": -1e-9, "ends": "unmet", "facility": None, "place": "P2"})
    assert broken(add(good, "exam_flows", dust)) == set()


def test_a_room_below_zero_is_a_matter_of_the_limits(broken, good):
    row = good.limits[0]
    spoiled = put(good, "limits", row, room=-5.0)
    assert broken(spoiled) == {"limits_add_up"}


def test_an_empty_plan_breaks_rules_but_not_the_audit(broken):
    told = broken(Decisions())
    assert {
        "required_sites_open",
        "every_exam_is_made_or_counted",
        "every_machine_is_kept_moved_or_retired",
    } <= told


def test_a_required_site_must_open_and_an_existing_one_stay(broken, good):
    for facility in ("H", "N"):
        row = first(good.sites, lambda r, f=facility: r.facility == f)
        assert "required_sites_open" in broken(put(good, "sites", row, open=False, opened=False))
    without = drop(good, "sites", lambda r: r.facility == "N")
    assert "required_sites_open" in broken(without)
    assert broken(drop(good, "sites", lambda r: r.facility in "HKTUCX")) == set()


def test_a_site_that_may_close_may_close_when_nothing_is_there(broken, good):
    row = first(good.sites, lambda r: r.facility == "U")
    shut = put(good, "sites", row, open=False, closed=True)
    assert "serve_only_at_open_facilities" in broken(shut)
    assert "openings_and_closures_are_told_truly" not in broken(shut)
    assert "openings_and_closures_are_told_truly" in broken(put(good, "sites", row, open=False))
    assert "required_sites_open" not in broken(shut)


def test_a_prohibited_facility_is_never_open(broken, good):
    row = first(good.sites, lambda r: r.facility == "X")
    opened = put(good, "sites", row, open=True, opened=True)
    assert "openings_and_closures_are_told_truly" in broken(opened)
    move = first(good.machines, lambda r: r.action == "move")
    assert "serve_only_at_open_facilities" in broken(put(opened, "machines", move, facility="X"))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("machines", "facility"), ("exam_flows", "facility"), ("reading", "facility"), ("reading", "centre"),
        ("centres", "facility"), ("visits", "facility"), ("consult_flows", "facility"),
        ("episode_flows", "first_contact"), ("episode_flows", "treated_at"), ("beds", "facility"),
        ("slots", "home"),
    ],
)  # fmt: skip
def test_nothing_takes_place_at_a_shut_candidate(hand, good, table, column):
    row = getattr(good, table)[0]
    spoiled = put(good, table, row, **{column: "C"})
    rule = AUDIT_RULES["serve_only_at_open_facilities"]
    assert [found.where for found in rule(hand, spoiled)] == [f"C, {table}"]


def test_pairs_out_of_reach(broken, good):
    exam = first(good.exam_flows, lambda r: r.facility == "K")
    near = county.instance(standards={"access": {"exams_within_min": 20.0, "nearest_kept": 1}})
    assert broken(good, near) >= {"serve_only_kept_pairs"}
    assert "serve_only_kept_pairs" in broken(put(good, "exam_flows", exam, facility="X"))
    consult = first(good.consult_flows, lambda r: r.facility == "T" and r.setting == "outreach")
    assert "serve_only_kept_pairs" in broken(put(good, "consult_flows", consult, setting="hospital"))
    route = first(good.episode_flows, lambda r: r.first_contact == "N")
    assert "serve_only_kept_pairs" in broken(put(good, "episode_flows", route, first_contact="U"))
    down = first(good.episode_flows, lambda r: r.step_down_at == "U")
    assert "serve_only_kept_pairs" in broken(put(good, "episode_flows", down, step_down_at="N"))


def test_ends_and_minutes(broken, good):
    other = first(good.exam_flows, lambda r: r.facility == "K")
    assert broken(put(good, "exam_flows", other, ends="own_consortium")) == {"ends_are_told_truly"}
    consult = first(good.consult_flows)
    assert broken(put(good, "consult_flows", consult, ends="region")) == {"ends_are_told_truly"}
    assert broken(put(good, "consult_flows", consult, minutes=11.0)) == {"minutes_are_as_travelled"}
    assert broken(put(good, "consult_flows", consult, minutes=None)) == set()
    route = first(good.episode_flows, lambda r: r.minutes == 35)
    assert broken(put(good, "episode_flows", route, minutes=10.0)) == {"minutes_are_as_travelled"}
    down = first(good.episode_flows, lambda r: r.step_down_at == "U")
    assert broken(put(good, "episode_flows", down, minutes=50.0)) == {"minutes_are_as_travelled"}
    assert broken(put(good, "episode_flows", down, ends="region")) == {"ends_are_told_truly"}
    assert broken(put(good, "roster", good.roster[0], travel_min=5.0)) == {"minutes_are_as_travelled"}
