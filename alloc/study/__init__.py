"""Plans of one scenario or many: solve, evaluate, compare methods. Heavy parts are imported on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alloc.study.many import scenario_ids, solve_all
    from alloc.study.single import evaluate, solve

_HOMES = {
    "evaluate": "alloc.study.single",
    "scenario_ids": "alloc.study.many",
    "solve": "alloc.study.single",
    "solve_all": "alloc.study.many",
}

__all__ = ["evaluate", "scenario_ids", "solve", "solve_all"]


def __getattr__(name: str) -> Any:
    """Import a name from its home on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
