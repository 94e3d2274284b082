"""The Model: what may be decided, under which standards and limits, towards which goals. No facts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from alloc.schema.base import Frozen
from alloc.schema.scenario import Scenario
from alloc.units import Cny, CnyPerYear, Count, Id, Mbps, Minutes, PerYear, PositiveCount, Share

Decision = Literal["equipment", "imaging", "outreach", "referral"]
DECISIONS: tuple[Decision, ...] = ("equipment", "imaging", "outreach", "referral")
GoalName = Literal["unmet", "outside", "travel", "cost", "disruption"]
GOALS: tuple[GoalName, ...] = ("unmet", "outside", "travel", "cost", "disruption")
DayPart = Literal["am", "pm", "day"]
Equity = Literal["total", "largest", "worst_share", "kolm_pollak", "group_minimax", "group_difference"]


class Calendar(Frozen):
    """The planning year and the roster cycle of four weeks, five workdays, two half-days each."""

    cycles_per_year: PositiveCount = 13
    working_days_per_year: PositiveCount = 250
    weeks_per_cycle: Literal[4] = 4


class AccessStandards(Frozen):
    """Pairs of place and facility that may ever matter, and what is out of reach."""

    exams_within_min: Minutes = 60.0
    exams_within_min_by_modality: dict[Id, Minutes] = Field(default_factory=dict)
    consultations_within_min: Minutes = 60.0
    episodes_within_min: Minutes = 90.0
    first_contact_within_min: Minutes = 45.0
    nearest_kept: PositiveCount = 3
    most_pairs_kept: PositiveCount = 12
    other_consortium_min: Minutes = 10.0
    outside_share_max_exams: Share = 0.1
    outside_share_max_consultations: Share = 0.1
    outside_share_max_episodes: Share = 0.15


class EquipmentStandards(Frozen):
    """How machines age, and how full they may be."""

    obsolete_machines: Literal["must_go", "may_stay"] = "may_stay"
    capacity_loss_per_year_past_life: Share = 0.05
    utilisation_max: Share = 0.85


class ImagingStandards(Frozen):
    """Upload and report standards of shared reading."""

    upload_within_min: Minutes = 10.0
    report_within_min: Minutes = 30.0
    report_share: Share | None = Field(default=0.9, description="None: the mean report time meets the limit")
    peak_hour_share: Share = 0.15
    duty_share: Share = 0.5
    ai_factor: float = Field(default=1.0, gt=0.0, le=2.0)
    most_readers_on_duty: PositiveCount = 20


class OutreachStandards(Frozen):
    """How outreach days may be laid."""

    travel_within_min: Minutes = 60.0
    half_day_travel_within_min: Minutes = 30.0
    day_parts: tuple[DayPart, ...] = ("am", "pm", "day")
    mentor_half_days_per_cycle: Count = 2
    posting_months: PositiveCount = 6
    resident_doctor_weight: PerYear = 100.0
    session_weight: PerYear = 50.0
    tele_mbps_min: Mbps = 8.0
    cny_per_km: CnyPerYear = 1.0
    km_per_hour: PerYear = 40.0


class ReferralStandards(Frozen):
    """Referral routes, reservations and rewards."""

    first_contact_choices: PositiveCount = 2
    step_down_choices: PositiveCount = 3
    step_down_within_min: Minutes = 45.0
    reserved_bed_share_min: Share = 0.1
    reserved_slot_share_min: Share = 0.1
    referred_share_of_consultations: Share = 0.2
    reward_multiple_of_visit: PerYear = 1.8
    surge_beds_open: bool = False
    surge_bed_cny_per_year: CnyPerYear = 20000.0


class DisruptionWeights(Frozen):
    """What one change against the current state counts in the goal ``disruption``."""

    machine_moved: PerYear = 1.0
    machine_retired_early: PerYear = 1.0
    reading_site_changed: PerYear = 1.0
    outreach_half_day_changed: PerYear = 0.1
    site_opened_or_closed: PerYear = 5.0


class Standards(Frozen):
    """All standards, by subject."""

    access: AccessStandards = AccessStandards()
    equipment: EquipmentStandards = EquipmentStandards()
    imaging: ImagingStandards = ImagingStandards()
    outreach: OutreachStandards = OutreachStandards()
    referral: ReferralStandards = ReferralStandards()
    disruption: DisruptionWeights = DisruptionWeights()


class CoverageFloor(Frozen):
    """A share of a need that must be served inside the region."""

    stream: Literal["exams", "consultations", "episodes"]
    subject: Id
    share: Share


class Limits(Frozen):
    """Limits with a price tag. None: no such limit."""

    budget_cny: Cny | None = None
    budget_cny_by_consortium: dict[Id, Cny] = Field(default_factory=dict)
    yearly_cost_cny: CnyPerYear | None = None
    rural_share_of_spend_min: Share | None = None
    urban_rural_service_gap_max: Share | None = Field(
        default=None, description="rural share of need served in the region >= (1 - gap) x the urban share"
    )
    urban_rural_travel_gap_max: PerYear | None = Field(
        default=None,
        description="rural mean minutes <= (1 + gap) x urban mean, or x urban_travel_reference_min",
    )
    urban_travel_reference_min: Minutes | None = None
    most_machines: dict[Id, Count] = Field(default_factory=dict)
    coverage_floors: tuple[CoverageFloor, ...] = ()
    staff_hours: bool = True
    staff_may_cross: bool = False
    recruits_filled_share: Share = 1.0
    most_open_centres: Count | None = None


class Goal(Frozen):
    """One goal. In a lexicographic solve its value is held within ``tolerance_share`` (of the value) or
    ``tolerance_abs`` (in the goal's own unit), whichever leaves more room, while later goals are sought.

    ``at_most`` turns the goal into a limit. ``equity`` chooses the measure of travel.
    """

    goal: GoalName
    tolerance_share: Share = 0.02
    tolerance_abs: float = Field(default=0.0, ge=0.0)
    weight: float = Field(default=1.0, ge=0.0)
    at_most: float | None = None
    equity: Equity = "total"
    worst_share: Share = 0.2
    aversion: float = Field(default=-1.0, lt=0.0, description="epsilon of Kolm-Pollak, below zero")


class Model(Frozen):
    """What may be decided, under which standards and limits, towards which goals."""

    schema_version: Literal[1] = 1
    id: Id
    name_zh: str = ""
    name_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    decisions: tuple[Decision, ...] = DECISIONS
    calendar: Calendar = Calendar()
    standards: Standards = Standards()
    limits: Limits = Limits()
    goals: tuple[Goal, ...] = tuple(Goal(goal=name) for name in GOALS)
    goal_method: Literal["lexicographic", "weighted"] = "lexicographic"
    scenarios: tuple[Scenario, ...] = ()

    @model_validator(mode="after")
    def each_once(self) -> Model:
        """No decision and no goal twice; at least one of each."""
        listed: dict[str, list[str]] = {
            "decisions": list(self.decisions),
            "goals": [goal.goal for goal in self.goals],
        }
        for label, names in listed.items():
            if not names:
                raise PydanticCustomError("list_empty", "'{name}' is empty", {"name": label})
            if twice := sorted({name for name in names if names.count(name) > 1}):
                params = {"name": label, "names": ", ".join(twice)}
                raise PydanticCustomError("named_twice", "'{name}' names twice: {names}", params)
        return self


__all__ = ["DECISIONS", "GOALS", "Decision", "Goal", "GoalName", "Limits", "Model", "Standards"]
