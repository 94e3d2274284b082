"""How evenly resources and care are spread: Gini coefficients, agglomeration, town against country."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from alloc.indicators.access import catchment, mean_minutes
from alloc.indicators.indicator import NOT_MODELLED, Missing, Value, Values, ratio
from alloc.indicators.measures import (
    FloatArray,
    agglomeration_degree,
    enhanced_two_step_floating_catchment,
    weighted_gini,
)
from alloc.indicators.situation import STREAMS, Flow, Situation
from alloc.schema.places import Area

AREAS: tuple[Area, ...] = ("urban", "rural")
Resource = Mapping[str, float]
"""Facility -> amount."""


def resources(situation: Situation) -> dict[str, tuple[Resource, float] | Missing]:
    """Each resource: how much of it stands where, and the minutes within which it serves (access standards).

    Machines by modality, half-days per cycle of specialists seeing patients, beds.
    """
    access, modalities = situation.instance.standards.access, situation.instance.imaging.modalities
    found: dict[str, tuple[Resource, float] | Missing] = {}
    for modality in modalities:
        within = access.exams_within_min_by_modality.get(modality, access.exams_within_min)
        standing = {f: n for (f, m), n in situation.machines.items() if m == modality}
        found[f"machines/{modality}"] = (standing, within) if situation.decisions.machines else NOT_MODELLED
    half_days: dict[str, float] = {}
    for (f, _), amount in situation.consult_half_days.items():
        half_days[f] = half_days.get(f, 0.0) + amount
    known = situation.outreach_known
    found["consult_half_days"] = (half_days, access.consultations_within_min) if known else NOT_MODELLED
    found["beds"] = (situation.beds, access.episodes_within_min)
    return found


def per_resident(situation: Situation, resource: Resource, within_min: float) -> FloatArray | Missing:
    """Amount of a resource per resident at each place (E2SFCA, demand = residents).

    The weight of a way falls with its length: within the standard everybody in a county may reach everything,
    and the plain method would then find perfect equality.
    """
    supply = situation.by_facility(resource.items())
    if supply.sum() <= 0.0:
        return Missing("no_resource")
    if situation.residents <= 0.0:
        return Missing("no_residents")
    method = enhanced_two_step_floating_catchment
    amount = catchment(situation, situation.persons, supply, within_min, method)
    if not isinstance(amount, Missing) and float(amount @ situation.persons) <= 0.0:
        return Missing("out_of_reach")
    return amount


def gini_by_residents(situation: Situation) -> Values:
    r"""Population-weighted Gini coefficient of each resource.

    .. math:: G = \frac{\sum_i \sum_j p_i p_j |A_i - A_j|}{2\,\bar A\,P^2}

    $A_i$: the resource per resident within the access standard of place $i$, the nearer the more it counts
    (E2SFCA, Gaussian), $p_i$: its residents. Index, 0 equal to 1 unequal.
    Source: Lerman & Yitzhaki (1989); Dai (2010).
    """
    values: dict[str, Value] = {}
    for name, resource in resources(situation).items():
        amount = resource if isinstance(resource, Missing) else per_resident(situation, *resource)
        values[name] = amount if isinstance(amount, Missing) else weighted_gini(amount, situation.persons)
    return values


def gini_by_area(situation: Situation) -> Values:
    r"""Area-weighted Gini coefficient of each resource.

    As `gini_by_residents`, of $p_i A_i / a_i$ (the resource that the residents of place $i$ can draw on, per
    km2), weighted by $a_i$, km2. Index, 0 equal to 1 unequal.
    """
    areas = [place.area_km2 or 0.0 for place in situation.instance.places.values()]
    values: dict[str, Value] = {}
    for name, resource in resources(situation).items():
        if min(areas, default=0.0) <= 0.0:
            values[name] = Missing("no_area")
            continue
        amount = resource if isinstance(resource, Missing) else per_resident(situation, *resource)
        if isinstance(amount, Missing):
            values[name] = amount
        else:
            values[name] = weighted_gini(amount * situation.persons / np.array(areas), areas)
    return values


def agglomeration(situation: Situation) -> Values:
    r"""Agglomeration degree of each resource in the urban and in the rural part (HRAD).

    .. math:: \mathrm{HRAD}_g = \frac{R_g / R}{a_g / a}, \quad g \in \{\text{urban}, \text{rural}\}

    Resources by where the facility stands, $a$ in km2. 1: spread like the area. Ratio.
    Source: see `alloc.indicators.measures.agglomeration_degree`.
    """
    if any(not place.area_km2 for place in situation.instance.places.values()):
        return _agglomeration(situation, None, of_population=False)
    return _agglomeration(situation, _by_area(situation, "area_km2"), of_population=False)


def agglomeration_to_population(situation: Situation) -> Values:
    r"""Agglomeration of each resource against that of the population, urban and rural (HRAD / PAD).

    .. math:: \frac{\mathrm{HRAD}_g}{\mathrm{PAD}_g} = \frac{R_g / R}{p_g / P}

    The area cancels, so it need not be known. 1: where the people are; above 1 more than that. Ratio.
    """
    return _agglomeration(situation, np.ones(len(AREAS)), of_population=True)


def _agglomeration(situation: Situation, km2: FloatArray | None, of_population: bool) -> Values:
    residents = _by_area(situation, "residents")
    values: dict[str, Value] = {}
    for name, resource in resources(situation).items():
        shares = _degree(situation, resource, km2, residents, of_population)
        for position, area in enumerate(AREAS):
            values[f"{area}/{name}"] = shares if isinstance(shares, Missing) else float(shares[position])
    return values


def _degree(
    situation: Situation,
    resource: tuple[Resource, float] | Missing,
    km2: FloatArray | None,
    residents: FloatArray,
    of_population: bool,
) -> FloatArray | Missing:
    if isinstance(resource, Missing):
        return resource
    area_of = {f: row.area for f, row in situation.instance.facilities.items()}
    amounts = np.array([sum(n for f, n in resource[0].items() if area_of[f] == area) for area in AREAS])
    if amounts.sum() <= 0.0:
        return Missing("no_resource")
    if km2 is None:
        return Missing("no_area")
    if residents.min() <= 0.0 or km2.min() <= 0.0:
        return Missing("one_kind_of_area")
    degree = agglomeration_degree(amounts, km2, residents)
    return degree.ratio if of_population else degree.resource_degree


def _by_area(situation: Situation, what: str) -> FloatArray:
    """Residents or km2 of the urban and the rural places."""
    places = situation.instance.places
    km2 = {p: row.area_km2 or 0.0 for p, row in places.items()}
    amount = situation.instance.persons if what == "residents" else km2
    return np.array([sum(amount[p] for p, row in places.items() if row.area == area) for area in AREAS])


def _flows_by_area(situation: Situation) -> dict[str, list[Flow]]:
    flows: dict[str, list[Flow]] = {area: [] for area in AREAS}
    for flow in situation.flows:
        flows[situation.instance.places[flow.place].area].append(flow)
    return flows


def _served(flows: Iterable[Flow]) -> Value:
    served = whole = 0.0
    for flow in flows:
        whole += flow.per_year
        served += flow.per_year if flow.inside else 0.0
    return ratio(served, whole, "no_need")


def served_share_by_area(situation: Situation) -> Values:
    """Need served inside the region / all need, for urban and for rural places. Unit: share of cases."""
    if not situation.flows:
        return dict.fromkeys(AREAS, NOT_MODELLED)
    return {area: _served(flows) for area, flows in _flows_by_area(situation).items()}


def mean_travel_min_by_area(situation: Situation) -> Values:
    """Minutes one way per trip from urban and from rural places; as `mean_travel_min`. Unit: minutes."""
    if not situation.flows:
        return dict.fromkeys(AREAS, NOT_MODELLED)
    return {area: mean_minutes(flows) for area, flows in _flows_by_area(situation).items()}


def served_share_rural_to_urban(situation: Situation) -> Values:
    r"""Share of need served inside the region, rural / urban, by stream.

    .. math:: \frac{\text{served}_R / \text{need}_R}{\text{served}_U / \text{need}_U}

    1: equal; the gap is 1 less this. Ratio. Source: urban-rural gap of at most 30%.
    """
    return _rural_to_urban(situation, _served)


def travel_rural_to_urban(situation: Situation) -> Values:
    """Minutes one way per trip, rural / urban, by stream; as `mean_travel_min`. Ratio."""
    return _rural_to_urban(situation, mean_minutes)


def _rural_to_urban(situation: Situation, measure: Callable[[Iterable[Flow]], Value]) -> Values:
    by_area = _flows_by_area(situation)
    values: dict[str, Value] = {}
    for scope in (*STREAMS, "all"):
        present = situation.streams if scope == "all" else [s for s in situation.streams if s == scope]
        if not present:
            values[scope] = NOT_MODELLED
            continue
        rural, urban = (
            measure(flow for flow in by_area[area] if flow.stream in present) for area in ("rural", "urban")
        )
        if isinstance(rural, Missing) or isinstance(urban, Missing):
            values[scope] = rural if isinstance(rural, Missing) else urban
        else:
            values[scope] = ratio(rural, urban, "urban_is_zero")
    return values
