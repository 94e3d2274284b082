"""One county's answer to prices: its best plan, and a bound that no plan of it can beat at these prices."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import numpy as np

from alloc.errors import Infeasible, ModelError, SolveError, UsageError
from alloc.formulate import Formulation
from alloc.instance import compile_instance
from alloc.limits.money import CNY_PER_UNIT, capital
from alloc.load import load_model, load_region
from alloc.schema.checks import check_model
from alloc.schema.model import Limits, Model
from alloc.solver.outcome import SolverOptions, Values
from alloc.solver.progress import CancelToken
from alloc.solver.recourse import box_least
from alloc.solver.standard import StandardForm
from alloc.solver.two_stage import Priced, TwoStage
from alloc.study.case import Case, under
from alloc.study.joint import Clock, JointModel
from alloc.study.province.question import Answer, Column, CountyTask, Question

BED_DAYS_PER_UNIT = 1_000.0
"""The solver sees thousands of bed-days a year."""
_SMALL = 4_000
"""Columns up to which a county is not taken apart."""
_MOST_KEPT = 48
"""Counties that a worker keeps inside the solver; each takes some 10 MB at 300 places and 20 facilities."""


def county_case(task: CountyTask, options: SolverOptions, budget_cny: float) -> Case:
    """The county under its scenario, with a share of the province's budget in place of its own.

    Raises DataError for faults in its files, UsageError for an unknown scenario or goal.
    """
    clock = Clock()
    region, model, scenario = under(
        load_region(_source(task.region)), load_model(_source(task.model)), task.scenario
    )
    limits = Limits.model_validate({**model.limits.model_dump(), "budget_cny": budget_cny})
    model = Model.model_validate({**model.model_dump(), "limits": limits})
    faults = [fault.as_fault() for fault in check_model(model, region)]
    if faults:
        raise ModelError(faults)
    instance = compile_instance(region, model)
    clock.lap("load")
    return Case(region, model, scenario, instance, {}, options, clock)


def _source(text: str) -> str | Path:
    return Path(text) if Path(text).is_absolute() else text


def goal_of(task: CountyTask, formulation: Formulation, form: StandardForm) -> tuple[Values, float]:
    """Cost of each column and constant of what the province minimises. Raises UsageError for a goal that the
    county's model does not seek.
    """
    wanted = task.goals or ((formulation.aims[0].goal.goal, 1.0),)
    total, constant = np.zeros(form.n_columns), 0.0
    for goal, weight in wanted:
        names = [aim.name for aim in formulation.aims if aim.goal.goal == goal]
        if not names:
            known = ", ".join(dict.fromkeys(aim.goal.goal for aim in formulation.aims))
            raise UsageError(label="province.error.goal_not_sought", goal=goal, known=known)
        cost, fixed = form.objectives[names[0]]
        total += weight * cost
        constant += weight * fixed
    return total, constant


def shared_of(formulation: Formulation, form: StandardForm) -> dict[str, Values]:
    """What each column takes of what counties share: 10,000 CNY once, thousand bed-days outside a year."""
    budget, beds = np.zeros(form.n_columns), np.zeros(form.n_columns)
    for coef, var in capital(formulation.decided):
        if (column := form.column_of.get(id(var))) is not None:
            budget[column] += coef
    block = formulation.blocks.referral
    for (place, condition), var in block.outside.items():
        days = block.data.need[place, condition] * block.data.conditions[condition].stay_days
        if (column := form.column_of.get(id(var))) is not None:
            beds[column] += days / BED_DAYS_PER_UNIT
    return {"budget": budget, "beds": beds}


class CountyModel:
    """One county inside the solver, for any number of questions. ``close`` frees it."""

    def __init__(self, task: CountyTask) -> None:
        self.task = task
        case = county_case(task, SolverOptions(threads=1), task.most_cny)
        joint = JointModel(case.instance, case.clock)
        cost, constant = goal_of(task, joint.formulation, joint.form)
        self._cost, self._constant = cost, constant
        self._shared = shared_of(joint.formulation, joint.form)
        priced = {"budget": self._shared["budget"]}
        if task.prices_beds:
            priced["beds"] = self._shared["beds"]
        if any(
            box_least(taken, joint.form.col_lower, joint.form.col_upper) < 0.0 for taken in priced.values()
        ):
            raise SolveError(
                "a plan could give back some of what counties share: its price says nothing then"
            )
        near, links = _seen(joint, priced)
        # Without Pyomo's objects a county takes a tenth of the memory.
        form = replace(joint.form, columns=[], unused=[], row_names=(), row_families=())
        self._integer = np.flatnonzero(form.integrality)
        self._stages = TwoStage(form, cost, constant, priced, near, links)

    def close(self) -> None:
        """Free the copies inside the solver."""
        self._stages.close()

    def answer(self, question: Question, cancel: CancelToken) -> Answer:
        """The answer to any question but ``finish``. Raises Infeasible, SolveError."""
        if question.ask == "probe":
            share = (question.most_cny or 0.0) / CNY_PER_UNIT
            price = self._stages.shadow_price("budget", share, _options(question), cancel)
            return Answer(county=self.task.id, key=question.key(self.task), status="optimal", price=price)
        prices = {"budget": question.budget} | ({"beds": question.beds} if self.task.prices_beds else {})
        most: dict[str, float] = {}
        if question.most_cny is not None:
            most["budget"] = question.most_cny / CNY_PER_UNIT
        if question.most_bed_days is not None and self.task.prices_beds:
            most["beds"] = question.most_bed_days / BED_DAYS_PER_UNIT
        weight = 0.0 if question.ask == "cheapest" else 1.0
        found = self._stages.minimise(prices, _options(question), cancel, most, goal_weight=weight)
        return self._told(question, found)

    def _told(self, question: Question, found: Priced) -> Answer:
        if found.status == "infeasible":
            raise Infeasible
        if found.status == "error":
            raise SolveError
        columns = () if found.values is None else (self._column(found.values),)
        return Answer(
            county=self.task.id,
            key=question.key(self.task),
            status=found.status,
            columns=columns,
            bound=found.bound if math.isfinite(found.bound) else None,
            seconds=found.seconds,
            rounds=found.rounds,
        )

    def _column(self, values: Values) -> Column:
        whole = np.rint(values[self._integer])
        return Column(
            goal=float(self._cost @ values) + self._constant,
            spend=float(self._shared["budget"] @ values),
            beds=float(self._shared["beds"] @ values),
            decided=tuple((int(self._integer[k]), float(whole[k])) for k in np.flatnonzero(whole)),
        )


def _options(question: Question) -> SolverOptions:
    return SolverOptions(time_limit_s=question.time_limit_s, gap=question.gap, threads=1, seed=question.seed)


def _seen(joint: JointModel, priced: dict[str, Values]) -> tuple[np.ndarray, np.ndarray]:
    """The flows that the choice of decisions sees as they are, and the rows that it does not: those of the
    strands in which anything has a price; all of a small county.
    """
    form, split = joint.form, joint.split()
    if form.n_columns <= _SMALL:
        return np.ones(form.n_columns, dtype=bool), np.zeros(form.n_rows, dtype=bool)
    with_price = np.any([coefficients != 0.0 for coefficients in priced.values()], axis=0)
    parts = [part for part in np.unique(split.part_of) if with_price[split.part_of == part].any()]
    return np.isin(split.part_of, parts), joint.links


class Kept:
    """The counties that one worker holds, the least recently asked given up first."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._models: OrderedDict[str, CountyModel] = OrderedDict()

    def get(self, task: CountyTask) -> CountyModel:
        """The county's model, made where it is not there."""
        key = f"{task.id}/{task.content}/{task.goals}/{task.most_cny}/{task.prices_beds}"
        if key not in self._models:
            while len(self._models) >= self._most:
                self._models.popitem(last=False)[1].close()
            self._models[key] = CountyModel(task)
        self._models.move_to_end(key)
        return self._models[key]
