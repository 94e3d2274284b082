"""Floor 8. Reports: plan folder, workbook, map layers, terminal, plans side by side; in zh and en."""

from typing import TYPE_CHECKING

from alloc.lazy import on_first_use

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

__getattr__, __dir__ = on_first_use(__name__, _HOMES)
