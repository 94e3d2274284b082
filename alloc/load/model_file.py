"""A model file -> a Model. YAML with the place of every fault; unknown keys are refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from alloc import shipped
from alloc.errors import Fault, ModelError
from alloc.load.assemble import at_path, unique
from alloc.load.nested import read_nested
from alloc.load.positions import Document
from alloc.load.region_file import read_document
from alloc.load.words import nearest
from alloc.schema import Model
from alloc.schema.checks.scenarios import check_scenarios

_SUFFIXES = (".yaml", ".yml", ".json")
_LONGEST_NAME = 200


def load_model(source: str | Path | Mapping[str, object]) -> Model:
    """A model: by the name of one that comes with the package, by the path of a YAML or JSON file, or as such
    a mapping. A text that is a shipped name is that model; write ``./name.yaml`` for a file.

    Raises ModelError with every fault: file, line, column, value, rule and remedy.
    """
    faults: list[Fault] = []
    model = None
    document = Document(dict(source)) if isinstance(source, Mapping) else _document(source, faults)
    if document is not None:
        model = read_nested(document, Model, faults)
    if model is not None and document is not None and model.scenarios:
        scenarios = document.part("scenarios")
        faults += [at_path(fault, scenarios) for fault in check_scenarios(model.scenarios)]
    if faults or model is None:
        raise ModelError(unique(faults))
    return model


def _document(source: str | Path, faults: list[Fault]) -> Document | None:
    short = isinstance(source, str) and len(source) < _LONGEST_NAME
    known = shipped.shipped_path("models", str(source)) if short else None
    path = known or Path(source)
    if path.suffix.lower() in _SUFFIXES:
        return read_document(path, path.name if path.is_file() else str(path), faults)
    names = shipped.shipped_models()
    close = nearest(str(source), names) or ", ".join(names) or "-"
    faults.append(Fault("no_such_model", value=str(source), params={"known": close}))
    return None
