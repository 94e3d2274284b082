"""A Pyomo model as arrays, ready for a solver."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, overload

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.common.gc_manager import PauseGC
from pyomo.repn import generate_standard_repn
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from alloc.solver.outcome import Values
from alloc.solver.standard import StandardForm

CONSTANT_ROW_TOLERANCE = 1e-6


def compile_model(model: pyo.ConcreteModel) -> StandardForm:
    """Compile the active, linear parts of a Pyomo model; fixed variables become constants, objectives too.

    A constraint in which every variable is fixed is left out when it holds; when it does not, it stays as an
    empty row, so that the solver finds the model infeasible and the row can be named.

    Raises ValueError when an active objective is to be maximised, or two have the same local name; and
    Pyomo's own errors for nonlinear parts or a fixed variable without value.
    """
    # Pyomo makes many small objects here; the collector would walk all of them again and again.
    with PauseGC():
        info, constant_rows = _compile(model)
        objectives = _objectives(info)
        matrix, lower, upper, constraints = _rows(info)
        if constant_rows:
            matrix = sp.vstack([matrix, sp.csc_array((len(constant_rows), matrix.shape[1]))])
            lower = np.append(lower, [row.lower for row in constant_rows])
            upper = np.append(upper, [row.upper for row in constant_rows])
            constraints += [row.constraint for row in constant_rows]
        bounds = [var.bounds for var in info.columns]
        return StandardForm(
            A=sp.csc_array(matrix),
            row_lower=lower,
            row_upper=upper,
            col_lower=_bounds((low for low, _ in bounds), -np.inf),
            col_upper=_bounds((high for _, high in bounds), np.inf),
            integrality=np.array([var.is_integer() for var in info.columns], dtype=np.uint8),
            objectives=objectives,
            row_names=_RowNames(model, constraints),
            row_families=_families(constraints),
            columns=list(info.columns),
            unused=_unused(model, info.columns),
        )


class _ConstantRow(NamedTuple):
    constraint: Any
    lower: float
    upper: float


class _RowNames(Sequence[str]):
    """Full names made on demand: naming every row would take a third of the compile time."""

    def __init__(self, model: pyo.ConcreteModel, constraints: list[Any]) -> None:
        self._model = model  # a Pyomo component only knows its parents while the model lives
        self._constraints = constraints

    def __len__(self) -> int:
        return len(self._constraints)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [constraint.name for constraint in self._constraints[index]]
        return str(self._constraints[index].name)


def _compile(model: pyo.ConcreteModel) -> tuple[Any, list[_ConstantRow]]:
    compiler = LinearStandardFormCompiler()
    try:
        return compiler.write(model, mixed_form=True, set_sense=None), []
    except InfeasibleConstraintException:
        pass
    # Pyomo stops, without any tolerance, at the first constraint of constants that does not hold.
    constant_rows = _broken_constant_rows(model)
    for row in constant_rows:
        row.constraint.deactivate()
    try:
        info = compiler.write(model, mixed_form=True, set_sense=None)
    finally:
        for row in constant_rows:
            row.constraint.activate()
    return info, [row for row in constant_rows if max(row.lower, -row.upper) > CONSTANT_ROW_TOLERANCE]


def _broken_constant_rows(model: pyo.ConcreteModel) -> list[_ConstantRow]:
    broken = []
    for constraint in model.component_data_objects(pyo.Constraint, active=True):
        body = generate_standard_repn(constraint.body, compute_values=True)
        if any(body.linear_coefs) or not body.is_linear():
            continue
        lower = -np.inf if constraint.lb is None else constraint.lb - body.constant
        upper = np.inf if constraint.ub is None else constraint.ub - body.constant
        if not lower <= 0 <= upper:
            broken.append(_ConstantRow(constraint, lower, upper))
    return broken


def _objectives(info: Any) -> dict[str, tuple[Values, float]]:
    costs = info.c.toarray()
    objectives: dict[str, tuple[Values, float]] = {}
    for cost, constant, objective in zip(costs, info.c_offset, info.objectives, strict=True):
        if objective.sense != pyo.minimize:
            raise ValueError(f"objective {objective.name} is to be maximised: state what is to be minimised")
        if objective.local_name in objectives:
            raise ValueError(f"two active objectives are called {objective.local_name}")
        objectives[objective.local_name] = (np.asarray(cost, dtype=float), float(constant))
    return objectives


def _rows(info: Any) -> tuple[Any, Values, Values, list[Any]]:
    """Row matrix, sides and constraints; a two-sided row, which Pyomo writes as two, is one row again."""
    kind = np.array([row.bound_type for row in info.rows], dtype=int)
    rhs = np.asarray(info.rhs, dtype=float)
    lower = np.where(kind <= 0, rhs, -np.inf)
    upper = np.where(kind >= 0, rhs, np.inf)
    constraints = [row.constraint for row in info.rows]
    second = np.zeros(len(kind), dtype=bool)
    # The upper side comes first, the lower side right after it.
    for row in np.flatnonzero((kind[1:] == -1) & (kind[:-1] == 1)) + 1:
        second[row] = constraints[row] is constraints[row - 1]
    if not second.any():
        return info.A, lower, upper, constraints
    lower[np.flatnonzero(second) - 1] = rhs[second]
    keep = np.flatnonzero(~second)
    return info.A.tocsr()[keep], lower[keep], upper[keep], [constraints[row] for row in keep]


def _bounds(values: Iterable[float | None], absent: float) -> Values:
    return np.array([absent if value is None else value for value in values], dtype=float)


def _families(constraints: list[Any]) -> list[str]:
    names: dict[int, str] = {}
    families = []
    for constraint in constraints:
        component = constraint.parent_component()
        name = names.get(id(component))
        if name is None:
            name = names[id(component)] = component.local_name
        families.append(name)
    return families


def _unused(model: pyo.ConcreteModel, columns: list[Any]) -> list[Any]:
    used = {id(var) for var in columns}
    variables = model.component_data_objects(pyo.Var, active=True)
    return [var for var in variables if id(var) not in used and not var.fixed]
