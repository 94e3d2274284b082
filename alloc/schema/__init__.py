"""Frozen pydantic models, one file a subject: what a Region, a Model, a Scenario and a Plan's rows are."""

from alloc.schema.model import DECISIONS, GOALS, Goal, Limits, Model, Standards
from alloc.schema.plan import Decisions
from alloc.schema.region import TABLES, Region
from alloc.schema.scenario import Change, Scenario

__all__ = [
    "DECISIONS",
    "GOALS",
    "TABLES",
    "Change",
    "Decisions",
    "Goal",
    "Limits",
    "Model",
    "Region",
    "Scenario",
    "Standards",
]
