"""Plans the resources of a health region, scenario by scenario.

The dataflow::

    region file --load_region--> Region  (facts: places, facilities, people, needs, travel)
    model file  --load_model-->  Model   (what may be decided, standards, limits, goals)
    Region + Model + Scenario --solve--> Plan --audit--> findings (none, in a sound plan)
    Plan + Plan + ...         --compare--> one table

`solve_all` plans every scenario of a model, a `CancelToken` stops a running solve, and everything that goes
wrong is an `AllocError`. Nothing heavy is imported until one of the names is used.
"""

import logging
from typing import TYPE_CHECKING

from alloc.lazy import on_first_use

if TYPE_CHECKING:
    from alloc.errors import AllocError
    from alloc.load import load_model, load_region
    from alloc.plan import Plan
    from alloc.plan.check import audit
    from alloc.report import compare
    from alloc.schema import Model, Region, Scenario
    from alloc.solver import CancelToken
    from alloc.study import solve, solve_all

__version__ = "0.1.0"

_HOMES = {
    "AllocError": "alloc.errors",
    "CancelToken": "alloc.solver",
    "Model": "alloc.schema",
    "Plan": "alloc.plan",
    "Region": "alloc.schema",
    "Scenario": "alloc.schema",
    "audit": "alloc.plan.check",
    "compare": "alloc.report",
    "load_model": "alloc.load",
    "load_region": "alloc.load",
    "solve": "alloc.study",
    "solve_all": "alloc.study",
}

__all__ = [
    "AllocError",
    "CancelToken",
    "Model",
    "Plan",
    "Region",
    "Scenario",
    "audit",
    "compare",
    "load_model",
    "load_region",
    "solve",
    "solve_all",
]

__getattr__, __dir__ = on_first_use(__name__, _HOMES)

# What a user must know stands in the plan; logs are for whoever asks for them.
logging.getLogger(__name__).addHandler(logging.NullHandler())
