"""Plans of one scenario or many: solve, evaluate, compare methods. Heavy parts are imported on first use."""

from typing import TYPE_CHECKING

from alloc.lazy import on_first_use

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

__getattr__, __dir__ = on_first_use(__name__, _HOMES)
