"""The province's audit adds up again from the county plans' rows: every falsified figure is found."""

from __future__ import annotations

import pytest

from alloc.report import load_plan
from alloc.schema.province import Province
from alloc.study.province import audit_province, solve_province
from tests.province import made


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("province")
    province, base = made.written(folder, made.tiny(2, share=0.5), tertiary_bed_days_per_year=1e6)
    plan = solve_province(province, base, folder / "out", effort="goal_only")
    return plan, lambda row: load_plan(folder / "out" / row.folder)


def rules(plan, load):
    return {finding.rule for finding in audit_province(plan, load)}


def test_a_sound_plan_has_no_finding(sound):
    plan, load = sound
    assert plan.spend_cny > 0
    assert rules(plan, load) == set()


def changed_row(plan, **changes):
    rows = list(plan.counties)
    k = max(range(len(rows)), key=lambda k: rows[k].spend_cny)
    rows[k] = rows[k].model_copy(
        update={name: getattr(rows[k], name) + more for name, more in changes.items()}
    )
    return plan.model_copy(update={"counties": tuple(rows)})


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("county_spend", lambda plan: changed_row(plan, spend_cny=50.0)),
        ("county_share", lambda plan: changed_row(plan, share_cny=-1e9)),
        ("county_budget", lambda plan: changed_row(plan, share_cny=500.0)),
        ("county_beds", lambda plan: changed_row(plan, bed_days_per_year=3.0)),
        ("total_goal", lambda plan: changed_row(plan, goal=0.1)),
        ("total_spend", lambda plan: plan.model_copy(update={"spend_cny": plan.spend_cny - 20.0})),
        (
            "total_beds",
            lambda plan: plan.model_copy(update={"bed_days_per_year": plan.bed_days_per_year + 9}),
        ),
        ("over_budget", lambda plan: with_shared(plan, budget_cny=plan.spend_cny - 100.0)),
        ("over_beds", lambda plan: with_shared(plan, tertiary_bed_days_per_year=1.0)),
    ],
)
def test_a_falsified_figure_is_found(sound, rule, damage):
    plan, load = sound
    found = audit_province(damage(plan), load)
    assert rule in {finding.rule for finding in found}
    for finding in found:
        assert finding.message("en") != finding.message("zh")
        assert finding.as_dict("en")["rule"] == finding.rule


def with_shared(plan, **changes):
    return plan.model_copy(
        update={"province": Province.model_validate({**plan.province.model_dump(), **changes})}
    )


def test_a_purchase_added_to_a_county_plan_is_found(sound):
    plan, load = sound

    def dearer(row):
        county = load(row)
        bought = county.decisions.costs[0].model_copy(update={"kind": "capital", "cny": 90_000.0})
        decisions = county.decisions.model_copy(update={"costs": (*county.decisions.costs, bought)})
        return type(county)(**{**county.__dict__, "decisions": decisions})

    assert {"county_spend", "county_share", "total_spend"} <= rules(plan, dearer)


def test_a_plan_that_is_gone_is_found(sound):
    plan, _ = sound
    assert "no_plan" in rules(plan, lambda row: load_plan("nowhere"))
