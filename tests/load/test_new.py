"""The files to start from: a complete region in which all four decisions have something to decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from alloc.errors import UsageError
from alloc.load import load_region, write_starter


def test_the_starter_is_complete(tmp_path: Path) -> None:
    written = write_starter(tmp_path / "new")
    assert {path.name for path in written} >= {"region.yaml", "model.yaml", "places.csv"}
    region = load_region(tmp_path / "new")
    assert (len(region.places), len(region.facilities)) == (6, 5)
    assert region.equipment_types
    assert any(not centre.exists for centre in region.reading_centres)
    assert region.specialists
    assert {row.role for row in region.capabilities} == {"first_contact", "treat", "step_down"}
    assert region.about.semi_synthetic


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    write_starter(tmp_path)
    with pytest.raises(UsageError) as error:
        write_starter(tmp_path)
    assert "age_bands.csv" in error.value.message("en")
