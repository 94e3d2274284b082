"""Limits on money: the capital budget, budgets of consortia, yearly cost, the rural share of new spending."""

from __future__ import annotations

from collections.abc import Iterator

from alloc.blocks.contract import Linear
from alloc.limits.contract import Decided, LimitLine

CNY_PER_UNIT = 10_000.0
"""The solver sees ten thousands of CNY (万元), which keeps coefficients near one."""


def capital(decided: Decided, facilities: set[str] | None = None) -> Linear:
    """Capital spending in 10,000 CNY, of some facilities or all."""
    return [
        (coef / CNY_PER_UNIT, var)
        for term in decided.terms.costs
        if term.kind == "capital" and (facilities is None or term.facility in facilities)
        for coef, var in term.cny
        if coef
    ]


def yearly(decided: Decided) -> Linear:
    """Yearly cost in 10,000 CNY: yearly lines of all payers, and capital spread over its life."""
    return [
        (coef / CNY_PER_UNIT / (term.life_years if term.kind == "capital" else 1.0), var)
        for term in decided.terms.costs
        for coef, var in term.cny
        if coef
    ]


def yearly_fixed(decided: Decided) -> float:
    """Yearly cost in any plan, 10,000 CNY."""
    return sum(term.fixed_cny for term in decided.terms.costs if term.kind == "yearly") / CNY_PER_UNIT


def spend_within_budget(decided: Decided) -> Iterator[LimitLine]:
    r"""Capital spending stays within the budget.

    Mathematics: $\sum \text{purchases, moves, retirements, openings, centres} \le B$
    Index: one row.
    Unit: 10,000 CNY.
    Source: capital budget of the county health bureau.
    """
    budget = decided.blocks.instance.limits.budget_cny
    if budget is not None:
        yield LimitLine("region", "at_most", capital(decided), budget / CNY_PER_UNIT, "CNY", scale=CNY_PER_UNIT)


def spend_within_budget_of_consortium(decided: Decided) -> Iterator[LimitLine]:
    r"""Capital spending in a consortium stays within its own budget.

    Mathematics: $\sum_{f \in c} \text{capital}_f \le B_c$
    Index: consortia with a budget of their own.
    Unit: 10,000 CNY.
    Source: money may not cross between consortia unless the model says so.
    """
    instance = decided.blocks.instance
    for consortium, budget in sorted(instance.limits.budget_cny_by_consortium.items()):
        members = {f.id for f in instance.facilities.values() if f.consortium == consortium}
        spend = capital(decided, members)
        if spend:
            yield LimitLine(consortium, "at_most", spend, budget / CNY_PER_UNIT, "CNY", scale=CNY_PER_UNIT)


def yearly_cost_within_limit(decided: Decided) -> Iterator[LimitLine]:
    r"""Yearly cost stays within its limit.

    Mathematics: $\sum \text{yearly} + \sum \text{capital} / \text{life} \le Y$
    Index: one row.
    Unit: 10,000 CNY per year.
    Source: capitated global budget.
    """
    most = decided.blocks.instance.limits.yearly_cost_cny
    if most is not None:
        fixed = yearly_fixed(decided)
        yield LimitLine(
            "region", "at_most", yearly(decided), most / CNY_PER_UNIT, "CNY/year", part_fixed=fixed, scale=CNY_PER_UNIT
        )


def rural_share_of_spend(decided: Decided) -> Iterator[LimitLine]:
    r"""At least the stated share of new spending goes to rural facilities.

    Mathematics: $\sum_{f \text{ rural}} \text{capital}_f \ge \rho \sum_f \text{capital}_f$
    Index: one row.
    Unit: 10,000 CNY.
    Source: at least 70% of new resources to rural and less developed places (national rule).
    """
    instance = decided.blocks.instance
    share = instance.limits.rural_share_of_spend_min
    if share is not None:
        rural = {f.id for f in instance.facilities.values() if f.area == "rural"}
        everywhere = capital(decided)
        if everywhere:
            yield LimitLine("region", "at_least", capital(decided, rural), share, "share", whole=everywhere)
