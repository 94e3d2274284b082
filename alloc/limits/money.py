"""Limits on money: the capital budget, budgets of consortia, yearly cost, the rural share of new spending."""

from __future__ import annotations

from collections.abc import Iterator

from alloc.blocks.contract import Linear
from alloc.limits.contract import Decided, LimitLine

CNY_PER_UNIT = 10_000.0
"""The solver sees ten thousands of CNY (万元), which keeps coefficients near one."""


NEW_SPEND = frozenset({"purchase", "opening", "centre_setup"})
"""Capital that adds resources: what the rural share is a share of. Moving and retiring add none."""


def capital(
    decided: Decided, facilities: set[str] | None = None, categories: frozenset[str] | None = None
) -> Linear:
    """Capital spending in 10,000 CNY, of some facilities and categories or all."""
    return [
        (coef / CNY_PER_UNIT, var)
        for term in decided.terms.costs
        if term.kind == "capital"
        and (facilities is None or term.facility in facilities)
        and (categories is None or term.category in categories)
        for coef, var in term.cny
        if coef
    ]


def yearly(decided: Decided, payer: str | None = None) -> Linear:
    """Yearly cost in 10,000 CNY, of one payer or all: yearly lines, and capital spread over its life."""
    return [
        (coef / CNY_PER_UNIT / (term.life_years if term.kind == "capital" else 1.0), var)
        for term in decided.terms.costs
        if payer is None or term.payer == payer
        for coef, var in term.cny
        if coef
    ]


def yearly_fixed(decided: Decided) -> float:
    """Yearly cost in any plan, 10,000 CNY: the bureau's, who alone has such lines."""
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
        yield LimitLine(
            "region", "at_most", capital(decided), budget / CNY_PER_UNIT, "CNY", scale=CNY_PER_UNIT
        )


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
    r"""What the health bureau pays a year stays within its limit.

    Mathematics: $\sum \text{yearly} + \sum \text{capital} / \text{life} \le Y$
    Index: one row.
    Unit: 10,000 CNY per year.
    Source: recurrent budget of the county health bureau (fund and patients pay besides).
    """
    most = decided.blocks.instance.limits.yearly_cost_cny
    if most is not None:
        fixed = yearly_fixed(decided)
        yield LimitLine(
            "region",
            "at_most",
            yearly(decided, "region"),
            most / CNY_PER_UNIT,
            "CNY/year",
            part_fixed=fixed,
            scale=CNY_PER_UNIT,
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
        everywhere = capital(decided, categories=NEW_SPEND)
        if everywhere:
            there = capital(decided, rural, NEW_SPEND)
            yield LimitLine("region", "at_least", there, share, "CNY", whole=everywhere, scale=CNY_PER_UNIT)
