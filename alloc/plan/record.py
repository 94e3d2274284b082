"""The Record of a plan: what it was made from, with which programs, in how long, and what the audit said."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import Field

from alloc.schema.base import Frozen
from alloc.schema.model import Model
from alloc.schema.plan import PassRow
from alloc.schema.region import Region

PHASES = ("load", "build", "hand_over", "solve", "read_back", "roster", "audit", "indicators", "write")
"""The phases that ``Record.seconds`` may name, in their order."""
_CHUNK = 1 << 20


class SolveOptions(Frozen):
    """The options of the solve: seconds for each pass, relative gap, threads (0: solver's choice), seed."""

    time_limit_s: float
    gap: float
    threads: int = 0
    seed: int = 0


class ModelSize(Frozen):
    """How large one compiled model was, as handed to the solver."""

    name: str
    rows: int
    columns: int
    nonzeros: int


class AuditResult(Frozen):
    """How many rules the audit checked without the solver, and every finding as a sentence."""

    rules_checked: int
    findings: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the plan keeps every rule that was checked."""
        return not self.findings


class Caution(Frozen):
    """What the reader must bear in mind: a label under ``study.warning``, and the pairs that it is about: of
    place and subject, or of a specialist and the colleague preferred."""

    label: str
    pairs: tuple[tuple[str, str], ...] = ()


class Record(Frozen):
    """What produced a plan.

    ``inputs``: file name -> sha256 of its bytes (names only, never paths). ``region_sha256`` and
    ``model_sha256`` are taken after the scenario was applied. ``seconds``: phase -> wall time. ``created`` is
    UTC in ISO 8601. ``audit`` None: not audited. ``cautions``: what the reader must bear in mind.
    """

    alloc: str
    python: str
    pyomo: str
    highspy: str
    created: str
    region_sha256: str
    model_sha256: str
    inputs: dict[str, str] = Field(default_factory=dict)
    options: SolveOptions | None = None
    seconds: dict[str, float] = Field(default_factory=dict)
    sizes: tuple[ModelSize, ...] = ()
    passes: tuple[PassRow, ...] = ()
    audit: AuditResult | None = None
    cautions: tuple[Caution, ...] = ()


def make_record(
    region: Region,
    model: Model,
    *,
    inputs: Mapping[str, str] | None = None,
    options: SolveOptions | None = None,
    seconds: Mapping[str, float] | None = None,
    sizes: tuple[ModelSize, ...] = (),
    passes: tuple[PassRow, ...] = (),
    audit: AuditResult | None = None,
    cautions: tuple[Caution, ...] = (),
    created: str | None = None,
) -> Record:
    """The record of a plan made now, by the programs that are installed.

    Without ``created`` it is the time of the call, or SOURCE_DATE_EPOCH where that is set.
    """
    return Record(
        alloc=_version("alloc"),
        python=platform.python_version(),
        pyomo=_version("pyomo"),
        highspy=_version("highspy"),
        created=created or _now(),
        region_sha256=canonical_sha256(region),
        model_sha256=canonical_sha256(model),
        inputs=dict(inputs or {}),
        options=options,
        seconds=dict(seconds or {}),
        sizes=sizes,
        passes=passes,
        audit=audit,
        cautions=cautions,
    )


def canonical_sha256(value: Frozen) -> str:
    """The sha256 of a region's or model's JSON with sorted keys: the same facts give the same hash."""
    data = json.dumps(
        value.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(data.encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes. Raises OSError when it cannot be read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _now() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")
