"""Population and rates: no place without people, no need that is zero only because a rate was forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from alloc.schema.checks.fault import Faults, TableFault, listed
from alloc.schema.checks.ids import SUBJECTS
from alloc.schema.region import Region

_RATES: Mapping[str, tuple[str, str]] = {
    "exams": ("exam_rates", "modality"),
    "consultations": ("consult_rates", "specialty"),
    "episodes": ("episode_rates", "condition"),
}


def people_everywhere(region: Region) -> Faults:
    """Every place has a population row, and somebody lives in the region."""
    counted = {row.place for row in region.population}
    for row, place in enumerate(region.places):
        if place.id not in counted:
            yield TableFault("place_without_population", "places", row, "id", place.id)
    if not any(row.residents > 0.0 for row in region.population):
        yield TableFault("population_zero", "population", None, "residents")


def rates_complete(region: Region) -> Faults:
    """Every modality, specialty and condition has a rate for every age band that anybody is in.

    A place needs none where it has a rate of its own, or a given need.
    """
    inhabited: defaultdict[str, set[str]] = defaultdict(set)
    for row in region.population:
        if row.residents > 0.0:
            inhabited[row.age_band].add(row.place)
    for stream, subjects in SUBJECTS.items():
        covered = {(need.subject, need.place) for need in region.given_needs if need.stream == stream}
        rated = {(subject, band, place) for subject, band, place, _ in _rates(region, stream)}
        for subject in (row.id for row in getattr(region, subjects)):
            missing = [
                band
                for band, places in inhabited.items()
                if (subject, band, None) not in rated
                and any((subject, band, p) not in rated and (subject, p) not in covered for p in places)
            ]
            if missing:
                table = _RATES[stream][0]
                params = {"subject": subject, "bands": listed(missing)}
                yield TableFault("rate_missing", table, None, "age_band", listed(missing), params)


def total_need(region: Region, stream: str) -> dict[str, float]:
    """Cases per year in the whole region, by subject: population x rate, or given directly."""
    residents: defaultdict[tuple[str, str], float] = defaultdict(float)
    by_band: defaultdict[str, float] = defaultdict(float)
    for row in region.population:
        residents[row.place, row.age_band] += row.residents
        by_band[row.age_band] += row.residents
    rate = {(subject, band, place): per_1000 for subject, band, place, per_1000 in _rates(region, stream)}

    def cases(subject: str, place: str) -> float:
        general = ((band, rate.get((subject, band, None), 0.0)) for band in by_band)
        return sum(
            residents[place, band] * rate.get((subject, band, place), usual) / 1000.0
            for band, usual in general
            if (place, band) in residents
        )

    total: defaultdict[str, float] = defaultdict(float)
    for (subject, band, place), per_1000 in rate.items():
        if place is None:
            total[subject] += by_band.get(band, 0.0) * per_1000 / 1000.0
        elif (place, band) in residents:
            usual = rate.get((subject, band, None), 0.0)
            total[subject] += residents[place, band] * (per_1000 - usual) / 1000.0
    for need in region.given_needs:
        if need.stream == stream:
            total[need.subject] += need.per_year - cases(need.subject, need.place)
    return dict(total)


def _rates(region: Region, stream: str) -> Iterator[tuple[str, str, str | None, float]]:
    """Subject, age band, place and rate of every row of the stream's table."""
    table, subject = _RATES[stream]
    for row in getattr(region, table):
        yield getattr(row, subject), row.age_band, row.place, row.per_1000
