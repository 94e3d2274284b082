"""The outreach roster on a terminal: clinics down and weekdays across where that fits, else a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from alloc import labels
from alloc.plan.plan import Plan
from alloc.report.digest import clinics
from alloc.report.screen import Prose, Row, heading, indented, section
from alloc.report.words import Names, code_word, number
from alloc.schema.outreach import WEEKDAYS
from alloc.schema.plan import RosterRow

_MOST_CLINICS = 10
_GAP = 2
_CLINIC_WIDTHS = 16, 32
_EVERY_WEEK = ("weekly", "every_day")
Clinics = list[tuple[str, list[RosterRow]]]


def roster_parts(plan: Plan, names: Names) -> Iterator[RenderableType]:
    """The roster by clinic; where nobody has a weekday yet, half-days by clinic."""
    lang = names.lang
    by_clinic = clinics(plan)
    if not by_clinic:
        yield from section("roster", _half_days(plan, names), lang)
        return
    yield heading("roster", lang)
    shown = list(by_clinic.items())[:_MOST_CLINICS]
    yield indented(_Roster(shown, names))
    left = len(by_clinic) - len(shown)
    notes = [labels.text("plan.say.not_weekly", lang)] if _some_not_weekly(shown) else []
    notes += [labels.text("plan.say.more", lang, n=left)] if left else []
    if notes:
        yield indented(Prose(labels.text("plan.say.parts", lang).join(notes), style="dim"))


class _Roster:
    """Weekdays across when every session fits its cell; else a list of each clinic's sessions."""

    def __init__(self, shown: Clinics, names: Names) -> None:
        self.shown, self.names = shown, names

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        cells = [[_day_lines(rows, day, self.names) for day in WEEKDAYS] for _, rows in self.shown]
        day_width = max(cell_len(line) for row in cells for lines in row for line in lines)
        left = options.max_width - len(WEEKDAYS) * (_GAP + day_width)
        least, most = _CLINIC_WIDTHS
        yield self._list(most) if left < least else self._grid(cells, min(left, most))

    def _grid(self, cells: list[list[list[str]]], clinic_width: int) -> Table:
        table = Table.grid(padding=(0, _GAP))
        table.add_column(max_width=clinic_width, overflow="fold")
        for _ in WEEKDAYS:
            table.add_column(no_wrap=True)
        table.add_row("", *(code_word("weekday", day, self.names.lang) for day in WEEKDAYS), style="dim")
        for (clinic, _), row in zip(self.shown, cells, strict=True):
            table.add_row(Text(self.names.facility(clinic)), *(Text("\n".join(lines)) for lines in row))
        return table

    def _list(self, clinic_width: int) -> Table:
        table = Table.grid(padding=(0, _GAP))
        table.add_column(max_width=clinic_width, overflow="fold")
        table.add_column(overflow="fold")
        for clinic, rows in self.shown:
            table.add_row(Text(self.names.facility(clinic)), Prose(_sessions(rows, self.names)))
        return table


def _half_days(plan: Plan, names: Names) -> list[Row]:
    comma = labels.text("plan.say.list", names.lang)
    half_days: dict[str, list[str]] = {}
    for visit in plan.decisions.visits:
        told = {"specialty": names.of("specialty", visit.specialty), "n": number(visit.half_days_per_cycle)}
        half_days.setdefault(visit.facility, []).append(labels.text("plan.say.half_days", names.lang, **told))
    rows = [[names.facility(clinic), comma.join(parts)] for clinic, parts in half_days.items()]
    return [["", labels.text("plan.say.visits_only", names.lang)], *rows] if rows else []


def _day_lines(rows: list[RosterRow], day: str, names: Names) -> list[str]:
    """One clinic's sessions on one weekday, each a line; a star for those that are not weekly."""
    lines = [
        labels.text(
            "plan.say.session",
            names.lang,
            part=code_word("part", row.part, names.lang),
            specialty=names.of("specialty", row.specialty),
            star=_star(row),
        )
        for row in rows
        if row.weekday == day
    ]
    return list(dict.fromkeys(lines))


def _sessions(rows: list[RosterRow], names: Names) -> str:
    """One clinic's sessions, those alike but for the weekday together."""
    days: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        on = days[names.of("specialty", row.specialty), code_word("part", row.part, names.lang), _star(row)]
        on += [] if row.weekday in on else [row.weekday]
    told = [
        labels.text(
            "plan.say.session_days",
            names.lang,
            specialty=specialty,
            days=_days(on, names.lang),
            part=part,
            star=star,
        )
        for (specialty, part, star), on in days.items()
    ]
    return labels.text("plan.say.parts", names.lang).join(told)


def _days(on: list[str], lang: str) -> str:
    if len(on) == len(WEEKDAYS):
        return labels.text("plan.say.all_week", lang)
    return labels.text("plan.say.list", lang).join(code_word("weekday", day, lang) for day in on)


def _star(row: RosterRow) -> str:
    return "" if row.rhythm in _EVERY_WEEK else "*"


def _some_not_weekly(shown: Clinics) -> bool:
    return any(_star(row) for _, rows in shown for row in rows)
