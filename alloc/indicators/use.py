"""How full machines, reading rooms, specialists' time, slots and beds are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import get_args

from alloc.indicators.indicator import NOT_MODELLED, Value, Values, ratio
from alloc.indicators.situation import DAYS_PER_YEAR, Situation
from alloc.schema.facilities import TIERS
from alloc.schema.outreach import SessionType


def _exams_made(situation: Situation) -> Mapping[tuple[str, str], float]:
    """(facility, modality) -> exams per year made there."""
    made: dict[tuple[str, str], float] = defaultdict(float)
    for flow in situation.flows:
        if flow.stream == "exams" and flow.facility is not None:
            made[flow.facility, flow.subject] += flow.per_year
    return made


def machine_use(situation: Situation) -> Values:
    r"""Exams made / exams that the machines of the modality can make, over the region.

    .. math:: \frac{\sum_{i,f} x_{ifm}}{\sum_f \sum_{t \in m} n_{ft}\, c_t\, \rho\, \phi}

    $c_t$: exams per machine-year, $\rho$: the utilisation standard (1 means as full as it allows), $\phi$:
    the share of capacity left past the machine's life. Unit: share.
    """
    made, capacity = _exams_made(situation), situation.exam_capacity
    values: dict[str, Value] = {}
    for modality in situation.instance.imaging.modalities:
        total = sum(exams for (_, m), exams in capacity.items() if m == modality)
        used = sum(exams for (_, m), exams in made.items() if m == modality)
        values[modality] = ratio(used, total, "no_machine")
    return values if situation.decisions.machines else dict.fromkeys(values, NOT_MODELLED)


def machine_use_by_facility(situation: Situation) -> Values:
    """As `machine_use`, for each facility with a machine of the modality. Unit: share."""
    made = _exams_made(situation)
    return {
        f"{f}/{m}": ratio(made.get((f, m), 0.0), capacity, "no_machine")
        for (f, m), capacity in sorted(situation.exam_capacity.items())
    }


def reader_use(situation: Situation) -> Values:
    r"""Reading minutes needed / reading minutes that the readers on duty can do in time, by group.

    .. math:: \frac{\sum_h \text{read min}_h}{\sum_h \text{capacity min}_h}

    The capacity is the M/M/c one, which keeps the report standard in the busiest hour: 1 means no more can be
    read in time, not that readers never rest. Unit: share.
    """
    values: dict[str, Value] = {}
    for group in situation.instance.imaging.modalities_of_group:
        rows = [row for row in situation.decisions.centres if row.reading_group == group]
        capacity = sum(row.capacity_min_per_year for row in rows)
        used = sum(row.read_min_per_year for row in rows)
        values[group] = ratio(used, capacity, "no_reader") if situation.decisions.centres else NOT_MODELLED
    return values


def readers_released(situation: Situation) -> Values:
    """Readers of the pools who are not needed on duty and may do other work, by group. Unit: readers."""
    released = dict.fromkeys(situation.instance.imaging.modalities_of_group, 0.0)
    for row in situation.decisions.centres:
        released[row.reading_group] = released.get(row.reading_group, 0.0) + row.readers_released
    return released if situation.decisions.centres else dict.fromkeys(released, NOT_MODELLED)


def outreach_days_per_cycle(situation: Situation) -> Values:
    """Days per cycle of four weeks that specialists spend at clinics away from home, by session type.

    Two half-days make a day; tele-consultation is no outreach. Unit: days per cycle.
    """
    kinds = [kind for kind in get_args(SessionType) if kind != "tele"]
    if not situation.outreach_known:
        return dict.fromkeys([*kinds, "all"], NOT_MODELLED)
    days = dict.fromkeys(kinds, 0.0)
    for row in situation.decisions.visits:
        if row.session_type != "tele" and row.facility != row.home:
            days[row.session_type] += row.half_days_per_cycle / 2.0
    return {**days, "all": sum(days.values())}


def reserved_slots(situation: Situation) -> Values:
    """Half-days per cycle of specialists' clinics reserved for patients referred up."""
    slots = situation.decisions.slots
    return {"region": float(sum(row.reserved_half_days for row in slots)) if slots else NOT_MODELLED}


def reserved_slots_used(situation: Situation) -> Values:
    """Reserved half-days that patients referred up use / reserved half-days. Unit: share."""
    slots = situation.decisions.slots
    used = sum(row.reserved_used_half_days for row in slots)
    kept = sum(row.reserved_half_days for row in slots)
    return {"region": ratio(used, kept, "nothing_reserved") if slots else NOT_MODELLED}


def reserved_beds(situation: Situation) -> Values:
    """Beds reserved for patients referred up."""
    beds = situation.decisions.beds
    return {"region": float(sum(row.reserved_beds for row in beds)) if beds else NOT_MODELLED}


def reserved_beds_used(situation: Situation) -> Values:
    """Beds that patients referred up take on an average day / beds reserved for them. Unit: share."""
    beds = situation.decisions.beds
    used, kept = sum(row.reserved_used_beds for row in beds), sum(row.reserved_beds for row in beds)
    return {"region": ratio(used, kept, "nothing_reserved") if beds else NOT_MODELLED}


def bed_use(situation: Situation) -> Values:
    r"""Beds taken on an average day / beds usable within the occupancy standard, by tier and over all.

    .. math:: \frac{\sum_{c} \left(a_c L_c - d^{\mathrm{out}}_c D_c + d^{\mathrm{in}}_c D_c\right) / 365}
        {\omega_{\text{tier}} \sum_f (B_f + S_f)}

    $a$: episodes treated, $L$: days of stay, $d$: episodes that step down, $D$: days of it, $\omega$: the
    occupancy standard, $S$: surge beds opened. Only the modelled conditions take beds. Unit: share.
    """
    instance = situation.instance
    taken = _beds_taken(situation)
    usable = {f: n * instance.referral.occupancy_share.get(f, 0.0) for f, n in situation.beds.items()}
    values: dict[str, Value] = {}
    for tier in (*TIERS, "all"):
        rows = [f for f, row in instance.facilities.items() if tier in (row.tier, "all")]
        capacity = sum(usable.get(f, 0.0) for f in rows)
        if capacity > 0.0 or tier == "all":
            values[tier] = ratio(sum(taken.get(f, 0.0) for f in rows), capacity, "no_beds")
    return values if "episodes" in situation.streams else dict.fromkeys(values, NOT_MODELLED)


def _beds_taken(situation: Situation) -> Mapping[str, float]:
    """Facility -> beds taken on an average day."""
    conditions = situation.instance.referral.conditions
    taken: dict[str, float] = defaultdict(float)
    for row in situation.decisions.episode_flows:
        condition = conditions[row.condition]
        if row.leg == "route" and row.treated_at is not None:
            taken[row.treated_at] += row.episodes_per_year * condition.stay_days / DAYS_PER_YEAR
        elif row.leg == "step_down" and row.treated_at is not None and row.step_down_at is not None:
            beds = row.episodes_per_year * condition.step_down_days / DAYS_PER_YEAR
            taken[row.treated_at] -= beds
            taken[row.step_down_at] += beds
    return taken


def beds_freed_by_step_down(situation: Situation) -> Values:
    """Beds freed on an average day where patients were treated: episodes x step-down days / 365."""
    if "episodes" not in situation.streams:
        return {"region": NOT_MODELLED}
    conditions = situation.instance.referral.conditions
    rows = [row for row in situation.decisions.episode_flows if row.leg == "step_down"]
    days = sum(row.episodes_per_year * conditions[row.condition].step_down_days for row in rows)
    return {"region": days / DAYS_PER_YEAR}


def step_down_share(situation: Situation) -> Values:
    """Episodes that step down to a lower tier near home / episodes treated in the region. Unit: share."""
    if "episodes" not in situation.streams:
        return {"region": NOT_MODELLED}
    rows = situation.decisions.episode_flows
    treated = sum(row.episodes_per_year for row in rows if row.leg == "route")
    down = sum(row.episodes_per_year for row in rows if row.leg == "step_down")
    return {"region": ratio(down, treated, "nothing_served")}
