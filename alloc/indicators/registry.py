"""The table of all indicators, and the rows of a plan made from it.

A new indicator is one function of a `Situation`, one line here, and two labels in each language
(``indicator.<key>``, ``formula.<key>``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from alloc.indicators import access, equity, money, national, need, use
from alloc.indicators.indicator import Indicator, Missing, Subject, Value, Values
from alloc.indicators.situation import Situation
from alloc.schema.plan import Decisions, IndicatorRow
from alloc.schema.region import Region

if TYPE_CHECKING:
    from alloc.instance import Instance

QUALITATIVE = national.not_computed("qualitative")
OUTCOME = national.not_computed("outcome_not_modelled")
INCOME = national.not_computed("income_not_in_region")

BY_SUBJECT: dict[Subject, tuple[Indicator, ...]] = {
    "national": (
        Indicator("unified_management", "none", "region", QUALITATIVE, 1),
        Indicator("shared_decisions", "none", "region", QUALITATIVE, 2),
        Indicator("coordinated_services", "none", "region", QUALITATIVE, 3),
        Indicator("postings_per_10000", "per_10000_residents", "region", national.postings_per_10000, 4),
        Indicator("reading_centre_coverage", "share", "reading_group", national.reading_centre_coverage, 5),
        Indicator("ecg_village_coverage", "share", "region", national.ecg_village_coverage, 5),
        Indicator("income_to_lead_hospital", "ratio", "region", INCOME, 6),
        Indicator("primary_visit_share", "share", "contacts", national.primary_visit_share, 7),
        Indicator("fund_in_county_share", "share", "region", national.fund_in_county_share, 8),
        Indicator("fund_primary_share", "share", "region", national.fund_primary_share, 9),
        Indicator("inpatient_cost_per_stay", "cny_per_stay", "region", national.inpatient_cost_per_stay, 10),
        Indicator("in_county_admission_share", "share", "region", national.in_county_admission_share, 11),
        Indicator("tcm_visit_share", "share", "region", national.tcm_visit_share, 12),
        Indicator("chronic_hospitalisation", "share", "region", OUTCOME, 13),
        Indicator("premature_deaths", "share", "region", OUTCOME, 14),
    ),
    "need": (
        Indicator("in_county_share", "share", "stream", need.in_county_share),
        Indicator("own_consortium_share", "share", "stream", need.own_consortium_share),
        Indicator("unmet_share", "share", "stream", need.unmet_share),
        Indicator("unmet_per_year", "cases_per_year", "stream", need.unmet_per_year),
        Indicator("unmet_share_by_service", "share", "service", need.unmet_share_by_service),
        Indicator("unmet_share_by_place", "share", "place", need.unmet_share_by_place),
    ),
    "access": (
        Indicator("residents_within_15_min", "share", "service", access.residents_within(15.0)),
        Indicator("residents_within_30_min", "share", "service", access.residents_within(30.0)),
        Indicator("residents_within_60_min", "share", "service", access.residents_within(60.0)),
        Indicator("nearest_care_min_by_age", "min", "age_band", access.nearest_care_min_by_age),
        Indicator("mean_travel_min", "min", "stream", access.mean_travel_min),
        Indicator("mean_travel_min_by_place", "min", "place", access.mean_travel_min_by_place),
        Indicator("worst_place_travel_min", "min", "region", access.worst_place_travel_min),
        Indicator("worst_place", "min", "place", access.worst_place),
        Indicator("exam_accessibility_mean", "ratio", "modality", access.exam_accessibility_mean),
        Indicator("exam_accessibility_lowest", "ratio", "modality", access.exam_accessibility_lowest),
        Indicator("exam_accessibility_gini", "index", "modality", access.exam_accessibility_gini),
    ),
    "equity": (
        Indicator("gini_by_residents", "index", "resource", equity.gini_by_residents),
        Indicator("gini_by_area", "index", "resource", equity.gini_by_area),
        Indicator("agglomeration", "ratio", "area_resource", equity.agglomeration),
        Indicator(
            "agglomeration_to_population", "ratio", "area_resource", equity.agglomeration_to_population
        ),
        Indicator("served_share_by_area", "share", "area", equity.served_share_by_area),
        Indicator("served_share_rural_to_urban", "ratio", "stream", equity.served_share_rural_to_urban),
        Indicator("mean_travel_min_by_area", "min", "area", equity.mean_travel_min_by_area),
        Indicator("travel_rural_to_urban", "ratio", "stream", equity.travel_rural_to_urban),
    ),
    "use": (
        Indicator("machine_use", "share", "modality", use.machine_use),
        Indicator("machine_use_by_facility", "share", "facility_modality", use.machine_use_by_facility),
        Indicator("reader_use", "share", "reading_group", use.reader_use),
        Indicator("readers_released", "readers", "reading_group", use.readers_released),
        Indicator("outreach_days_per_cycle", "days_per_cycle", "session_type", use.outreach_days_per_cycle),
        Indicator("reserved_slots", "half_days_per_cycle", "region", use.reserved_slots),
        Indicator("reserved_slots_used", "share", "region", use.reserved_slots_used),
        Indicator("bed_use", "share", "tier", use.bed_use),
        Indicator("step_down_share", "share", "region", use.step_down_share),
        Indicator("beds_freed_by_step_down", "beds", "region", use.beds_freed_by_step_down),
        Indicator("reserved_beds", "beds", "region", use.reserved_beds),
        Indicator("reserved_beds_used", "share", "region", use.reserved_beds_used),
    ),
    "money": (
        Indicator("spend_per_resident", "cny_per_resident", "region", money.spend_per_resident),
        Indicator("bureau_spend_per_resident", "cny_per_resident", "region", money.bureau_spend_per_resident),
        Indicator("fund_spend_per_resident", "cny_per_resident", "region", money.fund_spend_per_resident),
        Indicator(
            "patient_spend_per_resident", "cny_per_resident", "region", money.patient_spend_per_resident
        ),
    ),
}
INDICATORS: tuple[Indicator, ...] = tuple(chain.from_iterable(BY_SUBJECT.values()))
NOT_THERE = Missing("not_on_this_side")


def indicators(
    instance: Instance, before: Decisions | None, after: Decisions, *, region: Region
) -> tuple[IndicatorRow, ...]:
    """All indicators, in the order of `INDICATORS`.

    ``region`` is the one that ``instance`` was compiled from. Before and after go through the same functions.
    A row with a value on one side only is ``computed`` and tells the ``reason`` why the other side is empty;
    with values on neither it is not ``computed``. Without ``before`` that side is empty and needs no reason.
    """
    now = Situation(instance, after, region)
    then = None if before is None else Situation(instance, before, region)
    return tuple(row for indicator in INDICATORS for row in _rows(indicator, then, now))


def _rows(indicator: Indicator, then: Situation | None, now: Situation) -> Iterator[IndicatorRow]:
    after = indicator.compute(now)
    before: Values | None = None if then is None else indicator.compute(then)
    for scope in dict.fromkeys([*after, *(before or {})]):
        value = _checked(after.get(scope, NOT_THERE))
        earlier = None if before is None else _checked(before.get(scope, NOT_THERE))
        reasons = [side.reason for side in (value, earlier) if isinstance(side, Missing)]
        numbers = [side for side in (value, earlier) if isinstance(side, float)]
        yield IndicatorRow(
            indicator=indicator.key,
            scope=scope,
            unit=indicator.unit,
            before=earlier if isinstance(earlier, float) else None,
            after=value if isinstance(value, float) else None,
            computed=bool(numbers),
            reason=reasons[0] if reasons else None,
        )


def _checked(value: Value) -> Value:
    """No row holds NaN or infinity."""
    if isinstance(value, Missing):
        return value
    return float(value) if math.isfinite(value) else Missing("not_finite")
