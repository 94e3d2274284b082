"""Each constraint family of the county with everything, line by line, against the file that was last read.

A change of the mathematics shows here as a change of lines. After reading them over: ALLOC_REGOLD=1 pytest
tests/model/test_golden.py writes the files anew.
"""

from __future__ import annotations

import os

import pytest

from tests.model import lines

REGOLD = os.environ.get("ALLOC_REGOLD") == "1"


@pytest.fixture(scope="module")
def families() -> dict[str, str]:
    return lines.golden_texts()


@pytest.mark.skipif(not REGOLD, reason="ALLOC_REGOLD=1 writes the files anew")
def test_write_the_files(families: dict[str, str]) -> None:
    for name in set(lines.stored()) - set(families):
        (lines.GOLDEN / f"{name}.txt").unlink()
    for name, text in families.items():
        (lines.GOLDEN / f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")


def test_every_family_has_a_file_and_every_file_a_family(families: dict[str, str]) -> None:
    assert lines.stored() == sorted(families)


@pytest.mark.parametrize("name", lines.stored())
def test_lines_are_as_they_were(name: str, families: dict[str, str]) -> None:
    before = (lines.GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert before.strip()
    assert families[name] == before


def test_lines_are_the_same_when_built_again(families: dict[str, str]) -> None:
    assert lines.golden_texts() == families
