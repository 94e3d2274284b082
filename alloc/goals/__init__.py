"""Objectives: unmet need, need met outside, travel (with a choice of equity), yearly cost, disruption."""

from alloc.goals.equity import travel_measures
from alloc.goals.measures import GOAL_UNITS, Measure, cost, disruption, outside, travel_total, unmet

__all__ = [
    "GOAL_UNITS",
    "Measure",
    "cost",
    "disruption",
    "outside",
    "travel_measures",
    "travel_total",
    "unmet",
]
