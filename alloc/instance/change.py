"""Applies a scenario: a few named changes to the facts of a region and the limits of a model."""

from __future__ import annotations

from alloc.schema.model import Model
from alloc.schema.region import Region
from alloc.schema.scenario import Scenario

BASELINE = Scenario(id="baseline", name_zh="现状", name_en="Baseline")


def find_scenario(region: Region, model: Model, scenario: str | Scenario) -> Scenario:
    """A scenario by its id, from the region's, then the model's; ``baseline`` always exists, and changes nothing.

    Raises UsageError for an unknown id.
    """
    raise NotImplementedError


def apply_scenario(region: Region, model: Model, scenario: Scenario) -> tuple[Region, Model]:
    """The region and the model as they are under a scenario. Raises ModelError with every fault of its changes."""
    if not scenario.changes:
        return region, model
    raise NotImplementedError
