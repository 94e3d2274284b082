"""Plans and studies made up for the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from click.testing import Result

from alloc.instance.change import find_scenario
from alloc.load import load_model, load_region
from alloc.load.new import _TEMPLATE
from alloc.plan.plan import Plan
from alloc.plan.record import make_record
from alloc.schema import Decisions
from alloc.schema.plan import PassRow
from alloc.solver.progress import Progress

TICK = Progress("unmet", "searching", 12.0, 11.0, 1 / 12, 2.0)
END = Progress("unmet", "finished", 12.0, 12.0, 0.0, 3.0)


def document(done: Result) -> dict[str, Any]:
    """The one JSON document that is all of stdout."""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def make_plan(scenario: str = "baseline", holding: str = "proven", status: str = "optimal") -> Plan:
    """A plan of the starter county that decides nothing."""
    region, model = load_region(_TEMPLATE), load_model(_TEMPLATE / "model.yaml")
    gap = {"proven": 0.0, "incumbent": 0.03, "nothing": None}[holding]
    objective = None if holding == "nothing" else 12.0
    row = PassRow(
        goal="unmet",
        status=status,
        holding=holding,
        objective=objective,
        bound=None if gap is None else 12.0 * (1 - gap),
        gap=gap,
        seconds=3.0,
        unit="thousand weighted cases/year",
    )
    return Plan(
        region=region,
        model=model,
        scenario=find_scenario(region, model, scenario),
        method="joint",
        status=status,
        holding=holding,  # type: ignore[arg-type]
        passes=(row,),
        decisions=Decisions(),
        indicator_rows=(),
        record=make_record(region, model, passes=(row,)),
    )


@dataclass
class Study:
    """Stands in for `alloc.study`: answers with plans or errors, and keeps what it was asked."""

    answers: dict[str, Plan | Exception]
    asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]]

    def _answer(self, scenario: str) -> Plan:
        answer = self.answers.get(scenario)
        if isinstance(answer, BaseException):
            raise answer
        return make_plan(scenario) if answer is None else answer

    def solve(self, region: Any, model: Any, scenario: str, **options: Any) -> Plan:
        self.asked.append(("solve", (region, model, scenario), options))
        options["progress"](TICK)
        options["progress"](END)
        return self._answer(scenario)

    def evaluate(self, region: Any, model: Any, plan: Plan, scenario: str, **options: Any) -> Plan:
        self.asked.append(("evaluate", (region, model, plan, scenario), options))
        return self._answer(scenario)

    def solve_all(self, region: Any, model: Any, scenarios: list[str], **options: Any) -> list[Plan]:
        self.asked.append(("solve_all", (region, model, scenarios), options))
        found = []
        for name in scenarios:
            options["progress"](name, END)
            try:
                found.append(self._answer(name))
            except Exception as error:
                options["on_error"](name, error)
            else:
                options["on_plan"](found[-1])
        return found
