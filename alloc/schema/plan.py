"""The typed rows of a Plan: one class a table, the only form in which decisions leave the model."""

from __future__ import annotations

from typing import Literal

from alloc.schema.base import Frozen
from alloc.schema.equipment import ReadingGroup
from alloc.schema.model import DayPart
from alloc.schema.outreach import SessionType, Weekday

Ends = Literal["own_consortium", "region", "outside", "unmet"]
Rhythm = Literal["weekly", "fortnightly", "monthly", "every_day"]


class SiteRow(Frozen):
    """Whether a facility is open under the plan."""

    facility: str
    open: bool
    opened: bool = False
    closed: bool = False


class MachineRow(Frozen):
    """Machines of one type at ``facility`` and what is done with them.

    ``move``: from ``from_facility`` to ``facility``. ``buy``: at ``unit_cny`` each. ``retire``: taken away.
    """

    facility: str
    equipment_type: str
    action: Literal["keep", "buy", "move", "retire"]
    install_year: int
    count: int
    from_facility: str | None = None
    unit_cny: float = 0.0
    spend_cny: float = 0.0


class ExamFlowRow(Frozen):
    """Exams per year of one place's need: where they end. ``minutes`` one way, without any surcharge."""

    place: str
    modality: str
    facility: str | None
    ends: Ends
    exams_per_year: float
    minutes: float | None = None


class ReadingRow(Frozen):
    """Who reads for whom: exams of one modality made at ``facility`` and read at ``centre``."""

    facility: str
    reading_group: ReadingGroup
    centre: str
    modality: str
    exams_per_year: float
    upload_min: float


class CentreRow(Frozen):
    """A reading room: shared centre, or a site that reads its own."""

    facility: str
    reading_group: ReadingGroup
    shared: bool
    sites_read_for: int
    readers_in_pool: int
    readers_on_duty: int
    readers_released: int
    read_min_per_year: float
    capacity_min_per_year: float
    setup_cny: float
    running_cny_per_year: float


class VisitRow(Frozen):
    """Half-days per roster cycle that the specialists of (specialty, home) spend at ``facility``."""

    specialty: str
    home: str
    facility: str
    session_type: SessionType
    half_days_per_cycle: float


class RosterRow(Frozen):
    """One regular visit of one specialist: weekday, part of the day, rhythm, the weeks 1..4 it falls in."""

    specialist: str
    specialty: str
    home: str
    facility: str
    session_type: SessionType
    weekday: Weekday
    part: DayPart
    rhythm: Rhythm
    weeks: tuple[int, ...]
    half_days_per_cycle: int
    travel_min: float


class ConsultFlowRow(Frozen):
    """Specialist consultations per year of one place's need: in which setting they end."""

    place: str
    specialty: str
    setting: Literal["outreach", "tele", "hospital", "outside", "unmet"]
    facility: str | None
    ends: Ends
    consults_per_year: float
    minutes: float | None = None


class EpisodeFlowRow(Frozen):
    """Episodes per year on one leg: ``route`` from first contact to treatment (the same facility when
    direct), or ``step_down`` from ``treated_at`` to ``step_down_at``.
    """

    place: str
    condition: str
    leg: Literal["route", "step_down", "outside", "unmet"]
    first_contact: str | None = None
    treated_at: str | None = None
    step_down_at: str | None = None
    ends: Ends
    episodes_per_year: float
    minutes: float | None = None


class BedRow(Frozen):
    """Beds of a facility on an average day."""

    facility: str
    beds: int
    surge_beds_opened: int
    usable_beds: float
    treating_beds: float
    step_down_beds: float
    reserved_beds: int
    reserved_used_beds: float
    freed_by_step_down_beds: float


class SlotRow(Frozen):
    """Half-days per cycle of the specialists of (specialty, home): where they go."""

    specialty: str
    home: str
    specialists: int
    clinic_half_days: float
    outreach_half_days: float
    tele_half_days: float
    used_at_home_half_days: float
    reserved_half_days: float
    reserved_used_half_days: float


class StaffRow(Frozen):
    """Hours per year of one role, at a facility or pooled in a consortium."""

    role: str
    scope: str
    available_hours_per_year: float
    used_hours_per_year: float


class CostRow(Frozen):
    """One line of money. ``capital`` is paid once (and counts 1/``life_years`` of it in yearly cost),
    ``yearly`` every year. ``region``: the health bureau; ``fund``: the medical insurance fund; ``patient``:
    out of pocket.
    """

    category: str
    kind: Literal["capital", "yearly"]
    payer: Literal["region", "fund", "patient"]
    facility: str | None
    cny: float
    life_years: float = 1.0


class LimitRow(Frozen):
    """A limit, the plan's value, and the room left."""

    limit: str
    scope: str
    sense: Literal["at_most", "at_least"]
    value: float
    limit_value: float
    room: float
    binding: bool
    unit: str


class IndicatorRow(Frozen):
    """An indicator before and after; ``computed`` False gives the ``reason`` key instead of values."""

    indicator: str
    scope: str
    unit: str
    before: float | None = None
    after: float | None = None
    computed: bool = True
    reason: str | None = None


class PassRow(Frozen):
    """How one goal's pass ended: why it stopped (``status``) and what it holds are two things.

    ``found_by`` and ``bound_by`` say where the plan and the bound are from: "whole" (a search of the whole
    model), "parts" (its parts, each on its own), "together" (the whole around what some parts decided),
    "before" (the plan of the goal before), "prices" (the parts at a price for what they share), "province"
    (all counties together).
    """

    goal: str
    status: str
    holding: str
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    unit: str = ""
    found_by: str = ""
    bound_by: str = ""


class Decisions(Frozen):
    """All rows that say what is decided and where every need ends: what the audit reads."""

    sites: tuple[SiteRow, ...] = ()
    machines: tuple[MachineRow, ...] = ()
    exam_flows: tuple[ExamFlowRow, ...] = ()
    reading: tuple[ReadingRow, ...] = ()
    centres: tuple[CentreRow, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    roster: tuple[RosterRow, ...] = ()
    consult_flows: tuple[ConsultFlowRow, ...] = ()
    episode_flows: tuple[EpisodeFlowRow, ...] = ()
    beds: tuple[BedRow, ...] = ()
    slots: tuple[SlotRow, ...] = ()
    staff: tuple[StaffRow, ...] = ()
    costs: tuple[CostRow, ...] = ()
    limits: tuple[LimitRow, ...] = ()
