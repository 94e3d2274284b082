"""One scenario compiled: ids, sparse index lists and numbers. The only input of blocks and audit."""

from __future__ import annotations

from dataclasses import dataclass

from alloc.instance.equipment import EquipmentData, compile_equipment
from alloc.instance.imaging import ImagingData, compile_imaging
from alloc.instance.needs import population_of
from alloc.instance.outreach import OutreachData, compile_outreach
from alloc.instance.reach import Reach, reach_of
from alloc.instance.referral import ReferralData, compile_referral
from alloc.load.travel import travel_matrix
from alloc.schema.facilities import Consortium, Facility, Role
from alloc.schema.model import Calendar, Decision, Goal, Limits, Model, Standards
from alloc.schema.places import Place
from alloc.schema.region import Region


@dataclass(frozen=True)
class Instance:
    """What the blocks, the limits, the goals and the audit read. Ids are text; nothing is positional.

    ``persons``: place -> residents. ``staff_hours``: (role, facility) -> hours per year, the filled share of
    the recruits included. ``staff_scope``: facility -> the pool its staff work in (itself, its integrated
    consortium, or "region"). ``outside_min``: place -> minutes to care outside the region.
    """

    region_id: str
    model_id: str
    planning_year: int
    decisions: frozenset[Decision]
    calendar: Calendar
    standards: Standards
    limits: Limits
    goals: tuple[Goal, ...]
    weighted: bool
    places: dict[str, Place]
    facilities: dict[str, Facility]
    consortia: dict[str, Consortium]
    roles: dict[str, Role]
    persons: dict[str, float]
    outside_min: dict[str, float]
    staff_hours: dict[tuple[str, str], float]
    staff_scope: dict[str, str]
    reach: Reach
    equipment: EquipmentData
    imaging: ImagingData
    outreach: OutreachData
    referral: ReferralData

    def decides(self, decision: Decision) -> bool:
        """Whether the model leaves this decision to the solver."""
        return decision in self.decisions

    def is_optional(self, facility: str) -> bool:
        """Whether the facility can be shut in some plan; all others are open (or prohibited)."""
        return self.facilities[facility].operating in ("candidate", "may_close", "required")


def compile_instance(region: Region, model: Model) -> Instance:
    """Compile one scenario; ``region`` and ``model`` are the scenario's, already validated."""
    places = {row.id: row for row in region.places}
    facilities = {row.id: row for row in region.facilities}
    consortia = {row.id: row for row in region.consortia}
    reach = reach_of(travel_matrix(region), places, facilities, model.standards.access)
    equipment = compile_equipment(region, model, reach)
    roles = {row.id: row for row in region.roles}
    filled = model.limits.recruits_filled_share
    return Instance(
        region_id=region.about.id,
        model_id=model.id,
        planning_year=region.about.planning_year,
        decisions=frozenset(model.decisions),
        calendar=model.calendar,
        standards=model.standards,
        limits=model.limits,
        goals=model.goals,
        weighted=model.goal_method == "weighted",
        places=places,
        facilities=facilities,
        consortia=consortia,
        roles=roles,
        persons={place: sum(bands.values()) for place, bands in population_of(region).items()},
        outside_min={
            p.id: region.about.outside_min if p.outside_min is None else p.outside_min
            for p in places.values()
        },
        staff_hours={
            (row.role, row.facility): (row.fte + filled * row.recruits_fte)
            * roles[row.role].hours_per_fte_year
            for row in region.staff
        },
        staff_scope={f.id: _staff_scope(f, consortia, model) for f in facilities.values()},
        reach=reach,
        equipment=equipment,
        imaging=compile_imaging(region, model, reach, equipment),
        outreach=compile_outreach(region, model, reach),
        referral=compile_referral(region, model, reach),
    )


def _staff_scope(facility: Facility, consortia: dict[str, Consortium], model: Model) -> str:
    if model.limits.staff_may_cross:
        return "region"
    if facility.consortium is not None and consortia[facility.consortium].integrated:
        return facility.consortium
    return facility.id
