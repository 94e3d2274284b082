"""Audit of the limits: budget, yearly cost, rural share, gaps, machines, coverage, staff hours, centres."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from alloc.instance.instance import Instance
from alloc.plan.audit_base import (
    CASE,
    EXACT,
    REL,
    REL_YUAN,
    YUAN,
    Breach,
    RuleBook,
    at_least,
    at_most,
    breach,
    equal,
    total,
)
from alloc.plan.audit_facts import standing, standing_today
from alloc.plan.audit_money import NEW_SPEND, capital_lines, yearly_cost
from alloc.plan.audit_served import Stream, mean_minutes, need_of, served_of
from alloc.schema.plan import Decisions, LimitRow

RULES = RuleBook()
STREAMS: tuple[Stream, ...] = ("exams", "consultations", "episodes")


class Held(NamedTuple):
    """A limit as the plan holds it: the plan's value, the limit's, and how far off the value may be."""

    scope: str
    value: float
    limit: float
    sense: Literal["at_most", "at_least"] = "at_most"
    slack: float = CASE
    rel: float = REL

    def breaches(self) -> Iterator[Breach]:
        """A breach when the limit is not held."""
        check = at_most if self.sense == "at_most" else at_least
        yield from check(self.scope, self.value, self.limit, slack=self.slack, rel=self.rel)


Measure = Callable[[Instance, Decisions], Iterator[Held]]
MEASURES: dict[str, Measure] = {}
"""Rule -> its limits with the plan's values, which the limit table is compared with."""


def _limit(measure: Measure) -> Measure:
    """Register a measure, and the rule of the same name that all its limits hold."""

    def check(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
        for held in measure(instance, decisions):
            yield from held.breaches()

    check.__name__ = measure.__name__
    check.__doc__ = measure.__doc__
    MEASURES[measure.__name__] = measure
    RULES.rule(check)
    return measure


@_limit
def spend_within_budget(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """Purchases, moves, retirements, openings and centres are paid within the budget (CNY, once)."""
    if instance.limits.budget_cny is not None:
        spend = sum(line.cny for line in capital_lines(instance, decisions))
        yield Held("region", spend, instance.limits.budget_cny, slack=YUAN, rel=REL_YUAN)


@_limit
def spend_within_budget_of_consortium(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """What is spent once at the members of a consortium stays within its budget (CNY)."""
    spend = total(
        capital_lines(instance, decisions),
        lambda line: instance.facilities[line.facility].consortium if line.facility is not None else None,
        lambda line: line.cny,
    )
    for consortium, budget in sorted(instance.limits.budget_cny_by_consortium.items()):
        yield Held(consortium, spend.get(consortium, 0.0), budget, slack=YUAN, rel=REL_YUAN)


@_limit
def yearly_cost_within_limit(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """What the region pays a year, with the yearly share of capital, stays within the limit (CNY)."""
    if instance.limits.yearly_cost_cny is not None:
        yield Held(
            "region",
            yearly_cost(instance, decisions),
            instance.limits.yearly_cost_cny,
            slack=YUAN,
            rel=REL_YUAN,
        )


@_limit
def rural_share_of_spend(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """The stated share of new spending (machines, openings, centres) goes to rural facilities (CNY)."""
    share = instance.limits.rural_share_of_spend_min
    if share is None:
        return
    new = [line for line in capital_lines(instance, decisions) if line.category in NEW_SPEND]
    rural = sum(
        line.cny
        for line in new
        if line.facility is not None and instance.facilities[line.facility].area == "rural"
    )
    spend = sum(line.cny for line in new)
    yield Held("region", rural, share * spend, "at_least", slack=YUAN, rel=REL_YUAN)


@_limit
def urban_rural_service_gap(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """Rural residents have nearly as large a share of their need served in the region as urban ones."""
    gap = instance.limits.urban_rural_service_gap_max
    if gap is None:
        return
    for stream in STREAMS:
        served, need = served_of(instance, decisions, stream), need_of(instance, stream)
        urban = total(need.items(), lambda pair: instance.places[pair[0][0]].area, lambda pair: pair[1])
        done = total(served.items(), lambda pair: instance.places[pair[0][0]].area, lambda pair: pair[1])
        if urban.get("rural", 0.0) > 0.0 and urban.get("urban", 0.0) > 0.0:
            shares = {area: done.get(area, 0.0) / urban[area] for area in ("rural", "urban")}
            yield Held(stream, shares["rural"], (1.0 - gap) * shares["urban"], "at_least", slack=EXACT)


@_limit
def urban_rural_travel_gap(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """Rural residents travel little longer than urban ones, or than the reference (mean minutes a case)."""
    gap = instance.limits.urban_rural_travel_gap_max
    if gap is None:
        return
    means = mean_minutes(instance, decisions)
    reference = instance.limits.urban_travel_reference_min
    urban = means.get("urban") if reference is None else reference
    if urban is not None and "rural" in means:
        yield Held("region", means["rural"], (1.0 + gap) * urban, slack=CASE)


@_limit
def machines_within_the_number(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """No more machines of a type in the region than the limit."""
    count = total(standing(decisions).items(), lambda pair: pair[0][1], lambda pair: pair[1])
    for kind, most in sorted(instance.limits.most_machines.items()):
        yield Held(kind, count.get(kind, 0.0), most, slack=EXACT, rel=0.0)


@_limit
def coverage_floor(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """Of a need, at least the stated share is served inside the region (cases a year)."""
    for floor in instance.limits.coverage_floors:
        served, need = served_of(instance, decisions, floor.stream), need_of(instance, floor.stream)
        there = sum(cases for (_, subject), cases in need.items() if subject == floor.subject)
        done = sum(cases for (_, subject), cases in served.items() if subject == floor.subject)
        yield Held(f"{floor.stream}/{floor.subject}", done, floor.share * there, "at_least")


@_limit
def staff_hours_within_what_is_there(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """Machines use no more hours of a role than its pool has, or than they use today (hours a year)."""
    if not instance.limits.staff_hours:
        return
    used, today = hours_used(instance, standing(decisions)), hours_used(instance, standing_today(instance))
    there = hours_there(instance)
    for key in sorted(used):
        yield Held("/".join(key), used[key], max(there.get(key, 0.0), today.get(key, 0.0)))


@_limit
def open_centres_within_the_number(instance: Instance, decisions: Decisions) -> Iterator[Held]:
    """No more shared reading centres than the limit."""
    if instance.limits.most_open_centres is not None:
        shared = sum(row.shared for row in decisions.centres)
        yield Held("region", shared, instance.limits.most_open_centres, slack=EXACT, rel=0.0)


def hours_used(instance: Instance, machines: dict[tuple[str, str], int]) -> dict[tuple[str, str], float]:
    """Hours per year that machines by (facility, type) use, by (role, pool)."""
    used: dict[tuple[str, str], float] = {}
    for (facility, kind), count in machines.items():
        machine = instance.equipment.types[kind]
        if machine.staff_role is not None and machine.staff_fte > 0.0:
            key = (machine.staff_role, instance.staff_scope[facility])
            hours = count * machine.staff_fte * instance.roles[machine.staff_role].hours_per_fte_year
            used[key] = used.get(key, 0.0) + hours
    return used


def hours_there(instance: Instance) -> dict[tuple[str, str], float]:
    """Hours per year of staff by (role, pool)."""
    return total(
        instance.staff_hours.items(),
        lambda pair: (pair[0][0], instance.staff_scope[pair[0][1]]),
        lambda pair: pair[1],
    )


@RULES.rule
def staff_add_up(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """The staff table tells the hours that are there and those that the machines use (hours a year)."""
    used, there = hours_used(instance, standing(decisions)), hours_there(instance)
    told = {(row.role, row.scope): row for row in decisions.staff}
    for key, row in told.items():
        yield from equal((*key, "available"), row.available_hours_per_year, there.get(key, 0.0))
        yield from equal((*key, "used"), row.used_hours_per_year, used.get(key, 0.0))
    for key, hours in used.items():
        if key not in told:
            yield from at_most((*key, "used"), hours, 0.0)


@RULES.rule
def limits_add_up(instance: Instance, decisions: Decisions) -> Iterator[Breach]:
    """The limit table tells every limit, the plan's value and the room left as they add up."""
    told = {(row.limit, row.scope): row for row in decisions.limits}
    for (limit, scope), row in told.items():
        room = row.limit_value - row.value if row.sense == "at_most" else row.value - row.limit_value
        yield from equal((limit, scope, "room"), row.room, room, slack=CASE, rel=REL_YUAN)
    for limit, measure in MEASURES.items():
        for held in measure(instance, decisions):
            row_told = told.get((limit, held.scope))
            if row_told is None:
                if (held.limit if held.sense == "at_least" else held.value) > CASE:  # else nothing to tell
                    yield breach((limit, held.scope), None, held.limit)
            elif row_told.sense != held.sense:
                yield breach((limit, held.scope), row_told.value, held.limit)
            else:
                yield from _told_as_held(row_told, held)


def _told_as_held(row: LimitRow, held: Held) -> Iterator[Breach]:
    """Compare a row with the limit that it tells."""
    where, slack = (row.limit, row.scope), max(held.slack, CASE)
    yield from equal((*where, "value"), row.value, held.value, slack=slack, rel=held.rel)
    yield from equal((*where, "limit"), row.limit_value, held.limit, slack=slack, rel=held.rel)
