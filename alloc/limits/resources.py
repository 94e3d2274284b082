"""Limits on what there is: staff hours by role, machines by type, shared centres."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from alloc.blocks.contract import Linear
from alloc.limits.contract import Decided, LimitLine


def staff_hours_within_what_is_there(decided: Decided) -> Iterator[LimitLine]:
    r"""Machines need no more hours of a role than its pool has (or than they take today).

    Mathematics: $\sum_{f \in P,t} h_{tr} n_{ft} \le H_{rP}$
    Index: roles and pools (an integrated consortium, a facility, or the region where staff may cross).
    Unit: FTE of 2,000 hours per year.
    Source: staff of the region file, with the filled share of this year's recruits.
    """
    instance = decided.blocks.instance
    if not instance.limits.staff_hours:
        return
    used: dict[tuple[str, str], Linear] = defaultdict(list)
    for term in decided.terms.staff:
        key = (term.role, instance.staff_scope[term.facility])
        used[key] += [(coef / HOURS_PER_FTE, var) for coef, var in term.hours_per_year]
    there = hours_there(decided)
    for (role, scope), terms in sorted(used.items()):
        limit = there[role, scope] / HOURS_PER_FTE
        yield LimitLine(f"{role}/{scope}", "at_most", terms, limit, "h/year", scale=HOURS_PER_FTE)


HOURS_PER_FTE = 2000.0
"""Only a scale for the solver; the roles' own hours decide."""


def hours_there(decided: Decided) -> dict[tuple[str, str], float]:
    """(role, pool) -> hours per year: what the pool has, and at least what today's machines take."""
    instance = decided.blocks.instance
    there: dict[tuple[str, str], float] = defaultdict(float)
    for (role, f), hours in instance.staff_hours.items():
        there[role, instance.staff_scope[f]] += hours
    today: dict[tuple[str, str], float] = defaultdict(float)
    for a in instance.equipment.cohorts:
        row = instance.equipment.types[a.equipment_type]
        if row.staff_role is not None:
            hours = a.count * row.staff_fte * instance.roles[row.staff_role].hours_per_fte_year
            today[row.staff_role, instance.staff_scope[a.facility]] += hours
    return defaultdict(float, {key: max(there[key], today[key]) for key in {*there, *today}})


def machines_within_the_number(decided: Decided) -> Iterator[LimitLine]:
    r"""No more machines of a type stand in the region than the model allows.

    Mathematics: $\sum_f n_{ft} \le N_t$
    Index: types with a stated number.
    Unit: machines.
    Source: equipment plan of the province or county.
    """
    equipment = decided.blocks.equipment
    for t, most in sorted(decided.blocks.instance.limits.most_machines.items()):
        terms = [pair for f, u in equipment.data.stations if u == t for pair in equipment.machines(f, t)]
        if terms:
            yield LimitLine(t, "at_most", terms, float(most), "machines")


def open_centres_within_the_number(decided: Decided) -> Iterator[LimitLine]:
    r"""No more shared reading centres are open than the model allows.

    Mathematics: $\sum_{h,s} z_{hs} \le Z$
    Index: one row.
    Unit: centres.
    Source: one imaging, one ECG centre a county is the usual rule; the model states the number.
    """
    most = decided.blocks.instance.limits.most_open_centres
    centres = decided.blocks.imaging.centre_open
    if most is not None and centres:
        yield LimitLine("region", "at_most", [(1.0, var) for var in centres.values()], float(most), "centres")
