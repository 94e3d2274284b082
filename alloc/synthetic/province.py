"""A province of synthetic counties under a budget that binds, in memory or on the disk."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from alloc.schema.model import Limits, Model
from alloc.schema.province import County, Province
from alloc.schema.region import Region
from alloc.synthetic import gap_cny, synthetic_model, synthetic_region, tiny_region

FILE = "province.yaml"
_MOST_PAIRS = 8
"""As in the shipped model of a county."""


@dataclass(frozen=True)
class SyntheticProvince:
    """A province, and the regions and models of its counties by the names of their files."""

    province: Province
    regions: dict[str, Region]
    models: dict[str, Model]

    def save(self, folder: str | Path) -> Path:
        """Write ``province.yaml``, a region and a model a county below it; returns the province file."""
        # The loader lies beside this floor: it is looked up when asked for, never imported from here.
        dump = import_module("alloc.load").dump_region
        folder = Path(folder)
        for name, region in self.regions.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dump(region), encoding="utf-8", newline="\n")
            other = folder / name.replace("region.json", "model.json")
            other.write_text(self.models[str(other.relative_to(folder).as_posix())].model_dump_json(
                exclude_none=True, exclude_defaults=True), encoding="utf-8")  # fmt: skip
        path = folder / FILE
        path.write_text(_yaml(self.province), encoding="utf-8", newline="\n")
        return path


def synthetic_province(
    seed: int,
    *,
    n_counties: int = 90,
    n_places: int = 300,
    n_facilities: int = 20,
    n_modalities: int = 2,
    n_specialists: int = 8,
    n_specialties: int = 2,
    n_conditions: int = 3,
    budget_share: float = 0.3,
    bed_days: float | None = None,
    tiny: bool = False,
) -> SyntheticProvince:
    """Counties drawn one after another from ``seed``; the shared budget pays for ``budget_share`` of what
    would close all their gaps in machines, so it binds.

    The default is the province of the acceptance test: 300 places, 20 facilities, CT (two lumpy machine
    types) and DR, two specialties with 8 specialists, three conditions, at most 8 pairs a place.
    ``bed_days``: shared days outside a year. ``tiny``: counties whose plans can all be listed.

    Raises UsageError as ``synthetic_region``.
    """
    regions: dict[str, Region] = {}
    models: dict[str, Model] = {}
    counties, total = [], 0.0
    for number in range(n_counties):
        name = f"county-{number + 1:03d}"
        region = (
            tiny_region(1000 * seed + number)
            if tiny
            else synthetic_region(
                1000 * seed + number,
                n_places=n_places,
                n_facilities=n_facilities,
                n_modalities=n_modalities,
                n_specialists=n_specialists,
                n_specialties=n_specialties,
                n_conditions=n_conditions,
            )
        )
        total += gap_cny(region)
        regions[f"{name}/region.json"], models[f"{name}/model.json"] = region, _model(region)
        counties.append(
            County(
                id=name,
                name_zh=f"第{number + 1}县",
                name_en=f"county {number + 1}",
                region=f"{name}/region.json",
                model=f"{name}/model.json",
            )
        )
    province = Province(
        kind="province",
        id=f"synthetic-province-{seed}",
        name_zh="合成省",
        name_en="synthetic province",
        budget_cny=float(10_000 * math.ceil(budget_share * total / 10_000)),
        tertiary_bed_days_per_year=bed_days,
        counties=tuple(counties),
    )
    return SyntheticProvince(province, regions, models)


def _model(region: Region) -> Model:
    """The synthetic model, as many pairs a place as in the shipped one, no budget of its own."""
    model = synthetic_model(region)
    access = model.standards.access.model_copy(update={"most_pairs_kept": _MOST_PAIRS})
    standards = model.standards.model_copy(update={"access": access})
    return model.model_copy(update={"standards": standards, "limits": Limits(), "scenarios": ()})


def _yaml(province: Province) -> str:
    def one(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = ["kind: province", f"id: {one(province.id)}"]
    lines += [f"name_zh: {one(province.name_zh)}", f"name_en: {one(province.name_en)}"]
    lines.append(f"budget_cny: {province.budget_cny:.2f}")
    if province.tertiary_bed_days_per_year is not None:
        lines.append(f"tertiary_bed_days_per_year: {province.tertiary_bed_days_per_year!r}")
    lines.append("counties:")
    for county in province.counties:
        record = county.model_dump(mode="json", exclude_defaults=True)
        lines.append("  - {" + ", ".join(f"{key}: {one(value)}" for key, value in record.items()) + "}")
    return "\n".join(lines) + "\n"
