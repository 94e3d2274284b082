"""One Pyomo model of one instance: the blocks, the ties, the limits, the goals. A table of contents."""

from __future__ import annotations

from dataclasses import dataclass

import pyomo.environ as pyo

from alloc.blocks import Blocks, build_blocks
from alloc.blocks.contract import attach, collector_paused, linear
from alloc.goals import Measure, cost, disruption, outside, travel_measures, travel_total, unmet
from alloc.instance import Instance
from alloc.limits import LIMITS, Decided, LimitLine, as_rule
from alloc.schema.model import Goal
from alloc.ties import TIES


@dataclass(frozen=True)
class Aim:
    """One pass: the objective's name and the room that later passes may use of it."""

    name: str
    goal: Goal


@dataclass(frozen=True)
class Formulation:
    """A model ready to solve: the Pyomo model, its blocks and terms, its objectives in order."""

    model: pyo.ConcreteModel
    decided: Decided
    aims: tuple[Aim, ...]

    @property
    def blocks(self) -> Blocks:
        """The decision blocks."""
        return self.decided.blocks


def formulate(instance: Instance) -> Formulation:
    """Build the joint model of one instance."""
    with collector_paused():
        model = pyo.ConcreteModel(name="alloc")
        blocks = build_blocks(instance)
        for block in blocks:
            model.add_component(block.name, block.block)
            attach(block.block, block.rules, block)
        decided = Decided(blocks, blocks.terms())
        model.ties = pyo.Block(concrete=True)
        attach(model.ties, TIES, blocks)
        model.limits = pyo.Block(concrete=True)
        attach(model.limits, [as_rule(limit) for limit in LIMITS], decided)
        model.goals = pyo.Block(concrete=True)
        aims = _add_goals(model, decided)
    return Formulation(model, decided, aims)


def measures_of(decided: Decided, goal: Goal, block: pyo.Block) -> list[Measure]:
    """The objectives of one goal, in order."""
    if goal.goal == "travel":
        return travel_measures(decided, goal, block)
    return [{"unmet": unmet, "outside": outside, "cost": cost, "disruption": disruption}[goal.goal](decided)]


def _add_goals(model: pyo.ConcreteModel, decided: Decided) -> tuple[Aim, ...]:
    """Add every objective; a goal with ``at_most`` becomes a limit and no pass."""
    aims: list[Aim] = []
    for goal in decided.blocks.instance.goals:
        measures = measures_of(decided, goal, model.goals)
        if goal.at_most is not None:
            attach(model.goals, [as_rule(_goal_within_limit(goal, measures[0]))], decided)
            continue
        for measure in measures:
            expression = linear(measure.terms, measure.fixed)
            model.goals.add_component(measure.name, pyo.Objective(expr=expression, sense=pyo.minimize))
            aims.append(Aim(measure.name, goal))
    return tuple(aims)


def _goal_within_limit(goal: Goal, measure: Measure):  # type: ignore[no-untyped-def]
    def limit(_: Decided):  # type: ignore[no-untyped-def]
        yield LimitLine(
            goal.goal, "at_most", measure.terms, float(goal.at_most or 0.0), "", part_fixed=measure.fixed
        )

    limit.__name__ = f"{goal.goal}_within_limit"
    return limit


__all__ = ["Aim", "Formulation", "formulate", "measures_of", "travel_total"]
