"""All rules of a region, in the order in which their faults are told."""

from __future__ import annotations

from collections.abc import Callable

from alloc.schema.checks.fault import Faults, TableFault
from alloc.schema.region import Region

Rule = Callable[[Region], Faults]

FACTS: tuple[Rule, ...] = ()
"""Rules that hold in every region, and under every scenario."""

SCARCITY: tuple[Rule, ...] = ()
"""Rules that a sound region keeps, and that a scenario may break: that something runs short is its point."""


def check_region(region: Region, *, scarcity: bool = True) -> list[TableFault]:
    """Every fault of a region that shows between its cells. Without ``scarcity``: only the contradictions,
    as for a region under a scenario, where needs may well exceed anything that can be bought.
    """
    rules = FACTS + SCARCITY if scarcity else FACTS
    return [fault for rule in rules for fault in rule(region)]
