"""Floor 7. Plan: decisions out of the solved model as typed rows, and the audit that re-checks them."""

from typing import TYPE_CHECKING

from alloc.lazy import on_first_use

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

__getattr__, __dir__ = on_first_use(__name__, _HOMES)
