import math

import pyomo.environ as pyo
import pytest

from alloc.solver.elastic import explain_infeasible
from alloc.solver.form import compile_model

POLICIES = {"spend_within_budget": 1.0, "access_floor": 1.0, "rural_share": 1.0}


def clinic_model(budget_cny: float, floor: float = 0.0) -> pyo.ConcreteModel:
    """Whole machines at 100 a piece, 10 exams each; 35 exams are needed; H1 has room for 2 machines."""
    model = pyo.ConcreteModel()
    model.machines = pyo.Var(["H1", "H2"], domain=pyo.NonNegativeIntegers, bounds=(0, 6))
    model.exams = pyo.Var(["H1", "H2"], domain=pyo.NonNegativeReals)
    model.within_capacity = pyo.Constraint(
        ["H1", "H2"], rule=lambda m, hospital: m.exams[hospital] <= 10 * m.machines[hospital]
    )
    model.room = pyo.Constraint(expr=model.machines["H1"] <= 2)
    model.served = pyo.Constraint(expr=model.exams["H1"] + model.exams["H2"] >= 35)
    model.limits = pyo.Block()
    model.limits.spend_within_budget = pyo.Constraint(
        expr=100 * (model.machines["H1"] + model.machines["H2"]) <= budget_cny
    )
    model.limits.access_floor = pyo.Constraint(
        ["H1", "H2"], rule=lambda _block, hospital: model.exams[hospital] >= floor
    )
    model.cost = pyo.Objective(expr=model.exams["H1"])
    return model


def test_the_broken_policy_is_named_with_its_amount() -> None:
    form = compile_model(clinic_model(budget_cny=250))
    (violation,) = explain_infeasible(form, POLICIES)
    assert violation.family == "spend_within_budget"
    assert violation.row == "limits.spend_within_budget"
    assert (violation.side, violation.limit) == ("above", 250.0)
    assert violation.amount == pytest.approx(150.0)


def test_weights_choose_which_policy_gives_way() -> None:
    # a floor of 25 exams at each hospital asks for 3 machines at H1, where there is room for 2
    form = compile_model(clinic_model(budget_cny=600, floor=25))
    (violation,) = explain_infeasible(form, POLICIES)
    assert (violation.family, violation.row, violation.side) == (
        "access_floor",
        "limits.access_floor[H1]",
        "below",
    )
    assert violation.amount == pytest.approx(5.0)
    # with less money, either the budget or more of the floor gives way
    form = compile_model(clinic_model(budget_cny=400, floor=25))
    cheap_floor = explain_infeasible(form, {"spend_within_budget": 100.0, "access_floor": 1.0})
    assert {found.family for found in cheap_floor} == {"access_floor"}
    cheap_budget = explain_infeasible(form, {"spend_within_budget": 1.0, "access_floor": 100.0})
    assert [found.family for found in cheap_budget] == ["spend_within_budget", "access_floor"]
    assert cheap_budget[0].amount == pytest.approx(100.0)


def test_a_policy_broken_by_fixed_variables_is_named() -> None:
    model = clinic_model(budget_cny=250)
    for hospital in ("H1", "H2"):
        model.machines[hospital].fix(2)
    (violation,) = explain_infeasible(compile_model(model), POLICIES)
    assert violation.family == "spend_within_budget"
    assert violation.amount == pytest.approx(150.0)
    assert violation.limit == pytest.approx(-150.0)  # the fixed spend has moved to the limit


def test_nothing_to_explain() -> None:
    assert explain_infeasible(compile_model(clinic_model(budget_cny=1000)), POLICIES) == []


def test_a_clash_among_physical_rows_is_not_blamed_on_a_policy() -> None:
    model = clinic_model(budget_cny=250)
    model.more = pyo.Constraint(expr=model.exams["H1"] >= 30)
    assert explain_infeasible(compile_model(model), POLICIES) == []


def test_a_form_without_any_of_the_policies() -> None:
    assert explain_infeasible(compile_model(clinic_model(250)), {"rural_share": 1.0}) == []
    assert explain_infeasible(compile_model(clinic_model(250)), {}) == []


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan, math.inf])
def test_a_weight_must_be_above_zero(weight: float) -> None:
    with pytest.raises(ValueError, match="access_floor"):
        explain_infeasible(compile_model(clinic_model(250)), {"access_floor": weight})


def test_the_form_is_left_as_it_was() -> None:
    form = compile_model(clinic_model(250))
    shape, names = form.A.shape, set(form.objectives)
    explain_infeasible(form, POLICIES)
    assert form.A.shape == shape
    assert set(form.objectives) == names
    assert len(form.columns) == form.n_columns
