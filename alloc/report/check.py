"""A region before any plan: who lives there, what a year needs, and what today's capacity would allow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alloc import labels
from alloc.instance.needs import Need, consult_need, episode_need, exam_need
from alloc.report.digest import estimates
from alloc.report.words import Names, number, own_name, share
from alloc.schema.facilities import TIERS
from alloc.schema.model import Calendar, Model
from alloc.schema.region import Region

Kind = Literal["exams", "consults", "beds"]
UTILISATION: Final = 0.85
_ENOUGH: Final = 1.0
_WEEKS: Final = 4
_DAYS: Final = 365.0


@dataclass(frozen=True)
class CapacityRow:
    """Need and capacity of one subject over the whole region, per year;"""

    kind: Kind
    subject: str
    need: float
    capacity: float

    @property
    def ratio(self) -> float | None:
        """Capacity / need; None without need."""
        return self.capacity / self.need if self.need > 0.0 else None


def capacity_rows(region: Region, model: Model | None = None) -> list[CapacityRow]:
    """Need against capacity, per year: exams by modality, consultations by specialty, and bed-days.

    Capacity is what stands today, summed over the region, machines used to the model's utilisation (85 %
    without a model) and beds to the occupancy of their tier. Travel is not counted.
    """
    return [*_exams(region, model), *_consultations(region, model), *_beds(region)]


def render_check(region: Region, lang: str, model: Model | None = None) -> RenderableType:
    """The region as rich renderables: size, needs against capacity, what falls short, warnings."""
    names = Names(region, lang)
    rows = capacity_rows(region, model)
    parts: list[RenderableType] = [Text(own_name(region.about, lang), style="bold"), *_size(region, lang)]
    if rows:
        parts += [Text(labels.text("plan.head.capacity", lang), style="bold cyan"), _table(rows, names)]
        short = sum(_falls_short(row) for row in rows)
        if short:
            parts.append(Text(labels.text("plan.check.short", lang, n=short, all=len(rows)), style="yellow"))
        else:
            parts.append(Text(labels.text("plan.check.enough", lang), style="green"))
        used = UTILISATION if model is None else model.standards.equipment.utilisation_max
        parts.append(Text(labels.text("plan.check.note", lang, share=share(used, 0)), style="dim"))
    parts += [Text(text, style="yellow") for text in _warnings(region, lang)]
    return Group(*parts)


def _size(region: Region, lang: str) -> Iterator[Text]:
    rural = {place.id for place in region.places if place.area == "rural"}
    persons = sum(row.residents for row in region.population)
    in_rural = sum(row.residents for row in region.population if row.place in rural)
    told = {"n": number(round(persons)), "rural": share(in_rural / persons) if persons else "-"}
    yield Text(labels.text("plan.check.residents", lang, **told))
    by_tier = {tier: sum(f.tier == tier for f in region.facilities) for tier in TIERS}
    tiers = labels.text("plan.say.list", lang).join(
        labels.text("plan.check.tier", lang, tier=labels.text(f"plan.tier.{tier}", lang), n=n)
        for tier, n in by_tier.items()
        if n
    )
    counts = {"places": len(region.places), "facilities": len(region.facilities), "tiers": tiers}
    yield Text(labels.text("plan.check.facilities", lang, **counts))
    life = {kind.id: kind.life_years for kind in region.equipment_types}
    year = region.about.planning_year
    all_machines = sum(item.count for item in region.inventory)
    old = sum(i.count for i in region.inventory if year - i.install_year >= life[i.equipment_type])
    if old:
        yield Text(labels.text("plan.check.past_life", lang, n=old, all=all_machines))


def _table(rows: list[CapacityRow], names: Names) -> RenderableType:
    table = Table.grid(padding=(0, 3))
    table.add_column()
    for _ in range(3):
        table.add_column(justify="right")
    heads = [labels.text(f"plan.column.{key}", names.lang) for key in ("need", "capacity", "share")]
    table.add_column()
    table.add_row("", *heads, "", style="dim")
    for row in rows:
        ratio, short = row.ratio, _falls_short(row)
        style = "yellow" if short else ""
        cells = [
            number(round(row.need)),
            number(round(row.capacity)),
            "-" if ratio is None else share(ratio, 0),
        ]
        cells.append(labels.text("plan.check.less", names.lang) if short else "")
        table.add_row(*(Text(cell, style=style) for cell in (_name(row, names), *cells)))
    return Padding(table, (0, 0, 0, 2))


def _falls_short(row: CapacityRow) -> bool:
    return row.ratio is not None and row.ratio < _ENOUGH


def _name(row: CapacityRow, names: Names) -> str:
    if row.kind == "beds":
        return labels.text("plan.check.beds", names.lang)
    subject = names.of("modality" if row.kind == "exams" else "specialty", row.subject)
    return labels.text(f"plan.check.{row.kind}", names.lang, name=subject)


def _warnings(region: Region, lang: str) -> Iterator[str]:
    if region.about.semi_synthetic:
        yield labels.text("plan.warning.semi_synthetic", lang)
    if count := estimates(region):
        yield labels.text("plan.warning.estimates", lang, n=number(count))


def _exams(region: Region, model: Model | None) -> Iterator[CapacityRow]:
    need = _by_subject(exam_need(region))
    used = UTILISATION if model is None else model.standards.equipment.utilisation_max
    types = {kind.id: kind for kind in region.equipment_types}
    capacity: dict[str, float] = defaultdict(float)
    for item in region.inventory:
        kind = types[item.equipment_type]
        capacity[kind.modality] += item.count * kind.exams_per_year * used
    for modality in region.modalities:
        yield CapacityRow("exams", modality.id, need.get(modality.id, 0.0), capacity[modality.id])


def _consultations(region: Region, model: Model | None) -> Iterator[CapacityRow]:
    need = _by_subject(consult_need(region))
    cycles = (Calendar() if model is None else model.calendar).cycles_per_year
    half_days: dict[str, float] = defaultdict(float)
    for doctor in region.specialists:
        half_days[doctor.specialty] += doctor.clinic_half_days_per_week * _WEEKS * cycles
    for specialty in region.specialties:
        capacity = half_days[specialty.id] * specialty.home_consults_per_half_day
        yield CapacityRow("consults", specialty.id, need.get(specialty.id, 0.0), capacity)


def _beds(region: Region) -> Iterator[CapacityRow]:
    stay = {condition.id: condition.stay_days for condition in region.conditions}
    need = sum(cases * stay[what] for what, cases in _by_subject(episode_need(region)).items())
    if need > 0.0:
        occupancy = {row.tier: row.occupancy_share for row in region.tier_money}
        beds = sum(f.beds * occupancy.get(f.tier, 1.0) for f in region.facilities)
        yield CapacityRow("beds", "", need, beds * _DAYS)


def _by_subject(need: Need) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for (_, subject), cases in need.items():
        total[subject] += cases
    return dict(total)
