"""Decisions out of the solved model, as typed rows: the blocks' own rows, and what adds up over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from alloc.blocks import Blocks
from alloc.blocks.contract import CostTerm, Linear, tidy_shares
from alloc.blocks.equipment import EquipmentBlock
from alloc.formulate import Formulation
from alloc.limits import LIMITS, Decided
from alloc.schema.plan import BedRow, CostRow, Decisions, LimitRow, RosterRow, SlotRow, StaffRow, VisitRow

NOTHING = 2e-6
"""Shares below this are solver tolerance, not care."""


def tidy_values(blocks: Blocks) -> None:
    """Take dust and detours out of the solver's values, so that rows, costs and limits are of one piece."""
    equipment, consults, referral = blocks.equipment, blocks.consultations, blocks.referral
    for (i, m), facilities in equipment.data.exam_pairs.items():
        shares = [equipment.examined[i, f, m] for f in facilities]
        _tidy([*shares, equipment.outside[i, m], equipment.unmet[i, m]])
    for key in consults.data.need:
        _tidy([*consults.settings[key].values(), consults.outside[key], consults.unmet[key]])
    for key in referral.data.need:
        routes = [referral.route[*key, r.first_contact, r.treated_at] for r in referral.data.routes[key]]
        _tidy([*routes, referral.outside[key], referral.unmet[key]])
    for var in [*referral.step_down.values(), *blocks.outreach.tele.values()]:
        var.set_value(var.value if var.value > NOTHING else 0.0, skip_validation=True)
    _stay_instead_of_moving_back(equipment)
    _read_what_is_made(blocks)


def _tidy(variables: list[Any]) -> None:
    kept = tidy_shares({n: var.value for n, var in enumerate(variables)}, NOTHING)
    for n, var in enumerate(variables):
        var.set_value(kept.get(n, 0.0), skip_validation=True)


def _stay_instead_of_moving_back(equipment: EquipmentBlock) -> None:
    """A machine that leaves a site where one of its type arrives stays: same capacity, no fee."""
    for (f, t, year), leaving in equipment.moved_out.items():
        arriving, kept = equipment.moved_in.get((f, t)), equipment.kept[f, t, year]
        stay = 0 if arriving is None else min(round(leaving.value), round(arriving.value))
        if arriving is not None and stay:
            arriving.set_value(round(arriving.value) - stay, skip_validation=True)
            leaving.set_value(round(leaving.value) - stay, skip_validation=True)
            kept.set_value(round(kept.value) + stay, skip_validation=True)


def _read_what_is_made(blocks: Blocks) -> None:
    """A site sends all exams of a modality to the one place that reads its group."""
    made: dict[tuple[str, str], float] = defaultdict(float)
    for (i, f, m), var in blocks.equipment.examined.items():
        made[f, m] += blocks.equipment.data.need[i, m] / 1000.0 * var.value
    imaging = blocks.imaging
    for (f, h, m), var in imaging.read.items():
        reads = round(imaging.reads_for[f, h, imaging.group_of[m]].value) == 1
        var.set_value(made[f, m] if reads else 0.0, skip_validation=True)


def decisions_of(formulation: Formulation, roster: Iterable[RosterRow] = ()) -> Decisions:
    """All rows of a solved (and tidied) model, with the roster that was made for its visits."""
    blocks = formulation.blocks
    tables: dict[str, list[Any]] = defaultdict(list)
    for block in blocks:
        for table, rows in block.rows().items():
            tables[table] += rows
    return Decisions(
        **tables,
        roster=tuple(roster),
        beds=tuple(bed_rows(blocks)),
        slots=tuple(slot_rows(blocks)),
        staff=tuple(staff_rows(formulation.decided)),
        costs=tuple(cost_rows(formulation.decided.terms.costs)),
        limits=tuple(limit_rows(formulation.decided)),
    )


def visit_rows(formulation: Formulation) -> list[VisitRow]:
    """The teams' visits of a solved model: what the roster is made from."""
    return [row for row in formulation.blocks.outreach.rows()["visits"] if isinstance(row, VisitRow)]


def cost_rows(terms: Iterable[CostTerm]) -> list[CostRow]:
    """Money by category, payer and facility; lines of nothing are left out."""
    sums: dict[tuple[Any, ...], float] = defaultdict(float)
    for term in terms:
        key = (
            term.category,
            term.kind,
            term.payer,
            term.facility,
            term.life_years if term.kind == "capital" else 1.0,
        )
        sums[key] += term.fixed_cny + value(term.cny)
    return [
        CostRow(category=category, kind=kind, payer=payer, facility=facility, cny=cny, life_years=life)
        for (category, kind, payer, facility, life), cny in sums.items()
        if abs(cny) > 0.005
    ]


def bed_rows(blocks: Blocks) -> list[BedRow]:
    """Beds of every facility that has some, on an average day."""
    referral, rows = blocks.referral, []
    for f, facility in blocks.instance.facilities.items():
        surge = round(referral.surge[f].value) if f in referral.surge else 0
        if not facility.beds and not surge:
            continue
        freed = value(referral.freed(f))
        referred = value(referral.referred_beds(f)) if f in referral.reserved else 0.0
        rows.append(
            BedRow(
                facility=f,
                beds=facility.beds,
                surge_beds_opened=surge,
                usable_beds=referral.data.usable_beds[f] + surge * referral.data.occupancy_share.get(f, 0.0),
                treating_beds=value(referral.stays(f)) - freed,
                step_down_beds=value(referral.received(f)),
                reserved_beds=round(referral.reserved[f].value) if f in referral.reserved else 0,
                reserved_used_beds=referred,
                freed_by_step_down_beds=freed,
            )
        )
    return rows


def slot_rows(blocks: Blocks) -> list[SlotRow]:
    """Where the half-days of every team go."""
    rows = []
    outreach, consults = blocks.outreach, blocks.consultations
    share = blocks.instance.standards.referral.referred_share_of_consultations
    for team, members in outreach.data.teams.items():
        tele = sum(var.value for (k, home, _), var in outreach.tele.items() if (k, home) == team)
        used = value(consults.used_at_home(team))
        rows.append(
            SlotRow(
                specialty=team[0],
                home=team[1],
                specialists=len(members),
                clinic_half_days=float(outreach.data.clinic_half_days[team]),
                outreach_half_days=value(outreach.taken_from_home(team)) - tele,
                tele_half_days=tele,
                used_at_home_half_days=used,
                reserved_half_days=consults.reserved[team].value,
                reserved_used_half_days=share * used,
            )
        )
    return rows


def staff_rows(decided: Decided) -> list[StaffRow]:
    """Hours per year of each role in each pool: there, and used by machines."""
    instance = decided.blocks.instance
    used: dict[tuple[str, str], float] = defaultdict(float)
    for term in decided.terms.staff:
        used[term.role, instance.staff_scope[term.facility]] += value(term.hours_per_year)
    there: dict[tuple[str, str], float] = defaultdict(float)
    for (role, f), hours in instance.staff_hours.items():
        there[role, instance.staff_scope[f]] += hours
    return [
        StaffRow(
            role=role, scope=scope, available_hours_per_year=there[role, scope], used_hours_per_year=hours
        )
        for (role, scope), hours in sorted(used.items())
    ]


def limit_rows(decided: Decided) -> list[LimitRow]:
    """Every limit of the model beside the plan's value."""
    return [line.row(limit.__name__) for limit in LIMITS for line in limit(decided)]


def value(terms: Linear) -> float:
    """A linear sum at the solved values."""
    return float(sum(coef * var.value for coef, var in terms))
