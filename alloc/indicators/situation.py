"""A region under one set of decisions, with the tallies that several indicators share, each made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from alloc.indicators.measures import FloatArray
from alloc.schema.plan import CostRow, Decisions
from alloc.schema.region import Region

if TYPE_CHECKING:
    from alloc.instance import Instance

Stream = Literal["exams", "consultations", "episodes"]
STREAMS: tuple[Stream, ...] = ("exams", "consultations", "episodes")
PRIMARY_TIERS = ("village", "township")
HALF_DAYS_PER_CYCLE = 40.0
"""Half-days of one full-time post in a roster cycle: 4 weeks x 5 days x 2."""
DAYS_PER_YEAR = 365.0


class Flow(NamedTuple):
    """Cases per year of one place's need that end alike. ``minutes``: one way; None for an unmet need."""

    stream: Stream
    place: str
    subject: str
    facility: str | None
    ends: str
    per_year: float
    minutes: float | None

    @property
    def inside(self) -> bool:
        """Whether it is served inside the region."""
        return self.ends in ("own_consortium", "region")


@dataclass(frozen=True)
class Situation:
    """One scenario's facts (``instance``, and the ``region`` it comes from) under one set of decisions."""

    instance: Instance
    decisions: Decisions
    region: Region

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """Where every modelled need ends; a step-down stay is part of an episode, not another need."""
        return tuple(self._flows())

    def _flows(self) -> Iterator[Flow]:
        for e in self.decisions.exam_flows:
            minutes = self._minutes(e.place, e.facility, e.ends, e.minutes)
            yield Flow("exams", e.place, e.modality, e.facility, e.ends, max(e.exams_per_year, 0.0), minutes)
        for c in self.decisions.consult_flows:
            n, minutes = max(c.consults_per_year, 0.0), self._minutes(c.place, c.facility, c.ends, c.minutes)
            yield Flow("consultations", c.place, c.specialty, c.facility, c.ends, n, minutes)
        for a in self.decisions.episode_flows:
            if a.leg != "step_down":
                minutes, n = (
                    self._minutes(a.place, a.treated_at, a.ends, a.minutes),
                    max(a.episodes_per_year, 0.0),
                )
                yield Flow("episodes", a.place, a.condition, a.treated_at, a.ends, n, minutes)

    def _minutes(self, place: str, facility: str | None, ends: str, stated: float | None) -> float | None:
        """Minutes to care: stated, or those of the way; outside the region as the region file says."""
        if ends == "unmet":
            return None
        if stated is not None:
            return stated
        if facility is None:
            return self.instance.outside_min[place]
        return self.instance.reach.minutes(place, facility)

    @cached_property
    def streams(self) -> tuple[Stream, ...]:
        """The streams of need that the decisions say something about."""
        present = {flow.stream for flow in self.flows}
        return tuple(stream for stream in STREAMS if stream in present)

    @cached_property
    def outreach_known(self) -> bool:
        """Whether the decisions say where specialists are; no visits at all may then be a true zero."""
        said = self.decisions
        return bool(said.visits or said.slots or said.consult_flows)

    @cached_property
    def persons(self) -> FloatArray:
        """Residents of every place, in the order of ``instance.places``."""
        return np.array([self.instance.persons[place] for place in self.instance.places], dtype=np.float64)

    @property
    def residents(self) -> float:
        """Residents of the region."""
        return float(self.persons.sum())

    @cached_property
    def facility_index(self) -> dict[str, int]:
        """Position of every facility in ``minutes``."""
        return {facility: index for index, facility in enumerate(self.instance.facilities)}

    @cached_property
    def minutes(self) -> FloatArray:
        """Minutes from every place to every facility, in the instance's order; infinite without a way."""
        travel = self.instance.reach.travel
        rows = {origin: index for index, origin in enumerate(travel.origins)}
        columns = {destination: index for index, destination in enumerate(travel.destinations)}
        places = [rows[place] for place in self.instance.places]
        facilities = [columns[facility] for facility in self.instance.facilities]
        return np.asarray(travel.minutes[np.ix_(places, facilities)], dtype=np.float64)

    @cached_property
    def open_facilities(self) -> frozenset[str]:
        """Open as the decisions say; where they say nothing, what stands today and is not prohibited."""
        is_open = {row.facility: row.open for row in self.decisions.sites}
        return frozenset(
            f
            for f, row in self.instance.facilities.items()
            if is_open.get(f, row.operating in ("existing", "may_close"))
        )

    @cached_property
    def machines(self) -> Mapping[tuple[str, str], float]:
        """(open facility, modality) -> machines."""
        return self._tally_machines(usable=False)

    @cached_property
    def exam_capacity(self) -> Mapping[tuple[str, str], float]:
        """(open facility, modality) -> exams per year that its machines make at the utilisation standard."""
        return self._tally_machines(usable=True)

    def _tally_machines(self, usable: bool) -> dict[tuple[str, str], float]:
        data = self.instance.equipment
        left = {cohort.key: cohort.capacity_factor for cohort in data.cohorts}
        tally: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.decisions.machines:
            if row.action == "retire" or row.count <= 0 or row.facility not in self.open_facilities:
                continue
            each = 1.0
            if usable:
                factor = left.get((row.facility, row.equipment_type, row.install_year), 1.0)
                each = data.usable_exams_per_year[row.equipment_type]
                each *= factor if row.action == "keep" else 1.0
            tally[row.facility, data.types[row.equipment_type].modality] += each * row.count
        return dict(tally)

    @cached_property
    def consult_half_days(self) -> Mapping[tuple[str, str], float]:
        """(facility, specialty) -> half-days per cycle in which patients are seen in person.

        At a clinic: outreach clinics and postings. At home: the team's outpatient clinic less what outreach,
        tele-consultation and postings take from it.
        """
        data = self.instance.outreach
        tally: dict[tuple[str, str], float] = defaultdict(float)
        for (specialty, home), at_home in data.clinic_half_days.items():
            tally[home, specialty] += at_home
        for row in self.decisions.visits:
            team, half_days = (row.specialty, row.home), max(row.half_days_per_cycle, 0.0)
            if row.session_type in ("clinic", "posting"):
                tally[row.facility, row.specialty] += half_days
            taken = half_days
            if row.session_type == "posting" and data.posting_half_days.get(team, 0):
                taken *= data.posting_clinic_half_days[team] / data.posting_half_days[team]
            tally[row.home, row.specialty] -= taken
        return {key: max(amount, 0.0) for key, amount in tally.items() if key[0] in self.open_facilities}

    @cached_property
    def beds(self) -> Mapping[str, float]:
        """Open facility -> beds, opened surge beds included."""
        surge = {row.facility: row.surge_beds_opened for row in self.decisions.beds}
        rows = self.instance.facilities
        return {f: float(rows[f].beds + surge.get(f, 0)) for f in rows if f in self.open_facilities}

    def yearly_cny(self, payer: str) -> Iterator[tuple[CostRow, float]]:
        """Rows that ``payer`` pays and their CNY per year; what is paid once counts 1/life a year."""
        for row in self.decisions.costs:
            if row.payer == payer:
                yield row, row.cny if row.kind == "yearly" else row.cny / max(row.life_years, 1.0)

    def is_primary(self, facility: str) -> bool:
        """Whether a facility is a township health centre, a community health centre or a village clinic."""
        return self.instance.facilities[facility].tier in PRIMARY_TIERS

    def by_facility(self, amounts: Iterable[tuple[str, float]]) -> FloatArray:
        """Amounts added up by facility, in the order of ``minutes``."""
        vector = np.zeros(len(self.facility_index))
        for facility, amount in amounts:
            vector[self.facility_index[facility]] += amount
        return vector
