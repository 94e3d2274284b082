"""Need per place and subject: population by age band x rate, or given directly. Units: cases per year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol

from alloc.schema.region import Region

Need = dict[tuple[str, str], float]
"""(place, subject) -> cases per year, only where above zero."""


class Rate(Protocol):
    """What exam, consultation and episode rates have in common."""

    @property
    def age_band(self) -> str:
        """The residents it counts for."""

    @property
    def place(self) -> str | None:
        """The one place it holds for; None for all."""

    @property
    def per_1000(self) -> float:
        """Cases per year of 1,000 residents."""


def population_of(region: Region) -> dict[str, dict[str, float]]:
    """Residents by place and age band."""
    persons: dict[str, dict[str, float]] = {place.id: {} for place in region.places}
    for row in region.population:
        persons[row.place][row.age_band] = row.residents
    return persons


def exam_need(region: Region) -> Need:
    """Exams per year of each modality in each place."""
    return _need(region, "exams", ((rate.modality, rate) for rate in region.exam_rates))


def consult_need(region: Region) -> Need:
    """Specialist consultations per year of each specialty in each place."""
    return _need(region, "consultations", ((rate.specialty, rate) for rate in region.consult_rates))


def episode_need(region: Region) -> Need:
    """Episodes per year of each condition in each place."""
    return _need(region, "episodes", ((rate.condition, rate) for rate in region.episode_rates))


def _need(region: Region, stream: str, rates: Iterable[tuple[str, Rate]]) -> Need:
    general: dict[str, dict[str, float]] = defaultdict(dict)
    local: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for subject, rate in rates:
        if rate.place is None:
            general[subject][rate.age_band] = rate.per_1000
        else:
            local[rate.place, subject][rate.age_band] = rate.per_1000
    persons = population_of(region)
    need: Need = {}
    for place, by_band in persons.items():
        for subject in {**general, **{subject: {} for _, subject in local}}:
            per_1000 = {**general.get(subject, {}), **local.get((place, subject), {})}
            need[place, subject] = _cases(by_band, per_1000)
    for row in region.given_needs:
        if row.stream == stream:
            need[row.place, row.subject] = row.per_year
    return {key: value for key, value in need.items() if value > 0.0}


def _cases(persons: Mapping[str, float], per_1000: Mapping[str, float]) -> float:
    return sum(count * per_1000.get(band, 0.0) / 1000.0 for band, count in persons.items())
