"""Limits on service: coverage floors, the urban-rural gap in service and in travel."""

from __future__ import annotations

from collections.abc import Iterator

from alloc.blocks.contract import Linear, NeedTerm
from alloc.limits.contract import Decided, LimitLine
from alloc.schema.places import Area


def coverage_floor(decided: Decided) -> Iterator[LimitLine]:
    r"""At least the stated share of a need is served inside the region.

    Mathematics: $\sum_i e_{im} (1 - u_{im} - o_{im}) \ge \varphi_m \sum_i e_{im}$
    Index: coverage floors of the model.
    Unit: thousand cases per year.
    Source: coverage standards; in-county share goals of the county medical consortium.
    """
    for floor in decided.blocks.instance.limits.coverage_floors:
        needs = [n for n in decided.terms.needs if (n.stream, n.subject) == (floor.stream, floor.subject)]
        total = sum(need.per_year for need in needs)
        if total > 0.0:
            missing = _not_served(needs, 1000.0)
            least, thousand = floor.share * total / 1000.0, total / 1000.0
            scope = f"{floor.stream}/{floor.subject}"
            yield LimitLine(
                scope, "at_least", missing, least, "cases/year", part_fixed=thousand, scale=1000.0
            )


def urban_rural_service_gap(decided: Decided) -> Iterator[LimitLine]:
    r"""Rural residents are served inside the region nearly as often as urban ones.

    Mathematics: $s_{\text{rural}} \ge (1 - g)\, s_{\text{urban}}$ with $s$ the share of need served in the
    region
    Index: streams (exams, consultations, episodes) with need in both.
    Unit: share of the need.
    Source: the urban-rural gap shall not exceed 30% (national goal).
    """
    gap = decided.blocks.instance.limits.urban_rural_service_gap_max
    if gap is None:
        return
    for stream in ("exams", "consultations", "episodes"):
        missing, total = {}, {}
        for area in ("rural", "urban"):
            needs = [n for n in decided.terms.needs if n.stream == stream and _area(decided, n.place) == area]
            total[area] = sum(need.per_year for need in needs)
            missing[area] = _not_served(needs, total[area]) if total[area] else []
        if total["rural"] > 0.0 and total["urban"] > 0.0:
            yield LimitLine(
                stream,
                "at_least",
                missing["rural"],
                1.0 - gap,
                "share",
                whole=missing["urban"],
                part_fixed=1.0,
                whole_fixed=1.0,
            )


def urban_rural_travel_gap(decided: Decided) -> Iterator[LimitLine]:
    r"""Rural residents travel not much longer than urban ones (or than a reference).

    Mathematics: $\bar d_{\text{rural}} \le (1 + g)\, \bar d_{\text{urban}}$
    Index: one row.
    Unit: minutes per trip; unmet need counts as a trip outside.
    Source: the urban-rural gap shall not exceed 30%. Without a reference the solver could send town people
    farther: the access pass at the end takes that back.
    """
    limits = decided.blocks.instance.limits
    if limits.urban_rural_travel_gap_max is None:
        return
    rural, urban = mean_minutes(decided, "rural"), mean_minutes(decided, "urban")
    factor = 1.0 + limits.urban_rural_travel_gap_max
    if not rural or not urban:
        return
    if limits.urban_travel_reference_min is not None:
        yield LimitLine("region", "at_most", rural, factor * limits.urban_travel_reference_min, "min")
    else:
        yield LimitLine("region", "at_most", rural, factor, "min", whole=urban)


def mean_minutes(decided: Decided, area: Area) -> Linear:
    """Mean minutes per trip of the residents of an area."""
    trips = [trip for trip in decided.terms.trips if _area(decided, trip.place) == area]
    total = sum(n.per_year for n in decided.terms.needs if _area(decided, n.place) == area)
    return [(trip.trips_per_year * trip.minutes / total, trip.share) for trip in trips] if total > 0.0 else []


def _area(decided: Decided, place: str) -> Area:
    return decided.blocks.instance.places[place].area


def _not_served(needs: list[NeedTerm], total: float) -> Linear:
    return [(-need.per_year / total, var) for need in needs for var in (need.unmet, need.outside)]
