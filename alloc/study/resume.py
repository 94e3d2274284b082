"""Whether a saved plan is the answer to a question already, so that it need not be solved again."""

from __future__ import annotations

from collections.abc import Sequence

from alloc.plan.plan import Plan
from alloc.plan.record import SolveOptions, make_record
from alloc.schema.model import Model
from alloc.schema.region import Region
from alloc.study.case import under
from alloc.study.single import method_name

_PROGRAMS = ("alloc", "python", "pyomo", "highspy")
_QUESTION = ("region_sha256", "model_sha256", "options", *_PROGRAMS)


def answers(
    plan: Plan,
    region: Region,
    model: Model,
    scenario: str,
    *,
    only: Sequence[str] = (),
    method: str = "joint",
    **options: float,
) -> bool:
    """Whether a plan was made of these facts, wishes and options, by the programs that are installed, to the
    end. ``options`` are ``time_limit_s``, ``gap``, ``threads`` and ``seed``, all as for ``solve``.

    Raises UsageError for an unknown scenario, ModelError for one that cannot be applied.
    """
    facts, wishes, chosen = under(region, model, scenario, only)
    asked = make_record(facts, wishes, options=SolveOptions.model_validate(options))
    same = all(getattr(plan.record, name) == getattr(asked, name) for name in _QUESTION)
    made_so = (plan.method, plan.scenario) == (method_name(method, only), chosen)
    return same and made_so and plan.status != "cancelled" and plan.holding != "nothing"
