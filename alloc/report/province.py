"""A province's plan on the terminal, and as JSON, CSV and a workbook."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alloc import labels
from alloc.errors import shown
from alloc.report.book import HEAD, Book, both, open_book
from alloc.report.formulas import guarded
from alloc.report.screen import Prose, indented
from alloc.report.words import money, money_in_column, number, own_name, share
from alloc.study.province.outcome import CountyRow, ProvincePlan

JSON_FILE, CSV_FILE, BOOK_FILE = "province.json", "province.csv", "province.xlsx"
_MOST_SHOWN: Final = 12
_HEADS: Final = (
    *("county", "name", "status", "share_cny", "spend_cny", "bed_days_per_year", "goal_before", "goal"),
    *("goal_bound", "gap", "folder", "reason"),
)
_COLORS: Final = {"optimal": "green", "time_limit": "yellow", "incomplete": "red"}


def render_province(plan: ProvincePlan, lang: str) -> RenderableType:
    """The verdict, totals, the counties with the largest shares, and those without a plan; 80 columns do."""
    return Group(*_parts(plan, lang))


def save_province(plan: ProvincePlan, folder: Path, lang: str) -> list[Path]:
    """Write the three files and return them. Raises OSError when they cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(province_record(plan), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    writers: dict[str, Callable[[Path], object]] = {
        BOOK_FILE: lambda path: _write_book(plan, path, lang),
        CSV_FILE: lambda path: path.write_bytes(_csv(plan, lang).encode("utf-8-sig")),
        JSON_FILE: lambda path: path.write_bytes(text.encode()),
    }
    for name, write in writers.items():
        new = folder / f".{name}.new"
        write(new)
        new.replace(folder / name)
    return [folder / name for name in writers]


def province_record(plan: ProvincePlan) -> dict[str, Any]:
    """The plan for JSON, with its gap and whether it is proven."""
    return {**plan.model_dump(mode="json"), "gap": plan.gap, "proven": plan.proven}


def verdict_of(plan: ProvincePlan, lang: str) -> str:
    """One sentence: what is proven."""
    gap = "-" if plan.gap is None else share(plan.gap, 2)
    asked = share(plan.asked_gap, 2)
    n, total = len(plan.failed), len(plan.counties)
    return labels.text(f"province.say.verdict_{plan.status}", lang, gap=gap, asked=asked, n=n, total=total)


def _parts(plan: ProvincePlan, lang: str) -> Iterator[RenderableType]:
    def say(key: str, **params: object) -> str:
        return labels.text(f"province.say.{key}", lang, **params)

    yield Text(say("title", name=own_name(plan.province, lang)), style="bold")
    yield Prose(verdict_of(plan, lang), style=_COLORS.get(plan.status, "yellow"))
    yield indented(_totals(plan, lang, say))
    yield Text("")
    yield indented(_counties(plan, lang))
    if len(plan.planned) > _MOST_SHOWN:
        yield indented(Prose(say("more", n=len(plan.planned) - _MOST_SHOWN), style="dim"))
    for key, lines in (
        ("failed", [f"{row.county}: {_reason(row, lang)}" for row in plan.failed]),
        ("findings", [dict(zip(("zh", "en"), found, strict=True))[lang] for found in plan.findings]),
    ):
        if lines:
            yield Text("\n" + say(key), style="bold red")
            yield from (indented(Prose(shown(line))) for line in lines[:_MOST_SHOWN])


def _totals(plan: ProvincePlan, lang: str, say: Callable[..., str]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    used = share(plan.spend_cny / plan.province.budget_cny) if plan.province.budget_cny else "-"
    spend, budget = money(plan.spend_cny, lang), money(plan.province.budget_cny, lang)
    before = [row.goal_before for row in plan.planned]
    today = None if None in before else sum(value or 0.0 for value in before)
    rows = [
        ("counties", say("planned", n=len(plan.planned), total=len(plan.counties))),
        ("budget", say("spend", spend=spend, budget=budget, share=used)),
        ("goal", say("goal_value", value=_num(plan.value), bound=_num(plan.bound), before=_num(today))),
        ("run", say("run_value", rounds=len(plan.rounds), solved=plan.solved, taken=plan.taken_up)),
    ]
    if plan.province.tertiary_bed_days_per_year is not None:
        most = number(plan.province.tertiary_bed_days_per_year)
        rows.insert(2, ("beds", say("bed_days", n=number(plan.bed_days_per_year), most=most)))
    if plan.rounds:
        rows.append(("prices", say("price", price=f"{plan.rounds[-1].price_per_million_cny:.4g}")))
    for key, text in rows:
        table.add_row(say(key), Prose(text))
    return table


def _counties(plan: ProvincePlan, lang: str) -> Table:
    table = Table.grid(padding=(0, 2))
    heads = ("county", "spend", "before", "goal", "bound", "gap")
    for head in heads:
        table.add_column(justify="left" if head == "county" else "right", no_wrap=True, overflow="ellipsis")
    table.add_row(*(Text(labels.text(f"province.column.{head}", lang), style="bold") for head in heads))
    order = sorted(plan.planned, key=lambda row: (-row.spend_cny, row.county))
    for row in order[:_MOST_SHOWN]:
        table.add_row(
            shown(_name(row, lang))[:24],
            f"{money_in_column(row.spend_cny, lang):,.2f}",
            _num(row.goal_before),
            _num(row.goal),
            _num(row.goal_bound),
            "-" if row.gap is None else share(row.gap, 2),
        )
    return table


def _num(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _name(row: CountyRow, lang: str) -> str:
    first, second = (row.name_zh, row.name_en) if lang == "zh" else (row.name_en, row.name_zh)
    return first or second or row.county


def _reason(row: CountyRow, lang: str) -> str:
    return row.reason_zh if lang == "zh" else row.reason_en


def _cells(row: CountyRow, lang: str) -> list[Any]:
    texts = {
        "name": _name(row, lang),
        "status": labels.text(f"province.status.{row.status}", lang),
        "reason": _reason(row, lang),
    }
    return [texts.get(head, getattr(row, head, None)) for head in _HEADS]


def _csv(plan: ProvincePlan, lang: str) -> str:
    text = StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(_HEADS)
    for row in plan.counties:
        out.writerow([_cell(cell) for cell in _cells(row, lang)])
    return text.getvalue()


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    return repr(round(cell, 6) + 0.0) if isinstance(cell, float) else guarded(str(cell))


def _write_book(plan: ProvincePlan, path: Path, lang: str) -> None:
    about = f"{own_name(plan.province, lang)} · {verdict_of(plan, lang)}"
    with open_book(path, about, "") as file:
        book = Book(file, about, plan.proven, lang)
        sheet = book.sheet("province")
        book.title(sheet, own_name(plan.province, lang))
        for col, head in enumerate(_HEADS):
            book.text(sheet, 3, col, both(f"province.column.{head}", "\n"), **HEAD)
            sheet.set_column(col, col, 24 if head in ("name", "folder", "reason") else 15)
        sheet.set_row(3, 32)
        for line, row in enumerate(plan.counties, start=4):
            for col, (head, cell) in enumerate(zip(_HEADS, _cells(row, lang), strict=True)):
                if isinstance(cell, float):
                    pattern = "0.00%" if head == "gap" else "#,##0" if head.endswith("cny") else "#,##0.00"
                    sheet.write_number(line, col, cell, book.format(num_format=pattern))
                elif cell is not None:
                    book.text(sheet, line, col, str(cell))
        last = 4 + len(plan.counties)
        book.text(sheet, last, 0, both("province.column.total"), bold=True)
        bold = book.format(num_format="#,##0.00", bold=True)
        for head, total in (("spend_cny", plan.spend_cny), ("goal", plan.value), ("goal_bound", plan.bound)):
            if total is not None:
                sheet.write_number(last, _HEADS.index(head), total, bold)
        sheet.freeze_panes(4, 1)
        sheet.autofilter(3, 0, last - 1, len(_HEADS) - 1)
