"""What holds of every plan: more money never hurts, names do not matter, together beats in turn."""

from __future__ import annotations

from itertools import pairwise

import pytest

from alloc.instance import compile_instance
from alloc.plan import Plan
from alloc.plan.audit import audit
from alloc.schema import Scenario
from alloc.schema.checks import check_region
from alloc.schema.model import Decision
from alloc.schema.scenario import Change
from alloc.solver.outcome import SolverOptions
from alloc.study.joint import JointModel
from alloc.study.single import evaluate, solve
from alloc.synthetic import synthetic_model, synthetic_region, tiny_region
from tests.study import small

EXACT = SolverOptions(time_limit_s=20.0, gap=1e-6, threads=1)
ROOM = 2 * small.GAP
"""Two plans proven to the gap may differ by this share."""


def no_better(one: float, other: float) -> bool:
    """Whether a value to be small is no smaller than another, but for the gap."""
    return one >= other - ROOM * abs(other) - 1e-6


@pytest.mark.parametrize("seed", small.SEEDS)
def test_more_budget_never_hurts(seed: int) -> None:
    region = small.region(seed)
    unmet = []
    for share in (0.0, 0.25, 0.5, 1.0, 2.0):
        joint = JointModel(compile_instance(region, small.model(seed, share)))
        unmet.append(joint.solve(EXACT, goals=["unmet"]).goal_values["unmet"])
    assert all(no_better(less, more) for less, more in pairwise(unmet))


@pytest.mark.parametrize("seed", small.SEEDS)
def test_looser_limits_never_hurt(seed: int) -> None:
    region, model = small.region(seed), small.model(seed)

    def unmet(**limits: object) -> float:
        changed = model.model_copy(update={"limits": model.limits.model_copy(update=limits)})
        return (
            JointModel(compile_instance(region, changed)).solve(EXACT, goals=["unmet"]).goal_values["unmet"]
        )

    assert no_better(unmet(rural_share_of_spend_min=0.9), unmet())
    assert no_better(unmet(), unmet(staff_hours=False))
    assert no_better(unmet(), unmet(budget_cny=None))
    assert no_better(unmet(most_open_centres=0), unmet(most_open_centres=1))


@pytest.mark.parametrize("seed", small.SEEDS)
def test_other_names_for_the_same_facts_change_nothing(seed: int) -> None:
    region = small.region(seed)
    other = small.renamed(region)
    assert check_region(other) == []
    assert {row.id for row in other.facilities}.isdisjoint(row.id for row in region.facilities)
    values = [
        JointModel(compile_instance(facts, small.model(seed))).solve(EXACT, by_parts=False).reports
        for facts in (region, other)
    ]
    for one, same in zip(*values, strict=True):
        assert one.objective == pytest.approx(same.objective, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("seed", small.SEEDS[:3])
def test_a_scenario_that_changes_nothing_gives_the_same_plan(seed: int) -> None:
    nothing = Scenario(
        id="nothing",
        changes=(
            Change(op="scale", table="limits", field="budget_cny", by=1.0),
            Change(op="set", table="standards.access", field="exams_within_min", value=60.0),
        ),
    )
    same = solve(small.region(seed), small.model(seed), nothing, gap=small.GAP)
    assert small.worth(same) == pytest.approx(small.worth(small.plan(seed)), rel=1e-6)
    assert same.decisions.machines == small.plan(seed).decisions.machines


@pytest.mark.parametrize("seed", small.SEEDS)
def test_one_after_another_is_never_better_than_together(seed: int) -> None:
    in_turn, together = small.plan(seed, "sequential"), small.plan(seed)
    assert no_better(small.worth(in_turn)["unmet"], small.worth(together)["unmet"])
    assert in_turn.method == "sequential"
    assert not in_turn.proven, "a sequence proves nothing about the joint plan"


# --- only some decisions ---


@pytest.mark.parametrize("seed", small.SEEDS[:3])
@pytest.mark.parametrize("decision", ["imaging", "outreach", "referral"])
def test_machines_stay_where_they_are_unless_decided(seed: int, decision: str) -> None:
    plan = small.plan(seed, only=(decision,))
    assert {row.action for row in plan.decisions.machines} <= {"keep"}
    assert not any(row.opened or row.closed for row in plan.decisions.sites)
    assert plan.method == f"only:{decision}"
    assert plan.spend_cny == 0.0 or decision == "imaging"


@pytest.mark.parametrize("seed", small.SEEDS[:3])
@pytest.mark.parametrize("decision", ["equipment", "imaging", "referral"])
def test_visits_stay_as_they_are_unless_decided(seed: int, decision: str) -> None:
    plan = small.plan(seed, only=(decision,))
    today = {
        (row.specialty, row.home, row.facility, row.session_type): row.half_days_per_cycle
        for row in small.region(seed).outreach_today
    }
    kept = {
        (row.specialty, row.home, row.facility, row.session_type): row.half_days_per_cycle
        for row in plan.decisions.visits
    }
    assert set(kept) <= set(today)
    assert all(today[key] - half_days in (0.0, 1.0) for key, half_days in kept.items()), "down to whole days"


@pytest.mark.parametrize("seed", small.SEEDS[:3])
@pytest.mark.parametrize(
    ("fewer", "more"),
    [(("equipment",), ("equipment", "imaging")), (("referral",), ("equipment", "referral"))],
    ids=["imaging-too", "equipment-too"],
)
def test_deciding_more_never_hurts(
    seed: int, fewer: tuple[Decision, ...], more: tuple[Decision, ...]
) -> None:
    assert no_better(unmet_deciding(seed, fewer), unmet_deciding(seed, more))


def unmet_deciding(seed: int, decisions: tuple[Decision, ...]) -> float:
    """Least unmet need when only some decisions are free."""
    joint = JointModel(
        compile_instance(small.region(seed), small.model(seed).model_copy(update={"decisions": decisions}))
    )
    held = joint.hold_today(joint.undecided())
    return joint.solve(EXACT, holding=held, goals=["unmet"]).goal_values["unmet"]


# --- a plan is what it says ---


@pytest.mark.parametrize("seed", small.SEEDS)
def test_a_plan_evaluated_is_worth_what_it_said(seed: int) -> None:
    plan = small.plan(seed)
    again = evaluate(small.region(seed), small.model(seed), plan, gap=small.GAP)
    said, found = small.worth(plan), small.worth(again)
    assert again.method == "evaluate"
    assert again.decisions.machines == plan.decisions.machines
    assert found["unmet"] == pytest.approx(said["unmet"], rel=2e-3, abs=1e-4)
    assert found["outside"] == pytest.approx(said["outside"], rel=2e-2, abs=1e-3)
    assert found["travel"] == pytest.approx(said["travel"], rel=5e-2)
    assert again.spend_cny == pytest.approx(plan.spend_cny)


@pytest.mark.parametrize("seed", small.SEEDS)
def test_the_roster_realises_the_visits(seed: int) -> None:
    plan = small.plan(seed)
    named: dict[tuple[str, ...], float] = {}
    for row in plan.decisions.roster:
        key = (row.specialty, row.home, row.facility, row.session_type)
        named[key] = named.get(key, 0.0) + row.half_days_per_cycle
    planned = {
        (row.specialty, row.home, row.facility, row.session_type): row.half_days_per_cycle
        for row in plan.decisions.visits
        if row.session_type != "tele"
    }
    assert named == planned
    assert audit(compile_instance(small.region(seed), small.model(seed)), plan.decisions, roster=True) == []


@pytest.mark.parametrize("seed", small.SEEDS)
def test_bounds_are_below_what_was_found(seed: int) -> None:
    for row in small.plan(seed).passes:
        assert row.bound is not None
        assert row.objective is not None
        assert row.bound <= row.objective + 1e-5 * max(1.0, abs(row.objective))


def outcome(plan: Plan) -> tuple[object, ...]:
    """What two equal solves must agree on."""
    return tuple((row.goal, row.status, row.holding, row.objective) for row in plan.passes), plan.decisions


@pytest.mark.parametrize("seed", small.SEEDS[:3])
def test_the_same_seed_gives_the_same_plan(seed: int) -> None:
    plans = [solve(small.region(seed), small.model(seed), gap=small.GAP, seed=7) for _ in range(2)]
    assert outcome(plans[0]) == outcome(plans[1])


@pytest.mark.parametrize("seed", small.SEEDS[:3])
def test_another_seed_proves_the_same_first_goal(seed: int) -> None:
    other = solve(small.region(seed), small.model(seed), gap=small.GAP, seed=99)
    unmet = small.worth(small.plan(seed))["unmet"]
    assert small.worth(other)["unmet"] == pytest.approx(unmet, rel=ROOM, abs=1e-5)


# --- plans that once broke a rule ---


def test_a_site_that_stays_shut_keeps_no_bed_for_the_referred() -> None:
    """A candidate with beds that could treat: its share of reserved beds binds only where it is opened."""
    region = synthetic_region(1, n_places=14, n_facilities=7, n_modalities=2, n_specialists=8)
    plan = solve(region, synthetic_model(region), gap=0.05, time_limit_s=1)
    shut = {row.facility for row in plan.decisions.sites if not row.open}
    assert all(row.reserved_beds == 0 for row in plan.decisions.beds if row.facility in shut)


def test_a_posting_serves_only_its_own_debt() -> None:
    """A team with one posted does not thereby serve what another of it owes."""
    region = tiny_region(10)
    (owes,) = [row.id for row in region.specialists if row.owed_days_per_year]
    plan = solve(region, synthetic_model(region), gap=small.GAP)
    assert sum(row.half_days_per_cycle for row in plan.decisions.roster if row.specialist == owes) >= 2


def test_a_plan_too_dear_for_a_scenario_is_evaluated_all_the_same() -> None:
    """The limits table says that the budget is broken."""
    region = tiny_region(42)
    model = synthetic_model(region)
    plan = evaluate(region, model, solve(region, model, gap=1e-3), "budget-30", gap=1e-3)
    (budget,) = [row for row in plan.decisions.limits if row.limit == "spend_within_budget"]
    assert budget.room < 0.0
