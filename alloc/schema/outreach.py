"""Specialists, their time, and the outreach sessions that townships need."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from alloc.schema.base import Row
from alloc.units import Cny, Count, Id, Per1000, PerYear, Share

Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri"]
WEEKDAYS: tuple[Weekday, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri")
SessionType = Literal["clinic", "ward_round", "teaching", "posting", "tele"]


class Specialty(Row):
    """A specialty: consultations per half-day by setting, and the presence its home hospital must keep."""

    id: Id
    name_zh: str = ""
    name_en: str = ""
    outreach_consults_per_half_day: PerYear
    home_consults_per_half_day: PerYear
    tele_consults_per_half_day: PerYear
    tele_share_max: Share = 0.0
    present_at_home: Count = 1
    severity: PerYear = 1.0
    allowance_cny_per_half_day: Cny = 0.0


class Specialist(Row):
    """A specialist, by id only. ``days`` are the weekdays on duty; the home clinic takes
    ``clinic_half_days_per_week`` of them; ``owed_days_per_year`` is grassroots service owed before promotion;
    ``mentor_clinic`` is where the township doctor paired with this specialist sits.
    """

    id: Id
    specialty: Id
    home: Id
    days: tuple[Weekday, ...] = WEEKDAYS
    clinic_half_days_per_week: Count = 6
    most_outreach_days_per_cycle: Count = 8
    owed_days_per_year: Count = 0
    mentor_clinic: Id | None = None
    may_be_posted: bool = False

    @field_validator("days", mode="before")
    @classmethod
    def days_from_text(cls, value: object) -> object:
        """A cell holds the weekdays in one text ("Mon, Wed"); JSON holds a list."""
        if isinstance(value, str):
            return tuple(
                part.strip()
                for part in value.replace("，", ",").replace("、", ",").split(",")
                if part.strip()
            )
        return tuple(value) if isinstance(value, list) else value


class SessionNeed(Row):
    """Ward rounds or teaching half-days that a clinic needs from a specialty in each roster cycle."""

    facility: Id
    specialty: Id
    session_type: Literal["ward_round", "teaching"]
    half_days_per_cycle: Count


class OutreachToday(Row):
    """Half-days per cycle that a hospital's specialists of one specialty already keep at a clinic."""

    specialty: Id
    home: Id
    facility: Id
    session_type: SessionType = "clinic"
    half_days_per_cycle: Count


class ConsultRate(Row):
    """Specialist consultations per 1000 person-years; with a place, it replaces the region's rate there."""

    specialty: Id
    age_band: Id
    place: Id | None = None
    per_1000: Per1000
