"""Plans the resources of a health region, scenario by scenario.

The dataflow::

    region file --load_region--> Region  (facts: places, facilities, people, needs, travel)
    model file  --load_model-->  Model   (what may be decided, standards, limits, goals)
    Region + Model + Scenario --solve--> Plan --audit--> findings (none, in a sound plan)
    Plan + Plan + ...         --compare--> one table

`solve_all` plans every scenario of a model, a `CancelToken` stops a running solve, and everything that goes
wrong is an `AllocError`. Nothing heavy is imported until one of the names is used.
"""

from importlib import import_module
from typing import Any

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


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
