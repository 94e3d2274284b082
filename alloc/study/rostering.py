"""The roster of planned visits: solved exactly after the joint model, and what it cannot hold is cut back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from alloc.blocks.roster import RosterModel
from alloc.instance import Instance
from alloc.schema.plan import RosterRow, VisitRow
from alloc.solver.form import compile_model
from alloc.solver.highs import HighsSession
from alloc.solver.load import load_values
from alloc.solver.outcome import SolverOptions
from alloc.solver.passes import GoalPass, run_passes
from alloc.solver.progress import CancelToken


@dataclass(frozen=True)
class Roster:
    """Named visits; ``realised`` says whether they are exactly the planned ones, ``visits`` their sums.

    ``rows`` None: no roster was found in time.
    """

    rows: tuple[RosterRow, ...] | None
    visits: tuple[VisitRow, ...]
    realised: bool


def make_roster(
    instance: Instance,
    visits: list[VisitRow],
    options: SolverOptions,
    *,
    binding: bool,
    cancel: CancelToken | None = None,
) -> Roster:
    """Name the visits: first all of them, then fairly and with short ways."""
    named = [row for row in visits if row.session_type != "tele"]
    if not named and not (binding and any(instance.outreach.due_half_days.values())):
        return Roster((), tuple(visits), realised=True)
    roster = RosterModel(instance, visits, binding=binding)
    form = compile_model(roster.model)
    with HighsSession(form) as session:
        goals = [GoalPass("unrealised", 0.0, 1e-6), GoalPass("unfair")]
        result = run_passes(session, form, goals, options, cancel=cancel)
    if result.values is None:
        return Roster(None, tuple(visits), realised=False)
    load_values(form, result.values)
    rows = roster.rows()
    kept = _visits_of(rows) + [row for row in visits if row.session_type == "tele"]
    return Roster(tuple(rows), tuple(kept), realised=_same(kept, visits))


def _visits_of(rows: list[RosterRow]) -> list[VisitRow]:
    sums: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row in rows:
        sums[row.specialty, row.home, row.facility, row.session_type] += row.half_days_per_cycle
    return [
        VisitRow(specialty=k, home=home, facility=f, session_type=kind, half_days_per_cycle=half_days)
        for (k, home, f, kind), half_days in sums.items()
    ]


def _same(one: list[VisitRow], other: list[VisitRow]) -> bool:
    def table(rows: list[VisitRow]) -> dict[tuple[str, ...], float]:
        return {
            (row.specialty, row.home, row.facility, row.session_type): row.half_days_per_cycle
            for row in rows
            if row.half_days_per_cycle > 1e-6
        }

    return table(one) == table(other)
