"""The rules of shared reading: one reader a site, open centres, readers on duty, reports in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from alloc.blocks.contract import Rule

if TYPE_CHECKING:
    from alloc.blocks.imaging import ImagingBlock


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
    Source: capacity by number of readers is not concave (Erlang C), so the number is chosen, not
    interpolated.
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
    Source: M/M/c queue (Erlang C) in the busiest hour; $\lambda^*(c)$ is the largest load of $c$ readers on
    duty that keeps the report standard (Gross, Shortle, Thompson, Harris: Fundamentals of Queueing Theory).
    """
    for h, s in b.rooms:
        table = b.data.capacity_min_per_year[s]
        load = [(b.data.read_min[m], var) for m, var in b.read_at[h, s]]
        supply = [(-table[c] / 1000.0, b.on_duty[h, s, c]) for c in b.duty_counts(h, s)]
        if load:
            yield (h, s), None, [*load, *supply], 0.0
