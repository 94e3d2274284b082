"""Damages to rows, sites, machines, exams and reading."""

from __future__ import annotations

from alloc.instance import Instance
from alloc.plan.audit_facts import examining, years_past_life
from alloc.plan.audit_tables import KEYS
from alloc.schema import Decisions
from tests.audit.edits import MANY, Damage, add, bought, drop, first, machine, put, served, with_rows

THINGS: dict[str, Damage] = {}


def damage(function: Damage) -> Damage:
    """Register a damage under the rule it breaks."""
    THINGS[function.__name__] = function  # type: ignore[attr-defined]
    return function


@damage
def ids_are_known(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(served(plan, "exam_flows"))
    return row and put(plan, "exam_flows", row, facility="no-such-place")


@damage
def rows_hold_together(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(served(plan, "exam_flows"))
    return row and put(plan, "exam_flows", row, facility=None)


@damage
def rows_are_unique(instance: Instance, plan: Decisions) -> Decisions | None:
    table = first(KEYS, lambda name: KEYS[name] and getattr(plan, name))
    return table and add(plan, table, getattr(plan, table)[0])


@damage
def numbers_are_finite_and_not_negative(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.exam_flows)
    return row and put(plan, "exam_flows", row, exams_per_year=-5.0)


@damage
def required_sites_open(instance: Instance, plan: Decisions) -> Decisions | None:
    must = ("existing", "required")
    row = first(plan.sites, lambda r: r.open and instance.facilities[r.facility].operating in must)
    return row and put(plan, "sites", row, open=False)


@damage
def openings_and_closures_are_told_truly(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.sites)
    return row and put(plan, "sites", row, opened=not row.opened)


@damage
def serve_only_at_open_facilities(instance: Instance, plan: Decisions) -> Decisions | None:
    flow = first(served(plan, "exam_flows"))
    row = flow and first(plan.sites, lambda r: r.facility == flow.facility)
    return row and put(plan, "sites", row, open=False)


@damage
def serve_only_kept_pairs(instance: Instance, plan: Decisions) -> Decisions | None:
    for row in served(plan, "exam_flows"):
        kept = instance.equipment.exam_pairs[row.place, row.modality]
        other = first(instance.facilities, lambda f, kept=kept: f not in kept)
        if other is not None:
            return put(plan, "exam_flows", row, facility=other)
    return None


@damage
def ends_are_told_truly(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(served(plan, "exam_flows"))
    return row and put(
        plan, "exam_flows", row, ends="region" if row.ends == "own_consortium" else "own_consortium"
    )


@damage
def minutes_are_as_travelled(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(served(plan, "exam_flows"))
    return row and put(plan, "exam_flows", row, minutes=(row.minutes or 0.0) + 7.0)


@damage
def every_machine_is_kept_moved_or_retired(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.machines, lambda r: r.action == "keep")
    return row and put(plan, "machines", row, count=row.count + 1)


@damage
def machines_past_their_life_go(instance: Instance, plan: Decisions) -> Decisions | None:
    if instance.standards.equipment.obsolete_machines != "must_go":
        return None
    old = first(
        plan.machines,
        lambda r: r.action == "retire" and years_past_life(instance, r.equipment_type, r.install_year) >= 0,
    )
    return old and put(plan, "machines", old, action="keep")


@damage
def machines_move_within_their_pool(instance: Instance, plan: Decisions) -> Decisions | None:
    scope = instance.staff_scope
    for row in plan.machines:
        other = first(scope, lambda f, row=row: scope[f] != scope[row.facility])
        if row.action == "keep" and row.count > 0 and other is not None:
            return put(plan, "machines", row, action="move", from_facility=row.facility, facility=other)
    return None


@damage
def one_price_level_a_type(instance: Instance, plan: Decisions) -> Decisions | None:
    kind = first(instance.equipment.types)
    sites = list(instance.facilities)
    if kind is None or len(sites) < 2:
        return None
    return machine(machine(plan, sites[0], kind, 1, 1000.0), sites[1], kind, 1, 2000.0)


@damage
def bulk_price_only_from_its_quantity(instance: Instance, plan: Decisions) -> Decisions | None:
    for kind, levels in instance.equipment.price_levels.items():
        count = sum(r.count for r in plan.machines if r.action == "buy" and r.equipment_type == kind)
        if count + 1 < levels[-1][0]:
            return machine(plan, first(instance.facilities), kind, 1, levels[-1][1])
    return None


@damage
def buy_only_at_the_chosen_price(instance: Instance, plan: Decisions) -> Decisions | None:
    kind = first(instance.equipment.types)
    return kind and machine(plan, first(instance.facilities), kind, 1, 12345.0)


@damage
def machines_fit_the_limit_of_the_site(instance: Instance, plan: Decisions) -> Decisions | None:
    return bought(instance, plan)


@damage
def machines_fit_the_rooms(instance: Instance, plan: Decisions) -> Decisions | None:
    types = instance.equipment.types
    kind = first(types, lambda t: types[t].rooms > 0)
    return kind and bought(instance, plan, kind=kind)


@damage
def every_exam_is_made_or_counted(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(served(plan, "exam_flows"))
    return row and drop(plan, "exam_flows", lambda r: r is row)


@damage
def exams_within_machine_capacity(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(served(plan, "exam_flows"))
    return row and put(plan, "exam_flows", row, exams_per_year=row.exams_per_year + 1e8)


@damage
def examine_only_where_offered(instance: Instance, plan: Decisions) -> Decisions | None:
    there = examining(instance, plan)
    for row in served(plan, "exam_flows"):
        bare = first(instance.facilities, lambda f, row=row: (f, row.modality) not in there)
        if bare is not None:
            return put(plan, "exam_flows", row, facility=bare)
    return None


@damage
def offer_only_with_a_machine(instance: Instance, plan: Decisions) -> Decisions | None:
    there = examining(instance, plan)
    for row in plan.reading:
        bare = first(instance.facilities, lambda f, row=row: (f, row.modality) not in there)
        if bare is not None and row.exams_per_year > 1.0:
            return put(plan, "reading", row, facility=bare)
    return None


@damage
def outside_exams_within_their_share(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(served(plan, "exam_flows"))
    if row is None:
        return None
    mine = [r for r in plan.exam_flows if (r.place, r.modality) != (row.place, row.modality)]
    gone = row.model_copy(
        update={
            "facility": None,
            "ends": "outside",
            "exams_per_year": instance.equipment.need[row.place, row.modality],
        }
    )
    return with_rows(plan, "exam_flows", (*mine, gone))


@damage
def one_reader_per_site_and_group(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.reading, lambda r: r.exams_per_year > 1.0)
    other = row and first(instance.facilities, lambda f: f != row.centre)
    if other is None:
        return None
    half = row.exams_per_year / 2
    return add(
        put(plan, "reading", row, exams_per_year=half), "reading", row, centre=other, exams_per_year=half
    )


@damage
def exams_made_are_read(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.reading, lambda r: r.exams_per_year > 1.0)
    return row and put(plan, "reading", row, exams_per_year=row.exams_per_year / 2)


@damage
def offered_exams_have_a_reader(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.reading, lambda r: r.exams_per_year > 1.0)
    site = row and (row.facility, row.reading_group)
    return row and drop(plan, "reading", lambda r: (r.facility, r.reading_group) == site)


@damage
def studies_travel_only_where_assigned(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.reading, lambda r: r.exams_per_year > 1.0)
    room = row and (row.centre, row.reading_group)
    return row and drop(plan, "centres", lambda r: (r.facility, r.reading_group) == room)


@damage
def studies_travel_within_the_upload_standard(instance: Instance, plan: Decisions) -> Decisions | None:
    for row in plan.reading:
        cut_off = first(
            instance.facilities.values(), lambda f, row=row: not f.link_mbps and f.id != row.facility
        )
        if row.exams_per_year > 1.0 and cut_off is not None:
            return put(plan, "reading", row, centre=cut_off.id)
    row = first(plan.reading, lambda r: r.exams_per_year > 1.0)
    return row and put(plan, "reading", row, upload_min=row.upload_min + 1.0)


@damage
def read_only_at_open_centres(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.reading, lambda r: r.facility != r.centre and r.exams_per_year > 1.0)
    room = row and first(
        plan.centres, lambda r: (r.facility, r.reading_group) == (row.centre, row.reading_group)
    )
    return room and put(plan, "centres", room, shared=False)


@damage
def centres_read_their_own(instance: Instance, plan: Decisions) -> Decisions | None:
    shared = {(r.facility, r.reading_group) for r in plan.centres if r.shared}
    row = first(
        plan.reading,
        lambda r: r.facility == r.centre and (r.centre, r.reading_group) in shared and r.exams_per_year > 1.0,
    )
    other = row and first(instance.facilities, lambda f: f != row.centre)
    return other and put(plan, "reading", row, centre=other)


@damage
def readers_on_duty_come_from_the_pool(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.centres)
    return row and put(plan, "centres", row, readers_on_duty=row.readers_in_pool + 1)


@damage
def reading_within_the_report_standard(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.reading, lambda r: r.exams_per_year > 1.0)
    return row and put(plan, "reading", row, exams_per_year=row.exams_per_year + 1000.0 * MANY)


@damage
def centres_add_up(instance: Instance, plan: Decisions) -> Decisions | None:
    row = first(plan.centres)
    return row and put(plan, "centres", row, read_min_per_year=row.read_min_per_year + 1000.0)
