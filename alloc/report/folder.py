"""The plan folder: written beside its place and renamed, so that a killed run leaves no half plan."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Final

from alloc import labels
from alloc.errors import UsageError
from alloc.plan.plan import TABLES, Plan
from alloc.report.csv_files import write_tables
from alloc.report.layers import write_layers
from alloc.report.workbook import write_workbook

PLAN_FILE: Final = "plan.json"
RECORD_FILE: Final = "record.json"
_OWN_FILES: Final = (
    PLAN_FILE,
    RECORD_FILE,
    "plan.xlsx",
    "layers.gpkg",
    *(f"{table}.csv" for table in TABLES),
)
_OWN_LEFTOVERS: Final = ("layers.gpkg-wal", "layers.gpkg-shm", "layers.gpkg-journal")
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST_NAME: Final = 80


def save_plan(plan: Plan, folder: str | Path, lang: str | None = None) -> Path:
    """Write the plan folder and return it.

    A folder that exists is replaced only when it is empty or a plan folder; files in it that are not alloc's
    stay. ``lang`` ("zh" or "en", by default the user's) is the language of names and words; the headers of
    the workbook are in both. Raises UsageError when the folder cannot be written or must not be replaced.
    """
    lang = labels.default_language() if lang is None else lang
    target = Path(folder).resolve()
    _refuse_foreign(target, folder)
    started = time.perf_counter()
    work = target.parent / f".{target.name[:_LONGEST_NAME]}.{secrets.token_hex(4)}"
    try:
        work.mkdir(parents=True)
        _write_files(plan, work, lang, started)
        _put_in_place(work, target)
    except OSError as error:
        raise UsageError(
            label="plan.error.cannot_write", folder=folder, detail=error.strerror or str(error)
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def load_plan(folder: str | Path) -> Plan:
    """The plan that `save_plan` wrote. Raises UsageError where there is none, DataError for a damaged one."""
    path = Path(folder) / PLAN_FILE
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(label="plan.error.no_plan_here", folder=folder) from error
    return Plan.from_json(text, file=PLAN_FILE)


def folder_name(name: str) -> str:
    """A scenario's id as the name of a folder on any system: never a path, never a device, never too long.

    Ids that had to be changed keep apart by the start of their hash.
    """
    safe = _UNSAFE.sub("_", name).strip(" .")
    while len(safe.encode()) > _LONGEST_NAME:
        safe = safe[:-1]
    if safe == name and safe and not _DEVICES.fullmatch(safe):
        return safe
    return f"{safe or 'plan'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _write_files(plan: Plan, work: Path, lang: str, started: float) -> None:
    (work / PLAN_FILE).write_text(plan.to_json(), encoding="utf-8")
    write_tables(plan, work, lang)
    write_workbook(plan, work / "plan.xlsx", lang)
    write_layers(plan, work / "layers.gpkg", lang)
    record = plan.record.model_dump(mode="json")
    record["passes"] = [row.model_dump(mode="json") for row in plan.record.passes or plan.passes]
    record["seconds"] = {**record["seconds"], "write": round(time.perf_counter() - started, 3)}
    text = json.dumps({**plan.provenance(), **record}, ensure_ascii=False, indent=2)
    (work / RECORD_FILE).write_text(text + "\n", encoding="utf-8")


def _refuse_foreign(target: Path, shown_as: str | Path) -> None:
    """Only an empty folder or a plan folder may be replaced."""
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError(label="plan.error.not_a_folder", folder=shown_as)
    if any(target.iterdir()) and not (target / RECORD_FILE).is_file():
        raise UsageError(label="plan.error.folder_in_use", folder=shown_as)


def _put_in_place(work: Path, target: Path) -> None:
    """Rename the new folder to its place; an old one steps aside first and comes back when that fails."""
    if not target.exists():
        work.rename(target)
        return
    aside = work.with_name(f"{work.name}.old")
    target.rename(aside)
    try:
        work.rename(target)
    except OSError:
        aside.rename(target)
        raise
    for path in aside.iterdir():
        if path.name not in _OWN_FILES and path.name not in _OWN_LEFTOVERS:
            path.replace(target / path.name)
    shutil.rmtree(aside, ignore_errors=True)
