"""All rules of a region, in the order in which their faults are told."""

from __future__ import annotations

from collections.abc import Callable

from alloc.schema.checks import capacity, ids, members, needs, points, scenarios, supply, ways
from alloc.schema.checks.fault import Faults, TableFault
from alloc.schema.region import Region

Rule = Callable[[Region], Faults]

FACTS: tuple[Rule, ...] = (
    ids.tables_filled,
    ids.keys_once,
    ids.ids_told_apart,
    ids.points_share_no_id,
    ids.references_known,
    ids.subjects_known,
    points.points_missing,
    points.points_off_region,
    points.polygons_sound,
    needs.people_everywhere,
    needs.rates_complete,
    members.one_lead_each,
    members.specialists_sound,
    members.readers_where_read,
    supply.discounts_fall,
    supply.installed_by_now,
    supply.step_down_whole,
    supply.treated_high_enough,
    supply.money_for_every_tier,
    ways.minutes_sound,
    ways.both_directions_alike,
    ways.table_complete,
    ways.roads_sound,
    scenarios.scenarios_sound,
)
"""Rules that hold in every region, and under every scenario."""

SCARCITY: tuple[Rule, ...] = (
    capacity.exams_possible,
    capacity.specialists_exist,
    capacity.episodes_possible,
)
"""Rules that a sound region keeps, and that a scenario may break: that something runs short is its point."""


def check_region(region: Region, *, scarcity: bool = True) -> list[TableFault]:
    """Every fault of a region that shows between its cells. Without ``scarcity``: only the contradictions,
    as for a region under a scenario, where needs may well exceed anything that can be bought.

    Whether every place can reach a facility takes travel times: see `alloc.load.travel.check_reach`.
    """
    rules = FACTS + SCARCITY if scarcity else FACTS
    return [fault for rule in rules for fault in rule(region)]
