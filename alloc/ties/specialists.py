"""A specialist's half-day serves the clinic or the home hospital or the screen, never two of them."""

from __future__ import annotations

from collections.abc import Iterator

from alloc.blocks import Blocks
from alloc.blocks.contract import Linear, Rule


def clinic_consultations_within_sessions(b: Blocks) -> Iterator[Rule]:
    r"""Consultations at a clinic stay within the outreach sessions held there.

    Mathematics: $\sum_i g_{ik} c_{ifk} / (b^{\mathrm{out}}_k n) \le \sum_{t \in k} \sigma_{tf} v_{tf} +
    \gamma_t \pi_{tf}$
    Index: clinics and specialties that may visit them.
    Unit: half-days per cycle; $n$ cycles a year.
    Source: a session serves so many consultations.
    """
    for f, k in sorted({(f, k) for _, f, k in b.consultations.at_clinic}):
        used = b.consultations.held("outreach", f, k)
        yield (f, k), None, [*used, *((-coef, var) for coef, var in b.outreach.sessions(f, k))], 0.0


def tele_consultations_within_time(b: Blocks) -> Iterator[Rule]:
    r"""Tele-consultations at a clinic stay within the half-days that specialists keep for it.

    Mathematics: $\sum_i g_{ik} t_{ifk} / (b^{\mathrm{tele}}_k n) \le \sum_{t \in k} \tau_{tf}$
    Index: clinics and specialties with a link.
    Unit: half-days per cycle.
    Source: tele-consultation shares the specialist's time.
    """
    for f, k in sorted({(f, k) for _, f, k in b.consultations.by_tele}):
        supply: Linear = [(-1.0, var) for (s, _, g), var in b.outreach.tele.items() if (g, s) == (f, k)]
        yield (f, k), None, [*b.consultations.held("tele", f, k), *supply], 0.0


def hospital_consultations_within_slots(b: Blocks) -> Iterator[Rule]:
    r"""What a team's outreach, postings and tele-consultations take is missing from its clinic at home.

    Mathematics: $(1 - \phi) H_t + R_t + \sum_{f,k} \sigma_{tf} v_{tfk} + \sum_f \gamma'_t \pi_{tf} + \sum_f
    \tau_{tf} \le S_t$
    Index: teams.
    Unit: half-days per cycle; $H_t$ half-days used at home, $R_t$ reserved for the referred share $\phi$.
    Source: a session at the clinic takes the same specialist's slots away at home.
    """
    walk_in = 1.0 - b.instance.standards.referral.referred_share_of_consultations
    for t in b.outreach.data.teams:
        used = [(walk_in * coef, var) for coef, var in b.consultations.used_at_home(t)]
        terms = [*used, (1.0, b.consultations.reserved[t]), *b.outreach.taken_from_home(t)]
        yield t, None, terms, float(b.outreach.data.clinic_half_days[t])
