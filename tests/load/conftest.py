"""A region small enough to read, as the plain values of one JSON document; tests damage a copy of it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from alloc import labels
from alloc.errors import DataError, Fault
from alloc.load import load_region

SMALL: dict[str, Any] = {
    "schema_version": 1,
    "about": {"id": "small", "name_zh": "小县", "planning_year": 2026, "crs": "EPSG:4326"},
    "travel": {"method": "great_circle"},
    "age_bands": [{"id": "all"}],
    "places": [
        {"id": "042010", "name_zh": "甲镇", "area": "urban", "lon": 120.1, "lat": 30.1},
        {"id": "042011", "name_zh": "乙镇", "area": "rural", "lon": 120.2, "lat": 30.2},
    ],
    "population": [
        {"place": "042010", "age_band": "all", "residents": 1000},
        {"place": "042011", "age_band": "all", "residents": 500},
    ],
    "facilities": [
        {"id": "H1", "tier": "county", "area": "urban", "lon": 120.1, "lat": 30.1},
        {"id": "T1", "tier": "township", "area": "rural", "lon": 120.2, "lat": 30.2},
    ],
}


@pytest.fixture
def small() -> dict[str, Any]:
    return deepcopy(SMALL)


@pytest.fixture
def faults_of() -> Callable[..., list[Fault]]:
    """The faults that loading a source tells; none, when it loads."""

    def faults(source: Any, load: Callable[[Any], Any] = load_region) -> list[Fault]:
        found: list[Fault] = []
        try:
            load(source)
        except DataError as error:
            found = list(error.faults)
        for fault in found:  # every message can be told, with all its parameters
            for lang in ("en", "zh"):
                told = fault.message(lang)
                assert labels.text("fault_part.remedy", lang, remedy="") in told
                assert fault.rule not in told or " " not in told or "_" not in fault.rule
        return found

    return faults


@pytest.fixture
def manifest(tmp_path: Path) -> Callable[..., Path]:
    """Writes a region of files: the small one, with some tables in files of their own."""

    def write(
        tables: str, files: dict[str, str | bytes] | None = None, without: tuple[str, ...] = ()
    ) -> Path:
        import json

        rest = {key: rows for key, rows in SMALL.items() if isinstance(rows, list) and key not in without}
        lines = [f"about: {json.dumps(SMALL['about'])}", "travel: {method: great_circle}", "tables:"]
        lines += [f"  {name}: {json.dumps(rows)}" for name, rows in rest.items()]
        (tmp_path / "region.yaml").write_text("\n".join(lines) + "\n" + tables, encoding="utf-8")
        for name, content in (files or {}).items():
            raw = content.encode() if isinstance(content, str) else content
            (tmp_path / name).write_bytes(raw)
        return tmp_path / "region.yaml"

    return write
