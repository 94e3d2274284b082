"""A province file -> a Province. YAML or JSON with the place of every fault; its counties' files must be
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from alloc import shipped
from alloc.errors import DataError, Fault
from alloc.load.assemble import unique
from alloc.load.files import inside
from alloc.load.nested import read_nested
from alloc.load.positions import Document
from alloc.load.region_file import read_document
from alloc.schema.province import Province

_SUFFIXES = (".yaml", ".yml", ".json")
_KIND = re.compile(rb"""^[\s{,]*["']?kind["']?\s*:\s*["']?province\b""", re.MULTILINE)
_FIRST_BYTES = 64 * 1024


def is_province_file(source: str | Path) -> bool:
    """Whether a path is that of a province file, by what its beginning says (``kind: province``)."""
    path = Path(source)
    try:
        if path.suffix.lower() not in _SUFFIXES or not path.is_file():
            return False
        with path.open("rb") as file:
            return _KIND.search(file.read(_FIRST_BYTES)) is not None
    except (OSError, ValueError):  # too long for a name, or with a NUL in it
        return False


def load_province(source: str | Path) -> Province:
    """A province from its file. Paths of regions and models are read from the file's folder and may not leave
    it; shipped names will do too.

    Raises DataError with every fault: file, line, column, value, rule and remedy. What the counties' own
    files hold is not read here.
    """
    path, faults = Path(source), list[Fault]()
    document = None
    if path.suffix.lower() in _SUFFIXES:
        document = read_document(path, path.name if path.is_file() else str(path), faults)
    else:
        faults.append(Fault("unknown_province_type", file=str(path), params={"known": ".yaml, .json"}))
    province = None if document is None else read_nested(document, Province, faults)
    if document is not None:
        faults += _missing_files(document, path.parent)
    if faults or province is None:
        raise DataError(unique(faults))
    return province


def _missing_files(document: Document, folder: Path) -> Iterator[Fault]:
    """Files that are not there or lead out of the folder, also where other keys have faults."""
    counties = document.data.get("counties") if isinstance(document.data, dict) else None
    for number, county in enumerate(counties if isinstance(counties, list) else []):
        for key, kind in (("region", "data"), ("model", "models")):
            name = county.get(key) if isinstance(county, dict) else None
            if not isinstance(name, str) or not name.strip():
                continue
            text = str(name)
            found = inside(folder, text)
            if found is None:
                yield document.fault("county_path_outside", ("counties", number, key), text)
            elif not found.exists() and shipped.shipped_path(kind, text) is None:  # type: ignore[arg-type]
                yield document.fault("no_such_county_file", ("counties", number, key), text)
