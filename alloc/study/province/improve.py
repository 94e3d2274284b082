"""Where prices stand still and the gap is open: sharper answers, plans near by, use of what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alloc.limits.money import CNY_PER_UNIT
from alloc.study.province.county import BED_DAYS_PER_UNIT
from alloc.study.province.master import Prices, lagrangian, taken
from alloc.study.province.next_price import rounded
from alloc.study.province.question import Column, Question
from alloc.study.province.wishes import fits

if TYPE_CHECKING:
    from alloc.study.province.rounds import Rounds

_AROUND = (1.12, 0.89, 1.3, 0.77)
"""Prices near the best one, as multiples of it."""
_OWN_GAPS = 0.3
"""Counties answer more sharply where their own gaps come to this share of the gap asked for."""
_REPAIRS, _REPAIRED = 4, 4
"""Rounds of using what is left, and counties asked in each."""
_WORTH_IT = 1e-3


def look_around(rounds: Rounds) -> None:
    """Sharper answers at the best prices, where the counties' own gaps matter; then plans at prices near by,
    among which a whole choice fits better.
    """
    if not rounds.tried or not rounds.is_open():
        return
    counties = [rounds.known[name] for name in rounds.alive]
    best = max(rounds.tried, key=lambda prices: lagrangian(counties, prices, rounds.shared))
    if _own_gaps(rounds, best) > _OWN_GAPS * rounds.wishes.gap * abs(rounds.value or 0.0):
        rounds.round(best, sharper=True)
    for step in _AROUND:
        prices = rounded(tuple(step * price for price in best))
        if rounds.is_open() and prices not in rounds.tried:
            rounds.round(prices)


def use_what_is_left(rounds: Rounds) -> None:
    """A few counties that could gain most plan again, with what the others leave as a hard limit."""
    for _ in range(_REPAIRS):
        if rounds.chosen is None or not rounds.is_open():
            return
        n = len(rounds.shared)
        used = [sum(taken(column, n)[k] for column in rounds.chosen) for k in range(n)]
        left = [limit - sum_used for limit, sum_used in zip(rounds.shared, used, strict=True)]
        batch = [
            (rounds.tasks[name], _within(rounds, column, left)) for name, column in _hopeful(rounds, left)
        ]
        if not batch:
            return
        before = rounds.value or 0.0
        rounds.take_in(rounds.ask("repair", batch), None)
        rounds.choose()
        if before - (rounds.value or 0.0) <= _WORTH_IT * rounds.wishes.gap * abs(before):
            return


def _own_gaps(rounds: Rounds, prices: Prices) -> float:
    """How far the counties' best plans and their bounds are apart at these prices, summed up."""
    counties = [rounds.known[name] for name in rounds.alive]
    return sum(max(0.0, one.most(prices) - one.least(prices)) for one in counties)


def _hopeful(rounds: Rounds, left: Sequence[float]) -> list[tuple[str, Column]]:
    """The counties whose bound leaves most to gain with what is left."""
    gains = []
    n = len(rounds.shared)
    for name, column in zip(rounds.alive, rounds.chosen or (), strict=True):
        beds = left[1] if left[1:] else 0.0
        more = column.model_copy(update={"spend": column.spend + left[0], "beds": column.beds + beds})
        least, mine = rounds.bound_within(name, more), rounds.known[name].columns
        known = min((one.goal for one in mine if fits(one, more, n)), default=column.goal)
        if least is not None and known - least > 1e-6:
            gains.append((known - least, name, column))
    gains.sort(key=lambda gain: (-gain[0], gain[1]))
    return [(name, column) for _, name, column in gains[:_REPAIRED]]


def _within(rounds: Rounds, column: Column, left: Sequence[float]) -> Question:
    beds = (column.beds + left[1]) * BED_DAYS_PER_UNIT if left[1:] else None
    most = round((column.spend + left[0]) * CNY_PER_UNIT, 2)
    return rounds.question("price", most_cny=max(most, 0.0), most_bed_days=beds)
