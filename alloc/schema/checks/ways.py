"""Travel tables and road networks, as far as they can be judged without searching for paths."""

from __future__ import annotations

from collections import defaultdict
from math import isfinite

from alloc.schema.checks.fault import Faults, Known, TableFault, listed, sheet_row
from alloc.schema.region import Region

_SAME_MIN = 1e-6


def minutes_sound(region: Region) -> Faults:
    """Minutes are finite and not negative, and no way leads from a point to itself."""
    for row, item in enumerate(region.travel_minutes):
        if not isfinite(item.minutes) or item.minutes < 0.0:
            yield TableFault("minutes_impossible", "travel_minutes", row, "minutes", item.minutes)
        elif item.origin == item.destination and item.minutes > 0.0:
            params = {"id": item.origin}
            yield TableFault("minutes_to_itself", "travel_minutes", row, "minutes", item.minutes, params)


def both_directions_alike(region: Region) -> Faults:
    """Where travel is said to be symmetric, two directions that are both given are equal."""
    if not region.travel.symmetric:
        return
    given: dict[tuple[str, str], int] = {}
    for row, item in enumerate(region.travel_minutes):
        back = given.get((item.destination, item.origin))
        if back is not None and item.origin != item.destination:
            other = region.travel_minutes[back].minutes
            if abs(other - item.minutes) > _SAME_MIN:
                params = {
                    "origin": item.origin,
                    "destination": item.destination,
                    "other": f"{other:g}",
                    "first": sheet_row(back),
                }
                yield TableFault("minutes_differ", "travel_minutes", row, "minutes", item.minutes, params)
        given.setdefault((item.origin, item.destination), row)


def table_complete(region: Region) -> Faults:
    """A travel table leads from every place to some facility, and along every way that facts rely on."""
    if region.travel.method != "table":
        return
    if not region.travel_minutes:
        yield TableFault("travel_table_empty", "travel_minutes")
        return
    given = _given_ways(region)
    facilities = {facility.id for facility in region.facilities}
    for row, place in enumerate(region.places):
        if not given[place.id] & facilities:
            yield TableFault("place_without_way", "places", row, "id", place.id)
    yield from _outreach_ways(region, given)
    yield from _referral_ways(region, given)


def _given_ways(region: Region) -> defaultdict[str, set[str]]:
    given: defaultdict[str, set[str]] = defaultdict(set)
    for item in region.travel_minutes:
        given[item.origin].add(item.destination)
        if region.travel.symmetric:
            given[item.destination].add(item.origin)
    return given


def _outreach_ways(region: Region, given: defaultdict[str, set[str]]) -> Faults:
    """From home to the clinics of today, of the mentor pair, and of the sessions needed."""
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for row, person in enumerate(region.specialists):
        homes[person.specialty].add(person.home)
        if person.mentor_clinic is not None and person.mentor_clinic not in given[person.home]:
            params = {"origin": person.home, "destination": person.mentor_clinic}
            yield TableFault("way_missing", "specialists", row, "mentor_clinic", person.mentor_clinic, params)
    for row, today in enumerate(region.outreach_today):
        if today.facility != today.home and today.facility not in given[today.home]:
            params = {"origin": today.home, "destination": today.facility}
            yield TableFault("way_missing", "outreach_today", row, "facility", today.facility, params)
    for row, need in enumerate(region.session_needs):
        known = homes[need.specialty]
        if known and not any(need.facility == home or need.facility in given[home] for home in known):
            params = {"origin": listed(known), "destination": need.facility}
            yield TableFault("way_missing", "session_needs", row, "facility", need.facility, params)


def _referral_ways(region: Region, given: defaultdict[str, set[str]]) -> Faults:
    """From every first contact to some facility that treats, and from one of those to every step-down."""
    treating: defaultdict[str, set[str]] = defaultdict(set)
    for item in region.capabilities:
        if item.role == "treat":
            treating[item.condition].add(item.facility)
    for row, item in enumerate(region.capabilities):
        treats = treating[item.condition]
        if item.role == "treat" or not treats or item.facility in treats:
            continue
        if item.role == "first_contact":
            led = bool(given[item.facility] & treats)
            params = {"origin": item.facility, "destination": listed(treats)}
        else:
            led = any(item.facility in given[facility] for facility in treats)
            params = {"origin": listed(treats), "destination": item.facility}
        if not led:
            yield TableFault("way_missing", "capabilities", row, "facility", item.facility, params)


def roads_sound(region: Region) -> Faults:
    """A network has roads, and every road has minutes, or a class whose speed is known."""
    if region.travel.method == "network" and not (region.road_nodes and region.road_edges):
        yield TableFault("roads_missing", "road_edges" if region.road_nodes else "road_nodes")
    speeds = Known("road_speeds", (speed.road_class for speed in region.road_speeds))
    for row, edge in enumerate(region.road_edges):
        if edge.minutes is not None:
            continue
        if edge.road_class is None:
            params = {"origin": edge.origin, "destination": edge.destination}
            yield TableFault("road_without_time", "road_edges", row, "road_class", params=params)
        elif edge.road_class not in speeds:
            params = {"known": speeds.suggest(edge.road_class)}
            yield TableFault(
                "road_class_without_speed", "road_edges", row, "road_class", edge.road_class, params
            )
