"""The rules of referral: every episode counted, capability, step-down, reserved beds, beds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from alloc.blocks.contract import Linear, Rule

if TYPE_CHECKING:
    from alloc.blocks.referral import ReferralBlock


def every_episode_is_treated_or_counted(b: ReferralBlock) -> Iterator[Rule]:
    r"""Every episode is treated inside, treated outside the region, or counted as unmet.

    Mathematics: $\sum_{f_1,f_2} z_{icf_1f_2} + o_{ic} + u_{ic} = 1$
    Index: places and conditions with need.
    Unit: share of the episodes.
    Source: nothing disappears.
    """
    for key in b.data.need:
        terms = [(1.0, b.route[*key, r.first_contact, r.treated_at]) for r in b.data.routes[key]]
        yield key, 1.0, [*terms, (1.0, b.outside[key]), (1.0, b.unmet[key])], 1.0


def step_down_only_the_eligible(b: ReferralBlock) -> Iterator[Rule]:
    r"""Only the eligible share of those treated steps down.

    Mathematics: $\sum_{f_3} d_{icf_2f_3} \le \sigma_c \sum_{f_1} z_{icf_1f_2}$
    Index: places, conditions and treating facilities with a step-down facility near home.
    Unit: share of the episodes.
    Source: rehabilitation goes back down; eligible share by condition group.
    """
    legs: dict[tuple[str, str, str], Linear] = defaultdict(list)
    for (i, c, f2, _), var in b.step_down.items():
        legs[i, c, f2].append((1.0, var))
    for (i, c, f2), terms in legs.items():
        share = b.data.conditions[c].step_down_share
        yield (i, c, f2), None, [*terms, *((-share, var) for var in b.treated[i, c, f2])], 0.0


def episodes_within_capability(b: ReferralBlock) -> Iterator[Rule]:
    r"""Episodes stay within what a facility can do for a condition in each role.

    Mathematics: $\sum_i a_{ic} z_{ic\cdot f} / \kappa_{fc} \le 1$
    Index: facilities, conditions and roles (first contact, treat, step down) with a stated yearly capacity.
    Unit: share of the yearly capacity.
    Source: capabilities of the region file.
    """
    for (f, c, role), capacity in b.data.capability.items():
        if 0.0 < capacity < float("inf"):
            terms = [(b.data.need[i, c] / capacity, var) for i, var in b.in_role[f, c, role]]
            if terms:
                yield (f, c, role), None, terms, 1.0


def referred_patients_use_reserved_beds(b: ReferralBlock) -> Iterator[Rule]:
    r"""Patients referred up use the reserved beds.

    Mathematics: $\sum_{i,c,f_1 \ne f} a_{ic} L_c z_{icf_1f} / 365 \le \omega_f R_f$
    Index: facilities that can receive referred patients.
    Unit: beds on an average day; $\omega_f$ is the occupancy standard.
    Source: reserved beds for referred patients (two-way referral agreements).
    """
    for f, var in b.reserved.items():
        yield f, None, [*b.referred_beds(f), (-b.data.occupancy_share[f], var)], 0.0


def reserved_beds_meet_their_share(b: ReferralBlock) -> Iterator[Rule]:
    r"""A hospital keeps at least the stated share of its beds for patients referred up.

    Mathematics: $R_f \ge \rho\, B_f$
    Index: facilities that can receive referred patients and cannot be shut (for the others see the ties).
    Unit: beds.
    Source: two-way referral agreements.
    """
    share = b.instance.standards.referral.reserved_bed_share_min
    for f, var in b.reserved.items():
        if not b.instance.is_optional(f):
            yield f, share * b.instance.facilities[f].beds, [(1.0, var)], None


def patients_fit_the_beds(b: ReferralBlock) -> Iterator[Rule]:
    r"""Patients on an average day fit the beds at the occupancy standard; reserved beds serve the referred
    only.

    Mathematics: $\sum a L z / 365 - \sum a D\, d^{\mathrm{out}} / 365 + \sum a D\, d^{\mathrm{in}} / 365
    - P_f + \omega_f R_f \le \omega_f (B_f + S_f)$
    Index: facilities where patients stay; $P_f$ are the beds of referred patients, $S_f$ surge beds opened.
    Unit: beds on an average day.
    Source: beds x 365 x occupancy standard.
    """
    for f in b.staying:
        terms = [*b.stays(f), *b.received(f), *((-coef, var) for coef, var in b.freed(f))]
        if f in b.reserved:
            terms += [(-coef, var) for coef, var in b.referred_beds(f)]
            terms.append((b.data.occupancy_share[f], b.reserved[f]))
        if f in b.surge:
            terms.append((-b.data.occupancy_share[f], b.surge[f]))
        yield f, None, terms, b.data.usable_beds[f]
