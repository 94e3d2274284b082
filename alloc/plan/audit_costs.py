"""Audit of the money table: every category is added up again from the decisions."""

from __future__ import annotations

from collections.abc import Iterator

from alloc.instance.instance import Instance
from alloc.plan.audit_base import REL_YUAN, YUAN, Breach, RuleBook, at_least, at_most, equal, total
from alloc.plan.audit_money import lines, link_bounds
from alloc.schema.plan import Decisions

RULES = RuleBook()


@RULES.rule
def costs_add_up(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """Every category of money, by payer, is what the decisions cost (CNY; capital also by year of life)."""
    told = total(decisions.costs, lambda r: (r.category, str(r.kind), str(r.payer)), lambda r: r.cny)
    yearly = total(
        decisions.costs, lambda r: (r.category, str(r.kind), str(r.payer)), lambda r: r.cny / r.life_years
    )
    again = list(lines(instance, decisions))
    due = total(again, lambda line: (line.category, line.kind, line.payer), lambda line: line.cny)
    due_yearly = total(
        again, lambda line: (line.category, line.kind, line.payer), lambda line: line.cny / line.life_years
    )
    links = ("centre_links", "yearly", "region")
    for key in sorted((told.keys() | due.keys()) - {links}):
        cny = told.get(key, 0.0)
        yield from equal(key, cny, due.get(key, 0.0), slack=YUAN, rel=REL_YUAN)
        if key[1] == "capital":
            where = (*key, "life_years")
            yield from equal(where, yearly.get(key, 0.0), due_yearly.get(key, 0.0), slack=YUAN, rel=REL_YUAN)
    low, high = link_bounds(instance, decisions)
    yield from at_least(links, told.get(links, 0.0), low, slack=YUAN, rel=REL_YUAN)
    yield from at_most(links, told.get(links, 0.0), high, slack=YUAN, rel=REL_YUAN)


@RULES.rule
def machine_spend_adds_up(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """The spend told beside machines is their number times the price, the move or the retirement (CNY)."""
    for row in decisions.machines:
        machine = instance.equipment.types[row.equipment_type]
        each = {"keep": 0.0, "buy": row.unit_cny, "move": machine.move_cny, "retire": machine.retire_cny}
        where = (row.facility, row.equipment_type, row.action)
        yield from equal(where, row.spend_cny, row.count * each[row.action], slack=YUAN, rel=REL_YUAN)
