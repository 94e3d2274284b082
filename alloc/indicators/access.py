"""How near care is: residents within so many minutes, minutes per trip, accessibility of examinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from alloc.indicators.indicator import NOT_MODELLED, Missing, Value, Values, ratio
from alloc.indicators.measures import FloatArray, two_step_floating_catchment, weighted_gini, weighted_mean
from alloc.indicators.situation import STREAMS, Flow, Situation
from alloc.schema.facilities import TIERS

NO_RESIDENTS = Missing("no_residents")


def residents_within(limit_min: float) -> Callable[[Situation], Values]:
    r"""Indicator: residents whose nearest open facility that offers a service is at most ``limit_min`` away.

    .. math:: \frac{\sum_{i:\,\min_f t_{if} \le L} p_i}{\sum_i p_i}

    By service; consultations count in person only (home hospital, outreach clinic, posting), not by
    tele-consultation. Unit: share of residents. Source: >90% within 15 minutes of care (national target).
    """

    def share(situation: Situation) -> Values:
        return {
            service: _share_within(situation, found, limit_min)
            for service, found in services(situation).items()
        }

    return share


def _share_within(situation: Situation, facilities: set[str] | Missing, limit_min: float) -> Value:
    if isinstance(facilities, Missing):
        return facilities
    near = nearest_min(situation, facilities) <= limit_min
    return ratio(float(situation.persons[near].sum()), situation.residents, "no_residents")


def services(situation: Situation) -> dict[str, set[str] | Missing]:
    """Which open facilities offer each service; Missing where the decisions do not say."""
    found: dict[str, set[str] | Missing] = {"any_care": set(situation.open_facilities)}
    found["outreach"] = _outreach_clinics(situation) if situation.outreach_known else NOT_MODELLED
    for modality in situation.instance.imaging.modalities:
        found[f"exams/{modality}"] = (
            _with_machine(situation, modality) if situation.decisions.machines else NOT_MODELLED
        )
    seen = situation.consult_half_days
    for specialty in situation.instance.outreach.specialties:
        there = {f for (f, k), half_days in seen.items() if k == specialty and half_days > 0.0}
        found[f"consultations/{specialty}"] = there if situation.outreach_known else NOT_MODELLED
    for condition in situation.instance.referral.conditions:
        found[f"episodes/{condition}"] = _treating(situation, condition)
    return found


def _outreach_clinics(situation: Situation) -> set[str]:
    return {
        row.facility
        for row in situation.decisions.visits
        if row.session_type in ("clinic", "posting") and row.half_days_per_cycle > 0.0
    } & situation.open_facilities


def _with_machine(situation: Situation, modality: str) -> set[str]:
    return {f for (f, m), capacity in situation.exam_capacity.items() if m == modality and capacity > 0.0}


def _treating(situation: Situation, condition: str) -> set[str]:
    """Open, able to treat, of the tier asked for, and with every modality that the condition needs."""
    data, facilities = situation.instance.referral, situation.instance.facilities
    lowest = TIERS.index(data.conditions[condition].treating_tier)
    able = {
        f
        for (f, c, role), capacity in data.capability.items()
        if (c, role) == (condition, "treat") and capacity > 0.0 and TIERS.index(facilities[f].tier) >= lowest
    } & situation.open_facilities
    if situation.decisions.machines:
        for modality in data.modalities_needed.get(condition, ()):
            able &= _with_machine(situation, modality)
    return able


def nearest_min(situation: Situation, facilities: set[str]) -> FloatArray:
    """Minutes from each place to the nearest of the facilities, infinite where there is none."""
    columns = sorted(situation.facility_index[f] for f in facilities)
    if not columns:
        return np.full(len(situation.persons), np.inf)
    return np.asarray(situation.minutes[:, columns].min(axis=1), dtype=np.float64)


def nearest_care_min_by_age(situation: Situation) -> Values:
    r"""Mean minutes to the nearest open facility of any kind, over the residents of each age band.

    .. math:: \frac{\sum_i p_{ia} \min_f t_{if}}{\sum_i p_{ia}}

    Unit: minutes one way. Source: mean distance to the nearest facility, weighted by the band's residents.
    """
    nearest = nearest_min(situation, set(situation.open_facilities))
    row_of = {place: index for index, place in enumerate(situation.instance.places)}
    weights = {band.id: np.zeros(len(row_of)) for band in situation.region.age_bands}
    for row in situation.region.population:
        weights[row.age_band][row_of[row.place]] += row.residents
    return {band: _mean_where_people_are(nearest, weight) for band, weight in weights.items()}


def _mean_where_people_are(minutes: FloatArray, persons: FloatArray) -> Value:
    lived_in = persons > 0.0
    if not np.any(lived_in):
        return NO_RESIDENTS
    if not np.all(np.isfinite(minutes[lived_in])):
        return Missing("out_of_reach")
    return weighted_mean(minutes[lived_in], persons[lived_in])


def mean_minutes(flows: Iterable[Flow]) -> Value:
    """Minutes one way per trip; an unmet need makes no trip."""
    trips = [(flow.per_year, flow.minutes) for flow in flows if flow.minutes is not None]
    way = sum(per_year * minutes for per_year, minutes in trips if per_year > 0.0)
    return ratio(way, sum(per_year for per_year, _ in trips), "nothing_served")


def mean_travel_min(situation: Situation) -> Values:
    r"""Minutes one way per trip, by stream and over all.

    .. math:: \frac{\sum n\,t}{\sum n} \text{ over needs served inside or outside the region}

    An unmet need makes no trip and does not count; an episode's trip leads by way of the first contact; the
    way to a step-down stay is not counted. Unit: minutes.
    """
    values: dict[str, Value] = dict.fromkeys(STREAMS, NOT_MODELLED)
    for stream in situation.streams:
        values[stream] = mean_minutes(flow for flow in situation.flows if flow.stream == stream)
    return {**values, "all": mean_minutes(situation.flows) if situation.flows else NOT_MODELLED}


def mean_travel_min_by_place(situation: Situation) -> Values:
    """As `mean_travel_min`, over all streams, for the residents of each place. Unit: minutes."""
    if not situation.flows:
        return dict.fromkeys(situation.instance.places, NOT_MODELLED)
    by_place: dict[str, list[Flow]] = defaultdict(list)
    for flow in situation.flows:
        by_place[flow.place].append(flow)
    return {place: mean_minutes(by_place[place]) for place in situation.instance.places}


def _worst(situation: Situation) -> tuple[str, float] | Missing:
    known = {p: t for p, t in mean_travel_min_by_place(situation).items() if not isinstance(t, Missing)}
    if not known:
        return Missing("nothing_served") if situation.flows else NOT_MODELLED
    place = max(sorted(known), key=lambda p: known[p])
    return place, known[place]


def worst_place_travel_min(situation: Situation) -> Values:
    """The largest of the places' minutes per trip (`mean_travel_min_by_place`). Unit: minutes."""
    worst = _worst(situation)
    return {"region": worst if isinstance(worst, Missing) else worst[1]}


def worst_place(situation: Situation) -> Values:
    """Which place that is: the scope names it (of equals the first by id). Unit: minutes."""
    worst = _worst(situation)
    return {} if isinstance(worst, Missing) else {worst[0]: worst[1]}


def exam_accessibility(situation: Situation) -> dict[str, FloatArray | Missing]:
    r"""Exams that can be made per exam needed, at each place, by modality (2SFCA).

    .. math:: A_i = \sum_{f:\,t_{if} \le t_0} \frac{C_f}{\sum_{k:\,t_{kf} \le t_0} e_k}

    $C_f$: exams per year of the machines, within the utilisation standard; $e_k$: exams needed; $t_0$: the
    access standard of the modality. Source: Luo & Wang (2003), Environment and Planning B 30(6):865-884.
    """
    standards, places = situation.instance.standards.access, situation.instance.places
    found: dict[str, FloatArray | Missing] = {}
    for modality in situation.instance.imaging.modalities:
        need = np.array([situation.instance.equipment.need.get((place, modality), 0.0) for place in places])
        within = standards.exams_within_min_by_modality.get(modality, standards.exams_within_min)
        offered = ((f, exams) for (f, m), exams in situation.exam_capacity.items() if m == modality)
        if not situation.decisions.machines:
            found[modality] = NOT_MODELLED
        elif need.sum() <= 0.0:
            found[modality] = Missing("no_need")
        else:
            found[modality] = catchment(situation, need, situation.by_facility(offered), within)
    return found


def catchment(
    situation: Situation,
    demand: FloatArray,
    supply: FloatArray,
    within_min: float,
    method: Callable[..., FloatArray] = two_step_floating_catchment,
) -> FloatArray | Missing:
    """2SFCA over the ways that exist; Missing where the standard admits no way at all."""
    if within_min <= 0.0:
        return Missing("no_standard")
    place, facility = np.nonzero(situation.minutes <= within_min)
    near = situation.minutes[place, facility]
    return method(demand, supply, near, within_min, pairs=(place, facility))


def _over_residents(situation: Situation, summary: Callable[[FloatArray, FloatArray], float]) -> Values:
    persons, lived_in = situation.persons, situation.persons > 0.0
    if not np.any(lived_in):
        return dict.fromkeys(situation.instance.imaging.modalities, NO_RESIDENTS)
    return {
        modality: access if isinstance(access, Missing) else summary(access[lived_in], persons[lived_in])
        for modality, access in exam_accessibility(situation).items()
    }


def exam_accessibility_mean(situation: Situation) -> Values:
    """`exam_accessibility`, mean over residents. Unit: exams that can be made per exam needed."""
    return _over_residents(situation, weighted_mean)


def exam_accessibility_lowest(situation: Situation) -> Values:
    """`exam_accessibility` of the place that is worst off. Unit: exams that can be made per exam needed."""
    return _over_residents(situation, lambda access, _: float(access.min()))


def exam_accessibility_gini(situation: Situation) -> Values:
    """Gini coefficient of `exam_accessibility` over residents: 0 equal, 1 unequal. See `weighted_gini`."""
    return _over_residents(situation, weighted_gini)
