"""The audit: every rule checked again on the rows of a plan, from the Instance alone, without the model.

It shares no code with the optimisation model. A plan that passes keeps the rules whatever the solver,
its tolerances or an error in the model did.
"""

from __future__ import annotations

from alloc.instance.instance import Instance
from alloc.plan import (
    audit_consults,
    audit_costs,
    audit_equipment,
    audit_imaging,
    audit_limits,
    audit_outreach,
    audit_referral,
    audit_roster,
    audit_shape,
)
from alloc.plan.audit_base import Finding, Rule
from alloc.schema.plan import Decisions

SHAPE_RULES: frozenset[str] = frozenset(audit_shape.RULES)
"""Asked of all rows as they are; what fails them is left out before the other rules are asked."""
ROSTER_RULES: frozenset[str] = frozenset(audit_roster.RULES)
"""Asked of a plan with a named roster only."""
AUDIT_RULES: dict[str, Rule] = {
    **audit_shape.RULES,
    **audit_shape.SITE_RULES,
    **audit_equipment.RULES,
    **audit_imaging.RULES,
    **audit_outreach.RULES,
    **audit_roster.RULES,
    **audit_consults.RULES,
    **audit_referral.RULES,
    **audit_limits.RULES,
    **audit_costs.RULES,
}
"""Every rule by name: a function of (instance, decisions) that yields findings."""


def audit(
    instance: Instance,
    decisions: Decisions,
    *,
    roster: bool = True,
    policy_exempt: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Every rule that a plan breaks, and where; an empty list for a sound plan.

    Args:
        instance: The scenario as compiled: the rows are held against its facts, standards and limits.
        decisions: The rows.
        roster: Whether the plan names who goes where; else the rules of the named roster are not asked.
        policy_exempt: Names of rules not asked, for decisions held at today's state, which may break them.

    Raises:
        ValueError: when a name in ``policy_exempt`` is no rule.
    """
    unknown = policy_exempt - AUDIT_RULES.keys()
    if unknown:
        raise ValueError(f"no such audit rule: {', '.join(sorted(unknown))}")
    asked = [
        name for name in AUDIT_RULES if name not in policy_exempt and (roster or name not in ROSTER_RULES)
    ]
    findings = [
        found for name in asked if name in SHAPE_RULES for found in AUDIT_RULES[name](instance, decisions)
    ]
    sound = audit_shape.sound_rows(instance, decisions)
    for name in asked:
        if name not in SHAPE_RULES:
            findings.extend(AUDIT_RULES[name](instance, sound))
    return findings


__all__ = ["AUDIT_RULES", "ROSTER_RULES", "SHAPE_RULES", "Finding", "audit"]
