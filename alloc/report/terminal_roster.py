"""The outreach roster on a terminal: clinics down, weekdays across."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from alloc import labels
from alloc.plan.plan import Plan
from alloc.report.digest import clinics
from alloc.report.screen import Row, heading, indented, section
from alloc.report.words import Names, code_word, number
from alloc.schema.outreach import WEEKDAYS
from alloc.schema.plan import RosterRow

_MOST_CLINICS = 10
_CLINIC_WIDTH, _DAY_WIDTH = 16, 14


def roster_parts(plan: Plan, names: Names) -> Iterator[RenderableType]:
    """Clinics down, weekdays across; without weekdays, half-days by clinic."""
    lang = names.lang
    by_clinic = clinics(plan)
    if not by_clinic:
        yield from section("roster", _half_days(plan, names), lang)
        return
    yield heading("roster", lang)
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", min_width=_CLINIC_WIDTH, max_width=_CLINIC_WIDTH)
    for _ in WEEKDAYS:
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=_DAY_WIDTH)
    table.add_row("", *(code_word("weekday", day, lang) for day in WEEKDAYS), style="dim")
    shown = list(by_clinic.items())[:_MOST_CLINICS]
    for clinic, rows in shown:
        table.add_row(Text(names.facility(clinic)), *(_day_cell(rows, day, names) for day in WEEKDAYS))
    yield indented(table)
    left = len(by_clinic) - len(shown)
    notes = [labels.text("plan.say.not_weekly", lang)] if _some_not_weekly(shown) else []
    notes += [labels.text("plan.say.more", lang, n=left)] if left else []
    if notes:
        yield indented(Text(labels.text("plan.say.parts", lang).join(notes), style="dim"))


def _half_days(plan: Plan, names: Names) -> list[Row]:
    comma = labels.text("plan.say.list", names.lang)
    half_days: dict[str, list[str]] = {}
    for visit in plan.decisions.visits:
        told = {"specialty": names.of("specialty", visit.specialty), "n": number(visit.half_days_per_cycle)}
        half_days.setdefault(visit.facility, []).append(labels.text("plan.say.half_days", names.lang, **told))
    rows = [[names.facility(clinic), comma.join(parts)] for clinic, parts in half_days.items()]
    return [["", labels.text("plan.say.visits_only", names.lang)], *rows] if rows else []


def _day_cell(rows: list[RosterRow], day: str, names: Names) -> Text:
    """One clinic's sessions on one weekday, a line each; a star for those that are not weekly."""
    lines = [
        labels.text(
            "plan.say.session",
            names.lang,
            part=code_word("part", row.part, names.lang),
            specialty=names.of("specialty", row.specialty),
            star="" if row.rhythm in ("weekly", "every_day") else "*",
        )
        for row in rows
        if row.weekday == day
    ]
    return Text("\n".join(dict.fromkeys(lines)))


def _some_not_weekly(shown: list[tuple[str, list[RosterRow]]]) -> bool:
    return any(row.rhythm not in ("weekly", "every_day") for _, rows in shown for row in rows)
