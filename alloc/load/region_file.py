"""Any source of a region -> its parts: finds the file, tells its kind, reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from alloc import shipped
from alloc.errors import DataError, Fault
from alloc.load.assemble import Parts, assemble, unique
from alloc.load.bounds import DOCUMENT_BYTES, YAML_BYTES
from alloc.load.csv_file import decoded
from alloc.load.files import read_bytes
from alloc.load.json_file import read_json
from alloc.load.manifest import read_manifest
from alloc.load.positions import Document
from alloc.load.words import nearest
from alloc.load.yaml_file import read_yaml
from alloc.schema import Region

_MANIFESTS = ("region.yaml", "region.yml", "region.json", "region.xlsx")
_YAML = (".yaml", ".yml")


def load_region(source: str | Path | Mapping[str, object]) -> Region:
    """A region, validated to the last cell.

    ``source``: the name of a region that comes with the package; the path of a ``region.yaml`` (or of the
    folder it lies in), of an ``.xlsx`` workbook or of a ``.json`` document; or such a document as a mapping,
    which cannot name files. A text that is a shipped name is that region; ``./name`` is a folder called so.

    Raises DataError with every fault of all files: file, sheet, row, column or line, value, rule and remedy.
    """
    faults: list[Fault] = []
    if isinstance(source, Mapping):
        parts: Parts | None = read_manifest(Document(dict(source)), None, None, faults)
    else:
        path = _found(source)
        parts = _read(path, path.name, faults)
    if parts is None:
        raise DataError(unique(faults))
    return assemble(parts, faults)


def _found(source: str | Path) -> Path:
    """The file that a source means. Raises DataError where there is none."""
    path = Path(source)
    try:
        known = shipped.shipped_path("data", source) if isinstance(source, str) else None
        if known is not None:
            return known
        if path.is_dir():
            inner = [path / name for name in _MANIFESTS if (path / name).is_file()]
            if not inner:
                raise DataError(Fault("no_manifest", file=str(source)))
            return inner[0]
        if path.is_file():
            return path
    except (OSError, ValueError):  # too long for a name, or with a NUL in it
        pass
    raise DataError(_no_region(str(source)))


def _no_region(source: str) -> Fault:
    names = shipped.shipped_regions()
    known = nearest(source, names) or ", ".join(names) or "-"
    return Fault("no_such_region", value=source, params={"known": known})


def _read(path: Path, shown: str, faults: list[Fault]) -> Parts | None:
    if path.suffix.lower() in (*_YAML, ".json"):
        document = read_document(path, shown, faults)
        return None if document is None else read_manifest(document, shown, path.parent, faults)
    if path.suffix.lower() == ".xlsx":
        from alloc.load.excel import read_workbook

        return read_workbook(path, shown, faults)
    faults.append(Fault("unknown_region_type", file=shown, params={"known": ".yaml, .xlsx, .json"}))
    return None


def read_document(path: Path, shown: str, faults: list[Fault]) -> Document | None:
    """The document of a YAML or JSON file; None, and faults, where it is not one."""
    is_yaml = path.suffix.lower() in _YAML
    raw = read_bytes(path, shown, faults, YAML_BYTES if is_yaml else DOCUMENT_BYTES)
    if raw is None:
        return None
    text = decoded(raw, shown, "utf-8", faults)
    if text is None:
        return None
    return read_yaml(text, shown, faults) if is_yaml else read_json(text, shown, faults)
