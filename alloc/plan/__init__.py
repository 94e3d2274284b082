"""Floor 7. Plan: decisions out of the solved model as typed rows, and the audit that re-checks them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alloc.plan.flows import Flow
    from alloc.plan.plan import Holding, Plan
    from alloc.plan.record import AuditResult, ModelSize, Record, SolveOptions, make_record

_HOMES = {
    "AuditResult": "alloc.plan.record",
    "Flow": "alloc.plan.flows",
    "Holding": "alloc.plan.plan",
    "ModelSize": "alloc.plan.record",
    "Plan": "alloc.plan.plan",
    "Record": "alloc.plan.record",
    "SolveOptions": "alloc.plan.record",
    "audit": "alloc.plan.audit",
    "make_record": "alloc.plan.record",
}

__all__ = [
    "AuditResult",
    "Flow",
    "Holding",
    "ModelSize",
    "Plan",
    "Record",
    "SolveOptions",
    "audit",
    "make_record",
]


def __getattr__(name: str) -> Any:
    """Import a name from its home on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
