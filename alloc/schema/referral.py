"""Episodes of illness: what they need, where they can be treated, where they can step down to."""

from __future__ import annotations

from typing import Literal

from alloc.schema.base import Row
from alloc.schema.facilities import Tier
from alloc.units import CnyPerYear, Days, Id, Minutes, Per1000, PerYear, Share

CareRole = Literal["first_contact", "treat", "step_down"]


class Condition(Row):
    """A condition group. With ``acute_limit_min`` it is acute: treatment must be reached within that time."""

    id: Id
    name_zh: str = ""
    name_en: str = ""
    acute_limit_min: Minutes | None = None
    treating_tier: Tier = "county"
    stay_days: Days
    step_down_share: Share = 0.0
    step_down_days: Days = 0.0
    severity: PerYear = 1.0


class ConditionModality(Row):
    """A modality without which a condition cannot be treated."""

    condition: Id
    modality: Id


class Capability(Row):
    """What a facility can do for a condition in one role; no ``episodes_per_year``: no limit but beds."""

    facility: Id
    condition: Id
    role: CareRole
    episodes_per_year: PerYear | None = None


class EpisodeRate(Row):
    """Episodes per 1000 person-years; with a place, it replaces the region's rate there."""

    condition: Id
    age_band: Id
    place: Id | None = None
    per_1000: Per1000


class GivenNeed(Row):
    """A need known directly for one place: it replaces population x rate there."""

    place: Id
    stream: Literal["exams", "consultations", "episodes"]
    subject: Id
    per_year: PerYear


class TierMoney(Row):
    """Cost of a visit and a stay by tier, and the share the fund pays. ``city`` also prices care outside."""

    tier: Tier
    visit_cny: CnyPerYear
    stay_cny: CnyPerYear
    reimbursed_share: Share
    occupancy_share: Share
