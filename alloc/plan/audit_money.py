"""Every line of money of a plan, added up again from its decisions and the region's facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from alloc.instance.instance import Instance
from alloc.plan.audit_base import some
from alloc.plan.audit_facts import IN_PERSON, open_facilities
from alloc.schema.plan import Decisions, EpisodeFlowRow

OPENING_LIFE_YEARS = 30.0
CENTRE_LIFE_YEARS = 10.0
CAPITAL = ("purchase", "moving", "retiring", "opening", "centre_setup")
NEW_SPEND = ("purchase", "opening", "centre_setup")


class Line(NamedTuple):
    """One line of money: what for, who pays, where, and over how many years a payment counts."""

    category: str
    payer: str
    facility: str | None
    cny: float
    life_years: float = 1.0

    @property
    def kind(self) -> str:
        """Paid once, or every year."""
        return "capital" if self.category in CAPITAL else "yearly"


def lines(instance: Instance, decisions: Decisions) -> Iterator[Line]:
    """All lines but those of the links to reading centres, which `link_bounds` gives."""
    yield from _machine_lines(instance, decisions)
    yield from _site_lines(instance, decisions)
    yield from _outreach_lines(instance, decisions)
    yield from _visit_lines(instance, decisions)
    yield from _stay_lines(instance, decisions)


def capital_lines(instance: Instance, decisions: Decisions) -> list[Line]:
    """What the region pays once."""
    found = [*_machine_lines(instance, decisions), *_site_lines(instance, decisions)]
    return [line for line in found if line.kind == "capital"]


def _machine_lines(instance: Instance, decisions: Decisions) -> Iterator[Line]:
    for row in decisions.machines:
        machine = instance.equipment.types[row.equipment_type]
        once = {
            "buy": ("purchase", row.unit_cny),
            "move": ("moving", machine.move_cny),
            "retire": ("retiring", machine.retire_cny),
        }
        if row.action in once:
            category, each = once[row.action]
            yield Line(category, "region", row.facility, row.count * each, machine.life_years)
        if row.action != "retire":
            yield Line("upkeep", "region", row.facility, row.count * machine.upkeep_cny_per_year)
            role = instance.roles.get(machine.staff_role or "")
            if role is not None:
                cny = row.count * machine.staff_fte * role.cost_cny_per_fte_year
                yield Line("machine_staff", "region", row.facility, cny)


def _site_lines(instance: Instance, decisions: Decisions) -> Iterator[Line]:
    opened = {row.facility for row in decisions.sites if row.opened}
    for facility in sorted(opened | open_facilities(instance, decisions)):
        site = instance.facilities[facility]
        if facility in opened:
            yield Line("opening", "region", facility, site.opening_cny, OPENING_LIFE_YEARS)
        yield Line("running", "region", facility, site.running_cny_per_year)
    for room in decisions.centres:
        centre = instance.imaging.centres.get((room.facility, str(room.reading_group)))
        if centre is not None and room.shared:
            if not centre.exists:
                yield Line("centre_setup", "region", room.facility, centre.setup_cny, CENTRE_LIFE_YEARS)
            yield Line("centre_running", "region", room.facility, centre.running_cny_per_year)
    surge = instance.standards.referral.surge_bed_cny_per_year
    for row in decisions.beds:
        yield Line("surge_beds", "region", row.facility, row.surge_beds_opened * surge)


def _outreach_lines(instance: Instance, decisions: Decisions) -> Iterator[Line]:
    standards, cycles = instance.standards.outreach, instance.calendar.cycles_per_year
    for row in decisions.visits:
        if row.session_type not in IN_PERSON:
            continue
        yearly = row.half_days_per_cycle * cycles
        allowance = instance.outreach.specialties[row.specialty].allowance_cny_per_half_day
        km = instance.reach.minutes(row.home, row.facility) / 60.0 * standards.km_per_hour
        yield Line("outreach_allowance", "region", row.facility, yearly * allowance)
        yield Line("outreach_travel", "region", row.facility, 2.0 * km * standards.cny_per_km * yearly / 2.0)


def _visit_lines(instance: Instance, decisions: Decisions) -> Iterator[Line]:
    for row in decisions.consult_flows:
        money = instance.referral.money.get(_tier(instance, row.facility))
        if row.setting != "unmet" and money is not None:
            cny = row.consults_per_year * money.visit_cny
            yield from _shared("visit", row.facility, cny, money.reimbursed_share)


def _stay_lines(instance: Instance, decisions: Decisions) -> Iterator[Line]:
    for row in decisions.episode_flows:
        condition = instance.referral.conditions[row.condition]
        money = instance.referral.money.get(_tier(instance, row.treated_at))
        if row.leg == "unmet" or money is None:
            continue
        if row.leg != "step_down":
            cny = row.episodes_per_year * money.stay_cny
            yield from _shared("stay", row.treated_at, cny, money.reimbursed_share)
            continue
        share = condition.step_down_days / condition.stay_days if condition.stay_days > 0.0 else 0.0
        saved = -row.episodes_per_year * money.stay_cny * share
        yield from _shared("stay", row.treated_at, saved, money.reimbursed_share)
        yield from _stepped_lines(instance, row, share)
        reward = instance.standards.referral.reward_multiple_of_visit * money.visit_cny
        yield Line("down_referral_reward", "fund", row.treated_at, row.episodes_per_year * reward)


def _stepped_lines(instance: Instance, row: EpisodeFlowRow, share: float) -> Iterator[Line]:
    lower = instance.referral.money.get(_tier(instance, row.step_down_at))
    if lower is not None:
        cny = row.episodes_per_year * lower.stay_cny * share
        yield from _shared("stay", row.step_down_at, cny, lower.reimbursed_share)


def _shared(name: str, facility: str | None, cny: float, reimbursed_share: float) -> Iterator[Line]:
    yield Line(f"{name}_fund", "fund", facility, cny * reimbursed_share)
    yield Line(f"{name}_patient", "patient", facility, cny * (1.0 - reimbursed_share))


def _tier(instance: Instance, facility: str | None) -> str:
    """The tier that prices care: outside the region as in a city hospital."""
    return "city" if facility is None else instance.facilities[facility].tier


def link_bounds(instance: Instance, decisions: Decisions) -> tuple[float, float]:
    """CNY per year for links to shared reading centres: the least and the most that the rows allow.

    A site assigned to a centre without any exams shows only in the number of sites that the centre reads for.
    """
    senders: dict[tuple[str, str], set[str]] = {}
    for row in decisions.reading:
        if some(row.exams_per_year) and row.facility != row.centre:
            senders.setdefault((row.centre, str(row.reading_group)), set()).add(row.facility)
    low = high = 0.0
    for room in decisions.centres:
        key = (room.facility, str(room.reading_group))
        centre = instance.imaging.centres.get(key)
        if centre is not None and room.shared:
            links = len(senders.get(key, set()))
            low += links * centre.cny_per_link_year
            high += max(links, room.sites_read_for) * centre.cny_per_link_year
    return low, high


def yearly_cost(instance: Instance, decisions: Decisions) -> float:
    """CNY per year that the region pays, with the yearly share of what it pays once; links at their least."""
    own = [line for line in lines(instance, decisions) if line.payer == "region"]
    return sum(line.cny / line.life_years for line in own) + link_bounds(instance, decisions)[0]
