"""The national monitoring indicators of tight county medical consortia, as far as a plan can tell them.

Source of the list: 紧密型县域医疗卫生共同体监测指标体系（2024版）, 14 indicators in 5 groups. A plan models
specialist consultations, examinations and episodes, not all visits: each value says what it is based on, and
stands beside the officially reported figure, not in its place.
"""

from __future__ import annotations

from collections.abc import Callable

from alloc.indicators.indicator import NOT_MODELLED, Missing, Value, Values, ratio
from alloc.indicators.situation import HALF_DAYS_PER_CYCLE, Situation

GROUPS: dict[str, tuple[int, ...]] = {
    "tight": (1, 2, 3),
    "same_quality": (4, 5, 6),
    "division_of_work": (7, 8, 9),
    "efficiency": (10, 11, 12),
    "health": (13, 14),
}
"""The five groups (紧密型、同质化、促分工、提效能、保健康) and the numbers in each.

Labels: ``national_group.<group>``.
"""
STAY_COSTS = ("stay_fund", "stay_patient")
"""Categories of the cost rows that pay for stays in hospital."""


def not_computed(reason: str) -> Callable[[Situation], Values]:
    """Indicator of the national list that no plan can tell, with the reason why."""

    def value(_: Situation) -> Values:
        return {"region": Missing(reason)}

    return value


def postings_per_10000(situation: Situation) -> Values:
    r"""No. 4. Specialists posted to township health centres, in full posts, per 10,000 residents.

    .. math:: \frac{10^4}{P} \sum_{\text{postings to the primary tiers}} \frac{\text{half-days per cycle}}{40}

    All specialists of the model count as mid-level or above. Unit: posts per 10,000 residents.
    """
    if not situation.outreach_known:
        return {"region": NOT_MODELLED}
    posted = sum(
        row.half_days_per_cycle / HALF_DAYS_PER_CYCLE
        for row in situation.decisions.visits
        if row.session_type == "posting" and situation.is_primary(row.facility)
    )
    return {"region": ratio(1e4 * posted, situation.residents, "no_residents")}


def reading_centre_coverage(situation: Situation) -> Values:
    r"""No. 5. Open township health centres that a shared centre reads for / all open ones, by reading group.

    Unit: share of township health centres. Source: imaging centres reach >70% of township health centres.
    """
    facilities = situation.instance.facilities
    townships = {f for f in situation.open_facilities if facilities[f].tier == "township"}
    shared = {(row.facility, row.reading_group) for row in situation.decisions.centres if row.shared}
    values: dict[str, Value] = {}
    for group in situation.instance.imaging.modalities_of_group:
        covered = {
            row.facility
            for row in situation.decisions.reading
            if row.reading_group == group and (row.centre, row.reading_group) in shared
        }
        values[group] = ratio(len(covered & townships), len(townships), "no_township_facility")
    return values if situation.decisions.centres else dict.fromkeys(values, NOT_MODELLED)


def ecg_village_coverage(situation: Situation) -> Values:
    """No. 5. Open village clinics with an ECG machine / all open village clinics. Unit: share of clinics."""
    instance = situation.instance
    ecg = {m for m, row in instance.imaging.modalities.items() if row.reading_group == "ecg"}
    villages = {f for f in situation.open_facilities if instance.facilities[f].tier == "village"}
    if not ecg or not situation.decisions.machines:
        return {"region": NOT_MODELLED}
    equipped = {f for (f, m), machines in situation.machines.items() if m in ecg and machines > 0.0}
    return {"region": ratio(len(equipped & villages), len(villages), "no_village_facility")}


def primary_visit_share(situation: Situation) -> Values:
    r"""No. 7. Contacts at township and village level / all contacts that the plan models.

    .. math:: \frac{\text{primary: consultations + first contacts + treatments + step-down stays}}
        {\text{the same at all tiers}}

    A consultation is one contact (by tele-consultation: at the clinic where the patient sits); an episode is
    one at its first contact, one more where it is referred to, one more where it steps down. Unit: share.
    Scope "region": contacts in the region (the national definition); "with_outside": those outside too.
    """
    primary = inside = outside = 0.0
    for facility, contacts in _contacts(situation):
        if facility is None:
            outside += contacts
        else:
            inside += contacts
            primary += contacts if situation.is_primary(facility) else 0.0
    if "consultations" not in situation.streams and "episodes" not in situation.streams:
        return {"region": NOT_MODELLED, "with_outside": NOT_MODELLED}
    return {
        "region": ratio(primary, inside, "nothing_served"),
        "with_outside": ratio(primary, inside + outside, "nothing_served"),
    }


def _contacts(situation: Situation) -> list[tuple[str | None, float]]:
    """Facility (None: outside the region) and contacts per year, exams left out."""
    found = [
        (flow.facility, flow.per_year)
        for flow in situation.flows
        if flow.stream == "consultations" and flow.ends != "unmet"
    ]
    for row in situation.decisions.episode_flows:
        n = max(row.episodes_per_year, 0.0)
        if row.leg == "outside":
            found.append((None, n))
        elif row.leg == "step_down":
            found.append((row.step_down_at, n))
        elif row.leg == "route":
            found += [(f, n) for f in dict.fromkeys((row.first_contact, row.treated_at)) if f is not None]
    return found


def _fund(situation: Situation) -> tuple[float, float, float]:
    """CNY per year that the fund pays at primary facilities, in the region, outside."""
    primary = inside = outside = 0.0
    for row, cny in situation.yearly_cny("fund"):
        if row.facility is None:
            outside += cny
        else:
            inside += cny
            primary += cny if situation.is_primary(row.facility) else 0.0
    return primary, inside, outside


def fund_in_county_share(situation: Situation) -> Values:
    """No. 8. What the fund pays in the region / all that it pays for modelled care. Unit: share of CNY."""
    if not situation.decisions.costs:
        return {"region": NOT_MODELLED}
    _, inside, outside = _fund(situation)
    return {"region": ratio(inside, inside + outside, "no_fund_spend")}


def fund_primary_share(situation: Situation) -> Values:
    """No. 9. What the fund pays at township and village level / what it pays in the region. Unit: share."""
    if not situation.decisions.costs:
        return {"region": NOT_MODELLED}
    primary, inside, _ = _fund(situation)
    return {"region": ratio(primary, inside, "no_fund_spend")}


def inpatient_cost_per_stay(situation: Situation) -> Values:
    r"""No. 10. What the fund and patients pay for stays in the region / episodes treated in the region.

    A step-down belongs to the stay it continues. Every modelled episode is a stay. Unit: CNY per stay.
    """
    if not situation.decisions.costs or "episodes" not in situation.streams:
        return {"region": NOT_MODELLED}
    cny = sum(
        amount
        for payer in ("fund", "patient")
        for row, amount in situation.yearly_cny(payer)
        if row.category in STAY_COSTS and row.facility is not None
    )
    return {"region": ratio(cny, _admissions(situation)[0], "nothing_served")}


def in_county_admission_share(situation: Situation) -> Values:
    """No. 11. Episodes treated in the region / episodes treated there or outside.

    An unmet episode is no admission. Unit: share of episodes.
    """
    if "episodes" not in situation.streams:
        return {"region": NOT_MODELLED}
    inside, outside = _admissions(situation)
    return {"region": ratio(inside, inside + outside, "nothing_served")}


def _admissions(situation: Situation) -> tuple[float, float]:
    """Episodes treated in the region, and outside."""
    flows = [flow for flow in situation.flows if flow.stream == "episodes"]
    inside = sum(flow.per_year for flow in flows if flow.inside)
    return inside, sum(flow.per_year for flow in flows if flow.ends == "outside")


def tcm_visit_share(situation: Situation) -> Values:
    """No. 12. Consultations in traditional Chinese medicine / all consultations, held in the region.

    A specialty is TCM when its id contains "tcm" or its Chinese name 中医. Unit: share of consultations.
    """
    specialties = situation.instance.outreach.specialties
    tcm = {k for k, row in specialties.items() if "tcm" in k.lower() or "中医" in k + row.name_zh}
    if not tcm:
        return {"region": Missing("no_tcm_specialty")}
    if "consultations" not in situation.streams:
        return {"region": NOT_MODELLED}
    held = [flow for flow in situation.flows if flow.stream == "consultations" and flow.inside]
    part = sum(flow.per_year for flow in held if flow.subject in tcm)
    return {"region": ratio(part, sum(flow.per_year for flow in held), "nothing_served")}
