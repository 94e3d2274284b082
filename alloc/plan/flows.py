"""What flows between places and facilities under a plan: lines of its map, arcs of its network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from alloc.schema.plan import Decisions

FlowKind = Literal[
    "exam",
    "reading",
    "outreach",
    "consultation",
    "tele_consultation",
    "first_contact",
    "up_referral",
    "step_down",
    "machine_move",
]


@dataclass(frozen=True)
class Flow:
    """People, images, machines or sessions from a place or facility to a facility.

    ``per_year`` counts exams (exam, reading), half-days (outreach), consultations, episodes, or machines
    (machine_move: once, not per year). ``minutes`` is one way; for reading it is the upload; None where that
    arc alone was not timed.
    """

    origin: str
    destination: str
    kind: FlowKind
    subject: str
    per_year: float
    minutes: float | None = None


def flows_of(decisions: Decisions, cycles_per_year: int) -> list[Flow]:
    """All flows, added up to one for each origin, destination, kind and subject, in a stable order."""
    return list(_merged((*_service_flows(decisions, cycles_per_year), *_episode_flows(decisions))))


def _merged(flows: Iterable[Flow]) -> Iterator[Flow]:
    amounts: dict[tuple[str, str, FlowKind, str], float] = defaultdict(float)
    minutes: dict[tuple[str, str, FlowKind, str], float | None] = {}
    for flow in flows:
        key = (flow.origin, flow.destination, flow.kind, flow.subject)
        amounts[key] += flow.per_year
        minutes[key] = minutes.get(key) if flow.minutes is None else flow.minutes
    for key in sorted(amounts):
        yield Flow(*key, per_year=amounts[key], minutes=minutes[key])


def _service_flows(decisions: Decisions, cycles: int) -> Iterator[Flow]:
    for e in decisions.exam_flows:
        if e.facility is not None:
            yield Flow(e.place, e.facility, "exam", e.modality, e.exams_per_year, e.minutes)
    for c in decisions.consult_flows:
        if c.facility is not None:
            kind: FlowKind = "tele_consultation" if c.setting == "tele" else "consultation"
            yield Flow(c.place, c.facility, kind, c.specialty, c.consults_per_year, c.minutes)
    for r in decisions.reading:
        if r.facility != r.centre:
            yield Flow(r.facility, r.centre, "reading", r.modality, r.exams_per_year, r.upload_min)
    for v in decisions.visits:
        if v.facility != v.home:
            yield Flow(v.home, v.facility, "outreach", v.specialty, v.half_days_per_cycle * cycles)


def _episode_flows(decisions: Decisions) -> Iterator[Flow]:
    for e in decisions.episode_flows:
        n, what = e.episodes_per_year, e.condition
        first, treated, down = e.first_contact, e.treated_at, e.step_down_at
        if e.leg == "route" and first is not None:
            direct = treated is None or treated == first
            yield Flow(e.place, first, "first_contact", what, n, e.minutes if direct else None)
            if treated is not None and not direct:
                yield Flow(first, treated, "up_referral", what, n)
        elif e.leg == "step_down" and treated is not None and down is not None:
            yield Flow(treated, down, "step_down", what, n)
    for m in decisions.machines:
        if m.action == "move" and m.from_facility is not None:
            yield Flow(m.from_facility, m.facility, "machine_move", m.equipment_type, float(m.count))
