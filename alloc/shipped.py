"""Floor 0. Finds the region and model files that come with the package.

In a source checkout they are the folders `data/` and `models/` beside the package; in a wheel they lie inside
it, in `alloc/_shipped/`.

A region is a folder with a manifest (`data/deqing/region.yaml`) or one file (`data/deqing.yaml`, `.xlsx`,
`.json`); a model is one YAML file (`models/county.yaml`).
"""

import re
from pathlib import Path
from typing import Literal

Kind = Literal["data", "models"]

_PACKAGE = Path(__file__).resolve().parent
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "data": (".yaml", ".yml", ".xlsx", ".json"),
    "models": (".yaml", ".yml"),
}
_MANIFESTS = ("region.yaml", "region.yml", "region.json", "region.xlsx")


def shipped_regions() -> list[str]:
    """The names of the regions that come with the package, sorted."""
    return _names("data")


def shipped_models() -> list[str]:
    """The names of the models that come with the package, sorted."""
    return _names("models")


def shipped_path(kind: Kind, name: str) -> Path | None:
    """The file of a shipped region (its manifest) or model; None when there is no such name.

    A name is never a path: anything with a separator, a leading dot or `..` gives None, and so does a link
    that leads out of the shipped folder.
    """
    root = shipped_folder(kind)
    if root is None or not _NAME.fullmatch(name):
        return None
    for path in _candidates(root, kind, name):
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            return path
    return None


def shipped_folder(kind: Kind) -> Path | None:
    """The folder of all shipped regions or models; None when the package came without."""
    inside = _PACKAGE / "_shipped" / kind
    if inside.is_dir():
        return inside
    beside = _PACKAGE.parent / kind
    # Without the check for pyproject.toml, some other package's folder in site-packages could pass for ours.
    if beside.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file():
        return beside
    return None


def _candidates(root: Path, kind: Kind, name: str) -> list[Path]:
    files = [root / f"{name}{suffix}" for suffix in _SUFFIXES[kind]]
    if kind == "models":
        return files
    return [root / name / manifest for manifest in _MANIFESTS] + files


def _names(kind: Kind) -> list[str]:
    root = shipped_folder(kind)
    if root is None:
        return []
    found = {entry.name if entry.is_dir() else entry.stem for entry in root.iterdir()}
    return sorted(name for name in found if shipped_path(kind, name) is not None)
