"""A closed facility holds no machine, offers nothing, reads nothing, is not visited, serves nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from alloc.blocks import Blocks
from alloc.blocks.contract import Linear, Rule
from alloc.blocks.outreach_rules import SLOTS_PER_CYCLE


def machines_only_at_open_facilities(b: Blocks) -> Iterator[Rule]:
    r"""Machines stand only at open facilities.

    Mathematics: $n_{ft} \le \bar n_{ft}\, o_f$
    Index: facilities that may be shut, types that may stand there.
    Unit: machines.
    Source: logic.
    """
    for f, t in b.equipment.data.stations:
        if f in b.sites.open:
            most = float(b.equipment.data.most[f, t])
            yield (f, t), None, [*b.equipment.machines(f, t), (-most, b.sites.open[f])], 0.0


def offer_only_at_open_facilities(b: Blocks) -> Iterator[Rule]:
    r"""A modality is offered only at open facilities.

    Mathematics: $y_{fm} \le o_f$
    Index: facilities that may be shut, modalities they may offer.
    Unit: 1 (yes or no).
    Source: logic; follows from the machines, kept because it tightens the relaxation.
    """
    for f, m in b.equipment.offers:
        if f in b.sites.open:
            yield (f, m), None, [(1.0, b.equipment.offered[f, m]), (-1.0, b.sites.open[f])], 0.0


def read_only_at_open_facilities(b: Blocks) -> Iterator[Rule]:
    r"""Exams are read only at open facilities.

    Mathematics: $r_{fhs} \le o_h$
    Index: reading pairs whose reader may be shut.
    Unit: 1 (yes or no).
    Source: logic.
    """
    for (f, h, s), var in b.imaging.reads_for.items():
        if h in b.sites.open:
            yield (f, h, s), None, [(1.0, var), (-1.0, b.sites.open[h])], 0.0


def visit_only_open_facilities(b: Blocks) -> Iterator[Rule]:
    r"""Only open clinics are visited, and only open hospitals send specialists.

    Mathematics: $\sum_t \sigma_{tf} v_{tfk} + \sum_t \gamma_t \pi_{tf} + \sum_t \tau_{tf} \le 40 R_f\, o_f$
    Index: clinics that may be shut.
    Unit: half-days per cycle.
    Source: logic.
    """
    at_clinic: dict[str, Linear] = defaultdict(list)
    for f, terms in b.outreach.at_clinic.items():
        at_clinic[f] += terms
    most_tele: dict[str, float] = defaultdict(float)
    for (k, home, f), var in b.outreach.tele.items():
        at_clinic[f].append((1.0, var))
        most_tele[f] += b.outreach.data.clinic_half_days[k, home]
    for f in sorted(at_clinic):
        if f in b.sites.open:
            most = SLOTS_PER_CYCLE * b.outreach.data.rooms[f] + most_tele[f]
            yield f, None, [*at_clinic[f], (-most, b.sites.open[f])], 0.0


def serve_only_at_open_facilities(b: Blocks) -> Iterator[Rule]:
    r"""Consultations, episodes and step-down end only at open facilities.

    Mathematics: $x_{f} \le o_f$ for every flow $x$ that touches $f$
    Index: flows that touch a facility that may be shut.
    Unit: share of the need.
    Source: logic.
    """
    for setting, flows in (
        ("outreach", b.consultations.at_clinic),
        ("tele", b.consultations.by_tele),
        ("hospital", b.consultations.at_hospital),
    ):
        for (i, f, k), var in flows.items():
            if f in b.sites.open:
                yield (setting, i, k, f, ""), None, [(1.0, var), (-1.0, b.sites.open[f])], 0.0
    for leg, legs in (("route", b.referral.route), ("step_down", b.referral.step_down)):
        for (i, c, f1, f2), var in legs.items():
            for f in sorted({f1, f2} & set(b.sites.open)):
                yield (leg, i, c, f"{f1}-{f2}", f), None, [(1.0, var), (-1.0, b.sites.open[f])], 0.0


def beds_are_kept_only_at_open_facilities(b: Blocks) -> Iterator[Rule]:
    r"""Beds are reserved, or opened for a surge, only at open facilities; an open one reserves its share.

    Mathematics: $\rho\, B_f\, o_f \le R_f \le B_f\, o_f$ and $S_f \le \bar S_f\, o_f$
    Index: facilities that may be shut.
    Unit: beds.
    Source: logic, and two-way referral agreements.
    """
    share = b.instance.standards.referral.reserved_bed_share_min if b.instance.decides("referral") else 0.0
    for f, is_open in b.sites.open.items():
        row = b.instance.facilities[f]
        if f in b.referral.reserved:
            reserved = b.referral.reserved[f]
            yield (f, "most"), None, [(1.0, reserved), (-float(row.beds), is_open)], 0.0
            yield (f, "least"), 0.0, [(1.0, reserved), (-share * row.beds, is_open)], None
        if f in b.referral.surge:
            yield (f, "surge"), None, [(1.0, b.referral.surge[f]), (-float(row.surge_beds), is_open)], 0.0
