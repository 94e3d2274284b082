"""Who reads whose examinations, at which shared centres, with how many readers on duty."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, ClassVar

import pyomo.environ as pyo

from alloc.blocks.contract import CostTerm, DecisionBlock, Key, Linear, Var, strand_of_group
from alloc.blocks.imaging_rules import (
    centres_read_their_own,
    one_number_of_readers_on_duty,
    one_reader_a_site,
    read_only_at_open_centres,
    readers_on_duty_come_from_the_pool,
    reading_within_the_report_standard,
    studies_go_only_where_assigned,
)
from alloc.instance.imaging import Site
from alloc.schema.base import Frozen
from alloc.schema.model import Decision
from alloc.schema.plan import CentreRow, Decisions, ReadingRow

CENTRE_LIFE_YEARS = 10.0
"""Years over which setting up a centre counts in yearly cost [estimate: life of its equipment]."""


class ImagingBlock(DecisionBlock):
    """``reads_for[facility, reader, group]``, ``centre_open[reader, group]``, ``on_duty[reader, group,
    number]``, ``read[facility, reader, modality]`` in thousand studies per year.
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
        """Numbers of readers on duty that the largest possible pool allows; one where a site reads only its
        own.
        """
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
        """Thousand studies per year a facility can have to send: need within reach, or most machines can
        make.
        """
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
            self.terms.costs.append(
                CostTerm("centre_setup", "capital", "region", h, [(setup, var)], CENTRE_LIFE_YEARS)
            )
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

    def strand(self, family: str, index: Any) -> str:
        """The reading group."""
        where = {"reads_for": 2, "centre_open": 1, "on_duty": 1}
        return strand_of_group(index[where[family]] if family in where else self.group_of[index[2]])

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
        return {
            "reading": reading,
            "centres": [row for room in self.rooms if (row := self._centre_row(*room))],
        }

    def _centre_row(self, h: str, s: str) -> CentreRow | None:
        assigned = [
            f
            for (f, g, group) in self.reads_for
            if (g, group) == (h, s) and round(self.reads_for[f, g, s].value)
        ]
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
