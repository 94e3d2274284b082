"""The rules of the equipment decision: machines conserved, priced and housed; exams within what they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from alloc.blocks.contract import Linear, Rule

if TYPE_CHECKING:
    from alloc.blocks.equipment import EquipmentBlock


def every_machine_is_kept_moved_or_retired(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Every machine that stands today is kept, moved or retired.

    Mathematics: $k_a + o_a + d_a = N_a$
    Index: cohorts $a$ (facility, type, install year); sparse because only machines that stand are listed.
    Unit: machines.
    Source: conservation of machines.
    """
    for a in b.data.cohorts:
        terms = [(1.0, b.kept[a.key]), (1.0, b.retired[a.key])]
        if a.key in b.moved_out:
            terms.append((1.0, b.moved_out[a.key]))
        yield a.key, float(a.count), terms, float(a.count)


def machines_past_their_life_go(b: EquipmentBlock) -> Iterator[Rule]:
    r"""A machine past its life is not kept, where the model says that such machines must go.

    Mathematics: $k_a = 0$
    Index: cohorts $a$ past their life.
    Unit: machines.
    Source: county CTs over ten years old are obsolete (equipment renewal rule of the county medical
    consortium).
    """
    if b.instance.standards.equipment.obsolete_machines == "must_go":
        for a in b.data.cohorts:
            if a.obsolete:
                yield a.key, None, [(1.0, b.kept[a.key])], 0.0


def machines_move_within_their_pool(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Machines that arrive have left another member of the same pool.

    Mathematics: $\sum_{f \in P} i_{ft} = \sum_{a \in P, t} o_a$
    Index: types $t$ and pools $P$ (an integrated consortium, a single facility, or the region where property
    may cross); sparse because only types with a movable machine have a row.
    Unit: machines.
    Source: integrated consortia may re-deploy machines between members; loose ones may not.
    """
    pools: dict[tuple[str, str], Linear] = defaultdict(list)
    for (f, t), var in b.moved_in.items():
        pools[t, b.instance.staff_scope[f]].append((1.0, var))
    for (f, t, _), var in b.moved_out.items():
        pools[t, b.instance.staff_scope[f]].append((-1.0, var))
    for index, terms in sorted(pools.items()):
        yield index, 0.0, terms, 0.0


def one_price_level_a_type(b: EquipmentBlock) -> Iterator[Rule]:
    r"""All machines of one type are bought at one price level.

    Mathematics: $\sum_l \pi_{tl} \le 1$
    Index: types $t$ with a bulk price.
    Unit: price levels.
    Source: all-units quantity discount.
    """
    for t, levels in b.data.price_levels.items():
        terms = [(1.0, b.price_level[t, n]) for n in range(len(levels)) if (t, n) in b.price_level]
        if terms:
            yield t, None, terms, 1.0


def bulk_price_only_from_its_quantity(b: EquipmentBlock) -> Iterator[Rule]:
    r"""A bulk price holds only from its quantity on.

    Mathematics: $\sum_f p_{ftl} \ge q_{tl}\,\pi_{tl}$
    Index: types $t$ with a bulk price, levels $l$.
    Unit: machines.
    Source: all-units quantity discount.
    """
    for (t, n), level in b.price_level.items():
        quantity = float(b.data.price_levels[t][n][0])
        yield (t, n), 0.0, [*b.bought_at(t, n), (-quantity, level)], None


def buy_only_at_the_chosen_price(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Machines are bought at the chosen price level only.

    Mathematics: $p_{ftl} \le M_{ft}\,\pi_{tl}$
    Index: facilities and types that may buy, levels of types with a bulk price.
    Unit: machines.
    Source: all-units quantity discount; $M_{ft}$ is the most machines that fit.
    """
    for (f, t, n), var in b.bought.items():
        if (t, n) in b.price_level:
            yield (f, t, n), None, [(1.0, var), (-float(b.data.most[f, t]), b.price_level[t, n])], 0.0


def machines_stand_that_are_kept_or_arrive(b: EquipmentBlock) -> Iterator[Rule]:
    r"""What stands at a facility is what is kept there, moved in or bought.

    Mathematics: $n_{ft} = \sum_a k_a + i_{ft} + \sum_l p_{ftl}$
    Index: facilities and types that stand there or may arrive.
    Unit: machines.
    Source: definition; whole numbers to branch on, where keeping and buying may replace each other.
    """
    for f, t in b.data.stations:
        parts = b.kept_or_arriving(f, t)
        yield (f, t), 0.0, [(1.0, b.standing[f, t]), *((-coef, var) for coef, var in parts)], 0.0


def machines_fit_the_limit_of_the_site(b: EquipmentBlock) -> Iterator[Rule]:
    r"""No more machines of a type stand at a facility than may.

    Mathematics: $n_{ft} \le M_{ft}$
    Index: facilities and types where something may arrive.
    Unit: machines.
    Source: limits by facility of the region file.
    """
    arriving = set(b.data.may_buy) | set(b.data.may_receive)
    for f, t in sorted(arriving):
        yield (f, t), None, b.machines(f, t), float(b.data.most[f, t])


def machines_fit_the_rooms(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Machines fit the rooms of the facility.

    Mathematics: $\sum_t \mathrm{rooms}_t\, n_{ft} \le R_f$, and never less room than today's machines take
    Index: facilities where a machine that takes a room may arrive.
    Unit: rooms.
    Source: shielded rooms of the region file.
    """
    arriving = {f for f, t in [*b.data.may_buy, *b.data.may_receive] if b.data.types[t].rooms}
    for f in sorted(arriving):
        terms = [
            (coef * b.data.types[t].rooms, var)
            for g, t in b.data.stations
            if g == f and b.data.types[t].rooms
            for coef, var in b.machines(f, t)
        ]
        taken = sum(a.count * b.data.types[a.equipment_type].rooms for a in b.data.cohorts if a.facility == f)
        yield f, None, terms, float(max(b.instance.facilities[f].machine_rooms, taken))


def fleet_is_what_stands(b: EquipmentBlock) -> Iterator[Rule]:
    r"""The fleet of a pool is the sum of what stands at its members.

    Mathematics: $F_{tP} = \sum_{f \in P} n_{ft}$
    Index: types and pools.
    Unit: machines.
    Source: redundant; whole fleets let the solver branch on "how many" before "where", which closes the gap
    of the travel goal several times faster (measured on Deqing, docs/decisions.md).
    """
    for (t, pool), var in b.fleet.items():
        standing = [
            pair
            for f, u in b.data.stations
            if u == t and b.instance.staff_scope[f] == pool
            for pair in b.machines(f, t)
        ]
        yield (t, pool), 0.0, [(1.0, var), *((-coef, x) for coef, x in standing)], 0.0


def orders_are_what_is_bought(b: EquipmentBlock) -> Iterator[Rule]:
    r"""The order at a price level is the sum of what facilities buy at it.

    Mathematics: $Q_{tl} = \sum_f p_{ftl}$
    Index: types that may be bought, price levels.
    Unit: machines.
    Source: redundant; whole orders are branched on before their places, as fleets are.
    """
    for (t, n), var in b.orders.items():
        yield (t, n), 0.0, [(1.0, var), *((-coef, x) for coef, x in b.bought_at(t, n))], 0.0


def every_exam_is_made_or_counted(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Every exam that is needed is made inside, made outside the region, or counted as unmet.

    Mathematics: $\sum_f x_{ifm} + o_{im} + u_{im} = 1$
    Index: places and modalities with need.
    Unit: share of the need.
    Source: nothing disappears.
    """
    for i, m in b.data.need:
        terms = [(1.0, b.examined[i, f, m]) for f in b.data.exam_pairs[i, m]]
        yield (i, m), 1.0, [*terms, (1.0, b.outside[i, m]), (1.0, b.unmet[i, m])], 1.0


def exams_within_machine_capacity(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Exams at a facility stay within what its machines can make.

    Mathematics: $\sum_i e_{im} x_{ifm} \le \sum_{t \in m} c_t\, \rho\, (\sum_a \phi_a k_a + i_{ft} + \sum_l
    p_{ftl})$
    Index: facilities that may offer the modality.
    Unit: thousand exams per year.
    Source: capacity per machine and utilisation standard; $\phi_a$ is the share of capacity left past the
    life.
    """
    come: dict[tuple[str, str], Linear] = defaultdict(list)
    for (i, f, m), var in b.examined.items():
        come[f, m].append((b.data.need[i, m] / 1000.0, var))
    for f, m in b.offers:
        if come[f, m]:
            yield (f, m), None, [*come[f, m], *((-coef, var) for coef, var in b.capacity(f, m))], 0.0


def examine_only_where_offered(b: EquipmentBlock) -> Iterator[Rule]:
    r"""Residents are examined only where the modality is offered.

    Mathematics: $x_{ifm} \le y_{fm}$
    Index: kept pairs of place and facility; the strong form of the link.
    Unit: share of the need.
    Source: strong formulation of facility location.
    """
    for (i, f, m), var in b.examined.items():
        yield (i, f, m), None, [(1.0, var), (-1.0, b.offered[f, m])], 0.0


def offer_only_with_a_machine(b: EquipmentBlock) -> Iterator[Rule]:
    r"""A modality is offered only where a machine for it stands.

    Mathematics: $y_{fm} \le \sum_{t \in m} n_{ft}$
    Index: facilities that may offer the modality.
    Unit: machines.
    Source: logic; $y$ needs no integrality because machines are whole.
    """
    for f, m in b.offers:
        terms = [pair for t in b.data.types_of_modality[m] for pair in b.machines(f, t)]
        yield (f, m), None, [(1.0, b.offered[f, m]), *((-coef, var) for coef, var in terms)], 0.0
