"""Solved values become rows of one piece: no dust, and no machine that moves to where it stands."""

import pyomo.environ as pyo
import pytest

from alloc.blocks import build_blocks
from alloc.instance import compile_instance
from alloc.plan.extract import cost_rows, tidy_values
from alloc.synthetic import synthetic_model, synthetic_region


@pytest.fixture
def blocks():
    """The blocks of a small county, every machine kept and everything else nought."""
    region = synthetic_region(3, n_places=8, n_facilities=5, n_specialists=8)
    built = build_blocks(compile_instance(region, synthetic_model(region)))
    for block in built:
        for var in block.block.component_data_objects(pyo.Var):
            var.set_value(0.0, skip_validation=True)
    for a in built.equipment.data.cohorts:
        built.equipment.kept[a.key].set_value(a.count)
    return built


def _cohort_that_may_come_back(equipment):
    return next(key for key in equipment.moved_out if key[:2] in equipment.moved_in)


def test_a_machine_that_leaves_and_arrives_at_one_site_is_kept(blocks):
    equipment = blocks.equipment
    f, t, year = _cohort_that_may_come_back(equipment)
    count = equipment.kept[f, t, year].value
    equipment.kept[f, t, year].set_value(count - 1)
    equipment.moved_out[f, t, year].set_value(1)
    equipment.moved_in[f, t].set_value(1)
    tidy_values(blocks)
    rows = equipment.rows()["machines"]
    assert {row.action for row in rows} == {"keep"}
    assert sum(row.count for row in rows if (row.facility, row.equipment_type) == (f, t)) >= count
    assert "moving" not in {row.category for row in cost_rows(equipment.terms.costs)}


def test_what_moves_to_another_site_still_moves(blocks):
    equipment = blocks.equipment
    scope = blocks.instance.staff_scope
    (f, t, year), g = next(
        (key, g)
        for key in equipment.moved_out
        for g, u in equipment.moved_in
        if u == key[1] and g != key[0] and scope[g] == scope[key[0]] and key[:2] in equipment.moved_in
    )
    equipment.kept[f, t, year].set_value(0)
    equipment.moved_out[f, t, year].set_value(2)
    equipment.moved_in[f, t].set_value(1)
    equipment.moved_in[g, t].set_value(1)
    tidy_values(blocks)
    moves = [row for row in equipment.rows()["machines"] if row.action == "move"]
    assert [(row.from_facility, row.facility, row.install_year, row.count) for row in moves] == [
        (f, g, year, 1)
    ]
    paid = sum(row.cny for row in cost_rows(equipment.terms.costs) if row.category == "moving")
    assert paid == pytest.approx(sum(row.spend_cny for row in moves))
