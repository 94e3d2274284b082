"""One plan a county, chosen within what is shared: a multiple-choice knapsack over the columns known."""

from __future__ import annotations

from collections.abc import Sequence

from alloc.solver.highs import HighsSession
from alloc.solver.outcome import SolverOptions
from alloc.study.province.master import Known, master_form
from alloc.study.province.question import Column

_OPTIONS = SolverOptions(time_limit_s=20.0, gap=1e-4, threads=1)


def choose(counties: Sequence[Known], shared: Sequence[float]) -> list[Column] | None:
    """The best choice found, in the order of the counties; None where no choice keeps within what is shared.

    No start is given to the solver: HiGHS 1.15 may cut off too much with one.
    """
    columns = [
        (number, column)
        for number, county in enumerate(counties)
        for column in _efficient(county, len(shared))
    ]
    if len({number for number, _ in columns}) < len(counties):
        return None
    form = master_form(columns, len(counties), shared, None, whole=True)
    cost, constant = form.objectives["goal"]
    with HighsSession(form) as session:
        outcome = session.minimise(cost, constant, "choice", options=_OPTIONS)
    if outcome.values is None:
        return None
    chosen: dict[int, Column] = {
        number: column for (number, column), share in zip(columns, outcome.values, strict=True) if share > 0.5
    }
    return [chosen[number] for number in range(len(counties))]


def _efficient(county: Known, n_shared: int) -> list[Column]:
    """Columns that no other one beats in everything."""
    kept: list[Column] = []
    key = (
        (lambda one: (one.goal, one.spend, one.beds)) if n_shared > 1 else (lambda one: (one.goal, one.spend))
    )
    for column in sorted(county.columns, key=key):
        beaten = any(
            other.spend <= column.spend and (n_shared == 1 or other.beds <= column.beds) for other in kept
        )
        if not beaten:
            kept.append(column)
    return kept
