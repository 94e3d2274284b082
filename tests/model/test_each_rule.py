"""Each rule holds at a plan, and would be broken without it.

For every constraint family of the county with everything: a plan of the whole model keeps it; the model
without it, pushed against it, breaks it (so the family is not vacuous, nor does it follow from the others);
and what broke it is no plan of the whole model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from alloc.formulate import formulate
from alloc.solver.form import compile_model
from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions
from alloc.solver.standard import StandardForm
from tests.model import everything, lines

QUICK = SolverOptions(time_limit_s=20.0, gap=0.01, threads=1)
FAR = 1e3
"""Stands for infinity in the bounds of free variables, so that nothing is pushed without end."""
BROKEN = 1e-3
"""A row off by this much is broken, whatever the solver's tolerances."""

FOLLOWS_FROM_OTHERS = {
    "offer_only_at_open_facilities": "no machine stands at a closed facility, so it offers nothing",
}
"""Families that only make the relaxation tighter."""


@dataclass
class Case:
    """A compiled model, its family of each row, a plan of it."""

    form: StandardForm
    families: np.ndarray
    plan: np.ndarray

    def without(self, session: HighsSession, family: str) -> None:
        """Lift the rows of a family."""
        rows, columns = self.rows(family), np.arange(self.form.n_columns)
        low, high = np.maximum(self.form.col_lower, -FAR), np.minimum(self.form.col_upper, FAR)
        session.set_column_bounds(columns, low, high)
        session.set_row_bounds(rows, np.full(len(rows), -np.inf), np.full(len(rows), np.inf))

    def rows(self, family: str) -> np.ndarray:
        """Row numbers of a family."""
        return np.flatnonzero(self.families == family)

    def violations(self, values: np.ndarray) -> np.ndarray:
        """By how much each row is broken."""
        found = self.form.A @ values
        return np.maximum(0.0, np.maximum(self.form.row_lower - found, found - self.form.row_upper))

    def broken_families(self, values: np.ndarray) -> set[str]:
        """Families with a broken row."""
        return set(self.families[self.violations(values) > BROKEN].tolist())

    def pushed(self, session: HighsSession, row: int) -> Iterator[np.ndarray]:
        """Solutions of the session's model with one row's value as low, or as high, as it gets."""
        coefficients = np.asarray(self.form.A[[row], :].todense()).ravel()
        for sign, side in ((1.0, self.form.row_lower[row]), (-1.0, self.form.row_upper[row])):
            if np.isfinite(side):
                outcome = session.minimise(sign * coefficients, 0.0, "against the row", options=QUICK)
                if outcome.values is not None:
                    yield outcome.values


def _case(model: object, goal: str) -> Case:
    form = compile_model(model)  # type: ignore[arg-type]
    with HighsSession(form) as session:
        outcome = session.minimise(*form.objectives[goal], goal, options=QUICK)
    assert outcome.values is not None
    return Case(form, np.array(form.row_families), outcome.values)


@pytest.fixture(scope="module")
def joint() -> Case:
    return _case(formulate(everything.instance()).model, "travel")


@pytest.fixture(scope="module")
def roster() -> Case:
    return _case(everything.roster().model, "unrealised")


@pytest.fixture(scope="module")
def equity() -> dict[str, Case]:
    cases = {}
    for choice in everything.EQUITIES:
        model = formulate(everything.instance(choice)).model
        cases[choice] = _case(model, "travel_1" if choice == "group_minimax" else "travel")
    cases["at_most"] = _case(formulate(everything.instance(at_most=8.0)).model, "unmet")
    return cases


def _stored(prefix: str) -> list[str]:
    return sorted(name.partition(".")[2] for name in lines.stored() if name.partition(".")[0] == prefix)


JOINT = [
    name
    for prefix in sorted({name.partition(".")[0] for name in lines.stored()} - {"goals", "roster"})
    for name in _stored(prefix)
]
GOALS = {
    "no_place_travels_longer": "largest",
    "minutes_above_the_worst": "worst_share",
    "minutes_above_the_rank": "group_minimax",
    "difference_covers": "group_difference",
    "disruption_within_limit": "at_most",
}


def check(case: Case, family: str) -> None:
    """The plan keeps the family; without it, it can be broken, and what broke it is no plan with it."""
    assert len(case.rows(family)) > 0
    assert family not in case.broken_families(case.plan), "the plan of the whole model keeps the family"
    breaking = _broken(case, family)
    assert breaking is not None, "without the family, nothing else keeps it"
    assert case.broken_families(breaking) == {family}, "the family alone is what is broken"
    assert not _is_a_plan(case, breaking), "with the family, it is no plan"


def _broken(case: Case, family: str) -> np.ndarray | None:
    with HighsSession(case.form) as session:
        case.without(session, family)
        for row in case.rows(family).tolist():
            for values in case.pushed(session, row):
                if case.violations(values)[row] > BROKEN:
                    return values
    return None


def _is_a_plan(case: Case, values: np.ndarray) -> bool:
    with HighsSession(case.form) as session:
        columns = np.arange(case.form.n_columns)
        session.fix_columns(columns, np.clip(values, case.form.col_lower, case.form.col_upper))
        return session.minimise(np.zeros(len(columns)), options=QUICK).status != "infeasible"


@pytest.mark.parametrize("family", [name for name in JOINT if name not in FOLLOWS_FROM_OTHERS])
def test_family_of_the_joint_model(family: str, joint: Case) -> None:
    check(joint, family)


@pytest.mark.parametrize("family", FOLLOWS_FROM_OTHERS)
def test_family_that_follows_from_others(family: str, joint: Case) -> None:
    assert family not in joint.broken_families(joint.plan)
    assert _broken(joint, family) is None


@pytest.mark.parametrize("family", _stored("roster"))
def test_family_of_the_roster(family: str, roster: Case) -> None:
    check(roster, family)


@pytest.mark.parametrize("family", _stored("goals"))
def test_family_of_a_goal(family: str, equity: dict[str, Case]) -> None:
    check(equity[GOALS[family]], family)
