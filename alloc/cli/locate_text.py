"""The answer of `alloc locate` on a terminal: verdict first, then sites, and how far people go."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from alloc.cli.help import columns_of, hanging, terminal_width
from alloc.errors import shown

if TYPE_CHECKING:
    from alloc.cli.locate_summary import SiteFigures, Summary
    from alloc.cli.manner import Manner

_MOST_SITES: Final = 30
_MOST_UNSERVED: Final = 5
_COVER: Final = ("max-cover", "set-cover")


def summary_text(summary: Summary, manner: Manner) -> str:
    """The whole page."""
    width = terminal_width()
    lines = [hanging(line, "", "  ", width) for line in _head(summary, manner)]
    lines += ["", *_table(summary, manner), ""]
    lines += [hanging(line, "", "  ", width) for line in _distances(summary, manner)]
    return "\n".join(lines) + "\n"


def figure(value: float | None) -> str:
    """A number with as many digits as a person needs."""
    if value is None:
        return "-"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100.0 else f"{value:.3g}"


def _head(summary: Summary, manner: Manner) -> Iterator[str]:
    answer, problem = summary.answer, summary.question.problem
    kept = sum(site.state == "existing" for site in summary.sites)
    title = manner.text(f"locate.problem.{problem}")
    yield manner.text("locate.opened", problem=title, n=len(summary.sites) - kept, kept=kept)
    gap = _share_at_most(answer.gap)
    if answer.status != "optimal":
        stopped = manner.text(f"locate.stopped.{answer.status}")
        yield manner.text("locate.incumbent", stopped=stopped, gap=gap)
    else:
        yield (
            manner.text("locate.proven_within", gap=gap) if answer.gap > 0.0 else manner.text("locate.proven")
        )
    bound = figure(answer.bound) if abs(answer.bound) < float("inf") else "-"
    value = manner.text(f"locate.objective.{problem}")
    yield manner.text("locate.value", what=value, value=figure(answer.objective), bound=bound)


def _share_at_most(gap: float) -> str:
    """A gap as a percentage, rounded up so that it promises nothing that is not proven."""
    if not math.isfinite(gap):
        return "?"
    decimals = 4 if gap < 1e-3 else 2
    return f"{math.ceil(gap * 100.0 * 10**decimals) / 10**decimals:g}%"


def _table(summary: Summary, manner: Manner) -> Iterator[str]:
    unit = summary.question.unit
    head = [
        manner.text(f"locate.column.{name}")
        for name in ("site", "state", "clients", "amount", "mean", "worst")
    ]
    head[4:] = [f"{name} ({unit})" if unit else name for name in head[4:]]
    rows = [_row(site, manner) for site in summary.sites[:_MOST_SITES]]
    if summary.question.problem == "p-dispersion":
        head, rows = head[:2], [row[:2] for row in rows]
    widths = [max(columns_of(row[at]) for row in [head, *rows]) for at in range(len(head))]
    for row in [head, *rows]:
        cells = [_padded(cell, widths[at], left=at < 2) for at, cell in enumerate(row)]
        yield "  " + "  ".join(cells).rstrip()
    if len(summary.sites) > _MOST_SITES:
        yield "  " + manner.text("locate.more_sites", n=len(summary.sites) - _MOST_SITES)


def _row(site: SiteFigures, manner: Manner) -> list[str]:
    figures = [figure(site.amount), figure(site.mean_cost), figure(site.worst_cost)]
    return [shown(site.id), manner.text(f"locate.state.{site.state}"), str(site.n_clients), *figures]


def _padded(cell: str, width: int, *, left: bool) -> str:
    blanks = " " * (width - columns_of(cell))
    return cell + blanks if left else blanks + cell


def _distances(summary: Summary, manner: Manner) -> Iterator[str]:
    costs, worst = summary.question.costs, summary.worst
    if worst is not None:
        unit = f" {summary.question.unit}" if summary.question.unit else ""
        yield manner.text(
            "locate.how_far",
            mean=figure(summary.mean) + unit,
            worst=figure(float(summary.cost[worst])) + unit,
            client=shown(costs.client_ids[summary.client[worst]]),
            site=shown(costs.site_ids[summary.site[worst]]),
        )
    share = summary.answer.details.get("share")
    if summary.question.problem in _COVER and isinstance(share, float):
        yield manner.text("locate.covered", share=f"{share:.1%}")
    if summary.unserved:
        named = ", ".join(shown(one) for one in summary.unserved[:_MOST_UNSERVED])
        dots = ", …" if len(summary.unserved) > _MOST_UNSERVED else ""
        yield manner.text("locate.unserved", n=len(summary.unserved), named=named + dots)
    answer = summary.answer
    yield manner.text("locate.how", method=answer.method, seconds=f"{answer.seconds:.1f}")
