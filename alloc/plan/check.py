"""The audit of a finished plan: its scenario is compiled again from its own facts, and every rule asked."""

from __future__ import annotations

from alloc.instance import compile_instance
from alloc.plan.audit import AUDIT_RULES
from alloc.plan.audit import audit as audit_rows
from alloc.plan.audit_base import Finding
from alloc.plan.plan import Plan

HELD_RULES = frozenset(
    {
        "machines_past_their_life_go",
        "required_sites_open",
        "centres_read_their_own",
        "owed_service_is_met",
        "owed_service_in_person",
        "mentors_keep_their_clinic",
        "mentor_in_person",
        "reserved_slots_meet_their_share",
        "reserved_beds_meet_their_share",
        "coverage_floor",
        "urban_rural_service_gap",
        "urban_rural_travel_gap",
        "yearly_cost_within_limit",
        "open_centres_within_the_number",
    }
)
"""What a plan with decisions held at today's state (``only:...``, ``evaluate``) need not keep."""


def audit(plan: Plan) -> list[Finding]:
    """Every rule that a plan breaks, and where; an empty list for a sound plan.

    Reads the plan's own region, model and rows, shares no code with the optimisation model, and asks the
    rules of the named roster when the plan has one.
    """
    held = plan.method not in ("joint", "sequential") or set(plan.model.decisions) != {
        "equipment",
        "imaging",
        "outreach",
        "referral",
    }
    return audit_rows(
        compile_instance(plan.region, plan.model),
        plan.decisions,
        roster=bool(plan.decisions.roster),
        policy_exempt=HELD_RULES & frozenset(AUDIT_RULES) if held else frozenset(),
    )
