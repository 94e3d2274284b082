"""The plain measures: each a linear expression of the Terms, in a unit that keeps the matrix well scaled."""

from __future__ import annotations

from dataclasses import dataclass

from alloc.blocks.contract import Linear
from alloc.limits.contract import Decided
from alloc.limits.money import CNY_PER_UNIT, yearly, yearly_fixed

GOAL_UNITS = {
    "unmet": "thousand weighted cases/year",
    "outside": "thousand weighted cases/year",
    "travel": "thousand person-hours/year",
    "access": "thousand person-hours/year",
    "cost": "million CNY/year",
    "disruption": "weighted changes",
}


@dataclass(frozen=True)
class Measure:
    """One objective to minimise: its name, terms and constant."""

    name: str
    terms: Linear
    fixed: float = 0.0


def unmet(decided: Decided) -> Measure:
    r"""Unmet need weighted by severity, and missing duties (sessions, resident doctors) by their weight.

    Mathematics: $\min \sum_n w_n a_n u_n + \sum_d w_d s_d$
    """
    terms = [(n.per_year * n.severity / 1000.0, n.unmet) for n in decided.terms.needs]
    return Measure("unmet", [*terms, *((coef / 1000.0, var) for coef, var in decided.terms.obligations)])


def outside(decided: Decided) -> Measure:
    r"""Need met outside the region, weighted by severity.

    Mathematics: $\min \sum_n w_n a_n o_n$
    """
    return Measure("outside", [(n.per_year * n.severity / 1000.0, n.outside) for n in decided.terms.needs])


def travel_total(decided: Decided, name: str = "travel") -> Measure:
    r"""Hours on the way, one way, as felt (a surcharge for leaving the consortium). Unmet need counts as a
    trip outside, so that serving fewer never looks nearer.

    Mathematics: $\min \sum_j a_j t_j x_j$
    """
    return Measure(name, [(t.trips_per_year * t.felt_min / 60_000.0, t.share) for t in decided.terms.trips])


def cost(decided: Decided) -> Measure:
    r"""Yearly cost of region, fund and patients; capital counts 1/life of it each year.

    Mathematics: $\min \sum_{l \text{ yearly}} C_l + \sum_{l \text{ capital}} C_l / L_l$
    """
    million = CNY_PER_UNIT / 1e6
    return Measure(
        "cost", [(coef * million, var) for coef, var in yearly(decided)], yearly_fixed(decided) * million
    )


def disruption(decided: Decided) -> Measure:
    r"""Changes against the current state, weighted.

    Mathematics: $\min \sum_v w_v \lvert v - v^0 \rvert$
    """
    return Measure("disruption", list(decided.terms.disruption), decided.terms.disruption_fixed)
