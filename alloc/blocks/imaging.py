"""Who reads whose examinations, at which shared centres, with how many readers on duty."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

import pyomo.environ as pyo

from alloc.blocks.contract import CostTerm, DecisionBlock, Key, Linear, Rule, Var
from alloc.instance.imaging import Site
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import CentreRow, Decisions, ReadingRow

CENTRE_LIFE_YEARS = 10.0
"""Years over which setting up a centre counts in yearly cost [estimate: life of its equipment]."""


def one_reader_a_site(b: ImagingBlock) -> Iterator[Rule]:
    r"""All exams of one group made at a site are read at one place: its own, or one centre.

    Mathematics: $\sum_h r_{fhs} \le 1$
    Index: sites (facility, group) where exams may be made.
    Unit: reading places.
    Source: examined in town, read at the centre; one contract a site and group.
    """
    for f, s in b.data.sites:
        terms = [(1.0, b.reads_for[f, h, s]) for h in b.data.choices[f, s]]
        if terms:
            yield (f, s), None, terms, 1.0


def read_only_at_open_centres(b: ImagingBlock) -> Iterator[Rule]:
    r"""A facility reads for others only as an open shared centre.

    Mathematics: $r_{fhs} \le z_{hs} \quad (h \ne f)$
    Index: sites and centres whose link carries a study within the upload standard.
    Unit: 1 (yes or no).
    Source: upload within ten minutes, report within thirty.
    """
    for (f, h, s), var in b.reads_for.items():
        if h != f:
            yield (f, h, s), None, [(1.0, var), (-1.0, b.centre_open[h, s])], 0.0


def centres_read_their_own(b: ImagingBlock) -> Iterator[Rule]:
    r"""A shared centre reads its own exams.

    Mathematics: $r_{hhs} \ge z_{hs}$
    Index: centres that also examine and have readers.
    Unit: 1 (yes or no).
    Source: a centre is the reading room of its hospital.
    """
    for (h, s), centre in b.centre_open.items():
        if (h, h, s) in b.reads_for:
            yield (h, s), 0.0, [(1.0, b.reads_for[h, h, s]), (-1.0, centre)], None


def studies_go_only_where_assigned(b: ImagingBlock) -> Iterator[Rule]:
    r"""Studies go only to the place that reads for the site.

    Mathematics: $q_{fhm} \le \bar q_{fm}\, r_{fhs(m)}$
    Index: facility, reader and modality within the upload standard.
    Unit: thousand studies per year; $\bar q_{fm}$ is the need within reach or the most machines can make.
    Source: one contract a site and group.
    """
    for (f, h, m), var in b.read.items():
        yield (f, h, m), None, [(1.0, var), (-b.most_read[f, m], b.reads_for[f, h, b.group_of[m]])], 0.0


def one_number_of_readers_on_duty(b: ImagingBlock) -> Iterator[Rule]:
    r"""A reading room has one number of readers on duty.

    Mathematics: $\sum_c w_{hsc} \le 1$
    Index: reading rooms (reader, group).
    Unit: 1.
    Source: capacity by number of readers is not concave (Erlang C), so the number is chosen, not interpolated.
    """
    for h, s in b.rooms:
        terms = [(1.0, b.on_duty[h, s, c]) for c in b.duty_counts(h, s)]
        if terms:
            yield (h, s), None, terms, 1.0


def readers_on_duty_come_from_the_pool(b: ImagingBlock) -> Iterator[Rule]:
    r"""Readers on duty come from the pool: the room's own and those of the sites it reads for.

    Mathematics: $\sum_c c\, w_{hsc} \le \delta \sum_f a_{fs} r_{fhs}$
    Index: reading rooms.
    Unit: readers; $\delta$ is the share of readers on duty in the busiest hour.
    Source: readers of all sites form the centre's pool, within an integrated consortium.
    """
    share = b.instance.standards.imaging.duty_share
    for h, s in b.rooms:
        terms = [(float(c), b.on_duty[h, s, c]) for c in b.duty_counts(h, s)]
        if terms and (h, s) not in b.centre_open:
            # a site that can only read its own has one number on duty: whole readers, which is tighter
            yield (h, s), None, [*terms, (-terms[0][0], b.reads_for[h, h, s])], 0.0
        elif terms:
            yield (h, s), None, [*terms, *((-share * coef, var) for coef, var in b.pool(h, s))], 0.0


def reading_within_the_report_standard(b: ImagingBlock) -> Iterator[Rule]:
    r"""A reading room reads no more than its readers on duty report in time.

    Mathematics: $\sum_{f,m} \tau_m q_{fhm} \le \sum_c \lambda^*(c)\, w_{hsc}$
    Index: reading rooms.
    Unit: thousand reading minutes per year.
    Source: M/M/c queue (Erlang C) in the busiest hour; $\lambda^*(c)$ is the largest load of $c$ readers on duty
    that keeps the report standard (Gross, Shortle, Thompson, Harris: Fundamentals of Queueing Theory).
    """
    for h, s in b.rooms:
        table = b.data.capacity_min_per_year[s]
        load = [(b.data.read_min[m], var) for m, var in b.read_at[h, s]]
        supply = [(-table[c] / 1000.0, b.on_duty[h, s, c]) for c in b.duty_counts(h, s)]
        if load:
            yield (h, s), None, [*load, *supply], 0.0


class ImagingBlock(DecisionBlock):
    """``reads_for[facility, reader, group]``, ``centre_open[reader, group]``, ``on_duty[reader, group, number]``,
    ``read[facility, reader, modality]`` in thousand studies per year.
    """

    name: ClassVar[str] = "imaging"
    decision: ClassVar[Decision] = "imaging"
    rules: ClassVar = (
        one_reader_a_site,
        read_only_at_open_centres,
        centres_read_their_own,
        studies_go_only_where_assigned,
        one_number_of_readers_on_duty,
        readers_on_duty_come_from_the_pool,
        reading_within_the_report_standard,
    )
    policy: ClassVar = ("centres_read_their_own",)
    coarse: ClassVar = ("reads_for", "on_duty", "centre_open")

    def declare(self) -> None:
        """Declare the variables, then costs and changes."""
        self.data = data = self.instance.imaging
        self.group_of = {m: str(row.reading_group) for m, row in data.modalities.items() if row.reading_group}
        pairs = [(f, h, s) for (f, s), readers in data.choices.items() for h in readers]
        self.reads_for = self.variables("reads_for", pairs, within=pyo.Binary)
        self.rooms = data.rooms()
        shared = sorted({(h, s) for f, h, s in pairs if h != f})
        self.centre_open = self.variables("centre_open", shared, within=pyo.Binary)
        duty = [(h, s, c) for h, s in self.rooms for c in self.duty_counts(h, s)]
        self.on_duty = self.variables("on_duty", duty, within=pyo.Binary)
        self.most_read = self._most_read()
        self.read = self.variables(
            "read", data.upload_min, bounds=lambda _, f, h, m: (0.0, self.most_read[f, m])
        )
        self.read_at: dict[Site, list[tuple[str, Var]]] = defaultdict(list)
        for (_, h, m), var in self.read.items():
            self.read_at[h, self.group_of[m]].append((m, var))
        self._costs()
        self._changes()

    def duty_counts(self, reader: str, group: str) -> range:
        """Numbers of readers on duty that the largest possible pool allows; one where a site reads only its own."""
        pool = self.data.readers.get((reader, group), 0) + sum(
            self.data.readers.get((f, group), 0)
            for (f, s), choices in self.data.choices.items()
            if s == group and f != reader and reader in choices and self._shares_readers(f, reader)
        )
        most = math.floor(self.instance.standards.imaging.duty_share * pool + 1e-9)
        most = min(most, len(self.data.capacity_min_per_year[group]) - 1)
        alone = not any(
            h == reader and f != reader and s == group for (f, s), hs in self.data.choices.items() for h in hs
        )
        return range(max(1, most) if alone else 1, most + 1)

    def pool(self, reader: str, group: str) -> Linear:
        """Readers who work in a reading room."""
        terms: Linear = []
        own = self.data.readers.get((reader, group), 0)
        if own and (reader, reader, group) in self.reads_for:
            terms.append((float(own), self.reads_for[reader, reader, group]))
        elif own and (reader, group) in self.centre_open:
            terms.append((float(own), self.centre_open[reader, group]))
        for (f, h, s), var in self.reads_for.items():
            count = self.data.readers.get((f, s), 0)
            if (h, s) == (reader, group) and f != reader and count and self._shares_readers(f, reader):
                terms.append((float(count), var))
        return terms

    def _shares_readers(self, facility: str, reader: str) -> bool:
        return self.instance.staff_scope[facility] == self.instance.staff_scope[reader]

    def _most_read(self) -> dict[tuple[str, str], float]:
        """Thousand studies per year a facility can have to send: need within reach, or most machines can make."""
        equipment = self.instance.equipment
        within: dict[tuple[str, str], float] = defaultdict(float)
        for (i, m), facilities in equipment.exam_pairs.items():
            for f in facilities:
                within[f, m] += equipment.need[i, m] / 1000.0
        most = {}
        for f, m in equipment.offers():
            by_machines = sum(
                equipment.most[f, t] * equipment.usable_exams_per_year[t] / 1000.0
                for t in equipment.types_of_modality[m]
                if (f, t) in equipment.most
            )
            most[f, m] = min(within[f, m], by_machines)
        return most

    def _costs(self) -> None:
        for (h, s), var in self.centre_open.items():
            row = self.data.centres[h, s]
            setup = 0.0 if row.exists else row.setup_cny
            self.terms.costs.append(CostTerm("centre_setup", "capital", "region", h, [(setup, var)], CENTRE_LIFE_YEARS))
            running = [(row.running_cny_per_year, var)]
            self.terms.costs.append(CostTerm("centre_running", "yearly", "region", h, running))
        for (f, h, s), var in self.reads_for.items():
            if f != h:
                fee = self.data.centres[h, s].cny_per_link_year
                self.terms.costs.append(CostTerm("centre_links", "yearly", "region", h, [(fee, var)]))

    def _changes(self) -> None:
        weight = self.instance.standards.disruption.reading_site_changed
        now = self.today()
        for (f, h, s), var in self.reads_for.items():
            if now.get(("reads_for", f, h, s), 0.0) == 0.0 and f != h:
                self.terms.disruption.append((weight, var))

    def decisions(self) -> dict[Key, Var]:
        """``("reads_for", facility, reader, group)`` and ``("centre_open", reader, group)``."""
        values: dict[Key, Var] = {("reads_for", *key): var for key, var in self.reads_for.items()}
        return values | {("centre_open", *key): var for key, var in self.centre_open.items()}

    def today(self) -> dict[Key, float | None]:
        """Today's contracts; a site with readers and no contract reads its own."""
        values: dict[Key, float | None] = {}
        for f, s in self.data.sites:
            h = self.data.today.get((f, s), f)
            if (f, h, s) in self.reads_for:
                values["reads_for", f, h, s] = 1.0
                if h != f:
                    values["centre_open", h, s] = 1.0
        return values

    def planned(self, decisions: Decisions) -> dict[Key, float | None]:
        """As the plan's ``reading`` and ``centres`` say."""
        values: dict[Key, float | None] = {
            ("reads_for", row.facility, row.centre, row.reading_group): 1.0 for row in decisions.reading
        }
        for row in decisions.centres:
            if row.shared:
                values["centre_open", row.facility, row.reading_group] = 1.0
            if (row.facility, row.facility, row.reading_group) in self.reads_for:
                values["reads_for", row.facility, row.facility, row.reading_group] = 1.0
        return values

    def rows(self) -> dict[str, list[Frozen]]:
        """Rows of ``reading`` and ``centres``."""
        reading: list[Frozen] = []
        for (f, h, m), var in self.read.items():
            s = self.group_of[m]
            if round(self.reads_for[f, h, s].value) == 1 and var.value > 1e-6:
                reading.append(
                    ReadingRow(
                        facility=f,
                        reading_group=s,
                        centre=h,
                        modality=m,
                        exams_per_year=1000.0 * var.value,
                        upload_min=self.data.upload_min[f, h, m],
                    )
                )
        return {"reading": reading, "centres": [row for room in self.rooms if (row := self._centre_row(*room))]}

    def _centre_row(self, h: str, s: str) -> CentreRow | None:
        assigned = [f for (f, g, group) in self.reads_for if (g, group) == (h, s) and round(self.reads_for[f, g, s].value)]
        shared = (h, s) in self.centre_open and round(self.centre_open[h, s].value) == 1
        if not assigned and not shared:
            return None
        pool = round(sum(coef * round(var.value) for coef, var in self.pool(h, s)))
        on_duty = sum(c for c in self.duty_counts(h, s) if round(self.on_duty[h, s, c].value) == 1)
        load = 1000.0 * sum(self.data.read_min[m] * max(0.0, var.value) for m, var in self.read_at[h, s])
        centre = self.data.centres.get((h, s)) if shared else None
        needed = math.ceil(on_duty / self.instance.standards.imaging.duty_share - 1e-9)
        return CentreRow(
            facility=h,
            reading_group=s,
            shared=shared,
            sites_read_for=sum(f != h for f in assigned),
            readers_in_pool=pool,
            readers_on_duty=on_duty,
            readers_released=max(0, pool - needed),
            read_min_per_year=load,
            capacity_min_per_year=self.data.capacity_min_per_year[s][on_duty],
            setup_cny=centre.setup_cny if centre and not centre.exists else 0.0,
            running_cny_per_year=centre.running_cny_per_year if centre else 0.0,
        )
