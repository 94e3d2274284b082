"""What shared reading needs: who may read for whom, how many readers, and how much they can read."""

from __future__ import annotations

import math
from dataclasses import dataclass

from alloc.instance.equipment import EquipmentData
from alloc.instance.queueing import capacity_table
from alloc.instance.reach import Reach
from alloc.schema.equipment import READING_GROUPS, Modality
from alloc.schema.imaging import ReadingCentre
from alloc.schema.model import ImagingStandards, Model
from alloc.schema.region import Region

Site = tuple[str, str]
"""(facility, reading group)."""


@dataclass(frozen=True)
class ImagingData:
    """Compiled facts of shared reading.

    ``sites``: where exams of a group may be made. ``choices``: site -> facilities that may read for it
    (itself, where it has readers). ``upload_min``: (facility, reader, modality), only pairs within the upload
    standard. ``capacity_min_per_year``: group -> reading minutes per year that 0, 1, 2... readers on duty can
    do within the report standard. ``today``: site -> who reads for it now.
    """

    modalities: dict[str, Modality]
    modalities_of_group: dict[str, list[str]]
    read_min: dict[str, float]
    sites: list[Site]
    readers: dict[Site, int]
    centres: dict[Site, ReadingCentre]
    choices: dict[Site, list[str]]
    upload_min: dict[tuple[str, str, str], float]
    capacity_min_per_year: dict[str, list[float]]
    today: dict[Site, str]

    def rooms(self) -> list[Site]:
        """(reader, group) of everybody who may read for somebody, sorted."""
        return sorted({(reader, group) for (_, group), readers in self.choices.items() for reader in readers})


def compile_imaging(region: Region, model: Model, reach: Reach, equipment: EquipmentData) -> ImagingData:
    """Compile the reading facts of one scenario."""
    standards = model.standards.imaging
    modalities = {row.id: row for row in region.modalities}
    members = {
        group: [m for m, row in modalities.items() if row.reading_group == group] for group in READING_GROUPS
    }
    of_group: dict[str, list[str]] = {group: found for group, found in members.items() if found}
    readers: dict[Site, int] = {
        (row.facility, row.reading_group): row.count for row in region.readers if row.count > 0
    }
    centres: dict[Site, ReadingCentre] = {
        (row.facility, row.reading_group): row for row in region.reading_centres
    }
    offered = [(f, m) for f, m in equipment.offers() if modalities[m].reading_group is not None]
    sites = sorted({(f, str(modalities[m].reading_group)) for f, m in offered})
    upload = _uploads(reach, standards, modalities, offered, readers, centres)
    choices = {
        (f, group): sorted({h for (g, h, m) in upload if g == f and modalities[m].reading_group == group})
        for f, group in sites
    }
    read_min = {m: row.read_min * standards.ai_factor for m, row in modalities.items()}
    total_readers = {group: sum(n for (_, g), n in readers.items() if g == group) for group in of_group}
    capacity = {
        group: _capacity(
            standards, model, _mean_read_min(group_modalities, read_min, equipment), total_readers[group]
        )
        for group, group_modalities in of_group.items()
    }
    today: dict[Site, str] = {(row.facility, row.reading_group): row.centre for row in region.reading_today}
    return ImagingData(
        modalities,
        of_group,
        read_min,
        sites,
        readers,
        centres,
        choices,
        upload,
        capacity,
        today,
    )


def _uploads(
    reach: Reach,
    standards: ImagingStandards,
    modalities: dict[str, Modality],
    offered: list[tuple[str, str]],
    readers: dict[tuple[str, str], int],
    centres: dict[tuple[str, str], ReadingCentre],
) -> dict[tuple[str, str, str], float]:
    """Minutes to send one study, for the pairs that keep the upload standard. Own readers need no link."""
    upload: dict[tuple[str, str, str], float] = {}
    for f, m in offered:
        group = modalities[m].reading_group
        on_duty = math.floor(standards.duty_share * readers.get((f, str(group)), 0) + 1e-9)
        if on_duty or ((f, str(group)) in readers and (f, str(group)) in centres):
            upload[f, f, m] = 0.0
        for h, centre_group in centres:
            link = min(reach.facilities[f].link_mbps or 0.0, reach.facilities[h].link_mbps or 0.0)
            if (
                h == f
                or centre_group != group
                or reach.facilities[h].operating == "prohibited"
                or link <= 0.0
            ):
                continue
            minutes = modalities[m].study_mb * 8.0 / link / 60.0
            if minutes <= standards.upload_within_min:
                upload[f, h, m] = minutes
    return upload


def _mean_read_min(members: list[str], read_min: dict[str, float], equipment: EquipmentData) -> float:
    """Minutes per read of the group, weighted by need: queueing needs one service time a group."""
    weight = {m: sum(v for (_, k), v in equipment.need.items() if k == m) for m in members}
    total = sum(weight.values())
    if total <= 0.0:
        return max((read_min[m] for m in members), default=0.0)
    return sum(weight[m] * read_min[m] for m in members) / total


def _capacity(standards: ImagingStandards, model: Model, mean_read_min: float, readers: int) -> list[float]:
    """Reading minutes per year for 0, 1, ... readers on duty, so that reports keep their time at peak."""
    hours = model.calendar.working_days_per_year / standards.peak_hour_share
    per_hour = capacity_table(
        min(readers, standards.most_readers_on_duty),
        mean_read_min,
        standards.report_within_min,
        share=standards.report_share or 0.9,
        mean=standards.report_share is None,
    )
    return [rate * hours * mean_read_min for rate in per_hour]
