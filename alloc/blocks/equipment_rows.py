"""The equipment decision as rows of the plan, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from alloc.blocks.contract import Key, tidy_shares
from alloc.instance.ends import ends_of
from alloc.instance.equipment import EquipmentData
from alloc.schema.plan import Decisions, ExamFlowRow, MachineRow

if TYPE_CHECKING:
    from alloc.blocks.equipment import EquipmentBlock


def machine_rows(b: EquipmentBlock) -> Iterator[MachineRow]:
    """What is kept, bought, moved (from where to where) and retired."""
    year = b.instance.planning_year
    for a in b.data.cohorts:
        kept, retired = round(b.kept[a.key].value), round(b.retired[a.key].value)
        place = {"facility": a.facility, "equipment_type": a.equipment_type, "install_year": a.install_year}
        if kept:
            yield MachineRow(**place, action="keep", count=kept)
        if retired:
            fee = b.data.types[a.equipment_type].retire_cny
            yield MachineRow(**place, action="retire", count=retired, unit_cny=fee, spend_cny=retired * fee)
    for (f, t, n), var in b.bought.items():
        if count := round(var.value):
            price = b.data.price_levels[t][n][1]
            yield MachineRow(
                facility=f,
                equipment_type=t,
                action="buy",
                install_year=year,
                count=count,
                unit_cny=price,
                spend_cny=count * price,
            )
    yield from _moves(b)


def _moves(b: EquipmentBlock) -> Iterator[MachineRow]:
    """Pair machines that leave with facilities that receive, within each pool; any pairing costs the same."""
    leaving: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for (f, t, year), var in b.moved_out.items():
        leaving[t, b.instance.staff_scope[f]] += [(f, year)] * round(var.value)
    pairs: dict[tuple[str, str, str, int], int] = defaultdict(int)
    for (f, t), var in b.moved_in.items():
        for _ in range(round(var.value)):
            origin, year = leaving[t, b.instance.staff_scope[f]].pop(0)
            pairs[f, t, origin, year] += 1
    for (f, t, origin, year), count in sorted(pairs.items()):
        fee = b.data.types[t].move_cny
        yield MachineRow(
            facility=f,
            equipment_type=t,
            action="move",
            install_year=year,
            count=count,
            from_facility=origin,
            unit_cny=fee,
            spend_cny=count * fee,
        )


def exam_flow_rows(b: EquipmentBlock) -> Iterator[ExamFlowRow]:
    """Where every place's exams end."""
    for (i, m), need in b.data.need.items():
        shares: dict[tuple[str, str | None], float] = {
            ("facility", f): b.examined[i, f, m].value for f in b.data.exam_pairs[i, m]
        }
        shares["outside", None] = b.outside[i, m].value
        shares["unmet", None] = b.unmet[i, m].value
        for (kind, facility), share in tidy_shares(shares).items():
            yield ExamFlowRow(
                place=i,
                modality=m,
                facility=facility,
                ends=ends_of(b.instance, i, facility, kind),
                exams_per_year=share * need,
                minutes=None if facility is None else b.instance.reach.minutes(i, facility),
            )


def planned_machines(data: EquipmentData, decisions: Decisions) -> dict[Key, float | None]:
    """The values of the equipment decision that the rows of a plan say."""
    values: dict[Key, float] = defaultdict(float)
    bought: dict[str, int] = defaultdict(int)
    for row in decisions.machines:
        if row.action == "buy":
            bought[row.equipment_type] += row.count
    for row in decisions.machines:
        t, cohort = row.equipment_type, (row.facility, row.equipment_type, row.install_year)
        if row.action == "keep":
            values["kept", *cohort] += row.count
        elif row.action == "retire":
            values["retired", *cohort] += row.count
        elif row.action == "move":
            values["moved_in", row.facility, t] += row.count
            values["moved_out", str(row.from_facility), t, row.install_year] += row.count
        else:
            levels = data.price_levels[t]
            level = max(n for n, (quantity, _) in enumerate(levels) if quantity <= bought[t])
            values["bought", row.facility, t, level] += row.count
            if len(levels) > 1:
                values["price_level", t, level] = 1.0
    return {**values}
