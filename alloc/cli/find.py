"""Regions, models, scenarios and plans, by name or by path; the nearest names for what is not there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alloc.cli.parts import unknown
from alloc.errors import DataError, Fault, UsageError
from alloc.shipped import Kind, shipped_models, shipped_path, shipped_regions

if TYPE_CHECKING:
    from alloc.schema import Model, Region, Scenario

RESULTS: Final = Path("results")
_PLAN_FILE: Final = "plan.json"
_MANIFEST: Final = "region"
_MOST_LISTED: Final = 12

Source = str | Path
"""A shipped name, or the path of a file or folder that exists."""


@dataclass(frozen=True)
class Inputs:
    """A region and a model: where they come from, and what they hold."""

    region_source: Source
    model_source: Source
    region: Region
    model: Model

    def scenarios(self) -> dict[str, Scenario]:
        """Every scenario by its id, the baseline first."""
        from alloc.instance.change import BASELINE

        found = {BASELINE.id: BASELINE}
        for scenario in (*self.region.scenarios, *self.model.scenarios):
            if scenario.id not in found or found[scenario.id] is BASELINE:
                found[scenario.id] = scenario
        return found

    def scenario(self, name: str) -> Scenario:
        """A scenario by its id. Raises UsageError."""
        known = self.scenarios()
        if name not in known:
            raise unknown("scenario", name, list(known))
        return known[name]


def region_source(name: str) -> Source:
    """What REGION means. Raises UsageError; DataError for a region's folder that has lost its manifest."""
    if _ships("data", name):
        return name
    path = _existing(name)
    if path is not None:
        return path
    if _lost_its_manifest(Path(name)):
        raise DataError(Fault("no_manifest", file=str(Path(name).parent)))
    raise unknown("region", name, shipped_regions())


def model_source(name: str) -> Source:
    """What --model means. Raises UsageError."""
    if _ships("models", name):
        return name
    path = _existing(name)
    if path is None:
        raise unknown("model", name, shipped_models())
    return path


def inputs(region: str, model: str) -> Inputs:
    """Load both. Raises UsageError, or DataError with the faults of both."""
    from alloc.load import load_model, load_region

    sources = region_source(region), model_source(model)
    faults: list[Fault] = []
    facts = wishes = None
    try:
        facts = load_region(sources[0])
    except DataError as error:
        faults += error.faults
    try:
        wishes = load_model(sources[1])
    except DataError as error:
        faults += error.faults
    if facts is None or wishes is None:
        raise DataError(faults)
    return Inputs(*sources, facts, wishes)


def plan_folder(name: str) -> Path:
    """The folder of a plan; its `plan.json` will do too. Raises UsageError, with the plans that are near."""
    path = Path(name)
    if path.name == _PLAN_FILE and _is_file(path):
        return path.parent
    if _is_file(path / _PLAN_FILE):
        return path
    near = plans_in(path) or plans_in(path.parent, deep=1) or plans_in(RESULTS)
    raise unknown("plan", name, [one.as_posix() for one in near[:_MOST_LISTED]])


def plan_folders(names: Sequence[str]) -> list[Path]:
    """The folders of several plans; a folder that is no plan but holds some stands for all of them."""
    found: dict[Path, None] = {}
    for name in names:
        inner = [] if _is_file(Path(name) / _PLAN_FILE) else plans_in(Path(name))
        found.update(dict.fromkeys(inner or [plan_folder(name)]))
    return list(found)


def plans_in(folder: Path, deep: int = 2) -> list[Path]:
    """Plan folders in a folder, and so many levels deep."""
    return sorted(_plans(folder, deep))


def free_folder(name: str) -> Path:
    """A folder that a plan may be written to. Raises UsageError now, not after an hour's solve."""
    from alloc.report.folder import RECORD_FILE

    return folder_for(name, RECORD_FILE, in_use="plan.error.folder_in_use")


def folder_for(name: str, mark: str, *, in_use: str) -> Path:
    """A folder that may be written to: new, empty, or with our ``mark``, the file that is written last.
    Raises UsageError; ``in_use`` is the label for a folder of somebody else's.
    """
    path = Path(name)
    try:
        if path.exists() and not path.is_dir():
            raise UsageError(label="plan.error.not_a_folder", folder=name)
        if path.is_dir() and any(path.iterdir()) and not (path / mark).is_file():
            raise UsageError(label=in_use, folder=name)
        above = next(one for one in (path, *path.absolute().parents) if one.exists())
        if not above.is_dir() or not os.access(above, os.W_OK):
            raise UsageError(label="cli.error.not_writable", folder=name, above=above)
    except (OSError, ValueError) as error:
        raise UsageError(label="plan.error.cannot_write", folder=name, detail=error) from error
    return path


def _plans(folder: Path, deep: int) -> Iterator[Path]:
    try:
        inner = [one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".")]
    except (OSError, ValueError):
        return
    for one in inner:
        if _is_file(one / _PLAN_FILE):
            yield one
        elif deep > 1:
            yield from _plans(one, deep - 1)


def _ships(kind: Kind, name: str) -> bool:
    try:
        return shipped_path(kind, name) is not None
    except OSError:  # too long for a name
        return False


def _existing(name: str) -> Path | None:
    try:
        return Path(name) if name and Path(name).exists() else None
    except (OSError, ValueError):  # too long for a name, or with a NUL in it
        return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _lost_its_manifest(path: Path) -> bool:
    """Whether a folder with tables is there, but no region file in it."""
    try:
        inside = [one.name for one in path.parent.iterdir()] if path.stem == _MANIFEST else []
    except (OSError, ValueError):
        return False
    tables = any(name.endswith(".csv") for name in inside)
    return tables and not any(name.startswith(f"{_MANIFEST}.") for name in inside)
