"""Floor 8. Reports: plan folder, workbook, map layers, terminal, plans side by side; in zh and en."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alloc.report.check import render_check
    from alloc.report.comparison import Comparison, compare
    from alloc.report.folder import folder_name, load_plan, save_plan
    from alloc.report.terminal import plan_text, render_comparison, render_plan

_HOMES = {
    "Comparison": "alloc.report.comparison",
    "compare": "alloc.report.comparison",
    "folder_name": "alloc.report.folder",
    "load_plan": "alloc.report.folder",
    "plan_text": "alloc.report.terminal",
    "render_check": "alloc.report.check",
    "render_comparison": "alloc.report.terminal",
    "render_plan": "alloc.report.terminal",
    "save_plan": "alloc.report.folder",
}

__all__ = [
    "Comparison",
    "compare",
    "folder_name",
    "load_plan",
    "plan_text",
    "render_check",
    "render_comparison",
    "render_plan",
    "save_plan",
]


def __getattr__(name: str) -> Any:
    """Import a name from its home on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
