import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyomo.environ as pyo
import pytest

from alloc.solver.form import compile_model
from alloc.solver.highs import HighsSession
from alloc.solver.load import load_values
from alloc.solver.standard import StandardForm


def small_model() -> pyo.ConcreteModel:
    """Two blocks, a fixed variable, a two-sided row, two goals, and a variable nobody mentions."""
    model = pyo.ConcreteModel()
    model.equipment = pyo.Block()
    model.imaging = pyo.Block()
    model.equipment.machines = pyo.Var(["H1", "H2"], domain=pyo.NonNegativeIntegers, bounds=(0, 4))
    model.imaging.exams = pyo.Var(["H1", "H2"], domain=pyo.NonNegativeReals, bounds=(None, 90))
    model.equipment.given = pyo.Var(initialize=2.0)
    model.equipment.given.fix()
    model.equipment.spare = pyo.Var(domain=pyo.Integers, bounds=(3, 9))
    machines, exams, given = model.equipment.machines, model.imaging.exams, model.equipment.given

    @model.imaging.Constraint(["H1", "H2"])
    def within_capacity(_block: pyo.Block, hospital: str) -> object:
        return exams[hospital] <= 30 * machines[hospital] + 5 * given

    @model.Constraint()
    def served(_model: pyo.ConcreteModel) -> object:
        return (100, exams["H1"] + exams["H2"], 120)

    @model.Constraint()
    def two_places(_model: pyo.ConcreteModel) -> object:
        return machines["H1"] + given == machines["H2"]

    model.cost = pyo.Objective(expr=3 * machines["H1"] + 2 * machines["H2"] + 10 * given + 1)
    model.travel = pyo.Objective(expr=0.5 * exams["H1"] + exams["H2"])
    model.asleep = pyo.Objective(expr=exams["H1"])
    model.asleep.deactivate()
    return model


def test_rows_columns_and_goals_are_those_of_the_model() -> None:
    model = small_model()
    form = compile_model(model)
    assert list(form.row_names) == [
        "served",
        "two_places",
        "imaging.within_capacity[H1]",
        "imaging.within_capacity[H2]",
    ]
    row = {name: number for number, name in enumerate(form.row_names)}
    assert form.row_families[row["imaging.within_capacity[H2]"]] == "within_capacity"
    assert len(form.columns) == form.n_columns == 4
    machine, exam = model.equipment.machines["H1"], model.imaging.exams["H1"]
    assert form.integrality[form.column_of[id(machine)]] == 1
    assert form.integrality[form.column_of[id(exam)]] == 0
    assert form.col_lower[form.column_of[id(exam)]] == 0
    assert form.col_upper[form.column_of[id(exam)]] == 90
    assert set(form.objectives) == {"cost", "travel"}
    assert form.A.shape == (4, 4)


def test_a_two_sided_row_stays_one_row() -> None:
    form = compile_model(small_model())
    served = list(form.row_names).index("served")
    assert (form.row_lower[served], form.row_upper[served]) == (100, 120)


def test_fixed_variables_become_constants_in_rows_and_goals() -> None:
    model = small_model()
    form = compile_model(model)
    cost, constant = form.objectives["cost"]
    assert constant == 21.0
    assert sorted(cost) == [0.0, 0.0, 2.0, 3.0]
    row = list(form.row_names).index("imaging.within_capacity[H1]")
    assert form.row_upper[row] == 10.0
    assert id(model.equipment.given) not in form.column_of


def test_every_free_variable_gets_a_value_back() -> None:
    model = small_model()
    form = compile_model(model)
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"], "cost")
    assert outcome.values is not None
    load_values(form, outcome.values)
    assert pyo.value(model.cost) == pytest.approx(outcome.objective)
    # 30 m1 + 10 + 30 (m1 + 2) + 10 >= 100 has its cheapest whole answer at m1 = 1
    assert (model.equipment.machines["H1"].value, model.equipment.machines["H2"].value) == (1.0, 3.0)
    assert model.equipment.given.value == 2.0
    assert model.equipment.spare.value == 3
    with pytest.raises(ValueError, match="3 values for 4 columns"):
        load_values(form, outcome.values[:3])


def test_whole_columns_load_as_exact_whole_numbers() -> None:
    model = small_model()
    form = compile_model(model)
    values = np.full(form.n_columns, 0.9999999)
    load_values(form, values)
    assert model.equipment.machines["H1"].value == 1.0
    assert model.imaging.exams["H1"].value == 0.9999999


def test_a_goal_to_maximise_is_refused() -> None:
    model = small_model()
    model.most = pyo.Objective(expr=model.imaging.exams["H1"], sense=pyo.maximize)
    with pytest.raises(ValueError, match="most is to be maximised"):
        compile_model(model)


def test_two_goals_of_one_name_are_refused() -> None:
    model = small_model()
    model.imaging.cost = pyo.Objective(expr=model.imaging.exams["H1"])
    with pytest.raises(ValueError, match="two active objectives are called cost"):
        compile_model(model)


def test_a_model_without_goal_compiles() -> None:
    model = small_model()
    model.cost.deactivate()
    model.travel.deactivate()
    assert compile_model(model).objectives == {}


@pytest.mark.parametrize(("limit", "n_rows"), [(2.0, 4), (2.0 - 1e-9, 4), (1.0, 5)])
def test_a_broken_row_of_constants_stays_as_an_empty_row(limit: float, n_rows: int) -> None:
    model = small_model()
    model.rule = pyo.Constraint(expr=model.equipment.given <= limit)
    form = compile_model(model)
    assert form.n_rows == n_rows
    assert model.rule.active
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives["cost"], "cost")
    assert outcome.status == ("optimal" if n_rows == 4 else "infeasible")
    if n_rows == 5:
        assert form.row_families[4] == "rule"


@pytest.mark.parametrize("was_on", [True, False])
def test_garbage_collection_is_as_before(was_on: bool) -> None:
    try:
        gc.enable() if was_on else gc.disable()
        compile_model(small_model())
        assert gc.isenabled() is was_on
    finally:
        gc.enable()


def test_row_names_outlive_the_model() -> None:
    form = compile_model(small_model())
    gc.collect()
    assert form.row_names[2] == "imaging.within_capacity[H1]"
    assert form.row_names[:2] == ["served", "two_places"]


def test_numbers_that_are_not_finite_are_refused(form_of) -> None:
    def form(coefficient: float = 1.0, upper: float = 1.0, cost: float = 1.0) -> StandardForm:
        return form_of(
            [[1, coefficient]],
            [0],
            [upper],
            col_upper=[1, 1],
            integer=[0, 0],
            goals={"cost": ([1, cost], 0.0)},
        )

    assert form(upper=np.inf).n_rows == 1
    for bad in ({"coefficient": np.nan}, {"coefficient": np.inf}, {"upper": np.nan}, {"cost": np.nan}):
        with pytest.raises(ValueError, match=r"finite|NaN"):
            form(**bad)


def test_several_threads_compile_at_once() -> None:
    def compiled(_number: int) -> tuple[list[str], float]:
        form = compile_model(small_model())
        return form.row_names[:], form.A.sum()

    with ThreadPoolExecutor(4) as pool:
        assert len({str(result) for result in pool.map(compiled, range(20))}) == 1
    assert gc.isenabled()
