"""Equity choices for travel, all linear. Every choice but the total is followed by an access pass on the
total, because gap and minimax measures can pay the solver for sending town people farther.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations
from typing import Any

import pyomo.environ as pyo

from alloc.blocks.contract import Linear, TripTerm, linear
from alloc.goals.measures import Measure, travel_total
from alloc.limits.contract import Decided
from alloc.schema.model import Goal


def travel_measures(decided: Decided, goal: Goal, block: Any) -> list[Measure]:
    """The objectives that minimise travel under the chosen equity, in order; helpers go onto ``block``."""
    if goal.equity == "total":
        return [travel_total(decided)]
    chosen = {
        "largest": _largest,
        "worst_share": _worst_share,
        "kolm_pollak": _kolm_pollak,
        "group_minimax": _group_minimax,
        "group_difference": _group_difference,
    }[goal.equity](decided, goal, block)
    return [*chosen, travel_total(decided, "access")]


def mean_minutes_by(decided: Decided, by_group: bool) -> tuple[dict[str, Linear], dict[str, float]]:
    """Mean felt minutes per trip of each place (or group of places), and its trips per year."""
    places = decided.blocks.instance.places
    label = {i: f"{row.consortium or '-'} {row.area}" if by_group else i for i, row in places.items()}
    trips: dict[str, float] = defaultdict(float)
    for need in decided.terms.needs:
        trips[label[need.place]] += need.per_year
    means: dict[str, Linear] = defaultdict(list)
    for term in decided.terms.trips:
        key = label[term.place]
        means[key].append((term.trips_per_year * term.felt_min / trips[key], term.share))
    return dict(means), dict(trips)


def _largest(decided: Decided, goal: Goal, block: Any) -> list[Measure]:
    r"""Largest mean minutes of any place (p-center on means).

    Mathematics: $\min \max_i m_i$
    """
    means, _ = mean_minutes_by(decided, by_group=False)
    block.largest_minutes = pyo.Var(within=pyo.NonNegativeReals)
    block.no_place_travels_longer = pyo.Constraint(
        list(means), rule=lambda _, i: (None, linear([*means[i], (-1.0, block.largest_minutes)]), 0.0)
    )
    return [Measure("travel", [(1.0, block.largest_minutes)])]


def _worst_share(decided: Decided, goal: Goal, block: Any) -> list[Measure]:
    r"""Mean minutes of the worst-off share of residents.

    Mathematics: $\min \; \theta + \frac{1}{\beta p} \sum_i p_i \max(0, m_i - \theta)$
    Source: conditional value at risk (Rockafellar & Uryasev 2000).
    """
    means, _ = mean_minutes_by(decided, by_group=False)
    persons = decided.blocks.instance.persons
    total = sum(persons[i] for i in means)
    block.worst_from = pyo.Var(within=pyo.NonNegativeReals)
    block.worse_by = pyo.Var(list(means), within=pyo.NonNegativeReals)
    block.minutes_above_the_worst = pyo.Constraint(
        list(means),
        rule=lambda _, i: (
            None,
            linear([*means[i], (-1.0, block.worst_from), (-1.0, block.worse_by[i])]),
            0.0,
        ),
    )
    share = max(goal.worst_share, 1e-6)
    tail = [(persons[i] / (share * total), block.worse_by[i]) for i in means]
    return [Measure("travel", [(1.0, block.worst_from), *tail])]


def _kolm_pollak(decided: Decided, goal: Goal, block: Any) -> list[Measure]:
    r"""Kolm-Pollak equivalent: trips weighted by their minutes exponentially, scaled to the longest trip.

    Mathematics: $\min \sum_j a_j e^{-\kappa (t_j - T)} x_j$ with
    $\kappa = \varepsilon \sum_j a_j t_j / \sum_j a_j t_j^2$ where everybody goes to the nearest
    Source: Horton et al. 2024; $\varepsilon < 0$ is the aversion of the model file.
    """
    trips = [t for t in decided.terms.trips if t.trips_per_year > 0.0]
    nearest = _nearest(trips)
    first = sum(p * d for p, d in nearest)
    second = sum(p * d * d for p, d in nearest)
    kappa = (first / second if second > 0.0 else 0.0) * goal.aversion
    longest = max((t.felt_min for t in trips), default=0.0)
    weights = [
        (t.trips_per_year / 1000.0 * math.exp(-kappa * (t.felt_min - longest)), t.share) for t in trips
    ]
    return [Measure("travel", [(max(coef, 1e-9), var) for coef, var in weights])]


def _nearest(trips: list[TripTerm]) -> list[tuple[float, float]]:
    """(trips per year, minutes) when everybody goes to the nearest that serves a need."""
    best: dict[tuple[str, str, float], float] = {}
    for t in trips:
        key = (t.stream, t.place, t.trips_per_year)
        best[key] = min(best.get(key, math.inf), t.felt_min)
    return [(trips_per_year, minutes) for (_, _, trips_per_year), minutes in best.items()]


def _group_minimax(decided: Decided, goal: Goal, block: Any) -> list[Measure]:
    r"""Lexicographic minimax over groups: the worst, then the sum of the two worst, and so on.

    Mathematics: $\min \; k \theta_k + \sum_g \max(0, m_g - \theta_k)$ for $k = 1, 2, \dots$ in turn
    Source: Ogryczak & Sliwinski 2003.
    """
    means, _ = mean_minutes_by(decided, by_group=True)
    groups, ranks = sorted(means), list(range(1, len(means) + 1))
    block.rank_from = pyo.Var(ranks)
    block.group_above = pyo.Var(ranks, groups, within=pyo.NonNegativeReals)
    block.minutes_above_the_rank = pyo.Constraint(
        ranks,
        groups,
        rule=lambda _, k, g: (
            None,
            linear([*means[g], (-1.0, block.rank_from[k]), (-1.0, block.group_above[k, g])]),
            0.0,
        ),
    )
    return [
        Measure(
            f"travel_{k}", [(float(k), block.rank_from[k]), *((1.0, block.group_above[k, g]) for g in groups)]
        )
        for k in ranks
    ]


def _group_difference(decided: Decided, goal: Goal, block: Any) -> list[Measure]:
    r"""Mean absolute difference between groups, weighted by their trips (Gini without its denominator).

    Mathematics: $\min \; \frac{2}{A^2} \sum_{g < h} A_g A_h \lvert m_g - m_h \rvert$
    """
    means, trips = mean_minutes_by(decided, by_group=True)
    pairs = list(combinations(sorted(means), 2))
    total = sum(trips.values())
    block.difference = pyo.Var(pairs, within=pyo.NonNegativeReals) if pairs else pyo.Var([])
    block.difference_covers = pyo.Constraint(
        [(g, h, sign) for g, h in pairs for sign in (1, -1)],
        rule=lambda _, g, h, sign: (
            None,
            linear(
                [
                    *((sign * coef, var) for coef, var in means[g]),
                    *((-sign * coef, var) for coef, var in means[h]),
                    (-1.0, block.difference[g, h]),
                ]
            ),
            0.0,
        ),
    )
    terms = [(2.0 * trips[g] * trips[h] / total**2, block.difference[g, h]) for g, h in pairs]
    return [Measure("travel", terms)]
