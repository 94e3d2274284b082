"""One scenario loaded, checked and compiled, with what the caller asks of its solves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from alloc.errors import ModelError, UsageError
from alloc.instance import Instance, compile_instance
from alloc.instance.change import apply_scenario, find_scenario
from alloc.load import load_model, load_region
from alloc.plan.record import file_sha256
from alloc.schema.checks import check_model
from alloc.schema.model import DECISIONS, Model
from alloc.schema.region import Region
from alloc.schema.scenario import Scenario
from alloc.shipped import shipped_path
from alloc.solver.outcome import SolverOptions
from alloc.solver.progress import CancelToken, ProgressCallback
from alloc.study.cautions import cautions, tell
from alloc.study.joint import Clock


@dataclass(frozen=True)
class Case:
    """One scenario of a region and a model, compiled, and what the caller asks of its solves."""

    region: Region
    model: Model
    scenario: Scenario
    instance: Instance
    inputs: dict[str, str]
    options: SolverOptions
    clock: Clock
    progress: ProgressCallback | None = None
    cancel: CancelToken = field(default_factory=CancelToken)


def prepare(
    region: Region | str | Path,
    model: Model | str | Path,
    scenario: str | Scenario,
    options: SolverOptions,
    clock: Clock,
    *,
    only: Sequence[str] = (),
    progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Case:
    """Load, apply the scenario, check, compile."""
    facts = region if isinstance(region, Region) else load_region(region)
    wishes = model if isinstance(model, Model) else load_model(model)
    inputs = _hashes(region, "data") | _hashes(model, "models")
    facts, wishes, chosen = under(facts, wishes, scenario, only)
    faults = [fault.as_fault() for fault in check_model(wishes, facts)]
    if faults:
        raise ModelError(faults)
    instance = compile_instance(facts, wishes)
    tell(cautions(instance))
    clock.lap("load")
    return Case(facts, wishes, chosen, instance, inputs, options, clock, progress, cancel or CancelToken())


def under(
    region: Region, model: Model, scenario: str | Scenario, only: Sequence[str] = ()
) -> tuple[Region, Model, Scenario]:
    """The facts and the wishes under a scenario, with the decisions in ``only`` free; and the scenario.

    Raises UsageError for an unknown scenario or decision, ModelError for a scenario that cannot be applied.
    """
    if unknown := [name for name in only if name not in DECISIONS]:
        known = ", ".join(DECISIONS)
        raise UsageError(label="error.unknown_decision", decision=unknown[0], known=known)
    if only:
        decisions = tuple(dict.fromkeys(only))
        model = Model.model_validate({**model.model_dump(), "decisions": decisions})
    chosen = find_scenario(region, model, scenario)
    return (*apply_scenario(region, model, chosen), chosen)


def _hashes(source: object, kind: Literal["data", "models"]) -> dict[str, str]:
    """sha256 of every file of an input, by name."""
    if not isinstance(source, (str, Path)):
        return {}
    path = Path(source)
    if not path.exists():
        path = shipped_path(kind, str(source)) or path
    if not path.exists():
        return {}
    folder = path if path.is_dir() else path.parent
    files = sorted(folder.iterdir()) if kind == "data" and path.suffix in ("", ".yaml", ".yml") else [path]
    return {file.name: file_sha256(file) for file in files if file.is_file()}
