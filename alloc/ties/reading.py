"""Exams are made only where somebody reads them, and all that are made are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from alloc.blocks import Blocks
from alloc.blocks.contract import Linear, Rule


def exams_made_are_read(b: Blocks) -> Iterator[Rule]:
    r"""Every exam made at a facility is read somewhere.

    Mathematics: $\sum_h q_{fhm} = \sum_i e_{im} x_{ifm}$
    Index: facilities and modalities that need reading.
    Unit: thousand exams per year.
    Source: examined in town, read at the centre.
    """
    read: dict[tuple[str, str], Linear] = defaultdict(list)
    for (f, _, m), var in b.imaging.read.items():
        read[f, m].append((1.0, var))
    made: dict[tuple[str, str], Linear] = defaultdict(list)
    for (i, f, m), var in b.equipment.examined.items():
        made[f, m].append((-b.equipment.data.need[i, m] / 1000.0, var))
    for f, m in b.equipment.offers:
        if m in b.imaging.group_of and (read[f, m] or made[f, m]):
            yield (f, m), 0.0, [*read[f, m], *made[f, m]], 0.0


def offered_exams_have_a_reader(b: Blocks) -> Iterator[Rule]:
    r"""A modality is offered only where somebody reads it.

    Mathematics: $y_{fm} \le \sum_{h: (f,h,m)} r_{fhs(m)}$
    Index: facilities and modalities that need reading.
    Unit: 1 (yes or no).
    Source: examined in town, read at the centre; only readers within the upload standard count.
    """
    readers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for f, h, m in b.imaging.read:
        readers[f, m].append(h)
    for f, m in b.equipment.offers:
        if m in b.imaging.group_of:
            s = b.imaging.group_of[m]
            terms = [(-1.0, b.imaging.reads_for[f, h, s]) for h in readers[f, m]]
            yield (f, m), None, [(1.0, b.equipment.offered[f, m]), *terms], 0.0
